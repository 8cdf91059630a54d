"""A parsed page into blocks of text: paragraphs, headings, list items, rows of tables.

Walks the parser's tree from node to node, never by recursion, so that no depth overflows. Says of each
block whether the page marks it as its main text or as what surrounds it; which to keep is decided
elsewhere. Does not depend on documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

from coopsearch.indexer.extract.encoding import clean
from coopsearch.indexer.extract.text.html_source import SourceLines
from coopsearch.search.analysis.note_marks import raised

_SKIPPED: Final = frozenset(
    "script style template iframe object canvas svg select datalist audio video map".split()
)
_BLOCKS: Final = frozenset(
    (
        "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset "
        "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p "
        "pre search section summary table tbody tfoot thead tr ul"
    ).split()
)
_LEVELS: Final = {f"h{level}": level for level in range(1, 7)}
#: Within a row of a table these end a line, not the row: cells hold paragraphs.
_SOFT: Final = frozenset("p div center li ul ol dl dd dt address".split())

_AROUND_TAGS: Final = frozenset(("nav", "footer", "aside"))
_AROUND_ROLES: Final = frozenset(
    "navigation contentinfo complementary banner search menu menubar".split(),
)
#: Names that mean nothing else. "sidebar" is none: books call boxes of real text so.
_AROUND_NAMES: Final = frozenset(
    (
        "nav navbar navigation navheader navfooter docnav menu mainmenu footer site-footer "
        "page-footer breadcrumb breadcrumbs pagination cookie-banner cookie-notice skip-link skiplink"
    ).split()
)
_HIDDEN: Final = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_RAISED: Final = re.compile(r"(?:^|;)\s*vertical-align\s*:\s*super", re.IGNORECASE)
_PUBLISHED: Final = re.compile(r'"datePublished"\s*:\s*"([^"]{4,40})"')

#: Stands between the cells of a row until the row is whole; no text holds it, as controls are taken out.
_CELL: Final = "\x1f"
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
_BREAKS: Final = re.compile(r"[ \t]*\n[ \t]*")
_PARAGRAPHS: Final = re.compile(r"\n{2,}")
#: Pieces before a raised one in which the word is looked for that it stands at.
_NEAR: Final = 4
#: A longer row is a page laid out as a table: its cells are read as paragraphs.
_ROW: Final = 400


class Node(Protocol):
    """What is asked of a node of the parser's tree."""

    @property
    def is_text_node(self) -> bool:
        """Whether it is text."""

    @property
    def is_element_node(self) -> bool:
        """Whether it is an element."""

    @property
    def tag(self) -> str | None:
        """An element's name in small letters."""

    @property
    def attributes(self) -> dict[str, str | None]:
        """An element's attributes."""

    @property
    def text_content(self) -> str | None:
        """The text of a node of text."""

    @property
    def first_child(self) -> Node | None:
        """The first node within, of any kind."""

    @property
    def next(self) -> Node | None:
        """The node after it, of any kind."""

    @property
    def parent(self) -> Node | None:
        """The element around it."""

    def text(self) -> str:
        """Return all the text within."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block's text as it reads."""

    text: str
    line: int | None
    level: int
    """1 to 6 for a heading, 0 for text."""
    main: bool
    """Within <main> or <article>."""
    around: bool
    """Within navigation, a footer or the like."""


class Reading:
    """What a page says, filled by ``read``."""

    def __init__(
        self, lines: SourceLines, framed: Callable[[str], list[Block]], shown: Callable[[str], str] | None
    ) -> None:
        """Start with nothing; ``lines`` is asked for the place of each text, in order.

        ``framed`` reads a page that stands in an attribute of a frame; ``shown`` says what somebody meant by
        the alternative text of a picture, where those are wanted.
        """
        self._shown = shown
        self._aside: dict[str, None] = {}
        """What pictures in the block are said to show; it stands behind the block."""
        self._framed = framed
        self.blocks: list[Block] = []
        self.title = ""
        self.meta: dict[str, str] = {}
        self._lines = lines
        self._parts: list[str] = []
        self._line: int | None = None
        self._located = False
        self._raised: list[int] = []
        """How many parts stood before each of the raised elements that are open."""
        self._level = self._pre = self._row = self._main = self._around = 0

    def read(self, root: Node) -> None:
        """Read the tree below a node, children before what follows, and end each element when it is left."""
        node: Node | None = root
        path: list[tuple[str, bool, bool, bool]] = []
        while node is not None:
            if node.is_text_node:
                self._text(node.text_content or "")
            elif node.is_element_node:
                tag = node.tag or ""
                child = node.first_child
                entered = self._enter(node, tag, empty=child is None) if self._is_read(node, tag) else None
                if entered is not None:
                    path.append((tag, *entered))
                    node = child
                    continue
            following = node.next
            while following is None and path:
                self._leave(*path.pop())
                node = node.parent
                if node is None or not path:
                    break
                following = node.next
            node = following if path else None
        self._flush()

    def _is_read(self, node: Node, tag: str) -> bool:
        """Say whether an element's content is text; take from it what the page says of itself."""
        if tag in {"meta", "time"}:
            self._note(node, tag)
        elif tag == "title":
            self.title = self.title or clean(node.text() or "").strip()
            return False
        elif tag == "script":
            if "ld+json" in (node.attributes.get("type") or ""):
                match = _PUBLISHED.search(node.text() or "")
                if match:
                    self.meta.setdefault("datepublished", match[1])
            return False
        elif tag == "iframe":
            if page := node.attributes.get("srcdoc"):
                self._flush()
                main, around = self._main > 0, self._around > 0
                self.blocks += [
                    replace(one, line=None, main=main or one.main, around=around or one.around)
                    for one in self._framed(page)
                ]
            return False
        elif tag == "noscript":
            # What a page is without scripts; that it needs them is told to browsers.
            return "javascript" not in (node.text() or "").lower()
        elif tag == "img":
            self._picture(node.attributes)
            return False
        elif tag in {"br", "wbr"}:
            if tag == "br":
                self._parts.append("\n")
            return False
        return tag not in _SKIPPED

    def _enter(self, node: Node, tag: str, *, empty: bool) -> tuple[bool, bool, bool] | None:
        """Begin an element; None if there is nothing to read in it.

        Returns whether it is main, around, or raised.
        """
        attributes = node.attributes
        style = attributes.get("style") or ""
        hidden = "hidden" in attributes or _HIDDEN.search(style)
        if hidden:
            return None
        self._boundary(tag)
        if empty:
            return None
        main = tag in {"main", "article"} or attributes.get("role") == "main"
        around = tag not in {"body", "html"} and _is_around(tag, attributes)
        self._main += main
        self._around += around
        self._pre += tag == "pre"
        self._row += tag == "tr"
        if tag in _LEVELS:
            self._level = _LEVELS[tag]
        up = tag == "sup" or _RAISED.search(style) is not None
        if up:
            self._raised.append(len(self._parts))
        return main, around, up

    def _leave(self, tag: str, main: bool, around: bool, up: bool) -> None:  # noqa: FBT001
        if up:
            start = self._raised.pop()
            text = "".join(self._parts[start:])
            self._parts[start:] = [raised(text, "".join(self._parts[max(0, start - _NEAR) : start]))]
        self._boundary(tag)
        self._main -= main
        self._around -= around
        self._pre -= tag == "pre"
        self._row -= tag == "tr"
        if tag in _LEVELS:
            self._level = 0

    def _boundary(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._parts.append(_CELL)
        elif self._row and tag in _SOFT:
            self._parts.append("\n\n")
        elif tag in _BLOCKS:
            self._flush()

    def _text(self, text: str) -> None:
        if not text or text.isspace():
            self._parts.append(("\n" if self._pre else " ") if text else "")
            return
        line = self._lines.find(text)
        if not self._located:
            self._line, self._located = line, True
        text = _CONTROLS.sub("", clean(text))
        self._parts.append(text if self._pre else _SPACES.sub(" ", text))

    def _flush(self) -> None:
        """End the block that is being read."""
        parts, self._parts = self._parts, []
        self._raised = [0] * len(self._raised)
        line, self._line = self._line, None
        located, self._located = self._located, False
        aside, self._aside = self._aside, {}
        text = "".join(parts)
        if located:
            self._end(text, line)
        for one in aside:
            if one not in text:
                self.blocks.append(Block(one, None, 0, self._main > 0, self._around > 0))

    def _end(self, text: str, line: int | None) -> None:
        if self._pre:
            texts = [text.strip("\n").rstrip()]
        else:
            cells = [cell.strip() for cell in _BREAKS.sub("\n", text).split(_CELL)]
            if self._row and len(text) <= _ROW:
                texts = [" | ".join(_PARAGRAPHS.sub("\n", cell).replace("\n", " ") for cell in cells if cell)]
            else:
                texts = [part for cell in cells for part in _PARAGRAPHS.split(cell)]
        for number, one in enumerate(part for part in map(str.strip, texts) if part):
            here = None if number else line
            self.blocks.append(Block(one, here, self._level, self._main > 0, self._around > 0))

    def _picture(self, attributes: dict[str, str | None]) -> None:
        """Keep what a picture is said to show, unless it is hidden or there for decoration."""
        text = attributes.get("alt")
        if self._shown is None or not text or "hidden" in attributes:
            return
        unseen = attributes.get("aria-hidden") == "true" or _HIDDEN.search(attributes.get("style") or "")
        if not unseen and (shown := self._shown(clean(text))):
            self._aside[_CONTROLS.sub("", shown)] = None

    def _note(self, node: Node, tag: str) -> None:
        """Keep what a <meta> or <time> says, under its name in small letters; the first counts."""
        attributes = node.attributes
        name = (
            attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or ""
        ).lower()
        value = attributes.get("content") or attributes.get("datetime") or ""
        if tag == "time" and name != "datepublished":
            name = "datepublished" if "pubdate" in attributes else "time"
        if name and value.strip():
            self.meta.setdefault(name, clean(value))


def _is_around(tag: str, attributes: dict[str, str | None]) -> bool:
    if tag in _AROUND_TAGS or attributes.get("role") in _AROUND_ROLES:
        return True
    if tag == "header":
        return False  # often holds the page's only heading
    names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}".lower().split()
    return any(name in _AROUND_NAMES for name in names)

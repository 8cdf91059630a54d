"""The tree of an XML document into text: paragraphs, titles, rows of tables, and values under their names.

Two kinds of XML are told apart by what is in them. In prose, text and elements stand side by side; in data,
an element holds text or others: there its name says what the text is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from xml.etree.ElementTree import Element

from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.search.analysis.note_marks import raised

#: What is called so stands above what is in the same element.
_HEADS: Final = frozenset("title head heading headline article-title book-title chapter-title".split())
#: What begins a paragraph of its own, also within running text.
_BLOCKS: Final = frozenset(
    (
        "abstract body caption cell code dd def-item disp-quote div dl dt entry example fig figure fn "
        "footnote formalpara item itemizedlist l lg li list list-item listitem note ol orderedlist p para "
        "pre programlisting quote-block row sec section simpara sp speech table table-wrap tbody term tgroup "
        "thead tr ul variablelist verse-group verse-line"
    ).split()
)
_ROWS: Final = frozenset(("row", "tr"))
#: Elements, and what others say of how they are printed (TEI).
_RAISED: Final = frozenset(("sup", "superscript", "super"))
_SKIPPED: Final = frozenset(("script", "style", "sodipodi", "namedview"))
#: Where lines, columns and pages of an original end; "no" says that a word runs on.
_BREAKS: Final = frozenset(("lb", "cb", "gb", "pb"))
_WITHIN: Final = "\x00"
_BROKEN: Final = re.compile(rf"[-\u2010\u00ac\u00ad]?\s*{_WITHIN}\s*")
#: Readings of an original, and the editor's that replaces each.
_READINGS: Final = {"sic": "corr", "orig": "reg", "abbr": "expan"}
#: Attributes that say nothing to a reader.
_SILENT: Final = re.compile(
    r"(?:r:)?(?:id|idref|ref|rid|uuid|guid|class|style|lang|space|schemaLocation|version|xmlns)|.*(?:Id|ID|_id|Ref)$"
)
#: Text that is HTML in disguise, as feeds and XBRL have it.
_HTML: Final = re.compile(
    r"</?(?:p|br|div|a|b|i|strong|em|span|ul|ol|li|table|td|img|h[1-6])\b[^<>]*>", re.IGNORECASE
)
_WORD: Final = re.compile(r"\w")
#: A longer text is a paragraph, in prose and in data; one as long without a space is no text.
_SHORT: Final = 60
_VALUE: Final = 200
_UNBROKEN: Final = 400


class Walk:
    """One document, read into a flow."""

    def __init__(self, flow: Flow, lines: Mapping[Element, int]) -> None:
        """Take where the text goes, and the line on which each element begins."""
        self._flow = flow
        self._lines = lines
        self._prose = False
        self._short: list[str] = []
        self._line: int | None = None

    def read(self, root: Element) -> None:
        """Read all that is in a document. Raises ExtractionError if that gets too large."""
        _choose(root)
        self._prose = any(_is_mixed(element) for element in root.iter()) or root.tag == "svg"
        self._element(root, 1)
        self._flush()

    def _element(self, element: Element, level: int) -> None:
        tag = element.tag
        if _is_skipped(element):
            return
        if tag == "text" and any(child.tag == "tspan" for child in element):
            self._block(_drawn(element), element)
        elif _is_mixed(element):
            self._running(element, level)
        elif not len(element):
            self._leaf(element)
        elif tag.lower() in _ROWS:
            self._flush()
            self._flow.row([_words(cell) for cell in element], line=self._lines.get(element))
        else:
            self._container(element, level)

    def _container(self, element: Element, level: int) -> None:
        self._flush()
        self._attributes(element)
        below = level
        for child in element:
            if child.tag in _HEADS and below == level and (text := _words(child)):
                self._flush()
                self._flow.add(text, level, line=self._lines.get(child))
                below = level + 1
            else:
                self._element(child, below)
        self._flush()

    def _leaf(self, element: Element) -> None:
        """Add the text of an element without others: short ones beside each other are one paragraph."""
        text = (element.text or "").strip()
        if not text:
            self._attributes(element)
            return
        if len(text) > _UNBROKEN and not any(sign.isspace() for sign in text[:_UNBROKEN]):
            return
        if _HTML.search(text):
            self._page(element, text)
        elif element.tag in _BLOCKS | _HEADS or len(text) > (_SHORT if self._prose else _VALUE):
            self._block(text, element)
        else:
            text = " ".join(text.split())
            self._add(text if self._prose else f"{element.tag}: {text}", element)

    def _attributes(self, element: Element) -> None:
        """Add what data has in its attributes; in prose they are marks."""
        if self._prose:
            return
        for name, value in element.items():
            if (
                value.strip()
                and _WORD.search(value)
                and not _SILENT.fullmatch(name)
                and len(value) <= _UNBROKEN
            ):
                self._add(f"{name}: {' '.join(value.split())}", element)

    def _page(self, element: Element, text: str) -> None:
        from coopsearch.indexer.extract.text.html import page_blocks

        self._flush()
        for block in page_blocks(text.encode()):
            self._flow.add(block.text, line=self._lines.get(element))

    def _running(self, element: Element, level: int) -> None:
        """Add running text; what begins a paragraph of its own within it is added in its place."""
        self._flush()
        words = [element.text or ""]
        for child in element:
            if child.tag in _BLOCKS:
                self._block("".join(words), element)
                words = []
                self._element(child, level)
                self._flush()
            elif not _is_skipped(child):
                words.append(_inline(child, words))
            words.append(child.tail or "")
        self._block("".join(words), element)

    def _block(self, text: str, element: Element) -> None:
        self._flush()
        self._flow.add(" ".join(_whole(text).split()), line=self._lines.get(element))

    def _add(self, text: str, element: Element) -> None:
        self._line = self._line or self._lines.get(element)
        self._short.append(text)

    def _flush(self) -> None:
        """Add the short texts that stand beside each other."""
        if self._short:
            self._flow.add((" " if self._prose else "\n").join(self._short), line=self._line)
            self._short, self._line = [], None


def _is_mixed(element: Element) -> bool:
    """Say whether text stands beside elements in an element."""
    if not len(element):
        return False
    texts = (element.text, *(child.tail for child in element))
    return any(text and _WORD.search(text) for text in texts)


def _is_skipped(element: Element) -> bool:
    # The pictures of FictionBook.
    return element.tag.lower() in _SKIPPED or (element.tag == "binary" and "content-type" in element.attrib)


def _choose(root: Element) -> None:
    """Leave of two readings of one place the one that an editor gives: the corrected, the one at length."""
    for choice in root.iter("choice"):
        given = {child.tag for child in choice}
        if not given <= _READINGS.keys() | frozenset(_READINGS.values()):
            continue
        for child in list(choice):
            if _READINGS.get(child.tag) in given:
                choice.remove(child)
            child.tail = ""
        choice.text = ""


def _words(element: Element) -> str:
    """Return the text in an element as running text."""
    return _whole(_pieces(element))


def _whole(text: str) -> str:
    """Return running text in which words are whole that a line or a page breaks."""
    return _BROKEN.sub("", text) if _WITHIN in text else text


def _pieces(element: Element) -> str:
    if element.tag in _BREAKS and not len(element) and not element.text:
        return _WITHIN if element.get("break") == "no" else "\n" if element.tag == "lb" else ""
    parts = [element.text or ""]
    separate = not _is_mixed(element)
    for child in element:
        if not _is_skipped(child):
            parts += [_inline(child, parts), " " if separate else "", child.tail or ""]
    return "".join(parts) if not separate else " ".join("".join(parts).split())


def _inline(element: Element, before: list[str]) -> str:
    """Return the text in an element, the marks of notes as raised signs; ``before`` is what stands before."""
    text = _pieces(element)
    if element.tag in _RAISED or element.get("rend", "") in _RAISED:
        return raised(text, "".join(before[-4:]))
    return text


def _drawn(element: Element) -> str:
    """Return the text of a drawing: its pieces are one word where they stand on one line."""
    parts = [element.text or ""]
    height = element.get("y", "")
    for child in element.iter():
        if child is element:
            continue
        here = child.get("y", height)
        parts.append(" " if here != height or child.get("dy", "0") not in {"0", ""} else "")
        height = here
        parts += [child.text or "", child.tail or ""]
    return "".join(parts)

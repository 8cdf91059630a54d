"""Text into passages: paragraphs between blank lines, under the headings that stand above them.

For text as people type it, with Markdown's marks for headings or without. The ranges are those of the text
that is given: nothing is changed, joined or moved. Does not depend on files or file formats; languages are
decided later, for all formats alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from coopsearch.indexer.extract.split import LONGEST, pieces, trimmed
from coopsearch.search.model import Passage

#: Longer lines are not read as headings, whatever they begin with.
HEADING_LIMIT: Final = 300
_DEEPEST: Final = 6

_WORD: Final = re.compile(r"\w")
_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")
_UNDERLINE: Final = re.compile(r" {0,3}(?:(={2,})|-{3,})\s*")
_LINK: Final = re.compile(
    r"!?\[([^\[\]]{0,500})\](?:\([^()\s]{0,1000}(?:\s+\"[^\"]{0,500}\")?\)|\[[^\[\]]{0,200}\])",
)
_ANCHOR: Final = re.compile(r"\s*\{#[\w:.-]{1,100}\}$")
_EMPHASIS: Final = re.compile(r"\*{1,3}|`+|~~|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)")
_CODE: Final = re.compile(r"<[a-zA-Z/][^<>]{0,200}>")


class Lines:
    """Line numbers of a text for places that are asked for in order: each part is counted once."""

    def __init__(self, text: str) -> None:
        r"""Start at the first line. ``\n``, ``\r\n`` and a lone ``\r`` end a line."""
        self._text = text
        self._returns = "\r" in text
        self._at = 0
        self._line = 1

    def at(self, place: int) -> int:
        r"""Return the 1-based line of a place, not before the last one, nor between ``\r`` and ``\n``."""
        text, before = self._text, self._at
        self._line += text.count("\n", before, place)
        if self._returns:
            self._line += text.count("\r", before, place) - text.count("\r\n", before, place)
        self._at = place
        return self._line


@dataclass(slots=True)
class Outline:
    """The headings above the place that has been reached."""

    _open: list[tuple[int, str]] = field(default_factory=list)

    def enter(self, level: int, title: str) -> tuple[str, ...]:
        """Take note of a heading and return those above it."""
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        above = self.path
        if title:
            self._open.append((level, title))
        return above

    @property
    def path(self) -> tuple[str, ...]:
        """The headings above text that stands here, outermost first."""
        return tuple(title for _, title in self._open)


def plain(text: str) -> str:
    """Return a heading or title as it reads: without marks of Markdown, or a colon at its end."""
    text = text.strip()
    if text.startswith("#"):
        text = text.lstrip("#")
    text = _EMPHASIS.sub("", _ANCHOR.sub("", _CODE.sub("", _LINK.sub(r"\1", text))))
    return " ".join(text.split()).rstrip(":： ").rstrip()


def passages_of(text: str, line: int) -> tuple[Passage, ...]:
    """Return ``passages`` of a text that stands on one line of its file.

    One short line is one passage: the case of a million records.
    """
    if (
        len(text) <= LONGEST
        and "\n" not in text
        and "\r" not in text
        and "\u2029" not in text
        and text[:1].isalnum()
    ):
        return (Passage(0, len(text.rstrip()), line),)
    return tuple(passages(text, line=line))


def passages(
    text: str, *, start: int = 0, markdown: bool = False, line: int | None = None
) -> Iterator[Passage]:
    """Yield the passages of a text from ``start`` on, in order.

    ``line`` is given where all of the text stands on one line of its file, as a record of JSON Lines does.

    Lines that begin with ``#`` and lines that are all bold are headings in any text, for people paste
    Markdown everywhere. ``markdown`` adds underlined headings and code between fences.
    """
    yield from _Reading(text, markdown=markdown, line=line).run(start)


class _Reading:
    """One text, read line by line."""

    def __init__(self, text: str, *, markdown: bool, line: int | None) -> None:
        self._text = text
        self._markdown = markdown
        self._line = Lines(text).at if line is None else lambda place: line
        self._outline = Outline()
        self._atx = 0
        self._begin = self._end = -1
        """The paragraph that is being read; -1 between paragraphs."""

    def run(self, place: int) -> Iterator[Passage]:
        fence = ""
        for line in self._text[place:].splitlines(keepends=True):
            start, place = place, place + len(line)
            if line.isspace():
                yield from self._flush()
                continue
            if self._markdown:
                mark = _FENCE.match(line)
                if mark and (not fence or (mark[1].startswith(fence) and not line.strip().strip(fence[0]))):
                    fence = "" if fence else mark[1]
                elif not fence and self._begin < 0 and _UNDERLINE.fullmatch(line):
                    continue  # a rule between two parts
                elif not fence and (under := self._underline(line)):
                    self._atx = 1 if under[1] else 2
                    begin, end = self._begin, self._end
                    self._begin = -1
                    yield self._heading(begin, end, self._atx)
                    continue
            found = None if fence or _is_unmarked(line) else self._marked(line, start)
            if found:
                yield from self._flush()
                yield self._heading(*found)
                continue
            if self._begin < 0:
                self._begin = start
            self._end = place
            if line.endswith("\u2029"):
                yield from self._flush()
        yield from self._flush()

    def _underline(self, line: str) -> re.Match[str] | None:
        """Return the match of a line that makes a heading of the paragraph above it."""
        short = self._begin >= 0 and self._end - self._begin <= HEADING_LIMIT
        return _UNDERLINE.fullmatch(line) if short else None

    def _flush(self) -> Iterator[Passage]:
        """Yield the paragraph that was read."""
        begin, self._begin = self._begin, -1
        if begin >= 0:
            path = self._outline.path
            for start, end in pieces(self._text, begin, self._end):
                yield Passage(start, end, self._line(start), None, path)

    def _heading(self, start: int, end: int, level: int) -> Passage:
        start, end = trimmed(self._text, start, end)
        above = self._outline.enter(level, plain(self._text[start:end]))
        return Passage(start, end, self._line(start), None, above, level)

    def _marked(self, line: str, start: int) -> tuple[int, int, int] | None:
        """Return the range and the level of the heading that a line is, None if it is none."""
        content = line.strip()
        indent = len(line) - len(line.lstrip())
        if len(content) > HEADING_LIMIT or not _WORD.search(content):
            return None
        if content.startswith("#") and indent <= 3:  # noqa: PLR2004 - more makes it code, in Markdown
            level = len(content) - len(content.lstrip("#"))
            title = content[level:]
            if level > _DEEPEST or not title[:1].isspace():
                return None
            if title.endswith("#") and title.rstrip("#")[-1:].isspace():
                title = title.rstrip("#")
            self._atx = level
            at = start + indent + level
            begin, end = trimmed(self._text, at, at + len(title))
            if end - begin > 4 and self._text[begin : begin + 2] == self._text[end - 2 : end] == "**":  # noqa: PLR2004
                begin, end = begin + 2, end - 2
            return begin, end, level
        if content.startswith("**"):
            inner = content.removesuffix(":").rstrip()[2:-2]
            if content.removesuffix(":").rstrip().endswith("**") and "*" not in inner:
                at = start + indent + 2
                return at, at + len(inner), self._atx + 1
        return None


def _is_unmarked(line: str) -> bool:
    """Say quickly that a line is not a heading."""
    return line.lstrip()[:1] not in {"#", "*"}

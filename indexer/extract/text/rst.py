"""reStructuredText: as text, with the headings that lines of signs make.

The text stays raw, so that ranges are those of the file. Which signs make which level, each file
decides by their first use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.encoding import decode
from coopsearch.indexer.extract.passages import HEADING_LIMIT, Lines, Outline
from coopsearch.indexer.extract.split import pieces
from coopsearch.indexer.extract.titles import title_of
from coopsearch.search.model import Document, Passage

#: Perhaps a line of signs, the heading, and a line of as many signs or more.
_HEADING: Final = re.compile(
    r"^(?:(?P<over>([^\w\s])\2+)[ \t]*\r?\n)?(?P<title>[ \t]*\S[^\r\n]*)\r?\n(?P<under>([^\w\s])\5+)[ \t]*$",
    re.MULTILINE,
)
_BLANK: Final = re.compile(r"(?:\r?\n[ \t]*){2,}")
_WORD: Final = re.compile(r"\w")
_DEEPEST: Final = 6


def extract(source: Source) -> Iterator[Document]:
    """Yield the one document that the file is. Raises ExtractionError if it is not text or too large."""
    text = decode(source.read())
    found = tuple(_passages(text))
    yield Document(
        path=source.address,
        file=source.address,
        title=next((text[one.start : one.end] for one in found if one.level), "")
        or title_of(text, found, source.address),
        text=text,
        passages=found,
        type="rst",
        date=source.date,
    )


def _passages(text: str) -> Iterator[Passage]:
    lines = Lines(text)
    outline = Outline()
    levels: dict[tuple[str, bool], int] = {}
    at = 0
    for match in _HEADING.finditer(text):
        title = match["title"].strip()
        over, under = match["over"], match["under"]
        if (
            len(title) > HEADING_LIMIT
            or len(under) < min(len(title), 4)
            or not _WORD.search(title)
            or (over and over != under)
        ):
            continue
        yield from _paragraphs(text, at, match.start(), lines, outline.path)
        level = min(levels.setdefault((under[0], bool(over)), len(levels) + 1), _DEEPEST)
        start = text.index(title, match.start("title"))
        above = outline.enter(level, " ".join(title.split()))
        yield Passage(start, start + len(title), lines.at(start), None, above, level)
        at = match.end()
    yield from _paragraphs(text, at, len(text), lines, outline.path)


def _paragraphs(text: str, start: int, end: int, lines: Lines, path: tuple[str, ...]) -> Iterator[Passage]:
    place = start
    for match in [*_BLANK.finditer(text, start, end), None]:
        stop = match.start() if match else end
        for begin, finish in pieces(text, place, stop):
            yield Passage(begin, finish, lines.at(begin), None, path)
        place = match.end() if match else end

"""Blocks of text in their reading order, gathered into one text and its passages.

For formats whose text is put together here, so that ranges are those of this text. Bounds its size. Does
not depend on file formats.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.encoding import clean
from coopsearch.indexer.extract.metadata import About
from coopsearch.indexer.extract.passages import Outline
from coopsearch.indexer.extract.reasons import DESCRIBED, no_text, too_large
from coopsearch.indexer.extract.split import pieces
from coopsearch.indexer.extract.titles import first_heading, first_line, named
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import FileState
from coopsearch.search.model import Document, Passage

#: Stands between the cells of a row.
BETWEEN: Final = " | "
#: A longer row is a page laid out as a table: its cells are read as paragraphs.
ROW: Final = 400
#: A longer heading is a paragraph in the wrong style.
_HEADING_LIMIT: Final = 300
_DEEPEST: Final = 6
#: Controls, soft hyphens and signs of a program's own; tabs and line ends stay.
_NO_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\ufeff\ufffc\ue000-\uf8ff]")
_SPACES: Final = re.compile(r"[ \t\xa0]*\n\s*")


def tidy(text: str) -> str:
    """Return a block's text without what is not text, and without white space around its lines."""
    text = _NO_TEXT.sub("", text.replace("\r", "\n").replace("\x0b", "\n").replace("\u2028", "\n"))
    return clean(_SPACES.sub("\n", text).strip())


def row(cells: Iterable[str]) -> str:
    """Return a row of a table as one line: what stands in each cell, apart from each other."""
    return BETWEEN.join(" ".join(cell.split()) for cell in cells if cell and not cell.isspace())


class Flow:
    """The text of one document, as it grows."""

    def __init__(self, limit: int) -> None:
        """Take the number of characters that it may have."""
        self._limit = limit
        self._parts: list[str] = []
        self._found: list[Passage] = []
        self._at = 0
        self._outline = Outline()
        self.page: int | None = None
        """The page that what is added next stands on."""
        self.described: set[str] = set()
        """What pictures are said to show, as it is added."""

    def part(self, *name: str) -> None:
        """Begin a part of the document that stands under no heading of the text before it.

        Its name is shown above its passages and is not text itself.
        """
        self._outline = Outline()
        for level, one in enumerate(name, 1):
            # Before every level that a heading can have.
            self._outline.enter(level - len(name), " ".join(one.split())[:_HEADING_LIMIT])

    def add(self, text: str, level: int = 0, line: int | None = None) -> None:
        """Add a paragraph, or a heading (level from 1). Raises ExtractionError if it gets too large."""
        text = tidy(text)
        if not text:
            return
        if level and len(text) > _HEADING_LIMIT:
            level = 0
        at, end = self._at, self._at + len(text)
        if end > self._limit:
            raise too_large()
        if level:
            text = " ".join(text.split())
            end = at + len(text)
            level = min(level, _DEEPEST)
            self._found.append(Passage(at, end, line, self.page, self._outline.enter(level, text), level))
        else:
            path = self._outline.path
            self._found.extend(
                Passage(at + start, at + stop, line, self.page, path)
                for start, stop in pieces(text, 0, len(text))
            )
        self._parts.append(text)
        self._at = end + 2

    def describe(self, text: str) -> None:
        """Add what a picture is said to show."""
        self.described.add(tidy(text))
        self.add(text)

    def lacking(self, source: Source) -> Iterator[Problem]:
        """Yield what is wrong with a document if nothing was added but what its pictures are said to show."""
        if all(part in self.described for part in self._parts):
            yield Problem(source.address, DESCRIBED, FileState.NO_TEXT)

    def row(self, cells: list[str], *, line: int | None = None) -> None:
        """Add a row of a table as one paragraph; its long cells, if it is long, as their own."""
        text = row(cells)
        if len(text) <= ROW:
            self.add(text, line=line)
            return
        short: list[str] = []
        for cell in cells:
            if len(cell) <= ROW // 2:
                short.append(cell)
                continue
            self.add(row(short), line=line)
            self.add(cell, line=line)
            short = []
        self.add(row(short), line=line)

    def texts(self) -> list[str]:
        """Return the blocks."""
        return list(self._parts)

    def document(self, source: Source, kind: str, about: About, *, table: bool = False) -> Document:
        """Return the document. Raises ExtractionError if it has no text.

        A ``table`` is not called by its first row, but by what stands alone above it, or by its file.
        """
        text = "\n\n".join(self._parts)
        if not text:
            raise no_text()
        title = about.title
        if not title and table:
            title = next((text[one.start : one.end] for one in self._found if not one.level), "")
            title = first_line(title) if " " in title and BETWEEN not in title else ""
        elif not title:
            # A document is called by what a picture shows only if it says nothing else.
            said = [part for part in self._parts if part not in self.described] if self.described else []
            title = first_heading(text, self._found) or first_line("\n\n".join(said) or text)
        return Document(
            path=source.address,
            file=source.address,
            title=title or named(source.address),
            text=text,
            passages=tuple(self._found),
            type=kind,
            date=about.day or source.date,
            fields=about.fields,
        )

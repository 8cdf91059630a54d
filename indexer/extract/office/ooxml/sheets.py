"""Sheets of a workbook, however they are written: their rows, then what stands around them.

A reader of one way to write sheets gives rows and comments; drawings and charts are XML in all of them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.office.cells import edge_text, is_default_name, number, written_time
from coopsearch.indexer.extract.office.ooxml.charts import PICTURED, pictured
from coopsearch.indexer.extract.office.ooxml.parts import choices, frame, properties, said_of
from coopsearch.indexer.extract.office.package import Package
from coopsearch.indexer.extract.office.xml_reader import Element, find, words
from coopsearch.indexer.extract.reasons import is_of_whole, too_large
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

#: What a workbook calls its parts that are sheets.
SHEETS: Final = frozenset(("worksheet", "chartsheet", "dialogsheet", "xlMacrosheet"))
#: What a string takes in memory beside its letters.
_BESIDE: Final = 50


class Sheets(ABC):
    """Reads sheets into the flow."""

    def __init__(
        self,
        package: Package,
        flow: Flow,
        strings: Sequence[str],
        times: Mapping[int, str],
        *,
        since_1904: bool,
    ) -> None:
        """Take the shared strings, and the styles of cells that show times (``cells.time_format``)."""
        self.flow = flow
        self._package = package
        self._strings = strings
        self._times = times
        self._since_1904 = since_1904

    @abstractmethod
    def _rows(self, part: str, around: list[str]) -> Iterator[tuple[int | None, list[str]]]:
        """Yield the number of each row and its cells; add what headers and footers say, with its codes."""

    @abstractmethod
    def _comments(self, part: str) -> Iterator[str]:
        """Yield the comments in a part."""

    def read(self, name: str, part: str) -> None:
        """Add a sheet, then its comments, text boxes, charts, header and footer."""
        self.flow.part()
        self.flow.add("" if is_default_name(name) else name, 1)
        around: list[str] = []
        for at, cells in self._rows(part, around):
            self.flow.row(cells, line=at)
        for relation in self._package.relations(part):
            if relation.kind in {"comments", "threadedComment"}:
                for text in self._comments(relation.target):
                    self.flow.add(text)
            elif relation.kind == "drawing":
                self._drawing(relation.target)
        pictured(self._package, self._package.related(part, *PICTURED), self.flow)
        for edge in dict.fromkeys(map(edge_text, around)):
            self.flow.add(edge)

    def _drawing(self, part: str) -> None:
        """Add what is drawn over a sheet, by the rows at which it stands."""
        for anchor in sorted(choices(self._package.tree(part)), key=_row_of):
            frame(anchor, self.flow)
            for text in dict.fromkeys(map(said_of, anchor.iter("cNvPr"))):
                self.flow.describe(text)
        pictured(self._package, self._package.related(part, *PICTURED), self.flow)

    def _string(self, index: int) -> str:
        return self._strings[index] if 0 <= index < len(self._strings) else ""

    def _number(self, value: str, style: int) -> str:
        if shown := self._times.get(style, ""):
            return written_time(value, shown, since_1904=self._since_1904)
        return number(value)


def _row_of(anchor: Element) -> tuple[int, int]:
    place = [words(find(anchor, "from", side)) for side in ("row", "col")]
    row, column = (int(one) if one.isdecimal() else 0 for one in place)
    return row, column


def documents(
    source: Source, package: Package, sheets: Sheets, listed: Iterable[tuple[str, str]]
) -> Iterator[Document | Problem]:
    """Yield the one document of a workbook's sheets, given by name and part, and what cannot be read of them.

    Raises ExtractionError if there is no text.
    """
    problems = []
    for name, part in listed:
        try:
            sheets.read(name, part)
        except ExtractionError as error:
            if is_of_whole(error):
                raise
            problems.append(Problem(source.address, f"from sheet {name!r} on some is left out: {error}"))
    yield sheets.flow.document(source, "xlsx", properties(package), table=True)
    yield from sheets.flow.lacking(source)
    yield from problems


def bounded(strings: Iterable[str], limit: int) -> list[str]:
    """Return shared strings. Raises ExtractionError if they are more than a document may hold."""
    found = []
    size = 0
    for text in strings:
        size += len(text) + _BESIDE
        if size > limit * 2:
            raise too_large()
        found.append(text)
    return found

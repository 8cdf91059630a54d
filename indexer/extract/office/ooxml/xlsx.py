"""Excel workbooks (xlsx): sheets as headings, rows as lines with their cells apart.

Read as a stream, so that memory holds a row and the shared strings, however long a sheet is. A passage's
line is the number of its row. SpreadsheetML, ECMA-376 part 1, chapter 18.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.office.cells import (
    TIMES,
    edge_text,
    is_default_name,
    is_time_format,
    number,
    written_time,
)
from coopsearch.indexer.extract.office.ooxml.parts import frame, main_part, pictured, properties
from coopsearch.indexer.extract.office.package import Package
from coopsearch.indexer.extract.office.xml_reader import Element, attribute, elements, find, words
from coopsearch.indexer.extract.reasons import is_of_whole, too_large
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

_SHEETS: Final = frozenset(("worksheet", "chartsheet", "dialogsheet", "xlMacrosheet"))


def extract(source: Source, package: Package) -> Iterator[Document | Problem]:
    """Yield the one document, and sheets that cannot be read. Raises ExtractionError with the reason."""
    main = main_part(package)
    book = package.tree(main)
    related = package.relations(main)
    parts = {one.id: one.target for one in related if one.kind in _SHEETS}
    shared = next((one.target for one in related if one.kind == "sharedStrings"), "")
    styles = next((one.target for one in related if one.kind == "styles"), "")
    sheets = _Sheets(
        package,
        Flow(source.limit),
        list(_strings(package, shared, source.limit)) if shared else [],
        _time_styles(package.tree(styles)) if styles else frozenset(),
        since_1904=attribute(book.find("workbookPr"), "date1904") in {"1", "true"},
    )
    problems = []
    for sheet in book.iter("sheet"):
        name = sheet.get("name", "")
        try:
            sheets.read(name, parts.get(sheet.get("r:id", ""), ""))
        except ExtractionError as error:
            if is_of_whole(error):
                raise
            problems.append(Problem(source.address, f"from sheet {name!r} on some is left out: {error}"))
    yield sheets.flow.document(source, "xlsx", properties(package), table=True)
    yield from problems


def _strings(package: Package, part: str, limit: int) -> Iterator[str]:
    """Yield the shared strings. Raises ExtractionError if they are more than a document may hold."""
    size = 0
    with package.open(part) as stream:
        for item in elements(stream, "si"):
            text = _rich(item)
            size += len(text) + 50
            if size > limit * 2:
                raise too_large()
            yield text


def _rich(item: Element) -> str:
    """Return a text with its runs joined, without how it is pronounced."""
    return "".join(words(one if one.tag == "t" else one.find("t")) for one in item if one.tag in {"t", "r"})


def _time_styles(styles: Element) -> frozenset[int]:
    """Return the numbers of the cell styles that show days or times."""
    own = {
        attribute(one, "numFmtId"): is_time_format(attribute(one, "formatCode"))
        for one in styles.iter("numFmt")
    }
    found = set()
    formats = styles.find("cellXfs")
    for index, one in enumerate(formats if formats is not None else ()):
        key = attribute(one, "numFmtId")
        if own.get(key, key.isdecimal() and int(key) in TIMES):
            found.add(index)
    return frozenset(found)


class _Sheets:
    """Reads sheets into the flow."""

    def __init__(
        self, package: Package, flow: Flow, strings: list[str], times: frozenset[int], *, since_1904: bool
    ) -> None:
        self.flow = flow
        self._package = package
        self._strings = strings
        self._times = times
        self._since_1904 = since_1904

    def read(self, name: str, part: str) -> None:
        """Add a sheet, then its comments, text boxes, charts, header and footer."""
        self.flow.part()
        self.flow.add("" if is_default_name(name) else name, 1)
        around: list[str] = []
        with self._package.open(part) as stream:
            for line in elements(stream, "row", "headerFooter"):
                if line.tag == "headerFooter":
                    around.extend(edge_text(words(one)) for one in line)
                    continue
                given = line.get("r", "")
                at = int(given) if given.isdecimal() else None
                cells = [self._cell(cell) for cell in line if cell.tag == "c"]
                self.flow.row(cells, line=at)
        for relation in self._package.relations(part):
            if relation.kind in {"comments", "threadedComment"}:
                for text_of in self._package.tree(relation.target).iter("text"):
                    self.flow.add(_rich(text_of) or words(text_of))
            elif relation.kind == "drawing":
                frame(self._package.tree(relation.target), self.flow)
                pictured(self._package, relation.target, self.flow)
        pictured(self._package, part, self.flow)
        for edge in dict.fromkeys(around):
            self.flow.add(edge)

    def _cell(self, cell: Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            item = cell.find("is")
            return _rich(item) if item is not None else ""
        value = words(find(cell, "v")).strip() if kind != "str" else words(find(cell, "v"))
        if kind == "s":
            return self._strings[int(value)] if value.isdecimal() and int(value) < len(self._strings) else ""
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(value, "")
        if kind == "e":
            return ""
        if kind == "n" and value:
            style = cell.get("s", "")
            if style.isdecimal() and int(style) in self._times:
                return written_time(value, since_1904=self._since_1904)
            return number(value)
        return value

"""Excel workbooks (xlsx): sheets as headings, rows as lines with their cells apart.

Read as a stream, so that memory holds a row and the shared strings, however long a sheet is. A passage's
line is the number of its row. SpreadsheetML, ECMA-376 part 1, chapter 18.
"""

from __future__ import annotations

from collections.abc import Iterator

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.office.cells import BUILT_IN, time_format
from coopsearch.indexer.extract.office.ooxml.lifted import lifted
from coopsearch.indexer.extract.office.ooxml.parts import main_part
from coopsearch.indexer.extract.office.ooxml.sheets import SHEETS, Sheets, bounded, documents
from coopsearch.indexer.extract.office.package import Package
from coopsearch.indexer.extract.office.xml_reader import Element, attribute, elements, find, words
from coopsearch.indexer.problem import Problem
from coopsearch.search.model import Document


def extract(source: Source, package: Package) -> Iterator[Document | Problem]:
    """Yield the one document, and sheets that cannot be read. Raises ExtractionError with the reason."""
    main = main_part(package)
    book = package.tree(main)
    related = package.relations(main)
    parts = {one.id: one.target for one in related if one.kind in SHEETS}
    shared = next((one.target for one in related if one.kind == "sharedStrings"), "")
    styles = next((one.target for one in related if one.kind == "styles"), "")
    sheets = _Written(
        package,
        Flow(source.limit),
        bounded(_strings(package, shared), source.limit) if shared else [],
        _times(package.tree(styles)) if styles else {},
        since_1904=attribute(book.find("workbookPr"), "date1904") in {"1", "true"},
    )
    listed = [(one.get("name", ""), parts.get(one.get("r:id", ""), "")) for one in book.iter("sheet")]
    yield from documents(source, package, sheets, listed)


def _strings(package: Package, part: str) -> Iterator[str]:
    with package.open(part) as stream:
        for item in elements(stream, "si"):
            yield _rich(item)


def _rich(item: Element) -> str:
    """Return a text with its runs joined, without how it is pronounced."""
    return "".join(
        words(one if one.tag == "t" else one.find("t")) for one in lifted(item) if one.tag in {"t", "r"}
    )


def _times(styles: Element) -> dict[int, str]:
    """Return the cell styles that show times, by their numbers."""
    own = {
        attribute(one, "numFmtId"): time_format(attribute(one, "formatCode")) for one in styles.iter("numFmt")
    }
    found = {}
    formats = styles.find("cellXfs")
    for index, one in enumerate(formats if formats is not None else ()):
        key = attribute(one, "numFmtId")
        if shown := own.get(key, BUILT_IN.get(int(key), "") if key.isdecimal() else ""):
            found[index] = shown
    return found


class _Written(Sheets):
    """Sheets in XML."""

    def _rows(self, part: str, around: list[str]) -> Iterator[tuple[int | None, list[str]]]:
        with self._package.open(part) as stream:
            for line in elements(stream, "row", "headerFooter"):
                if line.tag == "headerFooter":
                    around.extend(map(words, line))
                    continue
                given = line.get("r", "")
                at = int(given) if given.isdecimal() else None
                yield at, [self._cell(cell) for cell in line if cell.tag == "c"]

    def _comments(self, part: str) -> Iterator[str]:
        for text in self._package.tree(part).iter("text"):
            yield _rich(text) or words(text)

    def _cell(self, cell: Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            item = cell.find("is")
            return _rich(item) if item is not None else ""
        value = words(find(cell, "v")).strip() if kind != "str" else words(find(cell, "v"))
        if kind == "s":
            return self._string(int(value)) if value.isdecimal() else ""
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(value, "")
        if kind == "e":
            return ""
        if kind == "n" and value:
            style = cell.get("s", "")
            return self._number(value, int(style) if style.isdecimal() else 0)
        return value

"""Excel workbooks with binary sheets (xlsb): what is read of xlsx, from records instead of XML.

[MS-XLSB]. Read as a stream. Formulas are not evaluated: a cell holds what its formula gave last.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.office.biff import unpacked
from coopsearch.indexer.extract.office.cells import BUILT_IN, time_format
from coopsearch.indexer.extract.office.ooxml.biff12 import records, string
from coopsearch.indexer.extract.office.ooxml.parts import main_part
from coopsearch.indexer.extract.office.ooxml.sheets import SHEETS, Sheets, bounded, documents
from coopsearch.indexer.extract.office.package import Package
from coopsearch.indexer.extract.office.xml_reader import words
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

# Of the workbook, its styles and its shared strings.
_PROPERTIES, _SHEET, _STRING, _FORMAT, _STYLE, _STYLES, _STYLES_END = 153, 156, 19, 44, 47, 617, 618
# Of a sheet and its comments.
_ROW, _EDGES, _COMMENT = 0, 479, 637
# Of cells. Those from 12 on say no column, as they stand beside the one before.
_PACKED, _FLAG, _NUMBER, _TEXT, _SHARED, _RICH = 2, 4, 5, 6, 7, 62
_MADE_TEXT, _MADE_NUMBER, _MADE_FLAG = 8, 9, 10
_SHORT, _SHORT_END = 12, 18
_CELLS: Final = frozenset((*range(2, 19), _RICH))
#: A header and a footer, of odd pages, of even ones, and of the first.
_EDGES_OF_PAGES: Final = 6


def extract(source: Source, package: Package) -> Iterator[Document | Problem]:
    """Yield the one document, and sheets that cannot be read. Raises ExtractionError with the reason."""
    main = main_part(package)
    related = package.relations(main)
    parts = {one.id: one.target for one in related if one.kind in SHEETS}
    shared = next((one.target for one in related if one.kind == "sharedStrings"), "")
    styles = next((one.target for one in related if one.kind == "styles"), "")
    listed = []
    since_1904 = False
    try:
        for kind, data in _records(package, main, frozenset((_PROPERTIES, _SHEET))):
            if kind == _PROPERTIES:
                since_1904 = bool(data[0] & 1)
            else:
                relation, at = string(data, 8)
                listed.append((string(data, at)[0], parts.get(relation, "")))
        strings = bounded(_strings(package, shared), source.limit) if shared else []
        times = _times(package, styles) if styles else {}
    except (struct.error, IndexError):
        raise ExtractionError("damaged: its description of its sheets is broken") from None
    sheets = _Recorded(package, Flow(source.limit), strings, times, since_1904=since_1904)
    yield from documents(source, package, sheets, listed)


def _records(package: Package, part: str, wanted: frozenset[int]) -> Iterator[tuple[int, bytes]]:
    with package.open(part) as stream:
        yield from records(stream, wanted)


def _strings(package: Package, part: str) -> Iterator[str]:
    for _, data in _records(package, part, frozenset((_STRING,))):
        yield string(data, 1)[0]


def _times(package: Package, part: str) -> dict[int, str]:
    """Return the cell styles that show times, by their numbers."""
    own: dict[int, str] = {}
    found: dict[int, str] = {}
    count = -1
    for kind, data in _records(package, part, frozenset((_FORMAT, _STYLE, _STYLES, _STYLES_END))):
        if kind == _FORMAT:
            own[struct.unpack_from("<H", data)[0]] = time_format(string(data, 2)[0])
        elif kind == _STYLES:
            count = 0
        elif kind == _STYLES_END:
            break
        elif count >= 0:
            # Before them stand the styles that these are made from.
            (form,) = struct.unpack_from("<H", data, 2)
            if shown := own.get(form, BUILT_IN.get(form, "")):
                found[count] = shown
            count += 1
    return found


class _Recorded(Sheets):
    """Sheets in records."""

    def _rows(self, part: str, around: list[str]) -> Iterator[tuple[int | None, list[str]]]:
        line: int | None = None
        cells: list[str] = []
        try:
            for kind, data in _records(self._package, part, _CELLS | {_ROW, _EDGES}):
                if kind == _ROW:
                    if cells:
                        yield line, cells
                    line, cells = struct.unpack_from("<I", data)[0] + 1, []
                elif kind == _EDGES:
                    at = 2
                    for _ in range(_EDGES_OF_PAGES):
                        text, at = string(data, at)
                        around.append(text)
                else:
                    cells.append(self._cell(kind, data))
        except (struct.error, IndexError):
            raise ExtractionError("damaged: its records are broken") from None
        yield line, cells

    def _comments(self, part: str) -> Iterator[str]:
        if not part.lower().endswith(".bin"):
            yield from map(words, self._package.tree(part).iter("text"))
            return
        try:
            for _, data in _records(self._package, part, frozenset((_COMMENT,))):
                yield string(data, 1)[0]
        except struct.error:
            raise ExtractionError("damaged: its comments are broken") from None

    def _cell(self, kind: int, data: bytes) -> str:
        at = 4
        if _SHORT <= kind <= _SHORT_END:
            kind -= _SHORT - 1
            at = 0
        style = int.from_bytes(data[at : at + 3], "little")
        at += 4
        if kind == _SHARED:
            return self._string(struct.unpack_from("<I", data, at)[0])
        if kind in {_TEXT, _MADE_TEXT}:
            return string(data, at)[0]
        if kind == _RICH:
            return string(data, at + 1)[0]
        if kind == _PACKED:
            return self._number(repr(unpacked(struct.unpack_from("<I", data, at)[0])), style)
        if kind in {_NUMBER, _MADE_NUMBER}:
            return self._number(repr(struct.unpack_from("<d", data, at)[0]), style)
        if kind in {_FLAG, _MADE_FLAG}:
            return "TRUE" if data[at] else "FALSE"
        return ""  # An empty cell, or an error.

"""Excel workbooks of 2 to 2003 (xls): sheets as headings, rows as lines with their cells apart.

What stands around the rows comes behind them: comments, text boxes, what pictures are said to show, charts.
[MS-XLS], and for versions before 97 what the same records held then; charts of Microsoft Graph are workbooks
of one sheet, [MS-OGRAPH]. A passage's line is the number of its row.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.metadata import About
from coopsearch.indexer.extract.office.biff import Record, Strings, records, unpacked
from coopsearch.indexer.extract.office.biff_charts import Chart
from coopsearch.indexer.extract.office.cells import (
    BUILT_IN,
    edge_text,
    is_default_name,
    number,
    time_format,
    written_time,
)
from coopsearch.indexer.extract.office.officeart import ANCHOR, said_of, shapes
from coopsearch.indexer.extract.office.officeart import records as drawn
from coopsearch.indexer.extract.office.ole import Compound
from coopsearch.indexer.extract.office.rtf_tokens import page_codec
from coopsearch.indexer.extract.reasons import encrypted
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

_STARTS: Final = frozenset((0x0009, 0x0209, 0x0409, 0x0809))
_END: Final = 0x0A
_GLOBALS: Final = 0x0005
_CHART: Final = 0x0020
_EIGHT: Final = 0x0600
#: Microsoft Graph writes the strings of version 8, and cells as version 2 had them.
_GRAPH: Final = 0x0680
#: Records from here on say how a chart looks.
_DRAWS: Final = 0x1000
(_LOCK, _CODEPAGE, _SHEET, _SHARED, _FORMAT, _EXTENDED, _SINCE_1904) = (
    0x2F, 0x42, 0x85, 0xFC, 0x41E, 0xE0, 0x22)  # fmt: skip
_HEADER, _FOOTER, _NOTE, _TEXT, _STRING, _DRAWN = 0x14, 0x15, 0x1C, 0x1B6, 0x207, 0xEC


def extract(source: Source, compound: Compound) -> Iterator[Document | Problem]:
    """Yield the one document, and what it lacks. Raises ExtractionError with the reason if it has no text."""
    data = compound.read("workbook") or compound.read("book")
    yield from _document(source, data, compound.about())


def extract_bare(source: Source) -> Iterator[Document | Problem]:
    """Yield the document of a version before 5, which had no container. Raises like ``extract``."""
    yield from _document(source, source.read(), About())


def _document(source: Source, data: bytes, said: About) -> Iterator[Document | Problem]:
    book = _Book(data, Flow(source.limit))
    try:
        book.read()
    except (struct.error, IndexError, OverflowError, RuntimeError):
        # What was read before the damage is whole rows.
        if not book.flow.texts():
            raise ExtractionError("damaged: its records are broken") from None
    yield book.flow.document(source, "xls", said, table=True)
    yield from book.flow.lacking(source)


class _Book:
    def __init__(self, data: bytes, flow: Flow) -> None:
        self.flow = flow
        self._data = data
        self._eight = False
        self._graph = False
        self._plain_cells = True
        """Whether cells are those of version 2."""
        self._codec = "cp1252"
        self._strings: list[str] = []
        self._formats: dict[int, str] = {}
        self._cells: list[int] = []
        self._since_1904 = False

    def read(self) -> None:
        """Add all sheets."""
        sheets: list[tuple[int, str]] = []
        first = next(records(self._data), None)
        if first is None or first.kind not in _STARTS:
            raise ExtractionError("damaged: it does not begin as a workbook does")
        version, kind = struct.unpack_from("<HH", first.data.ljust(4, b"\0"))
        # The start of 5 to 8.
        self._eight = first.kind == 0x809 and version in {_EIGHT, _GRAPH}  # noqa: PLR2004
        self._graph = self._eight and version == _GRAPH
        self._plain_cells = self._graph or not self._eight
        for record in records(self._data):
            if record.kind == _LOCK:
                raise encrypted()
            if record.kind == _END:
                break
            if record.kind == _SHEET:
                sheets.append((struct.unpack_from("<I", record.data)[0], self._short(record.data[6:])))
            else:
                self._global(record)
        if kind != _GLOBALS or not sheets:
            self._sheet(0)
        for at, name in sheets:
            self.flow.part()
            self.flow.add("" if is_default_name(name) else name, 1)
            self._sheet(at)

    def _global(self, record: Record) -> None:
        data = record.data
        if record.kind == _CODEPAGE:
            page = struct.unpack_from("<H", data)[0]
            self._codec = {0x8000: "mac_roman", 0x8001: "cp1252"}.get(page) or page_codec(page)
        elif record.kind == _SHARED:
            strings = Strings(record.parts, 8)
            (count,) = struct.unpack_from("<I", data, 4)
            while strings and len(self._strings) < count:
                self._strings.append(strings.next())
        elif record.kind == _FORMAT:
            (index,) = struct.unpack_from("<H", data)
            code = Strings((data,), 2).next() if self._eight else self._short(data[2:])
            self._formats[index] = time_format(code)
        elif record.kind == _EXTENDED:
            self._cells.append(struct.unpack_from("<H", data, 2)[0])
        elif record.kind == _SINCE_1904:
            self._since_1904 = data[:1] == b"\1"

    def _sheet(self, at: int) -> None:
        """Add the rows of a sheet, then what stands around them."""
        rows: dict[int, dict[int, str]] = {}
        around: dict[str, None] = {}
        drawing = bytearray()
        charts: list[Chart] = []
        graph = Chart(self._short, self._cell, self._in_form)
        formula = (0, 0)
        depth = 0
        within = 0
        """How deep the chart lies that is being read."""
        for record in records(self._data, at):
            if record.kind in _STARTS:
                depth += 1
                if not within and record.data[2:4] == _CHART.to_bytes(2, "little"):
                    within = depth
                    charts.append(Chart(self._short, self._cell, self._in_form))
            elif record.kind == _END:
                within = 0 if depth == within else within
                depth -= 1
                if depth <= 0:
                    break
            elif record.kind == _TEXT and len(record.parts) > 1:
                (count,) = struct.unpack_from("<H", record.data, 10)
                around[Strings(record.parts[1:], 1).chars(count, wide=record.parts[1][0] & 1)] = None
            elif record.kind in {_HEADER, _FOOTER} and record.data and depth <= 1:
                text = Strings(record.parts).next() if self._eight else self._short(record.data)
                around[edge_text(text)] = None
            elif within:
                charts[-1].take(record)
            elif depth > 1:
                continue
            elif self._graph and record.kind >= _DRAWS:
                graph.take(record)
            elif record.kind == _DRAWN:
                drawing += b"".join(record.parts)
            elif record.kind in {0x06, 0x206, 0x406}:
                formula = struct.unpack_from("<HH", record.data)
                self._put(rows, record)
            elif record.kind == _STRING or (record.kind == 7 and not self._eight):  # noqa: PLR2004
                rows.setdefault(formula[0], {})[formula[1]] = self._long(record.parts)
            elif record.kind == _NOTE and not self._eight:
                around[record.data[6:].decode(self._codec, "replace")] = None
            else:
                self._put(rows, record)
        for number_of, cells in sorted(rows.items()):
            self.flow.row([text for _, text in sorted(cells.items())], line=number_of + 1)
        for text in around:
            self.flow.add(text)
        self._drawing(memoryview(drawing))
        # What Graph shows stands in its rows.
        graph.add_titles(self.flow)
        for chart in charts:
            chart.add_to(self.flow)

    def _drawing(self, drawing: memoryview) -> None:
        """Add what pictures are said to show, and WordArt, by the rows at which they stand."""
        found = []
        for number_of, group in enumerate(shapes(drawing)):
            place = next((one.data for one in drawn(group[0]) if one.kind == ANCHOR), b"")
            column, row = struct.unpack_from("<2xH2xH", place) if len(place) >= 8 else (0, 0)  # noqa: PLR2004
            found.append((row, column, number_of, [said_of(one) for one in group]))
        for _, _, _, saying in sorted(found):
            for said in saying:
                self.flow.add(said.words)
                if said.shown:
                    self.flow.describe(said.shown)

    def _put(self, rows: dict[int, dict[int, str]], record: Record) -> None:
        """Add the cells that a record holds to the rows, if it holds any."""
        data = record.data
        if record.kind == 0xBD and len(data) >= 6:  # noqa: PLR2004 - packed numbers side by side
            row, column = struct.unpack_from("<HH", data)
            for index in range((len(data) - 6) // 6):
                style, value = struct.unpack_from("<HI", data, 4 + 6 * index)
                rows.setdefault(row, {})[column + index] = self._number(unpacked(value), style)
        elif (cell := self._cell(record)) is not None:
            rows.setdefault(cell[0], {})[cell[1]] = cell[2]

    def _cell(self, record: Record) -> tuple[int, int, str] | None:
        """Return the row, the column and the text of the cell that a record is, None for another."""
        data = record.data
        if len(data) < 6:  # noqa: PLR2004 - row, column and format
            return None
        row, column, style = struct.unpack_from("<HHH", data)
        kind = record.kind
        text = ""
        if kind == 0xFD:  # noqa: PLR2004 - a shared string
            (index,) = struct.unpack_from("<I", data, 6)
            text = self._strings[index] if index < len(self._strings) else ""
        elif kind in {0x204, 0xD6}:
            text = self._long((data[6:], *record.parts[1:]))
        elif kind in {0x203, 0x06, 0x206, 0x406}:
            # The result of a formula that is not a number ends in ones.
            if data[12:14] != b"\xff\xff" or kind == 0x203:  # noqa: PLR2004
                text = self._number(struct.unpack_from("<d", data, 6)[0], style)
        elif kind == 0x27E:  # noqa: PLR2004 - a packed number
            text = self._number(unpacked(struct.unpack_from("<I", data, 6)[0]), style)
        elif kind == 0x205 and data[7:8] == b"\0":  # noqa: PLR2004 - true or false
            text = "TRUE" if data[6] else "FALSE"
        elif kind == 0x04 and self._plain_cells:  # noqa: PLR2004 - a string of version 2
            text = self._short(data[7:])
        elif kind == 0x02 and self._plain_cells:  # noqa: PLR2004 - a whole number of version 2
            text = str(struct.unpack_from("<H", data, 7)[0])
        elif kind == 0x03 and self._plain_cells and len(data) >= 15:  # noqa: PLR2004 - a number of version 2
            text = number(repr(struct.unpack_from("<d", data, 7)[0]))
        return (row, column, text) if text else None

    def _number(self, value: float, style: int) -> str:
        return self._in_form(value, self._cells[style] if style < len(self._cells) else 0)

    def _in_form(self, value: float, form: int) -> str:
        """Return a number as its format shows it."""
        if shown := self._formats.get(form, BUILT_IN.get(form, "")):
            return written_time(repr(value), shown, since_1904=self._since_1904)
        return number(repr(value))

    def _short(self, data: bytes) -> str:
        """Return a string with a byte of length before it."""
        if self._eight:
            return Strings((data,), 2).chars(data[0], wide=data[1] & 1)
        return data[1 : 1 + data[0]].decode(self._codec, "replace")

    def _long(self, parts: tuple[bytes, ...]) -> str:
        """Return a string with two bytes of length before it."""
        if self._eight:
            return Strings(parts).next()
        (count,) = struct.unpack_from("<H", parts[0])
        return b"".join(parts)[2 : 2 + count].decode(self._codec, "replace")

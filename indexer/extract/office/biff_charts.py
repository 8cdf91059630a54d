"""Charts of old Excel workbooks: their titles, and the numbers that they show, a series in a row.

A chart keeps a copy of what it shows, behind the description of how it looks. [MS-XLS] 2.1.7.20.3.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.office.biff import Record

_SERIES, _SERIES_TEXT, _BEGIN, _END, _INDEX, _SOURCE = 0x1003, 0x100D, 0x1033, 0x1034, 0x1065, 0x1051
_NUMBER, _LABEL, _TRUE_OR_FALSE = 0x203, 0x204, 0x205
#: What a table in a chart holds.
_VALUES, _CATEGORIES, _SIZES = 1, 2, 3

#: A cell -> its row, its column and its text; None for what is none.
Cell = Callable[[Record], tuple[int, int, str] | None]
#: A number, and the number of its format -> its text.
Form = Callable[[float, int], str]


class Chart:
    """One chart, record by record."""

    def __init__(self, name: Callable[[bytes], str], cell: Cell, form: Form) -> None:
        """Take how its workbook writes names, cells, and numbers in a format."""
        self._name = name
        self._cell = cell
        self._form = form
        self._forms: dict[tuple[int, int], int] = {}
        """The formats of numbers that the series name for what they show."""
        self._depth = 0
        self._series: int | None = None
        """How deep the series lies that is being described."""
        self._names: list[str] = []
        self._titles: dict[str, None] = {}
        self._table = 0
        self._tables: dict[int, dict[int, dict[int, str]]] = {}

    def take(self, record: Record) -> None:
        """Read one record."""
        if record.kind == _BEGIN:
            self._depth += 1
        elif record.kind == _END:
            self._depth -= 1
            if self._series is not None and self._depth <= self._series:
                self._series = None
        elif record.kind == _SERIES:
            self._series = self._depth
            self._names.append("")
        elif record.kind == _SERIES_TEXT:
            text = self._name(record.data[2:])
            if self._series is None:
                self._titles[text] = None
            else:
                self._names[-1] = text
        elif record.kind == _SOURCE and self._series is not None:
            what, _, _, form = struct.unpack_from("<BBHH", record.data)
            self._forms[what, len(self._names) - 1] = form
        elif record.kind == _INDEX:
            (self._table,) = struct.unpack_from("<H", record.data)
        elif record.kind in {_NUMBER, _LABEL, _TRUE_OR_FALSE} and self._table:
            self._point(record)

    def _point(self, record: Record) -> None:
        """Keep a point of a series: its row is the point, its column the series."""
        cell = self._cell(record)
        if cell is None:
            return
        point, series, text = cell
        form = self._forms.get((self._table, series), 0)
        if form and record.kind == _NUMBER:
            text = self._form(struct.unpack_from("<d", record.data, 6)[0], form)
        self._tables.setdefault(self._table, {}).setdefault(series, {})[point] = text

    def add_titles(self, flow: Flow) -> None:
        """Add its titles."""
        for title in self._titles:
            flow.add(title)

    def add_to(self, flow: Flow) -> None:
        """Add its titles, then each series with its name, below its categories unless they stand there."""
        self.add_titles(flow)
        shown: list[str] = []
        values = self._tables.get(_VALUES, {})
        for number in sorted({*values, *range(len(self._names))}):
            axis = _in_order(self._tables.get(_CATEGORIES, {}).get(number, {}))
            if axis and axis != shown:
                flow.row(axis)
                shown = axis
            name = self._names[number] if number < len(self._names) else ""
            sizes = self._tables.get(_SIZES, {}).get(number, {})
            flow.row([name, *_in_order(values.get(number, {})), *_in_order(sizes)])


def _in_order(points: dict[int, str]) -> list[str]:
    return [text for _, text in sorted(points.items())]

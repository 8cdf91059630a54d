"""Excel workbooks of 2 to 2003 (xls): sheets as headings, rows as lines with their cells apart.

[MS-XLS], and for versions before 97 what the same records held then. A passage's line is the number
of its row.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.metadata import About
from coopsearch.indexer.extract.office.biff import Record, Strings, records, unpacked
from coopsearch.indexer.extract.office.cells import (
    BUILT_IN,
    edge_text,
    is_default_name,
    number,
    time_format,
    written_time,
)
from coopsearch.indexer.extract.office.ole import Compound
from coopsearch.indexer.extract.office.rtf_tokens import page_codec
from coopsearch.indexer.extract.reasons import encrypted
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

_STARTS: Final = frozenset((0x0009, 0x0209, 0x0409, 0x0809))
_END: Final = 0x0A
_GLOBALS: Final = 0x0005
_EIGHT: Final = 0x0600
(_LOCK, _CODEPAGE, _SHEET, _SHARED, _FORMAT, _EXTENDED, _SINCE_1904) = (
    0x2F, 0x42, 0x85, 0xFC, 0x41E, 0xE0, 0x22)  # fmt: skip
_HEADER, _FOOTER, _NOTE, _TEXT, _STRING = 0x14, 0x15, 0x1C, 0x1B6, 0x207


def extract(source: Source, compound: Compound) -> Iterator[Document]:
    """Yield the one document. Raises ExtractionError if it gives no text, with the reason."""
    data = compound.read("workbook") or compound.read("book")
    yield _document(source, data, compound.about())


def extract_bare(source: Source) -> Iterator[Document]:
    """Yield the document of a version before 5, which had no container. Raises like ``extract``."""
    yield _document(source, source.read(), About())


def _document(source: Source, data: bytes, said: About) -> Document:
    book = _Book(data, Flow(source.limit))
    try:
        book.read()
    except (struct.error, IndexError, OverflowError, RuntimeError):
        # What was read before the damage is whole rows.
        if not book.flow.texts():
            raise ExtractionError("damaged: its records are broken") from None
    return book.flow.document(source, "xls", said, table=True)


class _Book:
    def __init__(self, data: bytes, flow: Flow) -> None:
        self.flow = flow
        self._data = data
        self._eight = False
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
        self._eight = first.kind == 0x809 and version == _EIGHT  # noqa: PLR2004 - the start of 5 to 8
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
        formula = (0, 0)
        depth = 0
        for record in records(self._data, at):
            if record.kind in _STARTS:
                depth += 1
            elif record.kind == _END:
                depth -= 1
                if depth <= 0:
                    break
            elif depth > 1 and record.kind != _TEXT:
                continue  # What a chart keeps of its numbers.
            elif record.kind in {0x06, 0x206, 0x406}:
                formula = struct.unpack_from("<HH", record.data)
                self._put(rows, record)
            elif record.kind == _STRING or (record.kind == 7 and not self._eight):  # noqa: PLR2004
                rows.setdefault(formula[0], {})[formula[1]] = self._long(record.parts)
            elif record.kind in {_HEADER, _FOOTER} and record.data:
                text = Strings(record.parts).next() if self._eight else self._short(record.data)
                around[edge_text(text)] = None
            elif record.kind == _TEXT and len(record.parts) > 1:
                (count,) = struct.unpack_from("<H", record.data, 10)
                around[Strings(record.parts[1:], 1).chars(count, wide=record.parts[1][0] & 1)] = None
            elif record.kind == _NOTE and not self._eight:
                around[record.data[6:].decode(self._codec, "replace")] = None
            else:
                self._put(rows, record)
        for number_of, cells in sorted(rows.items()):
            self.flow.row([text for _, text in sorted(cells.items())], line=number_of + 1)
        for text in around:
            self.flow.add(text)

    def _put(self, rows: dict[int, dict[int, str]], record: Record) -> None:
        data = record.data
        if len(data) < 6:  # noqa: PLR2004 - row, column and format
            return
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
        elif kind == 0xBD:  # noqa: PLR2004 - packed numbers side by side
            for index in range((len(data) - 6) // 6):
                style, value = struct.unpack_from("<HI", data, 4 + 6 * index)
                rows.setdefault(row, {})[column + index] = self._number(unpacked(value), style)
            return
        elif kind == 0x205 and data[7:8] == b"\0":  # noqa: PLR2004 - true or false
            text = "TRUE" if data[6] else "FALSE"
        elif kind == 0x04 and not self._eight:  # noqa: PLR2004 - a string of version 2
            text = self._short(data[7:])
        elif kind == 0x02 and not self._eight:  # noqa: PLR2004 - a whole number of version 2
            text = str(struct.unpack_from("<H", data, 7)[0])
        elif kind == 0x03 and not self._eight and len(data) >= 15:  # noqa: PLR2004 - a number of version 2
            text = number(repr(struct.unpack_from("<d", data, 7)[0]))
        if text:
            rows.setdefault(row, {})[column] = text

    def _number(self, value: float, style: int) -> str:
        form = self._cells[style] if style < len(self._cells) else 0
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

"""Workbooks with binary sheets: records of every kind of cell, and those that are damaged."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document
from tests.extract.office.office_files import items, packed, read, relations

TYPES = (
    '<Types><Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
    "</Types>"
)


def record(kind: int, data: bytes = b"") -> bytes:
    """Return a record: its kind and its size are numbers of seven bits a byte."""
    return _number(kind) + _number(len(data)) + data


def _number(value: int) -> bytes:
    found = bytearray()
    while value >= 0x80:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*found, value))


def text(value: str) -> bytes:
    """Return a string with its length before it."""
    data = value.encode("utf-16-le")
    return struct.pack("<I", len(data) // 2) + data


def cell(kind: int, data: bytes, column: int = 0, style: int = 0) -> bytes:
    """Return a cell; kinds of cells that say no column have none."""
    place = b"" if 12 <= kind <= 18 else struct.pack("<I", column)
    return record(kind, place + struct.pack("<I", style) + data)


def row(number: int, *cells: bytes) -> bytes:
    """Return a row, its number counted from 1."""
    return record(0, struct.pack("<II", number - 1, 0) + bytes(9)) + b"".join(cells)


STYLES = b"".join((
    record(278), record(44, struct.pack("<H", 200) + text("[h]:mm")),
    record(626), record(47, struct.pack("<HHIII", 0xFFFF, 14, 0, 0, 0)), record(627),
    record(617), *(record(47, struct.pack("<HHIII", 0, form, 0, 0, 0)) for form in (0, 14, 200, 20)),
    record(618), record(279),
))  # fmt: skip
SHEET = b"".join((
    record(129), record(148, struct.pack("<IIII", 2, 8, 0, 4)), record(145),
    row(3, cell(7, struct.pack("<I", 0)), cell(7, struct.pack("<I", 1), 1), cell(1, b"", 2)),
    row(4, cell(2, struct.pack("<I", 125 << 2 | 3)), cell(5, struct.pack("<d", 43831.0), 1, 1),
        cell(5, struct.pack("<d", 1.5625), 2, 2), cell(9, struct.pack("<d", 0.75), 3, 3)),
    row(9, cell(4, b"\1"), cell(3, b"\x07", 1), cell(6, text("in line"), 2),
        cell(8, text("made") + bytes(8), 3), cell(62, b"\1" + text("rich") + bytes(4), 4),
        cell(18, struct.pack("<I", 1)), cell(15, b"\0")),
    record(146), record(479, b"\0\0" + text("&CConfidential") + text("&P") + b"\xff" * 16), record(480),
    record(130),
))  # fmt: skip


def book(sheet: bytes = SHEET, *, flags: int = 0) -> bytes:
    """Return a workbook of two sheets, the second without a cell."""
    sheets = b"".join(
        record(156, struct.pack("<II", 0, number) + text(f"rId{number}") + text(name))
        for number, name in ((1, "Ports"), (2, "Sheet2"))
    )
    return packed({
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relations(("officeDocument", "xl/workbook.bin")),
        "xl/workbook.bin": record(131) + record(153, struct.pack("<I", flags)) + sheets + record(132),
        "xl/_rels/workbook.bin.rels": relations(
            ("worksheet", "worksheets/sheet1.bin"), ("worksheet", "worksheets/sheet2.bin"),
            ("sharedStrings", "sharedStrings.bin"), ("styles", "styles.bin"),
        ),
        "xl/worksheets/sheet1.bin": sheet,
        "xl/worksheets/_rels/sheet1.bin.rels": relations(("comments", "../comments1.bin")),
        "xl/worksheets/sheet2.bin": record(129) + record(130),
        "xl/comments1.bin": record(637, b"\1" + text("to be checked") + bytes(8)),
        "xl/sharedStrings.bin": b"".join((
            record(159, struct.pack("<II", 2, 2)), record(19, b"\0" + text("Smuggling by sea")),
            record(19, b"\0" + text("ميناء صفاقس")), record(160),
        )),
        "xl/styles.bin": STYLES,
    })  # fmt: skip


def test_cells() -> None:
    """Each kind of cell reads as in xlsx: shared and own strings, numbers, days, elapsed times, formulas."""
    document = read(book(), "a.xlsb")
    found = [(document.text[one.start : one.end], one.line, one.heading) for one in document.passages]
    assert found == [
        ("Ports", None, ()),
        ("Smuggling by sea | ميناء صفاقس", 3, ("Ports",)),
        ("1.25 | 2020-01-01 | 37:30 | 18:00", 4, ("Ports",)),
        ("TRUE | in line | made | rich | ميناء صفاقس | FALSE", 9, ("Ports",)),
        ("to be checked", None, ("Ports",)),
        ("Confidential", None, ("Ports",)),
    ]
    assert document.type == "xlsx"


def test_since_1904() -> None:
    """Workbooks of old Macintoshes count their days from 1904."""
    sheet = row(1, cell(5, struct.pack("<d", 1.0), 0, 1))
    assert read(book(sheet, flags=1), "a.xlsb").text.startswith("Ports\n\n1904-01-02")


@pytest.mark.parametrize(
    "damage",
    [
        record(7, b"\0" * 4),
        record(6, bytes(8) + struct.pack("<I", 0x7FFF_FFFF)),
        _number(6) + _number(1 << 27),
        b"\x06",
        _number(6) + _number(100) + bytes(20),
        record(479, b"\0\0\1"),
    ],
)
def test_damaged_sheet(damage: bytes) -> None:
    """A sheet that breaks off keeps the rows before that, and the file says what is left out."""
    sheet = row(1, cell(7, struct.pack("<I", 0))) + row(2, cell(4, b"\1")) + damage
    document, problem = items(book(sheet), "a.xlsb")
    assert isinstance(document, Document)
    assert "Smuggling by sea" in document.text
    assert isinstance(problem, Problem)
    assert problem.reason.startswith("from sheet 'Ports' on some is left out: damaged: ")


def test_damaged_book() -> None:
    """A workbook whose list of sheets is broken gives a reason."""
    with zipfile.ZipFile(io.BytesIO(book())) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with pytest.raises(ExtractionError, match="damaged: its description of its sheets"):
        read(packed({**parts, "xl/workbook.bin": record(156, bytes(9))}), "a.xlsb")

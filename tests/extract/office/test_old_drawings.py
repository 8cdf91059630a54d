"""Pictures, WordArt and charts of Office before 2007, and of RTF: their words are found."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable

import pytest

from coopsearch.indexer.extract.office.cells import number
from coopsearch.indexer.extract.reasons import DESCRIBED
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document
from tests.extract.office.office_files import compound, items, read
from tests.extract.office.test_ole import atom, record, xls

ALT = "A map of the port of Sfax"
WORDS, NAME, DESCRIPTION = 0xC0C0, 0xC380, 0xC381


def shape(number_of: int, *more: bytes, **said: str) -> bytes:
    """Return a shape that says something: as its ``words``, its ``name`` or what it ``shows``."""
    keys = {"words": WORDS, "name": NAME, "shows": DESCRIPTION}
    values = [(keys[key], f"{value}\0".encode("utf-16-le")) for key, value in said.items()]
    rows = struct.pack("<HI", 0x017F, 7) + b"".join(
        struct.pack("<HI", key, len(data)) for key, data in values
    )
    options = rows + b"".join(data for _, data in values)
    itself = atom(0xF00A, struct.pack("<II", number_of, 0xA00))
    return atom(
        0xF004, itself + atom(0xF00B, options, instance=len(values) + 1) + b"".join(more), container=True
    )


def drawing(*shapes: bytes) -> bytes:
    """Return a drawing; the first shape in it is that which holds all."""
    return atom(0xF002, atom(0xF003, shape(1024) + b"".join(shapes), container=True), container=True)


def group(*shapes: bytes) -> bytes:
    """Return shapes that are grouped; the first of them is the group."""
    return atom(0xF003, b"".join(shapes), container=True)


# -------------------------------------------------------------------------------------------------- sheets


def anchor(row: int, column: int) -> bytes:
    return atom(0xF010, struct.pack("<9H", 2, column, 0, row, 0, column + 2, 0, row + 2, 0))


def name(text: str, before: bytes = b"") -> bytes:
    return before + struct.pack("<BB", len(text), 0) + text.encode("latin-1")


def chart(*, title: str = "Boats a year", form: int = 0) -> bytes:
    """Return a chart of two series: days or words below the first, and nothing below the second."""
    series = b"".join(
        record(0x1003, bytes(12))
        + record(0x1033)
        + record(0x1051, bytes(8))
        + record(0x100D, name(one, b"\0\0"))
        + record(0x1051, struct.pack("<BBHHH", 2, 2, 0, form, 0))
        + record(0x1034)
        for one in ("Arrivals", "Losses")
    )
    points = record(0x1065, struct.pack("<H", 2))
    if form:
        points += record(0x203, struct.pack("<HHHd", 0, 0, 0, 43831.0))
        points += record(0x203, struct.pack("<HHHd", 1, 0, 0, 43862.0))
    else:
        points += record(0x204, struct.pack("<HHHHB", 0, 0, 0, 4, 0) + b"Sfax")
        points += record(0x204, struct.pack("<HHHHB", 1, 0, 0, 6, 0) + b"Zarzis")
    points += record(0x1065, struct.pack("<H", 1))
    for point, of_series, value in ((0, 0, 1250.0), (1, 0, 77.5), (0, 1, 13.0)):
        points += record(0x203, struct.pack("<HHHd", point, of_series, 0, value))
    text = record(0x1025, bytes(32)) + record(0x1033) + record(0x100D, name(title, b"\0\0")) + record(0x1034)
    start = record(0x809, struct.pack("<HHI", 0x600, 0x20, 0))
    return start + record(0x1033) + series + text + record(0x1034) + points + record(0x0A)


def workbook(*inside: bytes) -> bytes:
    """Return a workbook whose sheet has more at its end."""
    whole = xls()
    assert whole.endswith(record(0x0A))
    return whole[: -len(record(0x0A))] + b"".join(inside) + record(0x0A)


def pictures() -> bytes:
    """Return the drawing of a sheet in two records, one of which goes on in another."""
    data = drawing(
        shape(1026, anchor(9, 0), shows="second"),
        shape(1027, anchor(3, 0), name="Picture 2", shows=ALT),
        shape(1028, anchor(4, 0), shows="picture1.png"),
        group(shape(1029, anchor(20, 0), shows="A chain"), shape(1030, words="Border report")),
    )
    return (
        record(0xEC, data[:100])
        + record(0x5D, bytes(26))
        + record(0xEC, data[100:200])
        + record(0x3C, data[200:])
    )


def test_sheet() -> None:
    """Behind the rows of a sheet stand its pictures by their rows, then its charts, a series in a row."""
    found = read(compound({"Workbook": workbook(pictures(), chart())}), "a.xls").text.split("\n\n")
    assert found[3:] == [
        "Secret", ALT, "second", "A chain", "Border report",
        "Boats a year", "Sfax | Zarzis", "Arrivals | 1250 | 77.5", "Losses | 13",
    ]  # fmt: skip


def test_sheet_of_a_chart() -> None:
    """A sheet that is a chart is read like one in a sheet; days below it are read as days."""
    whole = xls()
    at = whole.index(record(0x809, struct.pack("<HHI", 0x600, 0x10, 0)))
    found = read(compound({"Workbook": whole[:at] + chart(form=14)}), "a.xls").text.split("\n\n")
    assert found == [
        "Ports", "Boats a year", "2020-01-01 | 2020-02-01", "Arrivals | 1250 | 77.5", "Losses | 13",
    ]  # fmt: skip


def graph() -> bytes:
    """Return the workbook of a chart that Microsoft Graph drew."""
    listed = record(0x85, struct.pack("<IHH", 0, 2, 0))
    start = record(0x809, struct.pack("<HHI", 0x680, 5, 0))
    at = len(start + listed + record(0x0A))
    listed = record(0x85, struct.pack("<IHH", at, 2, 0))
    cells = [
        record(4, struct.pack("<HH3xBB", 0, 1, 4, 0) + b"Sfax"),
        record(4, struct.pack("<HH3xBB", 1, 0, 4, 1) + "قارب".encode("utf-16-le")),
        record(3, struct.pack("<HH3xd", 1, 1, 20.5)),
    ]
    text = (
        record(0x1025, bytes(32)) + record(0x1033) + record(0x100D, name("Boats", b"\0\0")) + record(0x1034)
    )
    series = (
        record(0x1003, bytes(12)) + record(0x1033) + record(0x100D, name("row", b"\0\0")) + record(0x1034)
    )
    sheet = (
        record(0x809, struct.pack("<HHI", 0x680, 0x8000, 0)) + b"".join(cells) + series + text + record(0x0A)
    )
    return start + listed + record(0x0A) + sheet


def test_graph() -> None:
    """A chart of Microsoft Graph gives its table and its title."""
    assert read(compound({"Workbook": graph()}), "a.xls").text.split("\n\n") == [
        "Sfax",
        "قارب | 20.5",
        "Boats",
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1234567890123450", "1234567890123450"),
        ("1.2345678901234505e+15", "1234567890123450"),
        ("7.5e+20", "750000000000000000000"),
        ("1e+22", "1e+22"),
        ("0.00001", "0.00001"),
        ("1e-05", "0.00001"),
        ("1e-12", "1e-12"),
        ("0.30000000000000004", "0.3"),
        ("-12.5", "-12.5"),
    ],
)
def test_numbers(value: str, expected: str) -> None:
    """Long and small numbers are written as people write and look for them."""
    assert number(value) == expected


# -------------------------------------------------------------------------------------------------- slides


def slides(*shapes: bytes) -> bytes:
    """Return a presentation of one slide with these shapes."""
    slide = atom(1006, atom(1036, drawing(*shapes), container=True), container=True)
    place = atom(1011, struct.pack("<IIIII", 2, 0, 1, 256, 0))
    document = atom(1000, atom(4080, place, container=True), container=True)
    data = slide + document
    listed = len(data)
    data += atom(6002, struct.pack("<III", 2 << 20 | 1, len(slide), 0))
    edit = len(data)
    data += atom(4085, struct.pack("<IIIII", 256, 0, 0, listed, 1))
    return compound(
        {"PowerPoint Document": data, "Current User": bytes(16) + struct.pack("<I", edit) + bytes(8)}
    )


def at(top: int) -> bytes:
    return atom(0xF010, struct.pack("<4h", top, 0, 100, top + 20))


def test_slide() -> None:
    """On a slide what a picture is said to show stands where the picture does; WordArt is text."""
    text = atom(0xF00D, atom(3999, struct.pack("<I", 4)) + atom(4008, b"below"))
    shown = (
        shape(2, at(300), text),
        shape(3, at(200), shows=ALT),
        shape(4, at(0), words="Border report"),
        shape(5, at(100), shows="Picture 7"),
    )
    assert read(slides(*shown), "a.ppt").text.split("\n\n") == ["Border report", ALT, "below"]


def test_described_alone() -> None:
    """A presentation of pictures alone says that they may be read, beside what they are said to show."""
    document, problem = items(slides(shape(3, at(200), shows=ALT)), "a.ppt")
    assert isinstance(document, Document)
    assert isinstance(problem, Problem)
    assert (document.text, problem.reason) == (ALT, DESCRIBED)


# ------------------------------------------------------------------------------------------------- documents


def word() -> bytes:
    """Return a document with a picture in a line, one in a cell, and a group that floats."""
    text = b"be\x01fore\rfloats\x08 here\r\x01in\x07b\x07\x07end\r"
    head = 0x400
    body = bytearray(head)
    struct.pack_into("<HHHHHH", body, 0, 0xA5EC, 0xC1, 0, 0x409, 0, 0x200)
    struct.pack_into("<I", body, 0x4C, len(text))
    inline = [drawn_in_line(shape(7, shows=ALT), 0x64), drawn_in_line(shape(8, shows="In a cell"), 0x66)]
    data = b"".join(inline)
    pieces = struct.pack("<II", 0, len(text)) + struct.pack("<HIH", 0, head * 2 | 0x4000_0000, 0)
    table = b"\2" + struct.pack("<I", len(pieces)) + pieces
    struct.pack_into("<II", body, 0x1A2, 0, len(table))
    # Characters that are pictures, a page of them.
    whole = (bytes(body) + text).ljust(0x600, b"\0")
    first, second = text.index(b"\x01"), text.rindex(b"\x01")
    places = [head, head + first, head + first + 1, head + second, head + second + 1, head + len(text)]
    settings = [struct.pack("<BHI", 6, 0x6A03, where) for where in (0, len(inline[0]))]
    page = struct.pack("<6I", *places) + bytes((0, 240, 0, 244, 0))
    page = page.ljust(480, b"\0") + settings[0].ljust(8, b"\0") + settings[1]
    whole += page.ljust(511, b"\0") + b"\x05"
    struct.pack_into("<II", body, 0xFA, len(table), 12)
    table += struct.pack("<III", head, head + len(text), 3)
    # Shapes that float: where their anchors are, and the drawing.
    struct.pack_into("<II", body, 0x1DA, len(table), 4 * 2 + 26)
    table += struct.pack("<II", text.index(b"\x08"), len(text)) + struct.pack("<I22x", 1030)
    floats = drawing(
        shape(1029, shows="elsewhere"), group(shape(1030, shows="A chain"), shape(1031, words="Art"))
    )
    art = atom(0xF000, bytes(8), container=True) + b"\0" + floats
    struct.pack_into("<II", body, 0x22A, len(table), len(art))
    return compound({"WordDocument": bytes(body) + whole[head:], "1Table": table + art, "Data": data})


def drawn_in_line(picture: bytes, kind: int) -> bytes:
    named = b"\x05a.png" if kind == 0x66 else b""
    return struct.pack("<IHH", 68 + len(named + picture), 68, kind).ljust(68, b"\0") + named + picture


def test_document() -> None:
    """In a document it stands behind its paragraph, or in its cell, for pictures in lines and for shapes."""
    found = read(word(), "a.doc").text.split("\n\n")
    assert found == ["before", ALT, "floats here", "A chain", "Art", "in In a cell | b", "end"]


RTF = (
    rb"{\rtf1\ansi Before{\*\shppict{\pict{\*\picprop{\sp{\sn wzDescription}"
    rb"{\sv A map of Sfax\u8217 ?s port}}{\sp{\sn pib}{\sv {\pict\pngblip 8950}}}}"
    rb"\pngblip 89504e47}}{\nonshppict{\pict\wmetafile8 0100}} after\par"
    rb"{\shp{\*\shpinst\shpleft0{\sp{\sn wzName}{\sv Picture 3}}{\sp{\sn wzDescription}{\sv A chain}}"
    rb"{\sp{\sn gtextUNICODE}{\sv Border report}}{\shptxt Boxed text\par}}{\shprslt {\*\do old\par}}}next\par"
    rb"\trowd\intbl a{\*\shppict{\pict{\*\picprop{\sp{\sn wzDescription}{\sv In a cell}}}\pngblip 89}}\cell "
    rb"b\cell\row\pard{\sp{\sn wzDescription}{\sv image1.png}}end\par}"
)


def test_rtf() -> None:
    """In RTF it stands behind its paragraph, or in its cell; other properties of shapes are no text."""
    assert read(RTF, "a.rtf").text.split("\n\n") == [
        "Before after", "A map of Sfax’s port", "Boxed text", "A chain", "Border report", "next",
        "a In a cell | b", "end",
    ]  # fmt: skip


MADE: dict[str, Callable[[], bytes]] = {
    "a.xls": lambda: compound({"Workbook": workbook(pictures(), chart())}),
    "graph.xls": lambda: compound({"Workbook": graph()}),
    "a.ppt": lambda: slides(group(shape(2, at(5), shows=ALT), shape(3, at(9), words="Art"))),
    "a.doc": word,
    "a.rtf": lambda: RTF,
}


@pytest.mark.parametrize("of_name", MADE)
def test_mangled(of_name: str) -> None:
    """Files cut and changed at random give documents or a reason, nothing else."""
    mangled(MADE[of_name](), of_name)


def mangled(whole: bytes, of_name: str) -> None:
    """Read a file cut and changed at random, and what is embedded in it."""
    chance = random.Random(of_name)
    for _ in range(150):
        data = bytearray(whole if chance.random() < 0.7 else whole[: chance.randint(8, len(whole))])
        for _ in range(chance.randint(1, 30)):
            data[chance.randrange(min(8, len(data) - 1), len(data))] = chance.randrange(256)
        try:
            for one in items(bytes(data), of_name):
                if not isinstance(one, Document | Problem):
                    items(one.open().read(), one.name)
        except ExtractionError:
            continue


def test_deep() -> None:
    """Shapes in groups within each other without end are read to a depth, and cost no file its text."""
    deep = shape(1, shows=ALT)
    for _ in range(800):
        deep = group(deep)
    found = read(
        compound({"Workbook": workbook(record(0xEC, drawing(deep, shape(2, shows="beside"))))}), "a.xls"
    )
    assert found.text.endswith("beside")
    assert ALT not in found.text

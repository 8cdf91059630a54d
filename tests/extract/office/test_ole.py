"""Office documents from before 2007: made here record by record, cut and changed at random."""

from __future__ import annotations

import random
import struct

import pytest

from coopsearch.indexer.extract.office.biff import unpacked
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document
from tests.extract.office.office_files import compound, items, read


def record(kind: int, data: bytes = b"") -> bytes:
    """Return a record of a workbook."""
    return struct.pack("<HH", kind, len(data)) + data


def xls() -> bytes:
    """Return a workbook of version 8 with cells of each kind and a string in two parts."""
    shared = struct.pack("<II", 2, 2) + struct.pack("<HB", 4, 1) + "ميناء"[:4].encode("utf-16-le")
    shared += struct.pack("<HB", 10, 0) + b"smugg"
    start = record(0x809, struct.pack("<HHI", 0x600, 5, 0))
    formats = record(0xE0, struct.pack("<HH", 0, 0)) + record(0xE0, struct.pack("<HH", 0, 14))
    strings = record(0xFC, shared) + record(0x3C, b"\1" + "lings"[:5].encode("utf-16-le"))
    cells = b"".join((
        record(0x809, struct.pack("<HHI", 0x600, 0x10, 0)),
        record(0xFD, struct.pack("<HHHI", 0, 0, 0, 0)),
        record(0xFD, struct.pack("<HHHI", 0, 1, 0, 1)),
        record(0x203, struct.pack("<HHHd", 1, 0, 1, 43831.0)),
        record(0x27E, struct.pack("<HHHI", 1, 1, 0, (125 << 2) | 3)),
        record(0x06, struct.pack("<HHH6sH", 1, 2, 0, bytes(6), 0xFFFF)),
        record(0x207, struct.pack("<HB", 3, 0) + b"sum"),
        record(0x15, struct.pack("<HB", 8, 0) + b"&CSecret"),
        record(0x0A),
    ))  # fmt: skip
    name = struct.pack("<BB", 5, 0) + b"Ports"
    size = len(start + formats + strings) + len(record(0x85, bytes(6) + name)) + 4
    sheet = record(0x85, struct.pack("<IH", size, 0) + name)
    return start + formats + sheet + strings + record(0x0A) + cells


def atom(kind: int, data: bytes, *, container: bool = False, instance: int = 0) -> bytes:
    """Return a record of a presentation."""
    return struct.pack("<HHI", instance << 4 | (15 if container else 0), kind, len(data)) + data


def ppt() -> tuple[bytes, bytes]:
    """Return the streams of a presentation of one slide, which was saved twice."""
    box = atom(0xF00D, atom(3999, struct.pack("<I", 4)) + atom(4000, "نص الشريحة".encode("utf-16-le")))
    old = atom(1006, atom(0xF00D, atom(4008, b"old")), container=True)
    slide = atom(1006, box, container=True)
    place = atom(1011, struct.pack("<IIIII", 2, 0, 1, 256, 0))
    title = atom(3999, struct.pack("<I", 0)) + atom(4008, b"The title")
    document = atom(1000, atom(4080, place + title, container=True), container=True)
    data = old + slide + document
    listed = len(data)
    data += atom(6002, struct.pack("<III", 2 << 20 | 1, len(old) + len(slide), len(old)))
    edit = len(data)
    data += atom(4085, struct.pack("<IIIII", 256, 0, 0, listed, 1))
    return data, bytes(16) + struct.pack("<I", edit) + bytes(8)


def doc() -> tuple[bytes, bytes]:
    """Return the streams of a document of two pieces, one of a byte for each letter."""
    narrow = "Le café\r\x13 HYPERLINK \x14lien\x15 a\x1eb\x1f\rx\x07y\x07\x07".encode("cp1252")
    wide = "نص\rnote\r".encode("utf-16-le")
    body = bytearray(0x400)
    struct.pack_into("<HHHHHH", body, 0, 0xA5EC, 0xC1, 0, 0x409, 0, 0x200)
    first, second = len(narrow), len(wide) // 2
    struct.pack_into("<8I", body, 0x4C, first + 3, second - 3, 0, 0, 0, 0, 0, 0)
    pieces = struct.pack("<III", 0, first, first + second)
    pieces += struct.pack("<HIH", 0, 0x400 * 2 | 0x4000_0000, 0) + struct.pack("<HIH", 0, 0x400 + first, 0)
    table = b"\2" + struct.pack("<I", len(pieces)) + pieces
    struct.pack_into("<II", body, 0x1A2, 0, len(table))
    return bytes(body) + narrow + wide, table


def files() -> dict[str, bytes]:
    """Return a file of each kind by its name."""
    slides, user = ppt()
    body, table = doc()
    return {
        "a.xls": compound({"Workbook": xls()}),
        "a.ppt": compound({"PowerPoint Document": slides, "Current User": user}),
        "a.doc": compound({"WordDocument": body, "1Table": table}),
    }


def test_xls() -> None:
    """Strings that go on in another record, numbers, days and results of formulas are read by row."""
    document = read(files()["a.xls"], "a.xls")
    assert document.text.split("\n\n") == ["Ports", "مينا | smugglings", "2020-01-01 | 1.25 | sum", "Secret"]
    assert [one.line for one in document.passages] == [None, 1, 2, None]
    assert document.type == "xls"


def test_xls_elapsed() -> None:
    """Elapsed times in old workbooks are not days of the year 1900."""
    data = xls().replace(record(0xE0, struct.pack("<HH", 0, 14)), record(0xE0, struct.pack("<HH", 0, 46)))
    data = data.replace(struct.pack("<d", 43831.0), struct.pack("<d", 1.5))
    assert read(compound({"Workbook": data}), "a.xls").text.split("\n\n")[2] == "36:00:00 | 1.25 | sum"


def test_ppt() -> None:
    """The slide as it was saved last is read, with its title from the outline."""
    document = read(files()["a.ppt"], "a.ppt")
    found = [(document.text[one.start : one.end], one.page, one.level) for one in document.passages]
    assert found == [("The title", 1, 1), ("نص الشريحة", 1, 0)]
    assert document.type == "ppt"


def anchored(top: int, left: int, *texts: bytes) -> bytes:
    """Return a shape in its place, with what is in its text box."""
    place = atom(0xF010, struct.pack("<4h", top, left, left + 100, top + 20))
    return atom(0xF004, place + atom(0xF00D, b"".join(texts)), container=True)


def test_ppt_order() -> None:
    """Shapes are read by their places: those that refer to the outline too, and those of a group as one."""
    own = [atom(3999, struct.pack("<I", 4)) + atom(4008, text) for text in (b"last", b"right", b"left")]
    inner = [
        atom(0xF004, atom(0xF00F, struct.pack("<4i", x, 0, x + 9, 9)) + atom(0xF00D, text), container=True)
        for x, text in ((50, own[1]), (0, own[2]))
    ]
    group = atom(0xF003, anchored(200, 0) + b"".join(inner), container=True)
    shapes = anchored(300, 0, own[0]) + group + anchored(100, 0, atom(3998, struct.pack("<I", 2)))
    drawing = atom(0xF002, atom(0xF003, shapes, container=True), container=True)
    slide = atom(1006, atom(1036, drawing, container=True), container=True)
    place = atom(1011, struct.pack("<IIIII", 2, 0, 1, 256, 0))
    outline = atom(3999, struct.pack("<I", 0)) + atom(4008, b"The title") + atom(3999, struct.pack("<I", 1))
    outline += atom(3999, struct.pack("<I", 1)) + atom(4008, b"first")
    document = atom(1000, atom(4080, place + outline, container=True), container=True)
    data = slide + document
    listed = len(data)
    data += atom(6002, struct.pack("<III", 2 << 20 | 1, len(slide), 0))
    edit = len(data)
    data += atom(4085, struct.pack("<IIIII", 256, 0, 0, listed, 1))
    user = bytes(16) + struct.pack("<I", edit) + bytes(8)
    document_of = read(compound({"PowerPoint Document": data, "Current User": user}), "a.ppt")
    assert document_of.text.split("\n\n") == ["The title", "first", "left", "right", "last"]


def test_doc() -> None:
    """Pieces are joined, instructions of fields left out, rows kept together, notes put last."""
    document = read(files()["a.doc"], "a.doc")
    assert document.text.split("\n\n") == ["Le café", "lien a-b", "x | y", "نص", "note"]
    assert document.passages[-1].heading == ("Footnotes",)
    assert document.type == "doc"


def test_wrong_ending() -> None:
    """The bytes decide, whatever the ending says."""
    assert read(files()["a.xls"], "a.docx").type == "xls"
    with pytest.raises(ExtractionError, match="no document: an OLE file"):
        read(compound({"Other": b"x"}), "a.doc")


@pytest.mark.parametrize("name", ["a.xls", "a.ppt", "a.doc"])
def test_encrypted(name: str) -> None:
    """A document with a password says so."""
    data = bytearray(files()[name])
    if name == "a.doc":
        at = data.index(struct.pack("<HH", 0xA5EC, 0xC1))
        data[at + 11] |= 1
    elif name == "a.ppt":
        user = data.index(ppt()[1][16:20], 1024 + 4096)
        struct.pack_into("<I", data, user - 4, 0xF3D1C4DF)
    else:
        data = bytearray(compound({"Workbook": xls()[:12] + record(0x2F, bytes(6)) + xls()[12:]}))
    with pytest.raises(ExtractionError, match="encrypted"):
        read(bytes(data), name)


def test_unpacked() -> None:
    """Packed numbers are whole or the upper half of a number, perhaps hundredfold."""
    assert unpacked(125 << 2 | 3) == 1.25
    assert unpacked(((1 << 30) - 5) << 2 | 2) == -5
    assert unpacked(0x3FF00000) == 1


@pytest.mark.parametrize("name", ["a.xls", "a.ppt", "a.doc"])
def test_damaged(name: str) -> None:
    """Files cut and changed at random give a document or a reason, nothing else."""
    chance = random.Random(5)
    whole = files()[name]
    for _ in range(400):
        data = bytearray(whole if chance.random() < 0.7 else whole[: chance.randint(8, len(whole))])
        for _ in range(chance.randint(1, 30)):
            at = chance.randrange(8, 1536) if chance.random() < 0.3 else chance.randrange(8, len(whole))
            if at < len(data):
                data[at] = chance.randrange(256)
        try:
            found = items(bytes(data), name)
        except ExtractionError:
            continue
        assert all(isinstance(one, Document) for one in found)

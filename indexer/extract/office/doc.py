"""Word documents of 97 to 2003 (doc), and of 6 and 95.

Text is put together from the pieces that the file says it is made of, marked as deleted or not;
headings are paragraphs in the styles that are always headings. What pictures are said to show stands behind
their paragraph, or in their cell. [MS-DOC].
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby
from typing import Final, NamedTuple

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.office.doc_drawings import FLOATING, INLINE, Drawings
from coopsearch.indexer.extract.office.officeart import Said
from coopsearch.indexer.extract.office.ole import Compound
from coopsearch.indexer.extract.reasons import encrypted
from coopsearch.indexer.problem import Problem
from coopsearch.search.analysis.note_marks import raised
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

_WORD_97, _WORD_6 = 0xA5EC, 0xA5DC
_OLD: Final = 0xC1
"""Lower numbers of versions are Word 6 and 95, whatever the file begins with."""
_LOCKED, _SECOND_TABLE, _IN_PIECES = 0x0100, 0x0200, 0x0004
#: Parts of the text in their order, and what they are called.
_PARTS: Final = ("", "Footnotes", "Header or footer", "", "Comments", "Endnotes", "", "Header or footer")
_MACROS: Final = 3
_CELL, _ROW = "\x07", 0x2417
_OUTLINE: Final = 0x2640
_DELETED: Final = 0x0800
_PICTURE: Final = 0x6A03
_SUPERSCRIPT, _POSITION = 0x2A48, 0x4845
_IS_DELETED, _IS_RAISED = 1, 2
#: Bits of a character's value below the place of the picture that it stands for.
_LOOK_BITS: Final = 2
_LOOKS: Final = (1 << _LOOK_BITS) - 1
_HEADERS: Final = 2
_TABLE: Final = 0xD608
_PAGE: Final = 512
#: Positions from here on are negative, and print stands lower.
_SUNK: Final = b"\x80"
#: Letters before a raised run in which the word is looked for that it stands at.
_NEAR: Final = 40
_HEADINGS: Final = 9
_FIELD: Final = re.compile("[\x13\x14\x15]")
_SIGN: Final = re.compile(f"[{INLINE}{FLOATING}]")
_SIGNS: Final = str.maketrans(
    {"\x0b": "\n", "\x0c": "\r", "\x0e": "\r", "\x1e": "-"} | dict.fromkeys("\x01\x02\x05\x08\x1f")
)
#: Encodings of Word 6 by the language that the file is in; Western if none fits.
_CODECS: Final = {0x01: "cp1256", 0x05: "cp1250", 0x08: "cp1253", 0x0D: "cp1255", 0x0E: "cp1250",
                  0x15: "cp1250", 0x19: "cp1251", 0x1F: "cp1254", 0x22: "cp1251", 0x29: "cp1256"}  # fmt: skip


class _Piece(NamedTuple):
    """Characters from ``start`` on stand in the file from ``at`` on, ``width`` bytes each."""

    start: int
    end: int
    at: int
    width: int


def extract(source: Source, compound: Compound) -> Iterator[Document | Problem]:
    """Yield the one document, and what it lacks. Raises ExtractionError with the reason if it has no text."""
    try:
        flow = _read(source, compound)
    except (struct.error, IndexError, OverflowError):
        raise ExtractionError("damaged: its description of its text is broken") from None
    yield flow.document(source, "doc", compound.about())
    yield from flow.lacking(source)


def _read(source: Source, compound: Compound) -> Flow:
    data = compound.read("worddocument")
    magic, version, _, language, _, flags = struct.unpack_from("<HHHHHH", data)
    if magic not in {_WORD_97, _WORD_6}:
        raise ExtractionError("damaged: it does not begin as a Word document does")
    if flags & _LOCKED:
        raise encrypted()
    codec = "cp1252"
    looks = _Ranges([])
    styles = _Ranges([])
    drawings: Drawings | None = None
    if version < _OLD:
        codec = _CODECS.get(language & 0x3FF, codec)
        counts = struct.unpack_from("<7I", data, 0x34)
        first, last = struct.unpack_from("<II", data, 0x18)
        at, size = struct.unpack_from("<II", data, 0x160)
        pieces = list(_pieces(data[at : at + size])) if flags & _IN_PIECES else []
        pieces = [one._replace(width=1) for one in pieces] or [_Piece(0, last - first, first, 1)]
    else:
        table = compound.read("1table" if flags & _SECOND_TABLE else "0table")
        counts = struct.unpack_from("<8I", data, 0x4C)
        at, size = struct.unpack_from("<II", data, 0x1A2)
        pieces = list(_pieces(table[at : at + size]))
        characters = list(_runs(data, table, 0xFA, paragraphs=False))
        looks = _Ranges([(low, high, value & _LOOKS) for low, high, value in characters if value & _LOOKS])
        pictures = _Ranges(
            [(low, high, value >> _LOOK_BITS) for low, high, value in characters if value >> _LOOK_BITS]
        )
        with suppress(struct.error, IndexError):  # What is wrong with drawings costs no text.
            drawings = Drawings(data, table, compound.read("data"), pictures.at)
        styles = _Ranges(_runs(data, table, 0x102, paragraphs=True))
    text, places = _text(data, pieces, codec, looks)
    flow = Flow(source.limit)
    at = 0
    for index, (count, name) in enumerate(zip(counts, _PARTS, strict=False)):
        end = at + count
        if name:
            flow.part(name)
        if index != _MACROS:
            part = _shown(text[at:end])
            said = _drawn(drawings, part, places[at:end], header=index == _HEADERS) if drawings else {}
            _add(part, places[at:end], styles, flow, said)
        at = end
    return flow


def _pieces(clx: bytes) -> Iterator[_Piece]:
    """Yield the pieces that a file's list of them names."""
    at = 0
    while clx[at : at + 1] == b"\x01":
        at += 3 + int(struct.unpack_from("<H", clx, at + 1)[0])
    (size,) = struct.unpack_from("<I", clx, at + 1)
    count = (min(size, len(clx) - at - 5) - 4) // 12
    starts = struct.unpack_from(f"<{count + 1}I", clx, at + 5)
    for index in range(count):
        (place,) = struct.unpack_from("<I", clx, at + 5 + 4 * (count + 1) + 8 * index + 2)
        if starts[index] < starts[index + 1]:
            narrow = place & 0x4000_0000
            place &= 0x3FFF_FFFF
            yield _Piece(
                starts[index], starts[index + 1], place // 2 if narrow else place, 1 if narrow else 2
            )


def _text(data: bytes, pieces: list[_Piece], codec: str, looks: _Ranges) -> tuple[str, list[int]]:
    """Return the characters and where in the file each stands. Deleted ones are zeros."""
    parts = []
    places: list[int] = []
    for piece in pieces:
        count = min(piece.end - piece.start, max(0, len(data) - piece.at) // piece.width)
        raw = data[piece.at : piece.at + count * piece.width]
        if piece.width == 1:
            chars = raw.decode(codec, "replace")
        else:
            # Each half of a pair is a character to Word.
            chars = "".join(map(chr, struct.unpack(f"<{count}H", raw)))
        at = list(range(piece.at, piece.at + count * piece.width, piece.width))
        if looks.any:
            chars = _as_printed(chars, [looks.at(place) for place in at])
        parts.append(chars)
        places += at
    return "".join(parts), places


def _as_printed(chars: str, looks: list[int]) -> str:
    """Return as many characters, of deleted ones zeros, and the marks of notes as raised signs."""
    parts: list[str] = []
    at = 0
    for look, run in groupby(looks):
        text = chars[at : at + len(list(run))]
        at += len(text)
        if look & _IS_DELETED:
            text = "".join(char if char in "\r\x07" else "\0" for char in text)
        elif look & _IS_RAISED:
            text = raised(text, parts[-1][-_NEAR:] if parts else "").ljust(len(text), "\0")
        parts.append(text)
    # The last may be half a character.
    return "".join((*parts, chars[at:]))


def _drawn(drawings: Drawings, text: str, places: list[int], *, header: bool) -> dict[int, list[Said]]:
    """Return what drawings say, by where in a part of the text they stand."""
    return {
        match.start(): said
        for match in _SIGN.finditer(text)
        if match.start() < len(places)
        and (said := drawings.said(match[0], match.start(), places[match.start()], header=header))
    }


def _add(text: str, places: list[int], styles: _Ranges, flow: Flow, said: dict[int, list[Said]]) -> None:
    """Add a part of the text, a paragraph or a row at a time."""
    cells: list[str] = []
    cell = ""
    start = 0
    waiting: list[Said] = []
    for match in re.finditer("[\r\x07\x0c]|$", text):
        chars = text[start : match.start()]
        if said:
            waiting += [one for sign in _SIGN.finditer(chars) for one in said.get(start + sign.start(), ())]
        start = match.end()
        value = styles.at(places[match.start()]) if match.start() < len(places) else 0
        if match[0] == _CELL or value < 0:
            # What a picture shows stands in its cell.
            chars += "".join(f"\n{text}" for one in dict.fromkeys(waiting) for text in one if text)
            waiting = []
        if match[0] == _CELL:
            if value == _ROW or (not styles.any and not chars and cells and not cell):
                flow.row([_plain(one) for one in cells])
                cells = []
            else:
                cells.append(cell + chars)
            cell = ""
        elif value < 0:
            # A paragraph within a cell.
            cell += chars + "\n"
        else:
            if cells:
                flow.row([_plain(one) for one in cells])
                cells = []
            flow.add(_plain(cell + chars), value)
            cell = ""
        for one in dict.fromkeys(waiting):
            flow.add(one.words)
            if one.shown:
                flow.describe(one.shown)
        waiting = []
    flow.row([_plain(one) for one in (*cells, cell)])


def _shown(text: str) -> str:
    """Return the text with zeros for the instructions of fields, which may span paragraphs and nest."""
    parts = []
    instructions: list[bool] = []
    at = 0
    for match in _FIELD.finditer(text):
        part = text[at : match.start()]
        parts.append("\0" * len(part) if any(instructions) else part)
        parts.append("\0")
        at = match.end()
        if match[0] == "\x13":
            instructions.append(True)
        elif instructions and match[0] == "\x14":
            instructions[-1] = False
        elif instructions:
            instructions.pop()
    # One that never ends hides nothing.
    return "".join((*parts, text[at:]))


def _plain(text: str) -> str:
    """Return what is shown: signs as what they stand for."""
    text = text.translate(_SIGNS).replace("\0", "")
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class _Ranges:
    """Values of ranges of the file: 0 where none is known."""

    def __init__(self, runs: Iterator[tuple[int, int, int]] | list[tuple[int, int, int]]) -> None:
        found = sorted(runs)
        self._starts = [start for start, _, _ in found]
        self._rest = [(end, value) for _, end, value in found]
        self.any = bool(found)

    def at(self, place: int) -> int:
        index = bisect_right(self._starts, place) - 1
        if index < 0 or place >= self._rest[index][0]:
            return 0
        return self._rest[index][1]


def _runs(data: bytes, table: bytes, where: int, *, paragraphs: bool) -> Iterator[tuple[int, int, int]]:
    """Yield the ranges of the file that have properties that matter, from pages of formatting.

    Of characters: whether they are deleted or raised, and above these bits where the picture is that they
    stand for, and one more. Of paragraphs: the level of a heading, -1 in a cell, or the end of a row.
    """
    at, size = struct.unpack_from("<II", data, where)
    count = (size - 4) // 8 if at + size <= len(table) else 0
    for index in range(count):
        (number,) = struct.unpack_from("<I", table, at + 4 * (count + 1) + 4 * index)
        page = data[(number & 0x3FFFFF) * _PAGE :][:_PAGE]
        if len(page) < _PAGE:
            continue
        runs = page[-1]
        width = 13 if paragraphs else 1
        if 4 * (runs + 1) + width * runs > _PAGE:
            continue
        places = struct.unpack_from(f"<{runs + 1}I", page)
        for run in range(runs):
            offset = 2 * page[4 * (runs + 1) + width * run]
            value = (_paragraph(page, offset) if paragraphs else _character(page, offset)) if offset else 0
            if value:
                yield places[run], places[run + 1], value


def _character(page: bytes, offset: int) -> int:
    settings = page[offset + 1 : offset + 1 + page[offset]]
    look = picture = 0
    for code, value in _settings(settings):
        if code == _DELETED and value[:1] != b"\0":
            look |= _IS_DELETED
        elif code == _PICTURE:
            picture = int.from_bytes(value, "little") + 1
        elif (code == _SUPERSCRIPT and value[:1] == b"\1") or (
            code == _POSITION and b"\0" < value[:1] < _SUNK
        ):
            look |= _IS_RAISED
    return look if look & _IS_DELETED else look | picture << _LOOK_BITS


def _paragraph(page: bytes, offset: int) -> int:
    size = page[offset]
    start = offset + (1 if size else 2)
    end = start + (2 * size - 1 if size else 2 * page[offset + 1])
    (style,) = struct.unpack_from("<H", page[start:].ljust(2, b"\0"))
    level = style if 1 <= style <= _HEADINGS else 0
    cell = False
    for code, value in _settings(page[start + 2 : end]):
        if code == _ROW and value[:1] == b"\1":
            return _ROW
        if code == 0x2416 and value[:1] == b"\1":  # noqa: PLR2004 - stands in a table
            cell = True
        elif code == _OUTLINE and value:
            level = value[0] + 1 if value[0] < _HEADINGS else 0
    return -1 if cell else level


def _settings(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield settings by their codes; a code says how long what follows is."""
    at = 0
    while at + 2 < len(data):
        (code,) = struct.unpack_from("<H", data, at)
        at += 2
        size = (1, 1, 2, 4, 2, 2, 0, 3)[code >> 13]
        if not size:
            # The definition of a table has a long length.
            size = 1 + (int.from_bytes(data[at : at + 2], "little") if code == _TABLE else data[at])
        yield code, data[at : at + size]
        at += size

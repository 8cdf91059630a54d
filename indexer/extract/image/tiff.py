"""TIFF: its pages, each in strips or tiles, packed as a PDF can have them too.

[TIFF 6.0] with the packings that scanners and fax programs use: none, PackBits, LZW, Deflate, JPEG, fax
groups 3 and 4. Knows headers; unpacks nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from coopsearch.indexer.extract.image.as_pdf import (
    CLEAR_GREY,
    CLEAR_RGB,
    CMYK,
    GREY,
    RGB,
    Part,
    Sheet,
    checked,
    indexed,
)
from coopsearch.search.errors import ExtractionError, FileState

MAGICS: Final = (b"II*\0", b"MM\0*")
_MOST_PAGES: Final = 10_000
#: Bytes of one value, and how it is read, by its type: byte, short, long, rational.
_TYPES: Final = {1: (1, "B"), 3: (2, "H"), 4: (4, "I"), 5: (8, "II"), 7: (1, "B")}
_RATIONAL: Final = 5

_KIND, _WIDTH, _HEIGHT, _BITS, _PACKING, _MEANING, _FILL = 254, 256, 257, 258, 259, 262, 266
_OFFSETS, _TURN, _VALUES, _ROWS, _COUNTS, _X, _Y, _PLANES, _GROUP_3 = (
    273, 274, 277, 278, 279, 282, 283, 284, 292,
)  # fmt: skip
_PREDICTOR, _COLOURS, _TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_COUNTS, _TABLES = (
    317, 320, 322, 323, 324, 325, 347,
)  # fmt: skip
#: Where an old kind of JPEG begins, and its length.
_JPEG_AT, _JPEG_LENGTH = 513, 514
_JPEGS: Final = frozenset({6, 7})
_FAXES: Final = frozenset({2, 3, 4})
_OTHERS: Final = {
    1: b"",
    5: b"/LZWDecode",
    8: b"/FlateDecode",
    32773: b"/RunLengthDecode",
    32946: b"/FlateDecode",
}
_WHITE_IS_0, _BLACK_IS_0, _IN_RGB, _BY_NUMBER, _IN_CMYK, _IN_YCC = 0, 1, 2, 3, 5, 6
#: Degrees to the right, by the value of the field; mirrored ones are taken as if they were not.
_TURNS: Final = {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}
#: The bits of each byte from the other end.
_REVERSED: Final = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))

Fields = Mapping[int, tuple[float, ...]]


class _Damage(Exception):
    """What a field says leads out of the file."""


class _Box(NamedTuple):
    """Where a strip or a tile is: in the file and in the picture."""

    at: int
    length: int
    left: int
    top: int
    width: int
    height: int


def turn_of(data: bytes) -> int:
    """Return by how many degrees a camera says that its picture is turned: Exif is a TIFF of fields alone."""
    try:
        for fields in _File(data).directories():
            return _TURNS.get(_first(fields, _TURN, 1), 0)
    except _Damage:
        pass
    return 0


def sheets(data: bytes) -> list[Sheet]:
    """Return the pages of a file, without small copies and masks. Raises ExtractionError."""
    file = _File(data)
    found: list[Sheet] = []
    try:
        found.extend(
            _sheet(file, fields) for fields in file.directories() if not _first(fields, _KIND, 0) & 5
        )
    except _Damage:
        if not found:
            raise ExtractionError("damaged: its pages stand beyond its end") from None
        found[-1] = found[-1]._replace(cut=True)
    if not found:
        raise ExtractionError("damaged: no TIFF picture is in it")
    return found


class _File:
    """The bytes, and how much of them was handed out: pages may not have them over and over."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._order = "<" if data[:2] == b"II" else ">"
        self._left = 4 * len(data) + 65_536

    def directories(self) -> Iterator[Fields]:
        """Yield the fields of each page. Raises _Damage."""
        if self.data[:4] not in MAGICS:
            raise _Damage
        seen: set[int] = set()
        (at,) = self._unpack("I", 4)
        while at and at not in seen and len(seen) < _MOST_PAGES:
            seen.add(at)
            (count,) = self._unpack("H", at)
            fields = {}
            for place in range(at + 2, at + 2 + 12 * count, 12):
                tag, kind, many = self._unpack("HHI", place)
                fields[tag] = self._values(kind, many, place + 8)
            yield fields
            (at,) = self._unpack("I", at + 2 + 12 * count)

    def taken(self, at: int, length: int) -> bytes:
        """Return bytes; fewer where the file ends before. Raises ExtractionError for too many of them."""
        self._left -= length
        if self._left < 0:
            raise ExtractionError("damaged: its pages share their bytes")
        return self.data[at : at + length]

    def _values(self, kind: int, many: int, place: int) -> tuple[float, ...]:
        size, code = _TYPES.get(kind, (0, ""))
        if not size:
            return ()
        if size * many > 4:  # noqa: PLR2004 - what has no room in the field stands elsewhere
            (place,) = self._unpack("I", place)
        if place + size * many > len(self.data):
            raise _Damage
        self.taken(0, size * many)
        values = struct.unpack_from(f"{self._order}{many * len(code)}{code[0]}", self.data, place)
        if kind == _RATIONAL:
            return tuple(over / (under or 1) for over, under in zip(values[::2], values[1::2], strict=True))
        return values

    def _unpack(self, code: str, at: int) -> tuple[int, ...]:
        try:
            return struct.unpack_from(self._order + code, self.data, at)
        except struct.error:
            raise _Damage from None


def _first(fields: Fields, tag: int, default: int) -> int:
    values = fields.get(tag)
    return int(values[0]) if values else default


def _sheet(file: _File, fields: Fields) -> Sheet:
    width, height = _first(fields, _WIDTH, 0), _first(fields, _HEIGHT, 0)
    checked(width, height)
    packing = _first(fields, _PACKING, 1)
    boxes = list(_boxes(fields, width, height, old=packing == 6))  # noqa: PLR2004 - the old kind of JPEG
    if not boxes:
        raise _Damage
    space, decode, bits, values = _space(fields, packing)
    parts: list[Part] = []
    cut = False
    for box in boxes:
        data = file.taken(box.at, box.length)
        cut = cut or len(data) < box.length
        if _first(fields, _FILL, 1) == 2:  # noqa: PLR2004 - from the low bit on
            data = data.translate(_REVERSED)
        if packing in _JPEGS:
            data, told = _jpeg(fields, data)
            filter_ = b"/DCTDecode"
        elif packing in _FAXES:
            filter_, told = b"/CCITTFaxDecode", _fax(fields, packing, box)
        else:
            filter_, told = _OTHERS[packing], b""
            if filter_ and _first(fields, _PREDICTOR, 1) == 2:  # noqa: PLR2004 - differences
                told = b"/Predictor 2/Colors %d/BitsPerComponent %d/Columns %d" % (values, bits, box.width)
        where = (box.left, box.top)
        parts.append(Part(data, box.width, box.height, space, bits, filter_, told, decode, *where))
    across, up = (fields.get(tag) or (0.0,) for tag in (_X, _Y))
    stretch = across[0] / up[0] if across[0] > 0 and up[0] > 0 else 1.0
    return Sheet(width, height, parts, _TURNS.get(_first(fields, _TURN, 1), 0), stretch, cut)


def _boxes(fields: Fields, width: int, height: int, *, old: bool) -> Iterator[_Box]:
    """Yield the strips or tiles of a page."""
    if old and _JPEG_AT in fields:
        yield _Box(_first(fields, _JPEG_AT, 0), _first(fields, _JPEG_LENGTH, 0), 0, 0, width, height)
        return
    if _TILES in fields:
        wide, high = _first(fields, _TILE_WIDTH, 0), _first(fields, _TILE_HEIGHT, 0)
        if wide < 1 or high < 1:
            return
        checked(wide, high)
        places = ((left, top) for top in range(0, height, high) for left in range(0, width, wide))
        offsets, counts = fields[_TILES], fields.get(_TILE_COUNTS, ())
        for (left, top), at, length in zip(places, offsets, counts, strict=False):
            yield _Box(int(at), int(length), left, top, wide, high)
        return
    high = min(height, max(1, _first(fields, _ROWS, height)))
    offsets = fields.get(_OFFSETS, ())
    # Very old programs do not say how long the one strip is.
    counts = fields.get(_COUNTS, (1 << 31,) if len(offsets) == 1 else ())
    for top, at, length in zip(range(0, height, high), offsets, counts, strict=False):
        yield _Box(int(at), int(length), 0, top, width, min(high, height - top))


def _space(fields: Fields, packing: int) -> tuple[bytes, bytes, int, int]:
    """Return what values are, what they stand for, their bits and how many make a dot."""
    values = _first(fields, _VALUES, 1)
    depths = fields.get(_BITS, (1,))
    bits = int(depths[0])
    meaning = _first(fields, _MEANING, _BLACK_IS_0)
    known = packing in _JPEGS or packing in _FAXES or packing in _OTHERS
    one_plane = values == 1 or _first(fields, _PLANES, 1) == 1
    if not known or not one_plane or len(set(depths)) > 1 or bits not in {1, 2, 4, 8}:
        raise ExtractionError("a TIFF of a kind that is not read; store it anew", FileState.UNSUPPORTED)
    if meaning == _BY_NUMBER and values == 1:
        return indexed(_colours(fields)), b"", bits, 1
    if packing in _FAXES:
        # Its codes say black and white; the field says which of the two is paper.
        return GREY, b"1 0" if meaning == _BLACK_IS_0 else b"", 1, 1
    spaces = {
        (_WHITE_IS_0, 1): (GREY, b"1 0"),
        (_BLACK_IS_0, 1): (GREY, b""),
        (_BLACK_IS_0, 2): (CLEAR_GREY, b""),
        (_IN_RGB, 3): (RGB, b""),
        (_IN_RGB, 4): (CLEAR_RGB, b""),
        (_IN_CMYK, 4): (CMYK, b""),
    }
    if packing in _JPEGS:
        spaces[_IN_YCC, 3] = (RGB, b"")
    if (meaning, values) not in spaces:
        raise ExtractionError("a TIFF of colours that are not read; store it anew", FileState.UNSUPPORTED)
    return *spaces[meaning, values], bits, values


def _colours(fields: Fields) -> bytes:
    values = [int(value) >> 8 for value in fields.get(_COLOURS, ())][: 3 * 256]
    third = len(values) // 3
    return bytes(values[at + part * third] for at in range(third) for part in range(3)) or bytes(3)


def _jpeg(fields: Fields, data: bytes) -> tuple[bytes, bytes]:
    """Return a strip as a JPEG of its own: what all of them share stands in the fields."""
    tables = bytes(int(value) for value in fields.get(_TABLES, ()))
    if len(tables) > 4 and data.startswith(b"\xff\xd8"):  # noqa: PLR2004 - begin and end
        data = tables[:-2] + data[2:]
    return data, b"/ColorTransform 0" if _first(fields, _MEANING, 1) == _IN_RGB else b""


def _fax(fields: Fields, packing: int, box: _Box) -> bytes:
    """Return how a fax is packed."""
    options = _first(fields, _GROUP_3, 0)
    # Group 4; group 3 in one dimension or two; and the bare codes of group 3, a row at a byte's edge.
    group = {4: b"/K -1", 3: b"/K 4" if options & 1 else b"/K 0"}.get(packing, b"/K 0/EncodedByteAlign true")
    return b"%s/Columns %d/Rows %d" % (group, box.width, box.height)

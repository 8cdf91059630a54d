"""GIF: its first picture, unpacked here, as a PDF packs otherwise.

[GIF89a]. What moves is read as it begins. Knows the format and nothing of what is on a picture.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.extract.image.as_pdf import Part, Sheet, checked, indexed
from coopsearch.search.errors import ExtractionError

MAGIC: Final = b"GIF8"
_HEAD: Final = 13
_PICTURE, _MORE, _END = 0x2C, 0x21, 0x3B
_CONTROL: Final = 0xF9
_COLOURS: Final = 0x80
_INTERLACED: Final = 0x40
_CLEAR: Final = 1
_MOST_CODES: Final = 4096


def sheets(data: bytes) -> list[Sheet]:
    """Return the first picture of a file. Raises ExtractionError."""
    try:
        return [_first(data)]
    except (struct.error, IndexError):
        raise ExtractionError("damaged: no GIF picture is in it") from None


def _first(data: bytes) -> Sheet:
    flags = data[10]
    colours, at = _colours(data, flags, _HEAD)
    clear = None
    while data[at] == _MORE:
        if data[at + 1] == _CONTROL and data[at + 3] & _CLEAR:
            clear = data[at + 6]
        at += 2
        while data[at]:
            at += data[at] + 1
        at += 1
    if data[at] != _PICTURE:
        raise ExtractionError("damaged: no GIF picture is in it")
    width, height, flags = struct.unpack_from("<HHB", data, at + 5)
    checked(width, height)
    own, at = _colours(data, flags, at + 10)
    colours = own or colours or bytes(6)
    if clear is not None and 3 * clear < len(colours):
        colours = colours[: 3 * clear] + b"\xff\xff\xff" + colours[3 * clear + 3 :]
    dots = _unpacked(data, at, width * height)
    cut = len(dots) < width * height
    dots = dots.ljust(width * height, b"\0")
    if flags & _INTERLACED:
        places = [
            row for first, step in ((0, 8), (4, 8), (2, 4), (1, 2)) for row in range(first, height, step)
        ]
        rows = {place: dots[number * width : (number + 1) * width] for number, place in enumerate(places)}
        dots = b"".join(rows[row] for row in range(height))
    return Sheet(width, height, [Part(dots, width, height, indexed(colours))], cut=cut)


def _colours(data: bytes, flags: int, at: int) -> tuple[bytes, int]:
    """Return a table of colours, b"" if there is none, and where what follows begins."""
    size = 3 << ((flags & 7) + 1) if flags & _COLOURS else 0
    return data[at : at + size], at + size


def _unpacked(data: bytes, at: int, most: int) -> bytes:
    """Return the dots, fewer where the file ends before."""
    least = data[at]
    clear = 1 << least
    if not 1 < least <= 8:  # noqa: PLR2004 - bits of a colour
        raise ExtractionError("damaged: no GIF picture is in it")
    fresh = [bytes([value]) for value in range(clear)] + [b"", b""]
    table = list(fresh)
    width, before = least + 1, b""
    found: list[bytes] = []
    size = bits = held = 0
    for byte in _bytes(data, at + 1):
        held |= byte << bits
        bits += 8
        while bits >= width:
            code = held & ((1 << width) - 1)
            held >>= width
            bits -= width
            if code == clear:
                table, width, before = list(fresh), least + 1, b""
                continue
            if code == clear + 1 or code > len(table) or (code == len(table) and not before):
                return b"".join(found)[:most]
            run = table[code] if code < len(table) else before + before[:1]
            found.append(run)
            size += len(run)
            if size >= most:
                return b"".join(found)[:most]
            if before and len(table) < _MOST_CODES:
                table.append(before + run[:1])
                if len(table) == 1 << width and width < 12:  # noqa: PLR2004 - the longest code
                    width += 1
            before = run
    return b"".join(found)[:most]


def _bytes(data: bytes, at: int) -> Iterator[int]:
    """Yield the bytes of blocks, each with its length before it."""
    while at < len(data) and data[at]:
        yield from data[at + 1 : at + 1 + data[at]]
        at += data[at] + 1

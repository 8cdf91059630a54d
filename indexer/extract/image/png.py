"""PNG, by its chunks: a PDF has the same packing and the same filters, so the picture is passed on packed.

[PNG, third edition]. Knows headers; unpacks nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.extract.image.as_pdf import (
    CLEAR_GREY,
    CLEAR_RGB,
    GREY,
    RGB,
    Part,
    Sheet,
    checked,
    indexed,
)
from coopsearch.search.errors import ExtractionError, FileState

MAGIC: Final = b"\x89PNG\r\n\x1a\n"
_PALETTE: Final = 3
#: What a value is made of, by the type of colour.
_SPACES: Final = {0: (1, GREY), 2: (3, RGB), _PALETTE: (1, b""), 4: (2, CLEAR_GREY), 6: (4, CLEAR_RGB)}
_DEPTHS: Final = (1, 2, 4, 8, 16)


def sheets(data: bytes) -> list[Sheet]:
    """Return the one picture of a file. Raises ExtractionError."""
    packed: list[bytes] = []
    colours = clear = b""
    head = None
    whole = False
    for kind, part in _chunks(data):
        if kind == b"IHDR" and head is None:
            if len(part) < 13:  # noqa: PLR2004 - its length
                break
            head = struct.unpack_from(">IIBBBBB", part)
        elif kind == b"PLTE":
            colours = part[: len(part) // 3 * 3][: 3 * 256]
        elif kind == b"tRNS":
            clear = part
        elif kind == b"IDAT":
            packed.append(part)
        elif kind == b"IEND":
            whole = True
            break
    if head is None or not packed or head[2] not in _DEPTHS or head[3] not in _SPACES:
        raise ExtractionError("damaged: no PNG picture is in it")
    width, height, bits, colour, _, _, interlaced = head
    if interlaced:
        raise ExtractionError("an interlaced PNG, which is not read; store it without", FileState.UNSUPPORTED)
    checked(width, height)
    values, space = _SPACES[colour]
    if colour == _PALETTE:
        space = indexed(_on_white(colours, clear) or bytes(3))
    told = b"/Predictor 15/Colors %d/BitsPerComponent %d/Columns %d" % (values, bits, width)
    part_ = Part(b"".join(packed), width, height, space, bits, b"/FlateDecode", told)
    return [Sheet(width, height, [part_], cut=not whole)]


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(MAGIC)
    while at + 8 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += 12 + length


def _on_white(colours: bytes, clear: bytes) -> bytes:
    """Return colours as they look on paper where they are clear in part."""
    found = bytearray(colours)
    for number, opaque in enumerate(clear[: len(colours) // 3]):
        for at in range(3 * number, 3 * number + 3):
            found[at] = (found[at] * opaque + 255 * (255 - opaque)) // 255
    return bytes(found)

"""JPEG: its size and how it is turned; a PDF has such files in it as they are.

[ITU T.81] and Exif. Knows headers; unpacks nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.extract.image.as_pdf import CMYK, GREY, RGB, Part, Sheet, checked
from coopsearch.indexer.extract.image.tiff import turn_of
from coopsearch.search.errors import ExtractionError, FileState

MAGIC: Final = b"\xff\xd8\xff"
_END: Final = b"\xff\xd9"
#: Where a frame's head begins: plain and progressive ones are read, the other kinds are told.
_READ: Final = frozenset({0xC0, 0xC1, 0xC2})
_OTHERS: Final = frozenset({0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_SCAN: Final = 0xDA
_APP1: Final = 0xE1
_APP14: Final = 0xEE
_EXIF: Final = b"Exif\0\0"
_SPACES: Final = {1: GREY, 3: RGB, 4: CMYK}
_BITS: Final = 8


def sheets(data: bytes) -> list[Sheet]:
    """Return the one picture of a file. Raises ExtractionError."""
    turn = 0
    adobe = False
    head = None
    for kind, part in _segments(data):
        if kind == _APP1 and part.startswith(_EXIF):
            turn = turn_of(part[len(_EXIF) :])
        elif kind == _APP14 and part.startswith(b"Adobe"):
            adobe = True
        elif kind in _READ and len(part) > 5:  # noqa: PLR2004 - as much as is read of it
            head = struct.unpack_from(">BHHB", part)
        elif kind in _OTHERS:
            raise ExtractionError("a JPEG of a kind that is not read; store it anew", FileState.UNSUPPORTED)
    if head is None or head[3] not in _SPACES or head[0] != _BITS:
        raise ExtractionError("damaged: no JPEG picture is in it")
    _, height, width, values = head
    checked(width, height)
    # Adobe's programs write ink the other way round.
    decode = b"1 0 " * 4 if values == 4 and adobe else b""  # noqa: PLR2004
    part_ = Part(data, width, height, _SPACES[values], packing=b"/DCTDecode", decode=decode)
    return [Sheet(width, height, [part_], turn, cut=_END not in data)]


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the segments before the picture itself: their kind and what is in them."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:  # noqa: PLR2004 - a marker
        kind = data[at + 1]
        if kind == 0xFF:  # noqa: PLR2004 - filling
            at += 1
            continue
        if kind == _SCAN:
            return
        (length,) = struct.unpack_from(">H", data, at + 2)
        yield kind, data[at + 4 : at + 2 + length]
        at += 2 + max(2, length)

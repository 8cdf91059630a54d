"""BMP, the picture format of Windows: rows from the bottom up, which are put in order here.

Knows the format, not packed; nothing of what is on a picture.
"""

from __future__ import annotations

import struct
from typing import Final

from coopsearch.indexer.extract.image.as_pdf import RGB, Part, Sheet, checked, indexed
from coopsearch.search.errors import ExtractionError, FileState

MAGIC: Final = b"BM"
_HEAD: Final = 54
_DEPTHS: Final = frozenset({1, 4, 8, 24, 32})
#: Not packed; and the same with the places of the colours, which are the usual ones.
_PLAIN: Final = frozenset({0, 3})
_TRUE: Final = 24


def sheets(data: bytes) -> list[Sheet]:
    """Return the one picture of a file. Raises ExtractionError."""
    if len(data) < _HEAD:
        raise ExtractionError("damaged: no BMP picture is in it")
    start, size, width, height, _, bits, packing = struct.unpack_from("<IIiiHHI", data, 10)
    if bits not in _DEPTHS or packing not in _PLAIN or size < 40:  # noqa: PLR2004 - that of Windows 3
        raise ExtractionError("a BMP of a kind that is not read; store it anew", FileState.UNSUPPORTED)
    checked(width, abs(height))
    wide = (width * bits + 7) // 8
    step = (wide + 3) // 4 * 4
    held = data[start : start + step * abs(height)]
    cut = len(held) < step * abs(height)
    places = range(0, step * abs(height), step)
    order = reversed(places) if height > 0 else places
    rows = bytearray(b"".join(held[at : at + wide].ljust(wide, b"\xff") for at in order))
    if bits < _TRUE:
        (many,) = struct.unpack_from("<I", data, 46)
        colours = bytearray(data[14 + size : 14 + size + 4 * min(many or 1 << bits, 256)])
        space = indexed(bytes(_in_order(colours, 4) or bytes(3)))
    else:
        rows, bits, space = _in_order(rows, bits // 8), 8, RGB
    return [Sheet(width, abs(height), [Part(bytes(rows), width, abs(height), space, bits)], cut=cut)]


def _in_order(values: bytearray, step: int) -> bytearray:
    """Return colours, kept as blue, green and red with ``step`` bytes each, the way round that is usual."""
    found = bytearray(len(values) // step * 3)
    for part in range(3):
        found[2 - part :: 3] = values[part : len(found) // 3 * step : step]
    return found

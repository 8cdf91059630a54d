"""Pictures of squares as Pillow writes them, and in the ways that it does not write."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from tests.extract.image.picture_files import dots
from tests.extract.image.squares import SHADES

SIZE = (13 * 16, 7 * 16)


def base(mode: str = "L") -> Image.Image:
    """Return the squares of ``SHADES`` in a mode of Pillow."""
    image = Image.new("L", SIZE)
    image.putdata([shade for row in dots(SHADES) for shade in row])
    if mode.startswith("I;16"):
        wide = Image.new("I", SIZE)
        wide.putdata([shade * 257 for row in dots(SHADES) for shade in row])
        return wide.convert(mode)
    return image.convert(mode)


def saved(image: Image.Image, kind: str, **more: Any) -> bytes:
    """Return a file of a picture."""
    stream = io.BytesIO()
    image.copy().save(stream, kind, **more)  # Saving one as JPEG leaves settings behind, on which TIFF fails.
    return stream.getvalue()


def heic(image: Image.Image, **more: Any) -> bytes:
    """Return a HEIC file. Skips the test where pillow-heif is not installed: it is not part of the locks."""
    heif: Any = pytest.importorskip("pillow_heif")
    stream = io.BytesIO()
    heif.from_pillow(image).save(stream, quality=-1, **more)
    return stream.getvalue()


def interlaced(image: Image.Image) -> bytes:
    """Return an interlaced PNG: Pillow writes none, so its seven passes are packed by hand."""
    rows = b""
    held = image.tobytes()
    for left, top, across, down in (
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
    ):  # fmt: skip
        for y in range(top, image.height, down):
            raw = bytes(held[y * image.width + x] for x in range(left, image.width, across))
            rows += b"\0" + raw if raw else b""
    head = struct.pack(">IIBBBBB", *image.size, 8, 0, 0, 0, 1)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part)) + kind + part + struct.pack(">I", zlib.crc32(kind + part))
        for kind, part in parts
    )

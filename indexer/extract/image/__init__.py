"""Pictures, which OCR reads. Each format is declared here.

They have one reader, as their bytes say what they are. Every run loads the declarations; the reader is
imported when the first picture is met.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from coopsearch.indexer.extract.base import Format, Item, Source


def _picture(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.image.reader import extract

    return extract(source)


_ALSO: Final = frozenset({"png", "jpeg", "tiff", "bmp", "gif", "webp", "jp2", "heic"})
_picture_format: Final = partial(Format, extract=_picture, also=_ALSO, risky=True, picture=True)

FORMATS: Final = (
    _picture_format("png", 2, (".png",), signature=rb"\x89PNG\r\n\x1a\n"),
    _picture_format("jpeg", 1, (".jpg", ".jpeg", ".jpe", ".jfif"), signature=rb"\xff\xd8\xff[\xc0-\xfe]"),
    _picture_format(
        # Cameras' raw files are such.
        "tiff", 2, (".tif", ".tiff"), signature=rb"II[*+]\0|MM\0[*+]", shared_start=True
    ),
    _picture_format(
        "bmp", 2, (".bmp", ".dib"), signature=rb"BM.{4}\0{4}.{3}\0(?:\x28|[\x34-\x7c])\0{3}"
    ),
    _picture_format("gif", 1, (".gif",), signature=rb"GIF8[79]a"),
    _picture_format("webp", 1, (".webp",), signature=rb"RIFF.{4}WEBP"),
    _picture_format(
        "jp2", 1, (".jp2", ".j2k", ".j2c", ".jpx"),
        signature=rb"\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51\xff",
    ),
    _picture_format(
        "heic", 1, (".heic", ".heif", ".hif"), signature=rb".{4}ftyp(?:he[ivx][cmsx]|mif1|msf1)"
    ),
)  # fmt: skip

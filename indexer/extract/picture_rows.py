"""The formats of pictures, one row for each: its names, how its files begin, and the plug-in that opens them.

Every run loads this table, so it is kept small.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Plugin(NamedTuple):
    """What opens the files of a format."""

    module: str
    opener: str
    magic: bytes
    """A regular expression for how they begin, where it is known that they are pictures."""


#: One row for each format: its name, version and endings, how its files begin, and what opens
#: them. Last come how they begin among pictures, where less is enough, and whether others begin so.
ROWS: Final = (
    ("png", 2, (".png",), rb"\x89PNG\r\n\x1a\n", "PIL.PngImagePlugin", "PngImageFile", b"", False),
    (
        "jpeg", 1, (".jpg", ".jpeg", ".jpe", ".jfif"), rb"\xff\xd8\xff[\xc0-\xfe]",
        "PIL.JpegImagePlugin", "JpegImageFile", rb"\xff\xd8\xff", False,
    ),
    (
        # Cameras' raw files are such.
        "tiff", 2, (".tif", ".tiff"), rb"II[*+]\0|MM\0[*+]",
        "PIL.TiffImagePlugin", "TiffImageFile", b"", True,
    ),
    (
        "bmp", 2, (".bmp", ".dib"), rb"BM.{4}\0{4}.{3}\0(?:\x28|[\x34-\x7c])\0{3}",
        "PIL.BmpImagePlugin", "BmpImageFile", rb"BM", False,
    ),
    ("gif", 1, (".gif",), rb"GIF8[79]a", "PIL.GifImagePlugin", "GifImageFile", rb"GIF8", False),
    ("webp", 1, (".webp",), rb"RIFF.{4}WEBP", "PIL.WebPImagePlugin", "WebPImageFile", b"", False),
    (
        "jp2", 1, (".jp2", ".j2k", ".j2c", ".jpx"), rb"\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51\xff",
        "PIL.Jpeg2KImagePlugin", "Jpeg2KImageFile", rb"\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51", False,
    ),
    (
        "heic", 1, (".heic", ".heif", ".hif"), rb".{4}ftyp(?:he[ivx][cmsx]|mif1|msf1)",
        "pillow_heif.as_plugin", "HeifImageFile", b"", False,
    ),
)  # fmt: skip

PLUGINS: Final = {
    name: Plugin(module, opener, magic or signature)
    for name, _, _, signature, module, opener, magic, _ in ROWS
}

"""What a file is whose first bytes contradict its ending: people rename files, and so do programs.

Where a format reads all that it is, its text is read all the same. Knows how formats begin, by their
names, and nothing else of them.
"""

from __future__ import annotations

import re
from typing import Final

#: Bytes that are looked at.
START: Final = 2048

_OFFICE: Final = frozenset({
    "docx", "pptx", "xlsx", "epub", "rtf", "doc", "xls", "ppt", "odt", "odp", "ods"
})  # fmt: skip
_PICTURES: Final = frozenset({"png", "jpeg", "tiff", "bmp", "gif", "webp", "jp2", "heic"})
_ARCHIVES: Final = frozenset({"zip", "tar", "packed"})
#: How files begin, the format that reads them, and the others that know them too.
_MARKS: Final = (
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*%PDF-"), "pdf", _OFFICE),
    # The first part says that a zip is one document; EPUB and OpenDocument begin with what they are.
    (
        re.compile(
            rb"PK\x03\x04.{26}(?:\[Content_Types\]\.xml|_rels/\.rels|mimetype.{0,64}application/)", re.DOTALL
        ),
        "docx",
        _OFFICE,
    ),
    (re.compile(rb"PK\x03\x04"), "zip", _ARCHIVES | _OFFICE),
    (re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "doc", _OFFICE | {"msg"}),
    (re.compile(rb"\{\\rtf"), "rtf", _OFFICE),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "png", _PICTURES),
    (re.compile(rb"\xff\xd8\xff[\xc0-\xfe]"), "jpeg", _PICTURES),
    (re.compile(rb"II[*+]\0|MM\0[*+]"), "tiff", _PICTURES),
    (re.compile(rb"GIF8[79]a"), "gif", _PICTURES),
    (re.compile(rb"BM.{4}\0{4}.{3}\0(?:\x28|[\x34-\x7c])\0{3}", re.DOTALL), "bmp", _PICTURES),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "webp", _PICTURES),
    (re.compile(rb"\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51\xff"), "jp2", _PICTURES),
    (re.compile(rb".{4}ftyp(?:he[ivx][cmsx]|mif1|msf1)", re.DOTALL), "heic", _PICTURES),
    (re.compile(rb"\x1f\x8b\x08|\xfd7zXZ\0|BZh[1-9]1AY&SY"), "packed", _ARCHIVES | {"jsonl"}),
)
_MAIL: Final = re.compile(rb"\s*(?:mime-version|from|content-type|subject|date):[ \t]", re.IGNORECASE)
_PAGES: Final = re.compile(rb"multipart/related|saved by", re.IGNORECASE)


def actual(name: str, start: bytes) -> str:
    """Return the name of the format that reads a file that begins so; ``name`` is that of its ending."""
    for mark, kind, others in _MARKS:
        if mark.match(start):
            return name if name == kind or name in others else kind
    if name in _OFFICE and _MAIL.match(start):
        # Word stores pages under its own ending.
        return "mhtml" if _PAGES.search(start) else "eml"
    return name

"""Documents of word processors, sheets and slides. Each is declared here and read in a file of its own.

They have one reader, ``by_signature``, as programs store one of them under the ending of another. Every run
loads the declarations; the reader is imported when the first file of these formats is met.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from coopsearch.indexer.extract.base import Format, Item, Source


def _office(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.by_signature import extract

    return extract(source)


def _saved_page(start: bytes) -> str:
    """Return the format of a page or mail that Word stored under its own ending, "" if it is none."""
    if not re.match(rb"(?i)\s*(?:mime-version|from|content-type|subject|date):[ \t]", start):
        return ""
    return "mhtml" if re.search(rb"(?i)multipart/related|saved by", start) else "eml"


_ALSO: Final = frozenset({
    "docx", "pptx", "xlsx", "epub", "rtf", "doc", "xls", "ppt", "odt", "odp", "ods", "odg", "pdf", "zip",
})  # fmt: skip
_office_format: Final = partial(
    Format, extract=_office, also=_ALSO, disguised=_saved_page, risky=True, container=True
)

FORMATS: Final = (
    _office_format(
        "docx", 3, (".docx", ".docm", ".dotx", ".dotm"),
        # The first part says that a zip is one document; EPUB and OpenDocument begin with what they are.
        signature=rb"PK\x03\x04.{26}(?:\[Content_Types\]\.xml|_rels/\.rels|mimetype.{0,64}application/)",
        shared_start=True,
    ),
    _office_format("pptx", 3, (".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm")),
    _office_format("xlsx", 3, (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb")),
    _office_format("epub", 3, (".epub",), container=False),
    _office_format("rtf", 4, (".rtf",), signature=rb"\{\\rtf"),
    _office_format(
        "doc", 3, (".doc", ".dot"), signature=rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", shared_start=True
    ),
    _office_format("xls", 3, (".xls", ".xlt")),
    _office_format("ppt", 4, (".ppt", ".pps", ".pot")),
    _office_format("odt", 4, (".odt", ".ott", ".odm", ".fodt", ".sxw", ".stw", ".sxg")),
    _office_format("odp", 4, (".odp", ".otp", ".fodp", ".sxi", ".sti")),
    _office_format("ods", 4, (".ods", ".ots", ".fods", ".sxc", ".stc")),
    _office_format("odg", 2, (".odg", ".otg", ".fodg", ".sxd", ".std")),
)  # fmt: skip

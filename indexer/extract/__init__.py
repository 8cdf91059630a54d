"""Which format a file is of, and by which function it is read.

A name's ending decides; only a name without one is looked into. The functions here import what
they call when they are called, so that a run loads no more than the formats it meets. A new format is
one file beside this one and one row in ``FORMATS``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, Final

from coopsearch.indexer.extract.base import DOCUMENT_LIMIT, Format, Item, Member, Source
from coopsearch.indexer.extract.signatures import actual
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

__all__ = [
    "DOCUMENT_LIMIT",
    "FORMATS",
    "Format",
    "Item",
    "Member",
    "Source",
    "format_named",
    "format_of",
    "format_of_bytes",
    "format_of_member",
    "known_suffixes",
    "picture_suffixes",
]


def _text(source: Source) -> Iterator[Document | Problem]:
    from coopsearch.indexer.extract.text.plain import extract

    return extract(source)


def _markdown(source: Source) -> Iterator[Document | Problem]:
    from coopsearch.indexer.extract.text.markdown import extract

    return extract(source)


def _html(source: Source) -> Iterator[Document | Problem]:
    from coopsearch.indexer.extract.text.html import extract

    return extract(source)


def _jsonl(source: Source) -> Iterator[Document | Problem]:
    from coopsearch.indexer.extract.text.jsonl import extract

    return extract(source)


def _pdf(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.pdf.reader import extract

    return extract(source)


def _table(source: Source) -> Iterator[Document | Problem]:
    from coopsearch.indexer.extract.text.delimited import extract

    return extract(source)


def _json(source: Source) -> Iterator[Document | Problem]:
    from coopsearch.indexer.extract.text.json_records import extract

    return extract(source)


def _rst(source: Source) -> Iterator[Document | Problem]:
    from coopsearch.indexer.extract.text.rst import extract

    return extract(source)


def _office(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.by_signature import extract

    return extract(source)


def _archive(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.archive.reader import extract

    return extract(source)


def _mail(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.mail.eml import extract

    return extract(source)


def _mail_digest(stream: BinaryIO) -> str:
    from coopsearch.indexer.extract.mail.digest import digest

    return digest(stream)


def _outlook(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.mail.msg import extract

    return extract(source)


def _mailbox(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.mail.mbox import extract

    return extract(source)


def _web_archive(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.mail.mhtml import extract

    return extract(source)


def _picture(source: Source) -> Iterator[Document | Problem]:
    from coopsearch.indexer.extract.image.reader import extract

    return extract(source)


_TEXT_SUFFIXES: Final = (".txt", ".text", ".log", ".asc", ".org", ".tex")
_JSONL_SUFFIXES: Final = (
    ".jsonl", ".ndjson", ".jsonl.xz", ".jsonl.gz", ".ndjson.xz", ".ndjson.gz"
)  # fmt: skip

_TAR_SUFFIXES: Final = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tbz2", ".tar.xz", ".txz")

#: Every format that is read.
FORMATS: Final[tuple[Format, ...]] = (
    Format("txt", 1, _TEXT_SUFFIXES, _text),
    Format("md", 1, (".md", ".markdown", ".mdown"), _markdown),
    Format("html", 1, (".html", ".htm", ".xhtml"), _html),
    Format("rst", 1, (".rst", ".rest"), _rst),
    Format("csv", 1, (".csv", ".tsv", ".tab"), _table),
    Format("json", 1, (".json",), _json),
    Format("jsonl", 1, _JSONL_SUFFIXES, _jsonl, shared=True),
    Format("pdf", 3, (".pdf",), _pdf, risky=True, container=True),
    # Documents of word processors, sheets and slides: one function, as their bytes say what they are.
    Format("docx", 1, (".docx", ".docm", ".dotx", ".dotm"), _office, risky=True, container=True),
    Format("pptx", 1, (".pptx", ".pptm", ".ppsx", ".ppsm", ".potx"), _office, risky=True, container=True),
    Format("xlsx", 1, (".xlsx", ".xlsm", ".xltx"), _office, risky=True, container=True),
    Format("epub", 1, (".epub",), _office, risky=True),
    Format("rtf", 2, (".rtf",), _office, risky=True, container=True),
    Format("doc", 1, (".doc", ".dot"), _office, risky=True, container=True),
    Format("xls", 1, (".xls", ".xlt"), _office, risky=True, container=True),
    Format("ppt", 2, (".ppt", ".pps", ".pot"), _office, risky=True, container=True),
    Format("odt", 2, (".odt", ".ott", ".odm", ".fodt", ".sxw"), _office, risky=True, container=True),
    Format("odp", 2, (".odp", ".otp", ".fodp", ".sxi"), _office, risky=True, container=True),
    Format("ods", 2, (".ods", ".ots", ".fods", ".sxc"), _office, risky=True, container=True),
    # Pictures: one function, as their bytes say what they are.
    Format("png", 2, (".png",), _picture, risky=True, picture=True),
    Format("jpeg", 1, (".jpg", ".jpeg", ".jpe", ".jfif"), _picture, risky=True, picture=True),
    Format("tiff", 2, (".tif", ".tiff"), _picture, risky=True, picture=True),
    Format("bmp", 2, (".bmp", ".dib"), _picture, risky=True, picture=True),
    Format("gif", 1, (".gif",), _picture, risky=True, picture=True),
    Format("webp", 1, (".webp",), _picture, risky=True, picture=True),
    Format("jp2", 1, (".jp2", ".j2k", ".j2c", ".jpx"), _picture, risky=True, picture=True),
    Format("heic", 1, (".heic", ".heif", ".hif"), _picture, risky=True, picture=True),
    Format("eml", 2, (".eml", ".emlx"), _mail, risky=True, container=True, digest=_mail_digest),
    Format("mbox", 2, (".mbox", ".mbx"), _mailbox, risky=True, container=True),
    Format("msg", 2, (".msg", ".oft"), _outlook, risky=True, container=True),
    Format("mhtml", 1, (".mhtml", ".mht"), _web_archive, risky=True),
    Format("zip", 2, (".zip",), _archive, risky=True, container=True),
    Format("tar", 2, _TAR_SUFFIXES, _archive, risky=True, container=True),
    Format("packed", 2, (".gz", ".xz", ".bz2"), _archive, risky=True, container=True),
)

_BY_NAME: Final = {format_.name: format_ for format_ in FORMATS}
_BY_SUFFIX: Final = {suffix: format_ for format_ in FORMATS for suffix in format_.suffixes}
#: What people mean by an ending: a short word after the last dot. "notes v1.2" has none.
_ENDING: Final = re.compile(r"\.(?=\w*[^\W\d])\w{1,10}")
_SNIFF: Final = 4096
_HTML: Final = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,400}?-->\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)


#: A mail in a file without an ending begins with headers, a mailbox with the line that divides its mails.
_MAILBOX: Final = re.compile(rb"From (?:-|\S+@\S+|\S+) .{0,100}\d\d:\d\d")
_MAIL: Final = re.compile(
    rb"(?:(?:return-path|received|delivered-to|message-id|mime-version|date|from|to|subject|x-[\w-]{1,60})"
    rb":[ \t][^\n]*\n(?:[ \t][^\n]*\n)*){3}",
    re.IGNORECASE,
)


def format_named(name: str) -> Format:
    """Return a format by its name. Raises KeyError."""
    return _BY_NAME[name]


def known_suffixes(*, pictures: bool = True) -> tuple[str, ...]:
    """Return every ending that is read, sorted; with or without those that only OCR reads."""
    return tuple(sorted(suffix for suffix, format_ in _BY_SUFFIX.items() if pictures or not format_.picture))


def picture_suffixes() -> frozenset[str]:
    """Return the endings that only OCR reads."""
    return frozenset(suffix for suffix, format_ in _BY_SUFFIX.items() if format_.picture)


def format_of(path: str | os.PathLike[str]) -> Format | None:
    """Return the format that reads a file, None if there is none.

    The longest known ending decides, in small or capital letters. A file whose name has no ending is
    opened, and read if it holds text or HTML; one that cannot be opened counts as text, so that the
    reason comes out when it is read.
    """
    found = _by_name(os.path.basename(path))  # noqa: PTH119 - asked of every file
    if not isinstance(found, str):
        return found or _sniffed(path)
    return None


def format_of_member(name: str, data: bytes | None = None) -> Format | str | None:
    """Return the format that reads a member of a container, or what its name ends in if there is none.

    None means that the name does not say, and the data, which was not given, would.
    """
    label = PurePosixPath(name)
    found = _by_name(label.name)
    if found is not None or data is None:
        return found
    return _sniffed_bytes(data[:_SNIFF]) or "no ending"


def format_of_bytes(named: Format, start: bytes) -> Format:
    """Return the format that reads what begins so: that of its name, unless the bytes are plainly another's.

    ``start`` is of ``actual.START`` bytes or more, where there are so many.
    """
    return _BY_NAME[actual(named.name, start)]


def _by_name(name: str) -> Format | str | None:
    """Return the format of a name, its ending if that is of none, None for a name without an ending."""
    name = name.lower()
    if name.startswith("~$"):
        return "~$"  # Who has a document open; Office puts that beside it, under its ending.
    at = name.find(".")
    while at >= 0:
        format_ = _BY_SUFFIX.get(name[at:])
        if format_ is not None and at > 0:
            return format_
        at = name.find(".", at + 1)
    suffix = PurePosixPath(name).suffix
    return suffix if suffix and _ENDING.fullmatch(suffix) else None


def _sniffed(path: str | os.PathLike[str]) -> Format | None:
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - text or path
            start = stream.read(_SNIFF)
    except OSError:
        return _BY_SUFFIX[".txt"]
    return _sniffed_bytes(start)


def _sniffed_bytes(start: bytes) -> Format | None:
    from coopsearch.indexer.extract.encoding import decode

    if _HTML.match(start):
        return _BY_SUFFIX[".html"]
    if _MAILBOX.match(start):
        return _BY_SUFFIX[".mbox"]
    if _MAIL.match(start):
        return _BY_SUFFIX[".eml"]
    try:
        decode(start)
    except ExtractionError:
        return None
    return _BY_SUFFIX[".txt"]

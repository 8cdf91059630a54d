"""Which format a file is of, and by which function it is read.

A name's ending decides; only a name without one is looked into. The functions here import what
they call when they are called, so that a run loads no more than the formats it meets. A new format is
one file beside this one and one row in ``FORMATS``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from coopsearch.indexer.extract.base import DOCUMENT_LIMIT, Format, RecordProblem, Source
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

__all__ = [
    "DOCUMENT_LIMIT",
    "FORMATS",
    "Format",
    "RecordProblem",
    "Source",
    "format_named",
    "format_of",
    "known_suffixes",
]


def _text(source: Source) -> Iterator[Document | RecordProblem]:
    from coopsearch.indexer.extract.text import extract

    return extract(source)


def _markdown(source: Source) -> Iterator[Document | RecordProblem]:
    from coopsearch.indexer.extract.markdown import extract

    return extract(source)


def _html(source: Source) -> Iterator[Document | RecordProblem]:
    from coopsearch.indexer.extract.html import extract

    return extract(source)


def _jsonl(source: Source) -> Iterator[Document | RecordProblem]:
    from coopsearch.indexer.extract.jsonl import extract

    return extract(source)


def _pdf(source: Source) -> Iterator[Document | RecordProblem]:
    from coopsearch.indexer.extract.pdf import extract

    return extract(source)


def _table(source: Source) -> Iterator[Document | RecordProblem]:
    from coopsearch.indexer.extract.table import extract

    return extract(source)


def _json(source: Source) -> Iterator[Document | RecordProblem]:
    from coopsearch.indexer.extract.json_file import extract

    return extract(source)


def _rst(source: Source) -> Iterator[Document | RecordProblem]:
    from coopsearch.indexer.extract.rst import extract

    return extract(source)


def _office(source: Source) -> Iterator[Document | RecordProblem]:
    from coopsearch.indexer.extract.office import extract

    return extract(source)


_TEXT_SUFFIXES: Final = (".txt", ".text", ".log", ".asc", ".org", ".tex")
_JSONL_SUFFIXES: Final = (
    ".jsonl", ".ndjson", ".jsonl.xz", ".jsonl.gz", ".ndjson.xz", ".ndjson.gz"
)  # fmt: skip

#: Every format that is read.
FORMATS: Final[tuple[Format, ...]] = (
    Format("txt", 1, _TEXT_SUFFIXES, _text),
    Format("md", 1, (".md", ".markdown", ".mdown"), _markdown),
    Format("html", 1, (".html", ".htm", ".xhtml"), _html),
    Format("rst", 1, (".rst", ".rest"), _rst),
    Format("csv", 1, (".csv", ".tsv", ".tab"), _table),
    Format("json", 1, (".json",), _json),
    Format("jsonl", 1, _JSONL_SUFFIXES, _jsonl, shared=True),
    Format("pdf", 1, (".pdf",), _pdf, risky=True),
    # Documents of word processors, sheets and slides: one function, as their bytes say what they are.
    Format("docx", 1, (".docx", ".docm", ".dotx", ".dotm"), _office, risky=True),
    Format("pptx", 1, (".pptx", ".pptm", ".ppsx", ".ppsm", ".potx"), _office, risky=True),
    Format("xlsx", 1, (".xlsx", ".xlsm", ".xltx"), _office, risky=True),
    Format("epub", 1, (".epub",), _office, risky=True),
    Format("rtf", 1, (".rtf",), _office, risky=True),
    Format("doc", 1, (".doc", ".dot"), _office, risky=True),
    Format("xls", 1, (".xls", ".xlt"), _office, risky=True),
    Format("ppt", 1, (".ppt", ".pps", ".pot"), _office, risky=True),
    Format("odt", 1, (".odt", ".ott", ".odm", ".fodt", ".sxw"), _office, risky=True),
    Format("odp", 1, (".odp", ".otp", ".fodp", ".sxi"), _office, risky=True),
    Format("ods", 1, (".ods", ".ots", ".fods", ".sxc"), _office, risky=True),
)

_BY_NAME: Final = {format_.name: format_ for format_ in FORMATS}
_BY_SUFFIX: Final = {suffix: format_ for format_ in FORMATS for suffix in format_.suffixes}
#: What people mean by an ending: a short word after the last dot. "notes v1.2" has none.
_ENDING: Final = re.compile(r"\.(?=\w*[^\W\d])\w{1,10}")
_SNIFF: Final = 4096
_HTML: Final = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,400}?-->\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)


def format_named(name: str) -> Format:
    """Return a format by its name. Raises KeyError."""
    return _BY_NAME[name]


def known_suffixes() -> tuple[str, ...]:
    """Return every ending that is read, sorted."""
    return tuple(sorted(_BY_SUFFIX))


def format_of(path: Path) -> Format | None:
    """Return the format that reads a file, None if there is none.

    The longest known ending decides, in small or capital letters. A file whose name has no ending is
    opened, and read if it holds text or HTML; one that cannot be opened counts as text, so that the
    reason comes out when it is read.
    """
    name = path.name.lower()
    if name.startswith("~$"):
        return None  # Who has a document open; Office puts that beside it, under its ending.
    at = name.find(".")
    while at >= 0:
        format_ = _BY_SUFFIX.get(name[at:])
        if format_ is not None and at > 0:
            return format_
        at = name.find(".", at + 1)
    suffix = path.suffix
    return None if suffix and _ENDING.fullmatch(suffix) else _sniffed(path)


def _sniffed(path: Path) -> Format | None:
    from coopsearch.indexer.extract.decode import decode

    try:
        with path.open("rb") as stream:
            start = stream.read(_SNIFF)
    except OSError:
        return _BY_SUFFIX[".txt"]
    if _HTML.match(start):
        return _BY_SUFFIX[".html"]
    try:
        decode(start)
    except ExtractionError:
        return None
    return _BY_SUFFIX[".txt"]

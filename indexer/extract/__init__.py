"""Which format a file is of: its name's ending decides, and its first bytes where they plainly contradict.

``formats.py`` is the table of formats. No reader is imported here, so that a run loads no more than the
formats that it meets.
"""

from __future__ import annotations

import os
import re
from pathlib import PurePosixPath
from typing import Final

from coopsearch.indexer.extract.base import DOCUMENT_LIMIT, Format, Item, Member, Source
from coopsearch.indexer.extract.formats import (
    BY_SUFFIX,
    FORMATS,
    format_named,
    known_suffixes,
    picture_suffixes,
)
from coopsearch.indexer.extract.signatures import actual, unnamed

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


#: What people mean by an ending: a short word after the last dot. "notes v1.2" has none.
_ENDING: Final = re.compile(r"\.(?=\w*[^\W\d])\w{1,10}")
_SNIFF: Final = 4096
#: Names whose last dot parts off no ending. A mail that was delivered into a folder (Maildir): its time, what
#: tells it from others of that time, and the machine; its flags behind that. And what Outlook packs.
_NO_ENDING: Final = re.compile(
    r"\d{4,11}\.(?:m\d+\w*|\d+(?:_\d+)+)\..+|\d{9,11}\.\w+\..+\.(?:org|md|zip)|.+[:;!]2,[a-z]*"
    r"|win(?:mail)?\.dat",
    re.DOTALL,
)


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
    return unnamed(data[:_SNIFF]) or "no ending"


def format_of_bytes(named: Format, start: bytes) -> Format:
    """Return the format that reads what begins so: that of its name, unless the bytes are plainly another's.

    ``start`` is of ``signatures.START`` bytes or more, where there are so many.
    """
    return format_named(actual(named.name, start))


def _by_name(name: str) -> Format | str | None:
    """Return the format of a name, its ending if that is of none, None for a name without an ending."""
    name = name.lower()
    if name.startswith("~$"):
        return "~$"  # Who has a document open; Office puts that beside it, under its ending.
    if _NO_ENDING.fullmatch(name):
        return None
    at = name.find(".")
    while at >= 0:
        format_ = BY_SUFFIX.get(name[at:])
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
        return format_named("txt")
    return unnamed(start)

"""Which format a file is of: its ending decides, and its bytes where that is not known or plainly wrong.

``formats.py`` is the table of formats. No reader is imported here, so that a run loads no more than the
formats that it meets.
"""

from __future__ import annotations

import os
import re
from pathlib import PurePosixPath
from typing import Final

from coopsearch.indexer.extract.base import DOCUMENT_LIMIT, SNIFFED, Format, Item, Member, Source
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
    "SNIFFED",
    "Format",
    "Item",
    "Member",
    "Source",
    "ending_of",
    "format_named",
    "format_of",
    "format_of_bytes",
    "format_of_member",
    "format_of_name",
    "known_suffixes",
    "may_be_read",
    "picture_suffixes",
]


#: What people mean by an ending: a short word after the last dot. "notes v1.2" has none.
_ENDING: Final = re.compile(r"\.(?=\w*[^\W\d])\w{1,10}")
#: Names whose last dot parts off no ending. A mail that was delivered into a folder (Maildir): its time, what
#: tells it from others of that time, and the machine; its flags behind that. And what Outlook packs.
_NO_ENDING: Final = re.compile(
    r"\d{4,11}\.(?:m\d+\w*|\d+(?:_\d+)+)\..+|\d{9,11}\.\w+\..+\.(?:org|md|zip)|.+[:;!]2,[a-z]*"
    r"|win(?:mail)?\.dat",
    re.DOTALL,
)
#: Endings that say no more of a file than none does.
_SAYS_NOTHING: Final = frozenset((".bak", ".bin", ".copy", ".dat", ".old", ".orig", ".tmp"))
#: What an owner file of Office begins with: who has a document open. It stands beside that, under its ending.
_OWNER: Final = "~$"
NO_ENDING: Final = "no ending"


def format_of(path: str | os.PathLike[str], *, any_text: bool = True) -> Format | None:
    """Return the format that reads a file, None if there is none.

    The longest known ending decides, in small or capital letters. A file whose name has none is opened, and
    read if it is text or shows by its bytes what it is; one that cannot be opened counts as text, so that
    the reason comes out when it is read. Without ``any_text`` an ending that nobody knows is enough to leave
    a file alone.
    """
    found = format_of_name(os.path.basename(path))  # noqa: PTH119 - asked of every file
    if not isinstance(found, str):
        return found or _sniffed(path, ending=False)
    return _sniffed(path, ending=True) if any_text and found != _OWNER else None


def format_of_member(name: str, start: bytes | None = None) -> Format | str | None:
    """Return the format that reads a member of a container, or what its name ends in if there is none.

    None means that the name does not say, and ``start``, which was not given, would: how the member begins,
    in ``SNIFFED`` bytes or more.
    """
    label = PurePosixPath(name).name
    found = format_of_name(label)
    if isinstance(found, Format) or found == _OWNER:
        return found
    if start is None:
        return None
    ending = ending_of(label)
    if not start and ending != NO_ENDING:
        return ending
    return unnamed(start[:SNIFFED], ending=found is not None) or ending


def format_of_bytes(named: Format, start: bytes) -> Format:
    """Return the format that reads what begins so: that of its name, unless the bytes are plainly another's.

    ``start`` is of ``signatures.START`` bytes or more, where there are so many.
    """
    return format_named(actual(named.name, start))


def format_of_name(name: str) -> Format | str | None:
    """Return the format of a name, its ending if that is of none, None for one that says nothing."""
    name = name.lower()
    if name.startswith(_OWNER):
        return _OWNER
    if _NO_ENDING.fullmatch(name):
        return None
    at = name.find(".")
    while at >= 0:
        format_ = BY_SUFFIX.get(name[at:])
        if format_ is not None and at > 0:
            return format_
        at = name.find(".", at + 1)
    suffix = PurePosixPath(name).suffix
    return suffix if _ENDING.fullmatch(suffix) and suffix not in _SAYS_NOTHING else None


def may_be_read(name: str, *, ocr: bool, any_text: bool) -> bool:
    """Say whether a file may be read, as far as its name tells. ``ocr`` says whether pictures are read."""
    found = format_of_name(name)
    if isinstance(found, Format):
        return ocr or not found.picture
    return found is None or (any_text and found != _OWNER)


def ending_of(path: str) -> str:
    """Return what files that are not read are counted by: the ending of a name, or that it has none."""
    suffix = PurePosixPath(path).suffix.lower()
    return suffix if _ENDING.fullmatch(suffix) else NO_ENDING


def _sniffed(path: str | os.PathLike[str], *, ending: bool) -> Format | None:
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - text or path
            start = stream.read(SNIFFED)
            if not start and ending_of(os.fspath(path)) != NO_ENDING:
                return None  # Nothing says that a text was meant.
            found = unnamed(start, ending=ending)
            if found is None or found.signature or len(start) < SNIFFED:
                return found
            # Programs put a few lines of text before their data.
            size = os.fstat(stream.fileno()).st_size
            later = []
            for at in (size // 2, size - SNIFFED):
                stream.seek(max(at, 0) // 4 * 4)
                later.append(stream.read(SNIFFED))
    except OSError:
        return format_named("txt")
    return unnamed(start, *later, ending=ending)

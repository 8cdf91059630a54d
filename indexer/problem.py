"""What gives no text, and why: a file of the sources, a part of one, or a place that nobody can look into.

The one type for it, from the walk and the readers of formats over the manifest to what a run reports. Does
not depend on file formats, an index or the terminal.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from itertools import islice
from typing import Final, NamedTuple

from coopsearch.search.errors import FileState

#: What is told of what OCR alone reads, where it is not wanted.
A_PICTURE: Final = "a picture; `coopsearch index --ocr` reads what is written in it"


class Unread(NamedTuple):
    """What is attached to a mail or lies in an archive or a document, of formats that are not read."""

    members: int = 0
    """How many there are, beside pictures."""
    pictures: int = 0
    """Those of them that OCR, which was not wanted, could read."""
    names: tuple[str, ...] = ()
    """Their addresses without the file's before them, as many of one file as are named."""


#: Members that are named of one file.
NAMED: Final = 100
#: All members of a file are read.
ALL_READ: Final = Unread()


class Unsupported(StrEnum):
    """Why nobody looks further into a file that is unsupported: the reason of its ``Problem``."""

    UNKNOWN = "unknown format"
    """It is of no format that is read, and not text."""
    PICTURE = "picture"
    """OCR, which was not wanted, reads it."""
    ENDING = "unknown ending"
    """Only known endings are wanted, and its ending is none of them."""


class Problem(NamedTuple):
    """A file, or a part of one, that gives no text. The rest of a file may do."""

    path: str
    """Of the file, or of the part of it that the reason speaks of, made like ``Document.path``."""
    reason: str
    """In plain words, without the path; "" where the state says all."""
    state: FileState = FileState.FAILED
    """As that of an ExtractionError."""
    file: str = ""
    """The file that the path is in, where it is listed beside others."""
    held: bool = False
    """Whether OCR, which was not wanted, may read more of it."""
    lacks: str = ""
    """The library that is missing to read it, as it is imported."""

    unread: Unread | None = None
    """The members that it stands for, where it tells of those that nothing reads."""

    def moved(self, before: str, now: str) -> Problem:
        """Return the same of a file under another address."""
        return self._replace(path=now + self.path[len(before) :])


def joined(found: Iterable[Unread]) -> Unread:
    """Return what was told of the parts of one file as what is told of the file."""
    every = tuple(found)
    names = tuple(islice((name for one in every for name in one.names), NAMED))
    return Unread(sum(one.members for one in every), sum(one.pictures for one in every), names)

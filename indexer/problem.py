"""What gives no text, and why: a file of the sources, a part of one, or a place that nobody can look into.

The one type for it, from the walk and the readers of formats over the manifest to what a run reports. Does
not depend on file formats, an index or the terminal.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from coopsearch.search.errors import FileState


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

    def moved(self, before: str, now: str) -> Problem:
        """Return the same of a file under another address."""
        return self._replace(path=now + self.path[len(before) :])

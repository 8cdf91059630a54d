"""Every exception that coopsearch raises on purpose.

    CoopsearchError
    ├── QueryError            the query cannot be read; says at which character
    ├── SettingsError         an option, a path or a variable makes no sense
    ├── IndexMissing          there is no index at that place
    ├── IndexUnreadable       what is there cannot be used as it is
    │   ├── IndexOutdated     made by another version of coopsearch
    │   └── IndexDamaged      cut, changed or incomplete files
    ├── IndexLocked           another process is writing to it
    ├── IndexUnwritable       no space, no permission, a medium that is only read
    ├── IndexUntrusted        it belongs to somebody else, or others may write to it
    └── ExtractionError       a file gives no text; says why

A message names the thing, the place and the next step, in one line: it is shown to the user as it stands.
Does not depend on the rest of coopsearch or the terminal.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

#: The next step where a run writes anew what is damaged, and nothing has to be rebuilt for it.
RUN: Final = "run `coopsearch index`"
#: The same for those who check all of an index, and may find more of it damaged than a run meets.
RUN_OR_REBUILD: Final = f"{RUN}, which writes it anew, or `coopsearch index --rebuild`"


class FileState(StrEnum):
    """What a file of the sources, or a part of one, is to an index."""

    INDEXED = "indexed"
    IN_PART = "in part"
    """Some of it gives no text; the rest is indexed."""
    NO_TEXT = "no text"
    """A scan, or an empty file."""
    ENCRYPTED = "encrypted"
    UNSUPPORTED = "unsupported"
    """Of a format that is not read."""
    TOO_LARGE = "too large"
    """Over a limit that can be raised: bytes, time, memory."""
    FAILED = "failed"
    """All else that gives no text."""


class CoopsearchError(Exception):
    """The base of all errors that are the user's to read."""


class QueryError(CoopsearchError):
    """The query cannot be read.

    ``position`` is the 1-based character of the query at which reading failed, or None when the query
    as a whole is at fault.
    """

    def __init__(self, message: str, position: int | None = None) -> None:
        """Keep the place beside the message, so that a caller can point at it."""
        super().__init__(message)
        self.position = position


class QueryTooCostly(QueryError):
    """The answer to the query would take too long; the message says how to ask for less."""


class SettingsError(CoopsearchError):
    """An option, a path or an environment variable makes no sense."""


class IndexMissing(CoopsearchError):
    """There is no index at that place."""


class IndexUnreadable(CoopsearchError):
    """There is an index, and it cannot be used as it is."""


class IndexOutdated(IndexUnreadable):
    """The index was made by another version of coopsearch."""


class IndexDamaged(IndexUnreadable):
    """Files of the index are cut, changed or gone.

    ``fault`` says what is wrong, and ``step`` what to do about it: a caller that knows a better step raises
    the error anew with the same fault.
    """

    def __init__(self, fault: str, step: str = "run `coopsearch index --rebuild`") -> None:
        """Keep the two parts of the message."""
        super().__init__(fault, step)
        self.fault = fault
        self.step = step

    def __str__(self) -> str:
        """Return the whole message."""
        return f"{self.fault}; {self.step}"

    def with_step(self, step: str) -> IndexDamaged:
        """Return the same error with another next step: a file may be one that any run writes anew."""
        return IndexDamaged(self.fault, step)


class IndexLocked(CoopsearchError):
    """Another process is writing to the index."""


class IndexUnwritable(CoopsearchError):
    """The index cannot be written: no space, no permission, a medium that is only read."""


class IndexUntrusted(CoopsearchError):
    """The index belongs to somebody else, or others may write to it, and nobody said that it is trusted."""


class ExtractionError(CoopsearchError):
    """A file gives no text; the message is the reason, without the file's name.

    ``state`` is what that makes of the file where files are counted: ``FileState.ENCRYPTED``, say.
    """

    def __init__(self, reason: str, state: FileState = FileState.FAILED) -> None:
        """Keep the kind beside the reason, so that nobody has to guess it from words."""
        super().__init__(reason)
        self.state = state

"""Why a document gives no text, in the words that all formats use, so that files can be counted by them.

Does not depend on file formats.
"""

from __future__ import annotations

from typing import Final

from coopsearch.search.errors import ExtractionError, FileState

#: What is of the whole file, also where one of its parts shows it.
_WHOLE: Final = frozenset((FileState.TOO_LARGE, FileState.ENCRYPTED))
#: Libraries that pip knows under another name than Python.
_PACKAGES: Final = {"PIL": "pillow"}


class Refused(ExtractionError):
    """A file asks for what no honest one does: none of it is read further."""

    def __init__(self, reason: str) -> None:
        """Take what it asks for."""
        super().__init__(f"refused: {reason}")


def encrypted(how: str = "it opens with a password only; store it without one") -> ExtractionError:
    """Return the error of a document that is locked."""
    return ExtractionError(f"encrypted: {how}", FileState.ENCRYPTED)


def too_large(how: str = "its text is over the limit; raise it with --max-size") -> ExtractionError:
    """Return the error of a document that is over a limit, which the reason names."""
    return ExtractionError(f"too large: {how}", FileState.TOO_LARGE)


def no_text() -> ExtractionError:
    """Return the error of a document without text."""
    return ExtractionError("no text: it holds none, or images alone", FileState.NO_TEXT)


def empty() -> ExtractionError:
    """Return the error of a file of no bytes."""
    return ExtractionError("no text: the file is empty", FileState.NO_TEXT)


def missing(error: ImportError) -> str:
    """Return the reason why nothing is read for want of a library, with the way to it."""
    name = library(error)
    name = _PACKAGES.get(name) or name.replace("_", "-")
    return f"{name} is not installed, which reads it; run: pip install {name}"


def library(error: ImportError) -> str:
    """Return the library that is missing, as it is imported."""
    return (error.name or str(error)).partition(".")[0]


def is_of_whole(error: ExtractionError) -> bool:
    """Say whether an error in a part of a document is the whole document's."""
    return error.state in _WHOLE or isinstance(error, Refused)

"""Why a document gives no text, in the words that all formats use, so that files can be counted by them.

Knows reasons and no format.
"""

from __future__ import annotations

from typing import Final

from coopsearch.search.errors import ENCRYPTED, NO_TEXT, TOO_LARGE, ExtractionError

#: Reasons that are of the whole file, also where one of its parts shows them.
_WHOLE: Final = ("too large", "encrypted", "refused")


def encrypted(how: str = "it opens with a password only; store it without one") -> ExtractionError:
    """Return the error of a document that is locked."""
    return ExtractionError(f"encrypted: {how}", ENCRYPTED)


def too_large(how: str = "its text is over the limit; raise it with --max-size") -> ExtractionError:
    """Return the error of a document that is over a limit, which the reason names."""
    return ExtractionError(f"too large: {how}", TOO_LARGE)


def no_text() -> ExtractionError:
    """Return the error of a document without text."""
    return ExtractionError("no text: it holds none, or images alone", NO_TEXT)


def is_of_whole(error: ExtractionError) -> bool:
    """Say whether an error in a part of a document is the whole document's."""
    return str(error).startswith(_WHOLE)

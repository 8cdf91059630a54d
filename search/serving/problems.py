"""What is answered in place of an answer: which status an error has, and what is said of it (RFC 9457).

Does not depend on the web's libraries: pages and the API make their own responses of it.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final, NamedTuple

from coopsearch.search.errors import (
    CoopsearchError,
    IndexLocked,
    IndexMissing,
    IndexUnreadable,
    IndexUntrusted,
    IndexUnwritable,
    QueryError,
    SettingsError,
)

#: The media type of a problem.
MEDIA: Final = "application/problem+json"
_TYPE: Final = "urn:coopsearch:problem:"


class Problem(NamedTuple):
    """Why there is no answer."""

    status: int
    kind: str
    """The last part of its type, a word: ``query``, say."""
    detail: str
    """A sentence for a person."""
    position: int | None = None
    """The character of the query, from 1, at which reading failed."""
    retry: int | None = None
    """Seconds after which it may be tried again."""
    challenge: str = "Bearer"
    """What whoever may not ask is told to show."""

    @property
    def title(self) -> str:
        """What such problems have in common."""
        return HTTPStatus(self.status).phrase

    @property
    def value(self) -> dict[str, Any]:
        """The problem as JSON has it."""
        position = {} if self.position is None else {"position": self.position}
        return {
            "type": f"{_TYPE}{self.kind}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **position,
        }

    @property
    def headers(self) -> dict[str, str]:
        """What a response says of it beside its text."""
        found = {"cache-control": "no-store"}
        if self.retry is not None:
            found["retry-after"] = str(self.retry)
        if self.status == HTTPStatus.UNAUTHORIZED:
            found["www-authenticate"] = self.challenge
        return found


class Refused(Exception):
    """Ends a request with a problem."""

    def __init__(self, status: int, kind: str, detail: str, *, retry: int | None = None) -> None:
        """Take what is to be said."""
        super().__init__(detail)
        self.problem = Problem(status, kind, detail, retry=retry)


#: The status and kind of each error; of a class that is not here, those of the first above it.
_ERRORS: Final[dict[type[CoopsearchError], tuple[HTTPStatus, str]]] = {
    QueryError: (HTTPStatus.BAD_REQUEST, "query"),
    SettingsError: (HTTPStatus.BAD_REQUEST, "setting"),
    IndexMissing: (HTTPStatus.SERVICE_UNAVAILABLE, "index-missing"),
    IndexUnreadable: (HTTPStatus.SERVICE_UNAVAILABLE, "index-unreadable"),
    IndexUntrusted: (HTTPStatus.SERVICE_UNAVAILABLE, "index-untrusted"),
    IndexLocked: (HTTPStatus.SERVICE_UNAVAILABLE, "index-locked"),
    IndexUnwritable: (HTTPStatus.INSUFFICIENT_STORAGE, "index-unwritable"),
    CoopsearchError: (HTTPStatus.INTERNAL_SERVER_ERROR, "internal"),
}


def problem_of(error: Exception) -> Problem:
    """Return what is to be answered where an error ended a request."""
    if isinstance(error, Refused):
        return error.problem
    if not isinstance(error, CoopsearchError):
        # What went wrong is for whoever runs the service, and may name what a reader may not see.
        return Problem(
            HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "the service failed; its terminal says why"
        )
    status, kind = next(_ERRORS[one] for one in type(error).__mro__ if one in _ERRORS)
    position = error.position if isinstance(error, QueryError) else None
    return Problem(status, kind, str(error), position, 1 if isinstance(error, IndexLocked) else None)

"""What a run did, and what it could not do.

Plain data; knows no terminal.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Final, NamedTuple

from coopsearch.search.errors import FAILED, UNSUPPORTED

__all__ = ["INDEXED", "IN_PART", "UNSUPPORTED", "Failure", "Interrupted", "Progress", "Report", "Trouble"]

#: What a file is, beside the states of a failure (``coopsearch.search.errors.State``).
INDEXED: Final = "indexed"
IN_PART: Final = "in part"


class Trouble(NamedTuple):
    """A file, or a part of one, that gives no text."""

    address: str
    reason: str
    state: str = FAILED


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that could not be read, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a run. ``added`` to ``unchanged`` count files."""

    added: int
    updated: int
    removed: int
    unchanged: int
    moved: int
    """Files found under another path; their text was taken over without reading them."""
    failed: tuple[Failure, ...]
    """Everything that gives no text now, also where nothing changed since an earlier run."""
    unsupported: dict[str, int]
    """Files of formats that are not read, counted by ending."""
    documents: int
    """Documents in the index after the run."""
    seconds: float
    pictures: dict[str, int] = field(default_factory=dict)
    """Those of the unsupported that OCR, which was not wanted, could read."""
    scans: int = 0
    """Files, of those that failed, that hold pictures of text: OCR was not wanted and could read them."""

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON-ready data."""
        value = asdict(self)
        value["failed"] = [asdict(failure) for failure in self.failed]
        value["seconds"] = round(self.seconds, 3)
        return value


class Interrupted(KeyboardInterrupt):
    """Raised by a ``progress`` callback to end a run there: between two documents, keeping what was done."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: files done of all, and the one at hand."""

    done: int
    total: int
    path: str
    documents: int
    """Documents written so far."""

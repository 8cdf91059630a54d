"""What a run did, and what it could not do.

Plain data; knows no terminal.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Final, NamedTuple

from coopsearch.search.errors import FileState

__all__ = [
    "LACKING",
    "Failure",
    "Interrupted",
    "Progress",
    "Report",
    "Trouble",
]

#: What is a file's own nature and no failure.
LACKING: Final = frozenset({FileState.NO_TEXT, FileState.ENCRYPTED})


class Trouble(NamedTuple):
    """A file, or a part of one, that gives no text."""

    address: str
    reason: str
    state: FileState = FileState.FAILED


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that gives no text, and why."""

    path: str
    reason: str
    state: FileState = FileState.FAILED
    """As that of an ExtractionError."""


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
    """Everything that cannot be read now, also where nothing changed since an earlier run: what is broken,
    and what is over a limit. Each with its state, "failed" or "too large"."""
    unsupported: dict[str, int]
    """Files of formats that are not read, counted by ending."""
    documents: int
    """Documents in the index after the run."""
    seconds: float
    lacking: tuple[Failure, ...] = ()
    """What was read and has no text to give: scans, empty files, and what opens with a password only. As
    ordinary as such files are, it is no failure. Each with its state, "no text" or "encrypted"."""
    pictures: dict[str, int] = field(default_factory=dict)
    """Those of the unsupported that OCR, which was not wanted, could read."""
    with_pictures: int = 0
    """Files that hold such pictures, beside what is read of them: mails and archives."""
    scans: int = 0
    """Files, of those that lack text, that hold pictures of it: OCR was not wanted and could read them."""

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON-ready data."""
        value = asdict(self)
        for name in ("failed", "lacking"):
            value[name] = list(value[name])
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

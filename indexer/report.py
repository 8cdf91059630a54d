"""What a run did, and what it could not do.

Plain data. Does not depend on the terminal.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Final

from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import FileState

__all__ = [
    "LACKING",
    "Counts",
    "Interrupted",
    "Progress",
    "Report",
]

#: What is a file's own nature and no failure.
LACKING: Final = frozenset({FileState.NO_TEXT, FileState.ENCRYPTED})


@dataclass(slots=True)
class Counts:
    """What a run has done so far, in files."""

    added: list[str] = field(default_factory=list)
    """Their addresses, and so on."""
    updated: list[str] = field(default_factory=list)
    removed: dict[str, None] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    """From where to where."""
    unchanged: int = 0
    """Those that were looked into."""


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a run. ``added`` to ``unchanged`` count files."""

    added: int
    updated: int
    removed: int
    unchanged: int
    moved: int
    """Files found under another path; their text was taken over without reading them."""
    failed: tuple[Problem, ...]
    """Everything that cannot be read now, also where nothing changed since an earlier run: what is broken,
    and what is over a limit. Each with its state, "failed" or "too large", and with its file where that is
    indexed but for this part."""
    unsupported: dict[str, int]
    """Files of formats that are not read, counted by ending."""
    documents: int
    """Documents in the index after the run."""
    seconds: float
    lacking: tuple[Problem, ...] = ()
    """What was read and has no text to give: scans, empty files, and what opens with a password only. As
    ordinary as such files are, it is not a failure. Each with its state, "no text" or "encrypted"."""
    pictures: dict[str, int] = field(default_factory=dict)
    """Those of the unsupported that OCR, which was not wanted, could read."""
    with_pictures: int = 0
    """Files that hold such pictures, beside what is read of them: mails and archives."""
    unread: tuple[Problem, ...] = ()
    """What is attached to mails or lies in archives and documents, and is of formats that are not read. A
    hundred of one file are named; one more, with the file's own path, stands for all others of it."""
    unread_members: int = 0
    """How many these are, beside pictures."""
    scans: int = 0
    """Files, of those that lack text, that hold pictures of it: OCR was not wanted and could read them."""

    added_files: tuple[str, ...] = ()
    """Absolute paths of the files that were added, sorted; the others are those of the counts, too."""
    updated_files: tuple[str, ...] = ()
    removed_files: tuple[str, ...] = ()
    moved_files: tuple[tuple[str, str], ...] = ()
    """Where they were, and where they are now."""

    damages: tuple[str, ...] = ()
    """Files of the index that were damaged and no document was lost with, and what became of them: most are
    written anew."""

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON-ready data."""
        return {
            **asdict(self),
            "failed": list(map(_told, self.failed)),
            "lacking": list(map(_told, self.lacking)),
            "unread": list(map(_told, self.unread)),
            "seconds": round(self.seconds, 3),
        }


def _told(problem: Problem) -> dict[str, str]:
    return {"path": problem.path, "reason": problem.reason, "state": problem.state}


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

"""The row of one file in the manifest: what the file was when it was read, and what became of it.

Does not depend on file formats or engines.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from coopsearch.indexer.manifest import conditions
from coopsearch.indexer.manifest.conditions import Conditions
from coopsearch.indexer.problem import ALL_READ, Problem, Unread
from coopsearch.search.errors import FileState

#: The format of what scripts added, in its row and in the documents themselves.
ADDED: Final = "api"
#: In the place of a moment that is not known, as a version of before read the file.
UNKNOWN: Final = -1


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one file, or of a document that a script added."""

    file: str
    """Its address, unique."""
    size: int
    mtime_ns: int
    inode: int
    digest: str
    """Hash of the content; "" if it was never read to the end."""
    format: str
    version: int
    """Of the format's extractor, when the file was read."""
    documents: int
    """Documents that it gave."""
    complete: bool
    """False while a run is inside the file: it is read again, from the start."""
    seen_ns: int
    """When it was read: a file changed within the clock's grain of that is not trusted by its time."""
    state: FileState = FileState.INDEXED
    conditions: Conditions = conditions.NONE
    """Those it was read under, if they kept text back: under others it is read again."""
    copy_of: str = ""
    """The file that was indexed for this one, as it holds the same; "" for one with documents of its own."""
    recognised: int = 0
    """Documents of it with text from OCR."""
    unread: Unread = ALL_READ
    """Members of it, of formats that are not read."""
    problems: tuple[Problem, ...] = ()
    """What gave no text: the file, or records in it."""
    added_ms: int = 0
    """When its documents came into the index, in milliseconds since 1970; 0 until they are committed."""
    changed_ms: int = 0
    """The same of those that took their place last."""


def holds_pictures(entry: Entry) -> bool:
    """Say whether a file holds others that OCR, which was not wanted, could read, and lacks nothing else."""
    return entry.conditions.held_back and all(
        problem.state not in {FileState.TOO_LARGE, FileState.NO_TEXT} for problem in entry.problems
    )


def is_foreign(entry: Entry) -> bool:
    """Say whether a file turned out, when it was read, to be of no format that is read.

    An archive of such files is none: it says so of them.
    """
    return entry.state == FileState.UNSUPPORTED and entry.unread == ALL_READ


def problems(entry: Entry) -> tuple[Problem, ...]:
    """Return what gave no text, also where the state alone says so."""
    if entry.problems or entry.state != FileState.NO_TEXT:
        return entry.problems
    return (Problem(entry.file, "it holds no text", FileState.NO_TEXT),)


def dated(entry: Entry, earlier: Entry | None) -> Entry:
    """Return a row with the moments of the one before it, as far as what it holds is the same.

    What has none yet gets that of the commit. Documents that a file did not give before are added then.
    """
    gave = earlier is not None and (earlier.documents or earlier.copy_of or not entry.documents)
    if entry.added_ms or earlier is None or not gave:
        return entry
    same = entry.digest == earlier.digest and entry.format != ADDED
    return replace(entry, added_ms=earlier.added_ms, changed_ms=earlier.changed_ms if same else 0)

"""What became of a file that was read: from the results of its shares to its row.

Works on plain values. Does not depend directly on an index.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from coopsearch.indexer.content import state_of
from coopsearch.indexer.manifest.conditions import NONE, Conditions
from coopsearch.indexer.manifest.duplicates import copy_of
from coopsearch.indexer.manifest.entry import Entry
from coopsearch.indexer.problem import Problem, joined
from coopsearch.indexer.walk.changes import Candidate
from coopsearch.indexer.workers.task import Result
from coopsearch.search.errors import FileState


class Ending(Enum):
    """How the reading of a file ended."""

    READ = auto()
    """To its end."""
    CUT = auto()
    """The run was interrupted inside of it."""
    DOUBLED = auto()
    """Two shares gave one path to two documents."""
    UNREAD = auto()
    """The system did not give all of it."""
    VANISHED = auto()


@dataclass(slots=True)
class OpenFile:
    """A file that is being read."""

    one: Candidate
    row: Entry
    left: int
    """Shares that are not read yet."""
    results: list[Result] = field(default_factory=list)
    copies: list[tuple[Candidate, Entry]] = field(default_factory=list)
    """Files of the same content that were met since."""

    def add(self, result: Result) -> bool:
        """Take what became of a share; say whether it was the last."""
        self.left -= 1
        self.results.append(result)
        return not self.left

    @property
    def ending(self) -> Ending:
        """How the reading ended, once all shares are read."""
        if any(result.cut for result in self.results):
            return Ending.CUT
        paths = [path for result in self.results for path in result.paths]
        if len(set(paths)) != len(paths):
            return Ending.DOUBLED
        if self.reason:
            return Ending.UNREAD
        return Ending.VANISHED if any(result.vanished for result in self.results) else Ending.READ

    @property
    def documents(self) -> int:
        """The documents that it gave."""
        return sum(result.documents for result in self.results)

    @property
    def reason(self) -> str:
        """Why it cannot be opened or read, "" if it can."""
        return next((result.unread for result in self.results if result.unread), "")

    def row_when_read(self, conditions: Conditions) -> Entry:
        """Return its row. ``conditions`` are those of the run, noted where they kept text back."""
        problems = tuple(dict.fromkeys(problem for result in self.results for problem in result.problems))
        # A limit, or OCR that was not wanted.
        held_back = any(result.held for result in self.results) or any(
            problem.state in {FileState.TOO_LARGE, FileState.NO_TEXT} for problem in problems
        )
        return replace(
            self.row,
            documents=self.documents,
            problems=problems,
            state=state_of(problems, sum(result.texts for result in self.results)),
            conditions=replace(conditions if held_back else NONE, path=self.row.conditions.path).without(
                name for result in self.results for name in result.lacks
            ),
            recognised=sum(result.recognised for result in self.results),
            unread=joined(one for result in self.results for one in result.left),
        )

    def rows_when_cut(self) -> Iterator[Entry]:
        """Yield its row and those of its copies, where the run ended inside of it.

        The next run reads it again. What is known of it from before stays until then; a file that is new
        shows what was read of it.
        """
        cut = replace(self.row, documents=self.documents, complete=False, state=FileState.IN_PART)
        if self.one.known is not None:
            cut = replace(self.one.known, complete=False)
        yield cut
        for copy, row in self.copies:
            if copy.known is not None:
                yield replace(copy.known, complete=False)
            elif self.one.known is None:
                yield replace(copy_of(row, cut), complete=False)


def row_when_unread(one: Candidate, row: Entry, reason: str) -> Entry:
    """Return the row of a file that cannot be read now; what is known of it stays until it can."""
    known = one.known or replace(row, digest="")
    problem = Problem(one.address, f"cannot be read: {reason}")
    return replace(known, complete=False, problems=(problem,), state=FileState.FAILED)

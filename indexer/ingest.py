"""One file after the other into the index, in batches that survive an interruption.

Holds the order: a file is looked at, taken from the index or read, noted and committed. What it is says
``adoption``, what became of it ``outcome``; ``batch`` writes. Does not depend directly on file formats.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from coopsearch.indexer.adoption import Adoption, Awaiting, Copied, Found, Moved, Unchanged, Unknown, row_of
from coopsearch.indexer.batch import Batch, Target
from coopsearch.indexer.content import day_of
from coopsearch.indexer.manifest.duplicates import copy_of
from coopsearch.indexer.manifest.entry import Entry
from coopsearch.indexer.outcome import Ending, OpenFile, row_when_unread
from coopsearch.indexer.report import Counts
from coopsearch.indexer.settings import Settings
from coopsearch.indexer.walk.changes import Candidate
from coopsearch.indexer.workers.pool import Pool
from coopsearch.indexer.workers.task import RUN, Result, Task
from coopsearch.search.indexdir.stamp import now_ns

#: A batch is committed when it holds this much text, or this many documents, or after this time:
#: an interrupted run loses no more, and memory stays bounded.
_CHARACTERS: Final = 32_000_000
_DOCUMENTS: Final = 20_000
_SECONDS: Final = 60.0

#: A file whose records can be shared out is, from this size on.
_SHARED: Final = 16_000_000


class Ingest:
    """Brings files into an index and keeps the manifest in step."""

    def __init__(
        self, target: Target, pool: Pool, settings: Settings, tell: Callable[[int, str, int], None]
    ) -> None:
        """Take the index, who reads, and how.

        ``tell`` is called with files done, the one at hand and documents read, and may raise Interrupted.
        """
        self._manifest = target.manifest
        self._pool = pool
        self._size = settings.max_size
        self._conditions = settings.conditions
        self._tell = tell
        self._batch = Batch(target)
        self._open: dict[str, OpenFile] = {}
        self._again: list[OpenFile] = []
        self._adoption = Adoption(
            target.manifest, target.reader, self._conditions, self._size, self._open.keys()
        )
        self._at = ""
        self._done = 0
        self.documents = 0
        self.counts = Counts()

    def remove(self, rows: Iterable[Entry]) -> None:
        """Forget files that are gone. Their text can still be taken over by a file that equals them."""
        for row in rows:
            self._adoption.gone(row)
            self._batch.delete(row.file)
            self._manifest.forget(row.file)
            self.counts.removed[row.file] = None

    def doubt(self, candidates: Iterable[Candidate]) -> None:
        """Count on no file that is still to be looked into: it may not hold any more what it held."""
        for one in candidates:
            self._adoption.lost(one.known)

    def take(self, one: Candidate) -> None:
        """Bring one file up to date, or have it read; what goes wrong is written to its row, not raised."""
        self._at = one.address
        self._say()
        seen = now_ns()
        try:
            found = self._adoption.look(one, seen, self._say)
        except (FileNotFoundError, NotADirectoryError):
            self._vanished(one)
        except OSError as error:
            if error.errno in RUN:
                raise
            self._put(row_when_unread(one, row_of(one, "", seen), error.strerror or str(error)))
        else:
            self._enter(one, found)

    def commit(self, *, more: bool = False) -> None:
        """Make the batch durable, documents and books in one step. ``more`` batches may follow."""
        self._flush()
        again, self._again = self._again, []
        for held in again:
            # Two shares gave one path to two documents: read by one alone, each gets its own.
            self._read(held.one, held.row, shares=1, copies=held.copies)
        if again:
            self._flush()
        self._batch.commit(more=more)

    def stop(self) -> None:
        """Keep what was read, and no more: a file that was being read is read again by the next run."""
        self._tell = lambda done, at, documents: None
        self._pool.stop()
        self.commit()

    def finish(self) -> None:
        """Commit, and learn the stems that a query may ask for in languages that are new."""
        self.commit()
        if new := self._batch.new_languages:
            # What was read before the first text of a new language came has no stems in it yet.
            if self._batch.lacks_stems:
                self._flush()
            self._batch.complete(new)
            self.commit()

    def _flush(self) -> None:
        for result in self._pool.wait(self._counted):
            self._finished(result)
        languages = frozenset(self._batch.languages)
        self._batch.take_in(list(self._pool.flush(languages, self._counted)), languages)

    def _enter(self, one: Candidate, found: Found) -> None:
        """Bring a file into the index as what it was found to be."""
        match found:
            case Unchanged(row):
                self.counts.unchanged += 1
                self._put(row)
            case Moved(row, documents, before):
                if one.known is not None:
                    self._batch.delete(one.address)
                for document in documents:
                    self._batch.add(document)
                    self.documents += 1
                if one.known is not None and one.known.copy_of:
                    # It was there before, as a copy of what is gone or was changed.
                    self.counts.unchanged += 1
                else:
                    self.counts.moved[before] = one.address
                    self.counts.removed.pop(before, None)
                self._put(row)
            case Copied(row):
                self._copied(one, row)
            case Awaiting(row, holder):
                self._open[holder].copies.append((one, row))
            case Unknown(row):
                self._read(one, row)

    def _copied(self, one: Candidate, row: Entry) -> None:
        """Count and keep the row of a copy."""
        self._replaces(one)
        if one.known is None:
            self.counts.added.append(one.address)
        elif one.known.copy_of and one.known.digest == row.digest:
            self.counts.unchanged += 1
        else:
            self.counts.updated.append(one.address)
        self._put(row)

    def _read(
        self,
        one: Candidate,
        row: Entry,
        shares: int = 0,
        copies: Sequence[tuple[Candidate, Entry]] = (),
    ) -> None:
        """Have a file read."""
        self._adoption.is_read(one, row)
        shared = one.format.shared and one.file.size >= _SHARED
        shares = shares or (self._pool.size if shared else 1)
        day = day_of(one.file.mtime_ns)
        self._open[one.address] = OpenFile(one, row, shares, copies=list(copies))
        for share in range(shares):
            task = Task(
                one.address, one.file.place, day, self._size, one.format.name, share, shares, one.given
            )
            for result in self._pool.submit(task, self._counted):
                self._finished(result)
        if self._is_full():
            self.commit(more=True)

    def _finished(self, result: Result) -> None:
        """Take note of what became of a task; of the file, when it was the last."""
        held = self._open[result.task.address]
        self.documents += result.documents
        self._batch.note(result)
        if not held.add(result):
            return
        del self._open[result.task.address]
        self._done += 1
        match held.ending:
            case Ending.READ:
                self._was_read(held)
            case Ending.DOUBLED:
                self._batch.leave_out(held.one.address)
                self._again.append(held)
            case Ending.CUT:
                if held.one.known is not None:
                    self._batch.leave_out(held.one.address)
                for row in held.rows_when_cut():
                    self._manifest.put(row)
            case Ending.UNREAD | Ending.VANISHED as ending:
                self._batch.leave_out(held.one.address)
                self._adoption.lost(held.row)
                if ending is Ending.UNREAD:
                    self._put(row_when_unread(held.one, held.row, held.reason))
                else:
                    self._vanished(held.one)
                for copy, row in held.copies:
                    self._enter(copy, self._adoption.copied(copy, row) or Unknown(row))

    def _was_read(self, held: OpenFile) -> None:
        """Keep what was read of a file, in its row and in those of its copies."""
        self._replaces(held.one)
        if held.documents and held.one.known is None:
            self.counts.added.append(held.one.address)
        elif held.documents:
            self.counts.updated.append(held.one.address)
        read = held.row_when_read(self._conditions)
        self._manifest.put(read)
        for copy, row in held.copies:
            self._copied(copy, copy_of(row, read))

    def _replaces(self, one: Candidate) -> None:
        """Note that what is known of a file's documents is not true any more."""
        if one.known is not None:
            self._batch.replace(one.address)

    def _vanished(self, one: Candidate) -> None:
        """Treat a file that went after the walk as if it had never been seen, or was removed before."""
        self._done += 1
        if one.known is not None:
            self.remove([one.known])

    def _counted(self, documents: int) -> None:
        self._tell(self._done, self._at, documents)

    def _say(self) -> None:
        self._tell(self._done, self._at, self.documents)

    def _put(self, row: Entry) -> None:
        self._done += 1
        self._manifest.put(row)
        if self._is_full():
            self.commit(more=True)

    def _is_full(self) -> bool:
        batch = self._batch
        return (
            batch.characters >= _CHARACTERS
            or batch.pending >= _DOCUMENTS
            or (batch.pending > 0 and time.monotonic() - batch.since >= _SECONDS)
        )

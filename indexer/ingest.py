"""One file after the other into the index, in batches that survive an interruption.

Reads, analyses and writes; what is to be done was decided before. Knows no format's insides and no
engine but the port.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from coopsearch.indexer.content import day_of, digest_of, state_of
from coopsearch.indexer.manifest.conditions import NONE, Conditions
from coopsearch.indexer.manifest.duplicates import Copies, copy_of
from coopsearch.indexer.manifest.manifest import Entry, Manifest
from coopsearch.indexer.problem import Problem
from coopsearch.indexer.report import Interrupted
from coopsearch.indexer.walk.changes import Candidate
from coopsearch.indexer.workers.pool import Crew, Workers
from coopsearch.indexer.workers.task import RUN, Result, Task
from coopsearch.search.analysis.analyzer import analyse, complete
from coopsearch.search.analysis.langid.detect import Earlier
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines.base import Reader, Writer
from coopsearch.search.errors import FileState
from coopsearch.search.indexdir.pages import Page
from coopsearch.search.indexdir.stamp import now_ns
from coopsearch.search.model import Document
from coopsearch.search.schema import LANGUAGE, WORDS

#: A batch is committed when it holds this much text, or this many documents, or after this time:
#: an interrupted run loses no more, and memory stays bounded.
_CHARACTERS: Final = 32_000_000
_DOCUMENTS: Final = 20_000
_SECONDS: Final = 60.0

#: A file whose records can be shared out is, from this size on.
_SHARED: Final = 16_000_000


@dataclass(slots=True)
class _Open:
    """A file that is being read."""

    one: Candidate
    entry: Entry
    left: int
    """Shares that are not read yet."""
    results: list[Result] = field(default_factory=list)
    copies: list[tuple[Candidate, Entry]] = field(default_factory=list)
    """Files of the same content that were met since."""


class Ingest:
    """Writes files into an index and keeps the manifest in step."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a run has at hand
        self,
        writer: Writer,
        manifest: Manifest,
        reader: Reader,
        crew: Crew,
        limit: int,
        tell: Callable[[int, str, int], None],
        shares: int = 1,
        conditions: Conditions = NONE,
        pages: Callable[[], Mapping[str, Page]] = dict,
    ) -> None:
        """Take the open index and who reads.

        ``reader`` sees the index as it was before the run; ``limit`` is bytes a document. ``tell`` is called
        with files done, the one at hand and documents read, and may raise Interrupted. ``shares`` is how many
        read a large file together; ``conditions`` are noted with what they keep from
        being read.
        ``pages`` writes what is to be committed beside the documents.
        """
        self._writer = writer
        self._manifest = manifest
        self._reader = reader
        self._crew = crew
        self._limit = limit
        self._shares = shares
        self._conditions = conditions
        self._pages = pages
        self._tell = tell
        self._table = StemTable(writer.stems)
        self._earlier = Earlier()
        self._languages = {language for language, _ in reader.terms(LANGUAGE)}
        self._held = frozenset(self._languages)
        self._learned: frozenset[str] | None = None
        """Languages in which all words read so far have their stems."""
        self._copies = Copies(manifest)
        self._gone: dict[str, Entry] = {}
        self._open: dict[str, _Open] = {}
        self._again: list[_Open] = []
        self._replaced: set[str] = set()
        """Files whose older documents go when those that were read now come."""
        self._cut: set[str] = set()
        """Files that were not read to their end: what was read of them is left out."""
        self._at = ""
        self._characters = self._pending = self._done = 0
        self._since = time.monotonic()
        self.documents = 0
        self.added = self.updated = self.removed = self.moved = self.unchanged = 0

    def remove(self, entries: Iterable[Entry]) -> None:
        """Forget files that are gone. Their text can still be taken over by a file that equals them."""
        for entry in entries:
            if entry.digest and entry.complete and not entry.copy_of:
                self._gone[entry.digest] = entry
            self._copies.lost(entry)
            self._writer.delete_file(entry.file)
            self._manifest.forget(entry.file)
            self.removed += 1

    def doubt(self, candidates: Iterable[Candidate]) -> None:
        """Count on no file that is still to be looked into: it may not hold any more what it held."""
        for one in candidates:
            if one.known is not None:
                self._copies.lost(one.known)

    def take(self, one: Candidate) -> None:
        """Bring one file up to date, or have it read; what goes wrong is written to its row, not raised."""
        self._at = one.address
        self._say()
        seen = now_ns()
        try:
            if one.moved_from is not None and self._take_over(one, one.moved_from, seen):
                return
            digest = digest_of(one.file.path, one.format, self._say)
            if one.known is not None and self._is_same(one, one.known, digest):
                self.unchanged += 1
                same = replace(
                    self._entry(one, digest, seen),
                    documents=one.known.documents,
                    problems=one.known.problems,
                    state=one.known.state,
                    conditions=one.known.conditions,
                    recognised=one.known.recognised,
                    copy_of=one.known.copy_of,
                )
                self._copies.holds(same)
                self._put(same)
                return
            if self._is_copy(one, self._entry(one, digest, seen)):
                return
            if digest in self._gone and self._take_over(one, self._gone[digest], seen):
                return
        except (FileNotFoundError, NotADirectoryError):
            self._vanished(one)
        except OSError as error:
            if error.errno in RUN:
                raise
            self._unread(one, self._entry(one, "", seen), error.strerror or str(error))
        else:
            self._read(one, self._entry(one, digest, seen))

    def commit(self, *, more: bool = False) -> None:
        """Make the batch durable, documents and books in one step. ``more`` batches may follow."""
        self._flush()
        again, self._again = self._again, []
        for held in again:
            # Two shares gave one path to two documents: read by one alone, each gets its own.
            self._read(held.one, held.entry, shares=1, copies=held.copies)
        if again:
            self._flush()
        self._writer.learn(self._table.drain())
        self._writer.commit(more=more, pages=self._pages())
        self._characters = self._pending = 0
        self._since = time.monotonic()

    def stop(self) -> None:
        """Keep what was read, and no more: a file that was being read is read again by the next run."""
        self._tell = lambda done, at, documents: None
        self._crew.stop()
        self.commit()

    def finish(self) -> None:
        """Commit, and learn the stems that a query may ask for in languages that are new."""
        self.commit()
        if new := self._languages - self._held:
            # What was read before the first text of a new language came has no stems in it yet.
            if self._learned is not None and not self._languages <= self._learned:
                self._flush()
            complete(self._table, (word for word, _ in self._reader.terms(WORDS)), new)
            self.commit()

    def _flush(self) -> None:
        for result in self._crew.wait(self._counted):
            self._finished(result)
        languages = frozenset(self._languages)
        made = list(self._crew.flush(languages, self._counted))
        # Not before: a file that cannot be read to its end keeps the text that it had.
        for address in sorted(self._replaced):
            self._writer.delete_file(address)
        for one in made:
            if one.parts:
                self._writer.adopt(one.parts, without=self._cut)
            self._writer.learn(one.stems)
        self._replaced, self._cut = set(), set()
        self._learned = languages if self._learned is None else self._learned & languages

    def _is_copy(self, one: Candidate, entry: Entry) -> bool:
        """Note a file that holds what another holds, instead of reading it; say whether it does."""
        holder = self._copies.holder(entry)
        held = self._open.get(holder)
        known = self._manifest.get(holder)
        if not holder or (held is None and known is None):
            return False
        if one.known is not None:
            self._copies.lost(one.known)
        if held is not None:
            held.copies.append((one, entry))
        elif known is not None:
            self._noted(one, copy_of(entry, known))
        return True

    def _noted(self, one: Candidate, entry: Entry) -> None:
        """Count and keep the row of a copy."""
        self._replaces(one)
        if one.known is None:
            self.added += 1
        elif one.known.copy_of and one.known.digest == entry.digest:
            self.unchanged += 1
        else:
            self.updated += 1
        self._put(entry)

    def _read(
        self,
        one: Candidate,
        entry: Entry,
        shares: int = 0,
        copies: Sequence[tuple[Candidate, Entry]] = (),
    ) -> None:
        """Have a file read."""
        if one.known is not None:
            self._copies.lost(one.known)
        self._copies.holds(entry)
        shared = one.format.shared and one.file.size >= _SHARED
        shares = shares or (self._shares if shared else 1)
        day = day_of(one.file.mtime_ns)
        self._open[one.address] = _Open(one, entry, shares, copies=list(copies))
        for share in range(shares):
            task = Task(one.address, one.file.place, day, self._limit, one.format.name, share, shares)
            for result in self._crew.submit(task, self._counted):
                self._finished(result)
        if self._is_full():
            self.commit(more=True)

    def _finished(self, result: Result) -> None:
        """Take note of what became of a task; of the file, when it was the last."""
        held = self._open[result.task.address]
        held.left -= 1
        held.results.append(result)
        self.documents += result.documents
        self._characters += result.characters
        self._pending += 1 + result.documents
        self._languages.update(result.languages)
        if held.left:
            return
        del self._open[result.task.address]
        self._done += 1
        one, results = held.one, held.results
        count = sum(result.documents for result in results)
        if any(result.cut for result in results):
            self._interrupted(held, count)
            if not isinstance(self._crew, Workers):
                raise Interrupted
            return
        paths = [path for result in results for path in result.paths]
        if len(set(paths)) != len(paths):
            self._cut.add(one.address)
            self._again.append(held)
            return
        unread = next((result.unread for result in results if result.unread), "")
        if unread or any(result.vanished for result in results):
            self._cut.add(one.address)
            self._copies.lost(held.entry)
            if unread:
                self._unread(one, held.entry, unread)
            else:
                self._vanished(one)
            for copy, entry in held.copies:
                if not self._is_copy(copy, entry):
                    self._read(copy, entry)
            return
        self._replaces(one)
        if count and one.known is None:
            self.added += 1
        elif count:
            self.updated += 1
        problems = tuple(dict.fromkeys(problem for result in results for problem in result.problems))
        # A limit, or OCR that was not wanted.
        held_back = any(result.held for result in results) or any(
            problem.state in {FileState.TOO_LARGE, FileState.NO_TEXT} for problem in problems
        )
        entry = replace(
            held.entry,
            documents=count,
            problems=problems,
            state=state_of(problems, sum(result.texts for result in results)),
            conditions=(self._conditions if held_back else NONE).without(
                name for result in results for name in result.lacks
            ),
            recognised=sum(result.recognised for result in results),
        )
        self._manifest.put(entry)
        for copy, row in held.copies:
            self._noted(copy, copy_of(row, entry))

    def _interrupted(self, held: _Open, count: int) -> None:
        """Note that a run ended inside of a file: the next one reads it again.

        What is known of it from before stays until then; a file that is new shows what was read of it.
        """
        one = held.one
        cut = replace(held.entry, documents=count, complete=False, state=FileState.IN_PART)
        if one.known is not None:
            self._cut.add(one.address)
            cut = replace(one.known, complete=False)
        self._manifest.put(cut)
        for copy, entry in held.copies:
            if copy.known is not None:
                self._manifest.put(replace(copy.known, complete=False))
            elif one.known is None:
                self._manifest.put(replace(copy_of(entry, cut), complete=False))

    def _replaces(self, one: Candidate) -> None:
        """Note that what is known of a file's documents is not true any more."""
        if one.known is not None:
            self._replaced.add(one.address)

    def _vanished(self, one: Candidate) -> None:
        """Treat a file that went after the walk as if it had never been seen, or was removed before."""
        self._done += 1
        if one.known is not None:
            self.remove([one.known])

    def _unread(self, one: Candidate, entry: Entry, reason: str) -> None:
        """Note that a file cannot be read now; what is known of it from before stays until it can."""
        problem = (Problem(one.address, f"cannot be read: {reason}"),)
        known = one.known or replace(entry, digest="")
        self._put(replace(known, complete=False, problems=problem, state=FileState.FAILED))

    def _counted(self, documents: int) -> None:
        self._tell(self._done, self._at, documents)

    def _say(self) -> None:
        self._tell(self._done, self._at, self.documents)

    def _add(self, document: Document) -> None:
        analysed = analyse(document, self._table, self._earlier)
        self._writer.add(analysed)
        self._languages.update(analysed.languages)
        self._characters += len(document.text)
        self._pending += 1
        self.documents += 1

    def _take_over(self, one: Candidate, before: Entry, seen: int) -> bool:
        """Give the documents of a file that is gone a new address; False if they depend on the name."""
        if (
            before.copy_of
            or not before.conditions.is_settled(self._conditions)
            or self._copies.is_held(before)
        ):
            return False
        if day_of(before.mtime_ns) != day_of(one.file.mtime_ns):
            return False
        documents = self._reader.find(before.file)
        if len(documents) != before.documents or any(_named_by_file(document) for document in documents):
            return False
        if one.known is not None:
            self._writer.delete_file(one.address)
        for document in documents:
            path = one.address + document.path[len(before.file) :]
            undecided = tuple(passage._replace(language="") for passage in document.passages)
            self._add(document._replace(path=path, file=one.address, passages=undecided))
        if one.known is not None and one.known.copy_of:
            # It was there before, as a copy of what is gone or was changed.
            self.unchanged += 1
        else:
            self.moved += 1
            self.removed -= 1
        self._gone.pop(before.digest, None)
        entry = replace(
            self._entry(one, before.digest, seen),
            documents=len(documents),
            problems=tuple(problem.moved(before.file, one.address) for problem in before.problems),
            state=before.state,
            conditions=before.conditions,
            recognised=before.recognised,
        )
        self._copies.holds(entry)
        self._put(entry)
        return True

    def _put(self, entry: Entry) -> None:
        self._done += 1
        self._manifest.put(entry)
        if self._is_full():
            self.commit(more=True)

    def _is_full(self) -> bool:
        return (
            self._characters >= _CHARACTERS
            or self._pending >= _DOCUMENTS
            or (self._pending > 0 and time.monotonic() - self._since >= _SECONDS)
        )

    def _is_same(self, one: Candidate, known: Entry, digest: str) -> bool:
        return (
            known.complete
            and known.copy_of == self._copies.holder(known)
            and known.conditions.is_settled(self._conditions)
            and known.digest == digest
            # Documents without a day of their own have that of the file.
            and (known.copy_of != "" or day_of(known.mtime_ns) == day_of(one.file.mtime_ns))
            and (known.format, known.version) == (one.format.name, one.format.version)
        )

    def _entry(self, one: Candidate, digest: str, seen: int) -> Entry:
        file = one.file
        return Entry(
            one.address,
            file.size,
            file.mtime_ns,
            file.inode,
            digest,
            one.format.name,
            one.format.version,
            0,
            complete=True,
            seen_ns=seen,
        )


def _named_by_file(document: Document) -> bool:
    """Say whether the title may come from the file's name: then a new name may mean a new title."""
    return document.type in {"txt", "md", "html"} and document.title not in document.text

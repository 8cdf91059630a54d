"""One file after the other into the index, in batches that survive an interruption.

Reads, analyses and writes; what is to be done was decided before. Knows no format's insides and no
engine but the port.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from coopsearch.indexer.changes import Candidate
from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.manifest import Entry, Manifest
from coopsearch.indexer.report import Interrupted
from coopsearch.search.analysis.analyzer import analyse, complete
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines.base import Reader, Writer
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document
from coopsearch.search.schema import LANGUAGE, WORDS

#: A batch is committed when it holds this much text, or this many documents, or after this time:
#: an interrupted run loses no more, and memory stays bounded.
_CHARACTERS: Final = 32_000_000
_DOCUMENTS: Final = 20_000
_SECONDS: Final = 60.0


class Ingest:
    """Writes files into an index and keeps the manifest in step."""

    def __init__(self, writer: Writer, manifest: Manifest, reader: Reader, limit: int) -> None:
        """Take the open index. ``reader`` sees it as it was before the run; ``limit`` is bytes a document."""
        self._writer = writer
        self._manifest = manifest
        self._reader = reader
        self._limit = limit
        self._table = StemTable(writer.stems)
        self._languages = {language for language, _ in reader.terms(LANGUAGE)}
        self._held = frozenset(self._languages)
        self._words: set[str] = set()
        self._gone: dict[str, Entry] = {}
        self._characters = self._pending = 0
        self._since = time.monotonic()
        self.documents = 0
        self.added = self.updated = self.removed = self.moved = self.unchanged = 0

    def remove(self, entries: Iterable[Entry]) -> None:
        """Forget files that are gone. Their text can still be taken over by a file that equals them."""
        for entry in entries:
            if entry.digest and entry.complete:
                self._gone[entry.digest] = entry
            self._writer.delete_file(entry.file)
            self._manifest.forget(entry.file)
            self.removed += 1

    def take(self, one: Candidate, tell: Callable[[], None]) -> None:
        """Bring one file up to date; what goes wrong with it is written to its row, not raised.

        ``tell`` is called before each of its documents.
        """
        seen = time.time_ns()
        try:
            if one.moved_from is not None and self._take_over(one, one.moved_from, seen):
                return
            with one.file.path.open("rb") as stream:
                digest = hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
            if one.known is not None and self._is_same(one, one.known, digest):
                self.unchanged += 1
                self._put(
                    replace(
                        self._entry(one, digest, seen),
                        documents=one.known.documents,
                        problems=one.known.problems,
                    )
                )
                return
            if digest in self._gone and self._take_over(one, self._gone[digest], seen):
                return
            self._read(one, digest, seen, tell)
        except (FileNotFoundError, NotADirectoryError):
            # It vanished after the walk: the same as if it had never been seen, or was removed before.
            if one.known is not None:
                self.remove([one.known])
        except OSError as error:
            # It cannot be read now; what is known of it from before stays until it can.
            problem = ((one.address, f"cannot be read: {error.strerror or error}"),)
            before = one.known or self._entry(one, "", seen)
            self._put(replace(before, complete=False, problems=problem))

    def commit(self) -> None:
        """Make the batch durable: the index first, the manifest after."""
        self._writer.learn(self._table.drain())
        self._writer.commit()
        self._manifest.commit()
        self._characters = self._pending = 0
        self._since = time.monotonic()

    def finish(self) -> None:
        """Learn the stems that a query may ask for, and commit.

        A query word is stemmed in every language of the index. That is done now for all its words, so
        that a search seldom has to load a stemmer.
        """
        complete(self._table, self._words, self._languages)
        if new := self._languages - self._held:
            complete(self._table, (word for word, _ in self._reader.terms(WORDS)), new)
        self.commit()

    def _read(self, one: Candidate, digest: str, seen: int, tell: Callable[[], None]) -> None:
        if one.known is not None:
            self._writer.delete_file(one.address)
        day = datetime.fromtimestamp(max(0, one.file.mtime_ns) / 1e9, UTC).date().isoformat()
        source = Source(one.file.path, one.address, day, self._limit)
        entry = self._entry(one, digest, seen)
        problems: list[tuple[str, str]] = []
        count = 0
        try:
            for item in one.format.extract(source):
                if not isinstance(item, Document):
                    problems.append((item.path, item.reason))
                    continue
                if count:
                    tell()
                self._add(item)
                count += 1
                if self._is_full():
                    # Inside of a file the row says so: a run cut here reads the file again.
                    self._manifest.put(
                        replace(entry, documents=count, complete=False, problems=tuple(problems))
                    )
                    self.commit()
        except Interrupted:
            self._manifest.put(replace(entry, documents=count, complete=False))
            raise
        except ExtractionError as error:
            problems.append((one.address, str(error)))
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001
            # A fault in a format's library must cost one file, never the run.
            problems.append((one.address, f"cannot be read: {type(error).__name__}: {error}"[:300]))
        if count and one.known is None:
            self.added += 1
        elif count:
            self.updated += 1
        self._put(replace(entry, documents=count, problems=tuple(problems)))

    def _add(self, document: Document) -> None:
        analysed = analyse(document, self._table)
        self._writer.add(analysed)
        self._languages.update(analysed.languages)
        for run in analysed.runs:
            self._words.update(run.words)
        self._characters += len(document.text)
        self._pending += 1
        self.documents += 1

    def _take_over(self, one: Candidate, before: Entry, seen: int) -> bool:
        """Give the documents of a file that is gone a new address; False if they depend on the name."""
        documents = self._reader.find(before.file)
        if len(documents) != before.documents or any(_named_by_file(document) for document in documents):
            return False
        if one.known is not None:
            self._writer.delete_file(one.address)
        for document in documents:
            path = one.address + document.path[len(before.file) :]
            undecided = tuple(replace(passage, language="") for passage in document.passages)
            self._add(replace(document, path=path, file=one.address, passages=undecided))
        self.moved += 1
        self.removed -= 1
        self._gone.pop(before.digest, None)
        problems = tuple((one.address + at[len(before.file) :], reason) for at, reason in before.problems)
        self._put(replace(self._entry(one, before.digest, seen), documents=len(documents), problems=problems))
        return True

    def _put(self, entry: Entry) -> None:
        self._manifest.put(entry)
        if self._is_full():
            self.commit()

    def _is_full(self) -> bool:
        return (
            self._characters >= _CHARACTERS
            or self._pending >= _DOCUMENTS
            or (self._pending > 0 and time.monotonic() - self._since >= _SECONDS)
        )

    def _is_same(self, one: Candidate, known: Entry, digest: str) -> bool:
        return (
            known.complete
            and known.digest == digest
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

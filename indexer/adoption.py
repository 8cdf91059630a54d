"""What an index already has of a file: the file itself, another of the same content, or one that moved.

Says of one candidate after the other what it is, so that nothing is read twice. Looks at content, rows and
stored documents; writes nothing, and has nothing read.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, replace

from coopsearch.indexer.content import content_of, day_of
from coopsearch.indexer.manifest.conditions import NONE, Conditions
from coopsearch.indexer.manifest.duplicates import Content, Copies, content, copy_of
from coopsearch.indexer.manifest.entry import Entry
from coopsearch.indexer.manifest.manifest import Manifest
from coopsearch.indexer.walk.changes import Candidate
from coopsearch.search.engines.base import Reader
from coopsearch.search.model import Document


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A file that holds what it held."""

    row: Entry


@dataclass(frozen=True, slots=True)
class Moved:
    """A file whose documents are in the index under the address of another, which is gone."""

    row: Entry
    documents: tuple[Document, ...]
    """As they are under their new address, without languages."""
    before: str
    """The address of the other."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A file of the same content as another, whose documents stand for both."""

    row: Entry


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A file of the same content as another that is being read: what that gives will stand for both."""

    row: Entry
    holder: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A file that has to be read."""

    row: Entry


Found = Unchanged | Moved | Copied | Awaiting | Unknown


class Adoption:
    """Knows which file holds the documents of which content, as of all that was looked at so far."""

    def __init__(
        self,
        manifest: Manifest,
        reader: Reader,
        conditions: Conditions,
        max_size: int,
        being_read: Container[str],
    ) -> None:
        """Take the rows, the index as it was before the run, its conditions, and the bytes of a document.

        ``being_read`` are the files that have no row of this run yet because they are being read.
        """
        self._manifest = manifest
        self._reader = reader
        self._conditions = conditions
        self._max_size = max_size
        self._being_read = being_read
        self._copies = Copies(manifest)
        self._gone: dict[Content, Entry] = {}

    def gone(self, row: Entry) -> None:
        """Note that a file is gone. Its text can still be taken over by a file that equals it."""
        if row.digest and row.complete and not row.copy_of:
            self._gone[content(row)] = row
        self._copies.lost(row)

    def lost(self, row: Entry | None) -> None:
        """Count on a file no more: it may not hold what its row says."""
        if row is not None:
            self._copies.lost(row)

    def is_read(self, one: Candidate, row: Entry) -> None:
        """Note that a file is about to be read into documents of its own."""
        self.lost(one.known)
        self._copies.holds(row)

    def look(self, one: Candidate, seen: int, say: Callable[[], None]) -> Found:
        """Say what a file is. Raises OSError, as it comes, where it cannot be looked into.

        ``say`` is called now and then while a large file is looked through, and may raise Interrupted.
        """
        if one.moved_from is not None and (moved := self._moved(one, one.moved_from, seen)):
            return moved
        digest = content_of(one.file, one.format, self._max_size, say)
        row = row_of(one, digest, seen)
        if one.known is not None and self._is_same(one, one.known, digest):
            same = replace(
                row,
                documents=one.known.documents,
                problems=one.known.problems,
                state=one.known.state,
                conditions=one.known.conditions,
                recognised=one.known.recognised,
                unread=one.known.unread,
                copy_of=one.known.copy_of,
            )
            self._copies.holds(same)
            return Unchanged(same)
        if copied := self.copied(one, row):
            return copied
        # Under another ending the same bytes are other documents.
        if (gone := self._gone.get(content(row))) and (moved := self._moved(one, gone, seen)):
            return moved
        return Unknown(row)

    def copied(self, one: Candidate, row: Entry) -> Copied | Awaiting | None:
        """Say whether another file holds what a file holds, None if none does."""
        holder = self._copies.holder(row)
        found: Copied | Awaiting
        if holder and holder in self._being_read:
            found = Awaiting(row, holder)
        elif holder and (known := self._manifest.get(holder)) is not None:
            found = Copied(copy_of(row, known))
        else:
            return None
        self.lost(one.known)
        return found

    def _is_same(self, one: Candidate, known: Entry, digest: str) -> bool:
        return (
            known.complete
            and known.copy_of == self._copies.holder(known)
            and known.conditions.is_settled(self._conditions, one.given.mark)
            and known.digest == digest
            # Documents without a day of their own have that of the file.
            and (known.copy_of != "" or day_of(known.mtime_ns) == day_of(one.file.mtime_ns))
            and (known.format, known.version) == (one.format.name, one.format.version)
        )

    def _moved(self, one: Candidate, before: Entry, seen: int) -> Moved | None:
        """Take the documents of a file that is gone to a new address; None if they depend on the name."""
        if (
            before.copy_of
            or not before.conditions.is_settled(self._conditions, one.given.mark)
            or self._copies.is_held(before)
            or day_of(before.mtime_ns) != day_of(one.file.mtime_ns)
        ):
            return None
        documents = self._reader.documents_in_file(before.file)
        if len(documents) != before.documents or any(map(_named_by_file, documents)):
            return None
        self._gone.pop(content(before), None)
        row = replace(
            row_of(one, before.digest, seen),
            documents=len(documents),
            problems=tuple(problem.moved(before.file, one.address) for problem in before.problems),
            state=before.state,
            conditions=before.conditions,
            recognised=before.recognised,
            unread=before.unread,
            added_ms=before.added_ms,
            changed_ms=before.changed_ms,
        )
        self._copies.holds(row)
        return Moved(
            row, tuple(_under(one.address, before.file, document) for document in documents), before.file
        )


def row_of(one: Candidate, digest: str, seen: int) -> Entry:
    """Return the row of a file of which no more is known than the walk and a look at its content say."""
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
        conditions=Conditions(path=one.given.mark) if one.given.mark else NONE,
    )


def _under(address: str, before: str, document: Document) -> Document:
    undecided = tuple(passage._replace(language="") for passage in document.passages)
    return document._replace(path=address + document.path[len(before) :], file=address, passages=undecided)


def _named_by_file(document: Document) -> bool:
    """Say whether the title may come from the file's name: then a new name may mean a new title."""
    return document.type in {"txt", "md", "html"} and document.title not in document.text

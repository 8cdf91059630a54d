"""One segment of an index, open for reading: its postings, documents, paths and deletions.

Document numbers here are the segment's own. Does not depend on queries.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from coopsearch.search.engines.columns.arrays import Bools, Ints
from coopsearch.search.engines.columns.field_columns import KEYWORDS, PLACES, SCORED
from coopsearch.search.engines.columns.storage.column_file import ColumnFile
from coopsearch.search.engines.columns.storage.column_writer import ColumnWriter
from coopsearch.search.engines.columns.storage.doc_store import Store
from coopsearch.search.engines.columns.storage.inverted_index import FieldPostings
from coopsearch.search.engines.columns.storage.mapped_file import ArrayFile, MappedColumn
from coopsearch.search.engines.columns.storage.name_table import NameTable
from coopsearch.search.engines.columns.storage.string_table import Strings
from coopsearch.search.engines.columns.storage.toc import SegmentEntry
from coopsearch.search.schema import FILE, PATH

#: Files that are mapped already, by name: others may have removed them from the folder since.
Opened = Mapping[str, ArrayFile[MappedColumn]]
NOT_OPENED: Final[Opened] = {}


class Segment:
    """Safe for many threads."""

    def __init__(self, folder: Path, entry: SegmentEntry, opened: Opened = NOT_OPENED) -> None:
        """Map the files that are not ``opened``.

        Raises IndexDamaged, IndexUnreadable or FileNotFoundError.
        """
        self.entry = entry
        self.file = ColumnFile(folder / entry.name, opened.get(entry.name)).sealed(entry.seal)
        if self.file.count("documents") != entry.documents:
            raise self.file.damaged(
                f"holds {self.file.count('documents')} documents instead of {entry.documents}"
            )
        self.deletions: ColumnFile | None = None
        if entry.deletions:
            mapped = opened.get(entry.deletions)
            self.deletions = ColumnFile(folder / entry.deletions, mapped).sealed(entry.deletions_seal)
        self.documents = entry.documents
        self.postings = {name: FieldPostings(self.file, name) for name in (*SCORED, *KEYWORDS)}
        #: Where no file holds several documents, their files are not kept twice.
        self.files_are_paths = f"{FILE}.df" not in self.file

    @cached_property
    def deleted(self) -> Bools | None:
        """Which documents are deleted; None if none is."""
        if self.deletions is None:
            return None
        bits = self.deletions["deleted"].all()
        return np.unpackbits(bits, count=self.documents, bitorder="little").view(np.bool_)

    @cached_property
    def store(self) -> Store:
        """The stored documents."""
        return Store(self.file)

    @cached_property
    def names(self) -> NameTable:
        """The words of the text that can be names, by their keys."""
        return NameTable(self.file)

    @cached_property
    def paths(self) -> Strings:
        """The paths, sorted; ``doc_of_path`` says whose they are."""
        return Strings(self.file, "path")

    def table(self, field: str) -> Strings | None:
        """Return the sorted terms of a field, deleted documents' included; None for one without a table."""
        if (place := PLACES.get(field)) is not None:
            postings = self.postings[place.field]
            return postings.words if place.words else postings.terms
        if field == FILE and not self.files_are_paths:
            return self.postings[field].terms
        return self.paths if field in (PATH, FILE) else None

    def lengths(self, field: str) -> Ints:
        """Return the length of each document in tokens of an indexed field, weighted."""
        return self.file[f"{field}.len"].all()

    def total_length(self, field: str) -> int:
        """Return the summed lengths of the documents that are not deleted."""
        total: int = self.file.meta["lengths"][field]
        if self.deleted is not None:
            total -= int(self.lengths(field)[self.deleted].sum(dtype=np.int64))
        return total

    def dates(self) -> Ints:
        """Return the day of each document as YYYYMMDD, 0 for none."""
        return self.file["date"].all()

    def path_rank(self, docs: Ints) -> Ints:
        """Return the places of documents in the order of paths."""
        return self.file["path.rank"].take(docs) if "path.rank" in self.file else docs

    def path_of(self, doc: int) -> bytes:
        """Return a document's path."""
        return self.paths[self.file["path.rank"].at(doc) if "path.rank" in self.file else doc]

    def doc_of_path(self, place: int) -> int:
        """Return the document whose path is at a place of the sorted paths."""
        return self.file["path.doc"].at(place) if "path.doc" in self.file else place

    def docs_of_path(self, path: bytes) -> list[int]:
        """Return the document of a path, if it is not deleted; a list of none or one."""
        docs = []
        # A document that was replaced before it was committed has the same path as its successor.
        for place in range(self.paths.lower_bound(path), self.documents):
            if self.paths[place] != path:
                break
            docs.append(self.doc_of_path(place))
        return self._alive(docs)

    def docs_of_file(self, file: bytes) -> list[int]:
        """Return the documents of a file, deleted ones left out."""
        if self.files_are_paths:
            return self.docs_of_path(file)
        postings = self.postings[FILE]
        term = postings.terms.find(file)
        return self._alive(postings.docs(term).tolist()) if term >= 0 else []

    def _alive(self, docs: list[int]) -> list[int]:
        deleted = self.deleted
        return docs if deleted is None else [doc for doc in docs if not deleted[doc]]

    def run_table(self) -> tuple[Ints, Ints]:
        """Return of each run its document and kept position as one number (32 bits each), and its shift.

        A token's true position is its kept one and the shift of its run.
        """
        counts = self.file["runs.count"].all().astype(np.int64)
        doc = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
        return (doc << 32) | self.file["runs.start"].all().astype(np.int64), self.file["runs.shift"].all()

    def files(self) -> list[ColumnFile]:
        """Return the segment's files: the columns, and which documents are deleted."""
        return [self.file] if self.deletions is None else [self.file, self.deletions]


def entry_of(folder: Path, name: str) -> SegmentEntry:
    """Return what a table says of a segment that was written."""
    file = ColumnFile(folder / name)
    return SegmentEntry(name, file.count("documents"), file.count("tokens"), file.size, file.seal)


def write_deletions(folder: Path, name: str, deleted: Bools, entry: SegmentEntry) -> SegmentEntry:
    """Write which documents of a segment are deleted; return what a table says of the segment then."""
    out = ColumnWriter(folder / name)
    out.add("deleted", np.packbits(deleted, bitorder="little"))
    gone = int(deleted.sum())
    out.finish({"documents": len(deleted), "deleted": gone})
    return entry._replace(deleted=gone, deletions=name, deletions_seal=ColumnFile(folder / name).seal)

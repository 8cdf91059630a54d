"""One segment of an index, read a number at a time: its postings, documents, paths and deletions.

Document numbers here are the segment's own. Does not depend on NumPy or on queries.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from coopsearch.search.engines.columns.field_columns import PLACES
from coopsearch.search.engines.columns.scalar.field import Field
from coopsearch.search.engines.columns.storage.doc_store import Store
from coopsearch.search.engines.columns.storage.mapped_file import MappedFile
from coopsearch.search.engines.columns.storage.name_table import NameTable
from coopsearch.search.engines.columns.storage.string_table import Strings
from coopsearch.search.engines.columns.storage.toc import SegmentEntry
from coopsearch.search.schema import FILE


class Segment:
    """Safe for many threads."""

    def __init__(self, folder: Path, entry: SegmentEntry) -> None:
        """Map the files. Raises IndexDamaged, IndexUnreadable or FileNotFoundError."""
        self.entry = entry
        self.file = MappedFile(folder / entry.name).sealed(entry.seal)
        if self.file.count("documents") != entry.documents:
            raise self.file.damaged(
                f"holds {self.file.count('documents')} documents instead of {entry.documents}"
            )
        self.deletions: MappedFile | None = None
        if entry.deletions:
            self.deletions = MappedFile(folder / entry.deletions).sealed(entry.deletions_seal)
        self.documents = entry.documents
        #: Where no file holds several documents, their files are not kept twice.
        self.files_are_paths = f"{FILE}.df" not in self.file
        self._fields: dict[str, Field] = {}

    def field(self, name: str) -> Field:
        """Return the postings of an indexed field."""
        found = self._fields.get(name)
        if found is None:
            found = self._fields[name] = Field(self.file, name)
        return found

    @cached_property
    def deleted(self) -> frozenset[int]:
        """The documents that are deleted."""
        if self.deletions is None:
            return frozenset()
        bits = self.deletions["deleted"]
        return frozenset(
            place * 8 + bit
            for place, byte in enumerate(bits.bytes(0, len(bits)))
            if byte
            for bit in range(8)
            if byte >> bit & 1
        )

    @cached_property
    def store(self) -> Store:
        """The stored documents."""
        return Store(self.file)

    @cached_property
    def paths(self) -> Strings:
        """The paths, sorted."""
        return Strings(self.file, "path")

    @cached_property
    def names(self) -> NameTable:
        """The words that can be names."""
        return NameTable(self.file)

    def table(self, field: str) -> Strings:
        """Return the sorted terms of a field that has postings, deleted documents' included."""
        place = PLACES[field]
        postings = self.field(place.field)
        return postings.words if place.words else postings.terms

    def length(self, field: str, doc: int) -> int:
        """Return the length of a document in tokens of an indexed field, weighted."""
        return self.file[f"{field}.len"].at(doc)

    def total_length(self, field: str) -> int:
        """Return the summed lengths of the documents that are not deleted."""
        lengths = self.file.meta.get("lengths")
        total = lengths.get(field) if isinstance(lengths, dict) else None
        if type(total) is not int:
            raise self.file.damaged(f"does not say how long its {field} is")
        return total - sum(self.length(field, doc) for doc in self.deleted)

    def path_of(self, doc: int) -> bytes:
        """Return a document's path."""
        return self.paths[self.file["path.rank"].at(doc) if "path.rank" in self.file else doc]

    def docs_of_path(self, path: bytes) -> list[int]:
        """Return the document of a path, if it is not deleted; a list of none or one."""
        docs = []
        # A document that was replaced before it was committed has the same path as its successor.
        for place in range(self.paths.lower_bound(path), self.documents):
            if self.paths[place] != path:
                break
            docs.append(self.file["path.doc"].at(place) if "path.doc" in self.file else place)
        return self.alive(docs)

    def docs_of_file(self, file: bytes) -> list[int]:
        """Return the documents of a file, deleted ones left out."""
        if self.files_are_paths:
            return self.docs_of_path(file)
        postings = self.field(FILE)
        term = postings.terms.find(file)
        return self.alive(postings.docs(term)) if term >= 0 else []

    def alive(self, docs: Iterable[int]) -> list[int]:
        """Return those of some documents that are not deleted."""
        deleted = self.deleted
        return [doc for doc in docs if doc not in deleted] if deleted else list(docs)

"""The files of a segment, and of all segments of a state, open for reading: documents, paths and terms.

What both ways of reading share: ``segment`` reads arrays, ``scalar.segment`` number by number. Document
numbers of a segment are its own; ``StateFiles`` numbers them through all segments. Does not depend on NumPy
or on queries.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from coopsearch.search.engines.columns.field_columns import KEYWORDS, PLACES, SCORED, ColumnRef
from coopsearch.search.engines.columns.storage.doc_store import Store
from coopsearch.search.engines.columns.storage.field_tables import F, FieldTables, Source
from coopsearch.search.engines.columns.storage.mapped_file import ArrayFile, MappedColumn
from coopsearch.search.engines.columns.storage.name_table import NameTable
from coopsearch.search.engines.columns.storage.stem_file import StemFile
from coopsearch.search.engines.columns.storage.string_table import Strings
from coopsearch.search.engines.columns.storage.toc import SegmentEntry, Toc
from coopsearch.search.schema import FILE, PATH

T = TypeVar("T", bound=FieldTables[Any])

#: Files that are mapped already, by name: others may have removed them from the folder since.
Opened = Mapping[str, ArrayFile[MappedColumn]]
NOT_OPENED: Final[Opened] = {}
#: Places of terms in the segments' tables that are remembered.
_LOOKS: Final = 1 << 16


class SegmentFiles(ABC, Generic[F, T]):
    """One segment. Safe for many threads."""

    file_class: type[F]
    field_class: type[T]

    def __init__(self, folder: Path, entry: SegmentEntry, opened: Opened = NOT_OPENED) -> None:
        """Map the files that are not ``opened``.

        Raises IndexDamaged, IndexUnreadable or FileNotFoundError.
        """
        self.entry = entry
        self.file = self.file_class(folder / entry.name, opened.get(entry.name)).sealed(entry.seal)
        if self.file.count("documents") != entry.documents:
            raise self.file.damaged(
                f"holds {self.file.count('documents')} documents instead of {entry.documents}"
            )
        self.deletions: F | None = None
        if entry.deletions:
            mapped = opened.get(entry.deletions)
            self.deletions = self.file_class(folder / entry.deletions, mapped).sealed(entry.deletions_seal)
        self.documents = entry.documents
        self.postings = {name: self.field_class(self.file, name) for name in (*SCORED, *KEYWORDS)}
        #: Where no file holds several documents, their files are not kept twice.
        self.files_are_paths = f"{FILE}.df" not in self.file

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
        return self.alive(docs)

    def docs_of_file(self, file: bytes) -> list[int]:
        """Return the documents of a file, deleted ones left out."""
        if self.files_are_paths:
            return self.docs_of_path(file)
        postings = self.postings[FILE]
        term = postings.terms.find(file)
        return self.alive(self._holders(postings, term)) if term >= 0 else []

    def files(self) -> list[F]:
        """Return the segment's files: the columns, and which documents are deleted."""
        return [self.file] if self.deletions is None else [self.file, self.deletions]

    @abstractmethod
    def alive(self, docs: Sequence[int]) -> list[int]:
        """Return those of some documents that are not deleted."""

    @abstractmethod
    def days(self) -> list[int]:
        """Return the day of each document that is not deleted as YYYYMMDD, 0 for none."""

    @abstractmethod
    def _holders(self, postings: T, term: int) -> list[int]:
        """Return the documents of a list."""


S = TypeVar("S", bound=SegmentFiles[Any, Any])


class StateFiles(Generic[S]):
    """All segments of a state. Safe for many threads."""

    def __init__(self, segment_class: type[S], folder: Path, toc: Toc, opened: Opened = NOT_OPENED) -> None:
        """Map the files that are not ``opened``.

        Raises IndexDamaged, IndexUnreadable or FileNotFoundError.
        """
        self.segments = [segment_class(folder, entry, opened) for entry in toc.segments]
        self.stem_files = [
            StemFile(folder / entry.name, opened.get(entry.name)).sealed(entry.seal) for entry in toc.stems
        ]
        #: The number of the first document of each segment, and how many numbers there are.
        self.bases = [0, *accumulate(entry.documents for entry in toc.segments)]
        self.documents = sum(entry.documents - entry.deleted for entry in toc.segments)
        self._sources: dict[tuple[str, ColumnRef, bytes], list[Source]] = {}

    def locate(self, number: int) -> tuple[S, int]:
        """Return the segment of a document and its number there. Raises IndexError."""
        if not 0 <= number < self.bases[-1]:
            raise IndexError(number)
        place = bisect_right(self.bases, number) - 1
        return self.segments[place], number - self.bases[place]

    def sources(self, segment: S, place: ColumnRef, term: bytes) -> list[Source]:
        """Return the lists of a segment that hold a term."""
        key = (segment.entry.name, place, term)
        found = self._sources.get(key)
        if found is None:
            if len(self._sources) >= _LOOKS:
                self._sources.clear()
            tables: FieldTables[Any] = segment.postings[place.field]
            found = self._sources[key] = tables.sources(term, as_word=place.words)
        return found

    def declared_df(self, place: ColumnRef, term: bytes) -> int | None:
        """Return how many documents hold a term by the tables; None where its lists must be read for it."""
        if any(segment.deletions is not None for segment in self.segments):
            return None
        total = 0
        for segment in self.segments:
            postings = segment.postings[place.field]
            match self.sources(segment, place, term):
                case []:
                    continue
                case [Source(index, None)]:
                    total += postings.df(index)
                case [_]:
                    total += postings.word_df(postings.words.find(term))
                case _:
                    return None
        return total

    def files(self) -> list[ArrayFile[MappedColumn]]:
        """Return all files of the state."""
        found: list[ArrayFile[MappedColumn]] = [file for segment in self.segments for file in segment.files()]
        return found + [stems.file for stems in self.stem_files]

    def close(self) -> None:
        """Let the files go. The maps end with the last view of them."""
        self.segments, self.stem_files = [], []

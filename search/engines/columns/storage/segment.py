"""One segment of an index, open for reading: its postings, documents, paths and deletions.

Document numbers here are the segment's own. Does not depend on queries.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from coopsearch.search.engines.columns.arrays import Bools, Ints
from coopsearch.search.engines.columns.storage.column_file import ColumnFile
from coopsearch.search.engines.columns.storage.column_writer import ColumnWriter
from coopsearch.search.engines.columns.storage.field_tables import declared_length
from coopsearch.search.engines.columns.storage.inverted_index import FieldPostings
from coopsearch.search.engines.columns.storage.segment_files import SegmentFiles
from coopsearch.search.engines.columns.storage.toc import SegmentEntry


class Segment(SegmentFiles[ColumnFile, FieldPostings]):
    """Safe for many threads."""

    file_class = ColumnFile
    field_class = FieldPostings

    @cached_property
    def deleted(self) -> Bools | None:
        """Which documents are deleted; None if none is."""
        if self.deletions is None:
            return None
        bits = self.deletions["deleted"].all()
        return np.unpackbits(bits, count=self.documents, bitorder="little").view(np.bool_)

    def lengths(self, field: str) -> Ints:
        """Return the length of each document in tokens of an indexed field, weighted."""
        return self.file[f"{field}.len"].all()

    def total_length(self, field: str) -> int:
        """Return the summed lengths of the documents that are not deleted."""
        total = declared_length(self.file, field)
        if self.deleted is not None:
            total -= int(self.lengths(field)[self.deleted].sum(dtype=np.int64))
        return total

    def dates(self) -> Ints:
        """Return the day of each document as YYYYMMDD, 0 for none."""
        return self.file["date"].all()

    def path_rank(self, docs: Ints) -> Ints:
        """Return the places of documents in the order of paths."""
        return self.file["path.rank"].take(docs) if "path.rank" in self.file else docs

    def run_table(self) -> tuple[Ints, Ints]:
        """Return of each run its document and kept position as one number (32 bits each), and its shift.

        A token's true position is its kept one and the shift of its run.
        """
        counts = self.file["runs.count"].all().astype(np.int64)
        doc = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
        return (doc << 32) | self.file["runs.start"].all().astype(np.int64), self.file["runs.shift"].all()

    def alive(self, docs: Sequence[int]) -> list[int]:
        """Return those of some documents that are not deleted."""
        deleted = self.deleted
        return list(docs) if deleted is None else [doc for doc in docs if not deleted[doc]]

    def days(self) -> list[int]:
        """Return the day of each document that is not deleted as YYYYMMDD, 0 for none."""
        dates = self.dates()
        found: list[int] = (dates if self.deleted is None else dates[~self.deleted]).tolist()
        return found

    def _holders(self, postings: FieldPostings, term: int) -> list[int]:
        found: list[int] = postings.docs(term).tolist()
        return found


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

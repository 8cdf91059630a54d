"""One segment of an index, read a number at a time: its postings, documents, paths and deletions.

Document numbers here are the segment's own. Does not depend on NumPy or on queries.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from coopsearch.search.engines.columns.scalar.field import Field
from coopsearch.search.engines.columns.storage.field_tables import declared_length
from coopsearch.search.engines.columns.storage.mapped_file import MappedFile
from coopsearch.search.engines.columns.storage.segment_files import SegmentFiles


class Segment(SegmentFiles[MappedFile, Field]):
    """Safe for many threads."""

    file_class = MappedFile
    field_class = Field

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

    def length(self, field: str, doc: int) -> int:
        """Return the length of a document in tokens of an indexed field, weighted."""
        return self.file[f"{field}.len"].at(doc)

    def total_length(self, field: str) -> int:
        """Return the summed lengths of the documents that are not deleted."""
        return declared_length(self.file, field) - sum(self.length(field, doc) for doc in self.deleted)

    def alive(self, docs: Sequence[int]) -> list[int]:
        """Return those of some documents that are not deleted."""
        deleted = self.deleted
        return [doc for doc in docs if doc not in deleted] if deleted else list(docs)

    def days(self) -> list[int]:
        """Return the day of each document that is not deleted as YYYYMMDD, 0 for none."""
        dates = self.file["date"].list(0, self.documents)
        return [dates[doc] for doc in self.alive(range(self.documents))]

    def _holders(self, postings: Field, term: int) -> list[int]:
        return postings.docs(term)

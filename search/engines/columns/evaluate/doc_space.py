"""One committed state as a single space of documents: segments one after the other.

Does not depend on queries.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np

from coopsearch.search.engines.collection import Statistics
from coopsearch.search.engines.columns.arrays import F32, I32, I64, NO_DOCS
from coopsearch.search.engines.columns.evaluate.scratch import Scratch
from coopsearch.search.engines.columns.field_columns import scored_as
from coopsearch.search.engines.columns.storage.segment import Segment
from coopsearch.search.engines.columns.storage.segment_files import NOT_OPENED, Opened, StateFiles
from coopsearch.search.engines.columns.storage.toc import Toc
from coopsearch.search.ranking import DEFAULT, Parameters


class DocSpace(StateFiles[Segment]):
    """Numbers documents through all segments. Safe for many threads."""

    def __init__(
        self, folder: Path, toc: Toc, parameters: Parameters = DEFAULT, opened: Opened = NOT_OPENED
    ) -> None:
        """Map the files that are not ``opened``.

        Raises IndexDamaged, IndexUnreadable or FileNotFoundError.
        """
        super().__init__(Segment, folder, toc, opened)
        self.parameters = parameters
        self.space: int = self.bases[-1]
        self.scratch = Scratch(self.space)
        self._norms: dict[str, F32] = {}
        #: Those among which these documents are weighed, where they are not alone.
        self.collection: Statistics | None = None

    def split(self, docs: I32) -> list[tuple[Segment, int, I32]]:
        """Return the segments that hold some of the (sorted) documents, their bases and their own numbers."""
        cuts = np.searchsorted(docs, self.bases).tolist()
        return [
            (segment, base, docs[low:high] - np.int32(base))
            for segment, base, low, high in zip(self.segments, self.bases, cuts, cuts[1:], strict=False)
            if low < high
        ]

    @cached_property
    def everything(self) -> I32:
        """All documents that are not deleted."""
        parts = [
            np.arange(base, base + segment.documents, dtype=np.int32)
            if segment.deleted is None
            else (np.flatnonzero(~segment.deleted) + base).astype(np.int32)
            for segment, base in zip(self.segments, self.bases, strict=False)
        ]
        return np.concatenate(parts) if parts else NO_DOCS

    @cached_property
    def dates(self) -> I32:
        """The day of each document as YYYYMMDD, 0 for none."""
        parts = [segment.dates().astype(np.int32) for segment in self.segments]
        return np.concatenate(parts) if parts else NO_DOCS

    def average(self, field: str) -> float:
        """Return the mean length of the documents in tokens of an indexed field."""
        if self.collection is not None:
            return self.collection.average_length(scored_as(field))
        total = self.total_length(field)
        return total / self.documents if total and self.documents else 1.0

    def total_length(self, field: str) -> int:
        """Return the length of all documents in tokens of an indexed field."""
        return sum(segment.total_length(field) for segment in self.segments)

    def norms(self, field: str) -> F32:
        """Return, for each document, what BM25 adds to the frequency below the line."""
        norms = self._norms.get(field)
        if norms is None:
            norms = np.concatenate([s.lengths(field) for s in self.segments]).astype(np.float32)
            # As in Parameters.bm25: k1 * (1 - b + b * length / average).
            k1, b = self.parameters.k1, self.parameters.b
            norms *= np.float32(k1 * b / self.average(field))
            norms += np.float32(k1 * (1.0 - b))
            self._norms[field] = norms
        return norms

    def impacts(self, field: str, docs: I32, frequencies: F32) -> F32:
        """Return Parameters.bm25 of weight 1 for documents with some frequencies."""
        below = self.norms(field).take(docs)
        below += frequencies
        np.divide(frequencies, below, out=below)
        below *= np.float32(self.parameters.k1 + 1.0)
        return below

    def dated(self, low: int | None, high: int | None) -> I32:
        """Return the documents whose day lies within bounds; those without a day have none."""
        dates = self.dates
        mark = dates > 0
        if low is not None:
            mark &= dates >= low
        if high is not None:
            mark &= dates <= high
        docs = np.flatnonzero(mark).astype(np.int32)
        return self.alive(docs)

    def alive(self, docs: I32) -> I32:
        """Return the documents that are not deleted."""
        if all(segment.deleted is None for segment in self.segments):
            return docs
        parts = [
            own[~segment.deleted[own]] + np.int32(base)
            if segment.deleted is not None
            else own + np.int32(base)
            for segment, base, own in self.split(docs)
        ]
        return np.concatenate(parts) if parts else NO_DOCS

    def true_keys(self, keys: I64) -> I64:
        """Return document and true position of tokens, of which the kept positions are given.

        Both as one number each, the document in the upper 32 bits.
        """
        runs, shifts = self._runs
        return keys + shifts[np.searchsorted(runs, keys, "right") - 1]

    @cached_property
    def _runs(self) -> tuple[I64, I64]:
        tables = [segment.run_table() for segment in self.segments]
        runs = [keys + (base << 32) for (keys, _), base in zip(tables, self.bases, strict=False)]
        return np.concatenate(runs), np.concatenate([shifts for _, shifts in tables]).astype(np.int64)

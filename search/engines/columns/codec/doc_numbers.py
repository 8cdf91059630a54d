"""Documents as Whoosh counts them: from 0 on without a gap, deleted ones have no number.

Whoosh's ranking counts deleted documents as documents; where there are none, it is right. Does not depend
on Whoosh.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from coopsearch.search.engines.columns.arrays import I32, Ints
from coopsearch.search.engines.columns.field_columns import PLACES, SCORED
from coopsearch.search.engines.columns.reader import ColumnsReader


class Numbers:
    """The way between Whoosh's numbers and those of a snapshot."""

    def __init__(self, reader: ColumnsReader) -> None:
        """Take the state."""
        self.reader = reader
        self.own: I32 = reader.snapshot.everything
        """The snapshot's number of each document."""

    def __len__(self) -> int:
        """Count the documents."""
        return len(self.own)

    def of(self, docs: Ints) -> Ints:
        """Return Whoosh's numbers of some documents that are not deleted."""
        return docs if len(self.own) == self.reader.snapshot.space else np.searchsorted(self.own, docs)

    def lengths(self, fieldname: str) -> Ints | None:
        """Return the length of each document in a field, None for a field without."""
        place = PLACES.get(fieldname)
        return self._lengths(place.family) if place is not None and place.family in SCORED else None

    def _lengths(self, family: str) -> Ints:
        if family not in self._taken:
            self._taken[family] = self.reader.lengths(family).take(self.own)
        return self._taken[family]

    @cached_property
    def _taken(self) -> dict[str, Ints]:
        return {}

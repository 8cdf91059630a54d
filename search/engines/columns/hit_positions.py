"""Where terms stand in one document: what choosing a passage of a hit asks for.

Of a list only the places of that document are decoded. Where each document's places begin is worked out once
for a list and remembered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from coopsearch.search.engines.base import Located
from coopsearch.search.engines.columns.arrays import Ints, starts_of
from coopsearch.search.engines.columns.evaluate.byte_cache import ByteCache
from coopsearch.search.engines.columns.evaluate.snapshot import Snapshot
from coopsearch.search.engines.columns.field_columns import PLACES, RUNS
from coopsearch.search.engines.columns.storage.inverted_index import FieldPostings
from coopsearch.search.engines.columns.storage.packed_ints import PackedList
from coopsearch.search.engines.columns.storage.segment import Segment
from coopsearch.search.engines.columns.storage.string_table import encode

#: Bytes of tables that are remembered.
_REMEMBERED: Final = 32 << 20


class _Table(NamedTuple):
    """The documents of a list, where the places of each begin (one more at the end), and all positions."""

    docs: Ints
    starts: Ints
    positions: PackedList

    @property
    def size(self) -> int:
        """Bytes that it holds."""
        return int(self.docs.nbytes + self.starts.nbytes) + 500


class HitPositions:
    """Locates terms in documents of a snapshot. Safe for many threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Begin with nothing remembered."""
        self._snapshot = snapshot
        self._tables: ByteCache[_Table] = ByteCache(_REMEMBERED)
        self._runs: dict[str, Ints] = {}

    def locate(self, number: int, slots: Sequence[Sequence[tuple[str, str]]]) -> Located:
        """Return where (field, term) pairs of fields with runs stand: see ``Reader.locate``."""
        segment, own = self._snapshot.locate(number)
        starts = self._runs.get(segment.entry.name)
        if starts is None:
            starts = starts_of(segment.file["runs.count"].all())
            self._runs[segment.entry.name] = starts
        runs: list[int] = segment.file["runs.start"].slice(int(starts[own]), int(starts[own + 1])).tolist()
        return Located(runs, [self._slot(segment, own, pairs) for pairs in slots])

    def _slot(self, segment: Segment, own: int, pairs: Sequence[tuple[str, str]]) -> list[int]:
        """Return the positions of any of some terms in a segment's document."""
        found: set[tuple[str, int, int | None]] = set()
        for field, term in pairs:
            place = PLACES[field]
            assert place.field in RUNS, field
            for source in self._snapshot.sources(segment, place, encode(term)):
                found.add((place.field, source.list, source.form))
        parts: list[list[int]] = []
        for name, index, form in found:
            # A form of a list that counts as a whole adds nothing.
            if form is None or (name, index, None) not in found:
                parts.append(self._positions(segment, own, segment.postings[name], index, form))
        if len(parts) == 1 and len(set(parts[0])) == len(parts[0]):
            return parts[0]
        return sorted({position for part in parts for position in part})

    def _positions(
        self, segment: Segment, own: int, postings: FieldPostings, term: int, form: int | None
    ) -> list[int]:
        """Return the positions of a list, or of one form of it, in a segment's document."""
        key = (segment.entry.name, postings.name, term)
        table = self._tables.get(key)
        if table is None:
            docs, starts = postings.docs(term), starts_of(postings.frequencies(term)[0])
            places = postings.positions_list(term)
            if int(starts[-1]) != postings.cf(term):
                # What is read of a list is as long as this says, and this may have been written by anybody.
                raise postings.file.damaged(f"says otherwise how long a list of its {postings.name} is")
            table = self._tables.keep(key, _Table(docs, starts, places))
        docs = table.docs
        at = int(docs.searchsorted(docs.dtype.type(own)))
        if at == len(docs) or docs[at] != own:
            return []
        low, high = int(table.starts[at]), int(table.starts[at + 1])
        found = table.positions.slice(low, high)
        if form is not None:
            found = found[postings.forms(term, np.arange(low, high)) == form]
        positions: list[int] = found.tolist()
        return positions

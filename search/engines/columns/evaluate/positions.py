"""Where a term stands in all documents of a snapshot: its occurrences, decoded once.

Does not depend on queries.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from coopsearch.search.engines.columns.arrays import (
    I32,
    I64,
    NO_DOCS,
    Bools,
    Ints,
    first_of_runs,
    marked,
    merged,
    starts_of,
)
from coopsearch.search.engines.columns.evaluate.rank_bitmap import RankBitmap
from coopsearch.search.engines.columns.storage.inverted_index import FieldPostings
from coopsearch.search.engines.columns.storage.segment import Segment


class Occurrences(NamedTuple):
    """The positions of a term in each of its documents, sorted, none twice."""

    docs: I32
    starts: Ints
    """Where each document's positions start; one more at the end."""
    positions: Ints
    """Kept positions, of an unsigned type: see ``fields.GAP_KEPT``."""
    finder: RankBitmap | None = None
    """Of the documents; None for those of a single segment."""

    @property
    def size(self) -> int:
        """Bytes that it may come to hold."""
        finding = RankBitmap.size(len(self.docs), self.finder.space) if self.finder is not None else 0
        return 8 * len(self.docs) + int(self.positions.nbytes) + finding + 500

    def find(self, docs: I32) -> tuple[Ints, Bools]:
        """Return a place for each of some documents, and whether it stands there: see Finder."""
        assert self.finder is not None
        return self.finder.find(docs)


NONE = Occurrences(NO_DOCS, np.zeros(1, np.int32), np.zeros(0, np.uint8))


def join(parts: Sequence[tuple[int, Occurrences]]) -> Occurrences:
    """Put the occurrences of segments, each with the number of its first document, one after the other."""
    if not parts:
        return NONE
    if len(parts) == 1 and not parts[0][0]:
        return parts[0][1]
    ends = starts_of(np.array([len(part.positions) for _, part in parts], np.int64)).tolist()
    starts = [part.starts[:-1] + start for (_, part), start in zip(parts, ends, strict=False)]
    kind = np.int32 if ends[-1] < 1 << 31 else np.int64
    return Occurrences(
        np.concatenate([part.docs + np.int32(base) for base, part in parts]),
        np.append(np.concatenate(starts), ends[-1]).astype(kind),
        np.concatenate([part.positions for _, part in parts]),
    )


def read(segment: Segment, family: FieldPostings, sources: Sequence[tuple[int, int | None]]) -> Occurrences:
    """Return a term's occurrences in a segment, from the lists (and forms) that hold it."""
    if len(sources) == 1 and sources[0][1] is None and segment.deleted is None:
        index = sources[0][0]
        docs, positions = family.docs(index), family.positions(index)
        starts = starts_of(family.frequencies(index)[0])
        twice = positions[1:] == positions[:-1]
        twice[starts[1:-1] - 1] = False
        if not twice.any():
            return Occurrences(docs, starts, positions)
    keys = merged([_keys(family, index, form) for index, form in sources])
    owners = (keys >> 32).astype(np.int32)
    if segment.deleted is not None:
        alive = ~segment.deleted[owners]
        keys, owners = keys[alive], owners[alive]
    first = marked(first_of_runs(owners))
    return Occurrences(owners[first], np.append(first, len(owners)), (keys & 0xFFFFFFFF).astype(np.uint32))


def _keys(family: FieldPostings, index: int, form: int | None) -> I64:
    """Return document and position of each occurrence of a list, or of one form of it, as one number."""
    owners = family.docs(index).astype(np.int64) << 32
    keys: I64 = np.repeat(owners, family.frequencies(index)[0])
    keys |= family.positions(index)
    return keys if form is None else keys[family.forms(index) == form]

"""The best of many scored documents, ties by path: the same answer every time.

Does not depend directly on queries.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

import numpy as np

from coopsearch.search.engines.columns.arrays import F32, I32, marked
from coopsearch.search.engines.columns.evaluate.postings import kth
from coopsearch.search.engines.columns.evaluate.snapshot import Snapshot

#: So many tied documents are sorted by reading their paths; of more, the columns of ranks are read first.
_FEW: Final = 32
#: Paths that are remembered: the same documents tie in one query after the other.
_REMEMBERED: Final = 1 << 14


def best(snapshot: Snapshot, docs: I32, scores: F32 | None, limit: int) -> tuple[tuple[int, float], ...]:
    """Return the ``limit`` best (document, score) pairs, best first, ties by path. ``docs`` in any order."""
    if not limit or not len(docs):
        return ()
    if scores is None:
        return tuple((doc, 0.0) for doc in first_by_path(snapshot, docs, limit))
    if len(docs) > limit:
        least = kth(scores, limit)
        kept = marked(scores >= least)
        docs, scores = docs[kept], scores[kept]
        if len(docs) > limit:
            above = marked(scores > least)
            tied = first_by_path(snapshot, docs[scores == least], limit - len(above))
            return _sorted(snapshot, docs[above].tolist(), scores[above].tolist()) + tuple(
                (doc, least) for doc in tied
            )
    return _sorted(snapshot, docs.tolist(), scores.tolist())


def _sorted(snapshot: Snapshot, docs: list[int], scores: list[float]) -> tuple[tuple[int, float], ...]:
    if len(set(scores)) == len(scores):
        return tuple(sorted(zip(docs, scores, strict=True), key=lambda pair: -pair[1]))
    times = Counter(scores)
    # Reading a path costs more than all the rest: it is read where it decides.
    pairs = sorted(
        zip(docs, scores, strict=True),
        key=lambda pair: (-pair[1], path_of(snapshot, pair[0]) if times[pair[1]] > 1 else b""),
    )
    return tuple(pairs)


def first_by_path(snapshot: Snapshot, docs: I32, limit: int) -> list[int]:
    """Return the first ``limit`` of some documents in the order of paths."""
    if limit <= 0:
        return []
    chosen: list[int] = []
    if len(docs) <= _FEW:
        chosen = docs.tolist()
    else:
        for segment, base, own in snapshot.split(np.sort(docs)):
            rank = segment.path_rank(own)
            first = own[np.argpartition(rank, limit - 1)[:limit]] if len(own) > limit else own
            chosen += (first + np.int32(base)).tolist()
    chosen.sort(key=lambda doc: path_of(snapshot, doc))
    return chosen[:limit]


def path_of(snapshot: Snapshot, doc: int) -> bytes:
    """Return the path of a document, in an encoding that sorts as the path does."""
    known = snapshot.paths.get(doc)
    if known is None:
        segment, own = snapshot.locate(doc)
        if len(snapshot.paths) >= _REMEMBERED:
            snapshot.paths.clear()
        known = snapshot.paths[doc] = segment.path_of(own)
    return known

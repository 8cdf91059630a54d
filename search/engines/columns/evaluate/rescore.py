"""The best documents of a query, scored anew with what is too costly, or says too little, for all.

Does not depend directly on ranking formulas.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from coopsearch.search.engines.columns.arrays import F32, I32, marked
from coopsearch.search.engines.columns.evaluate.evaluator import Evaluator
from coopsearch.search.engines.columns.evaluate.postings import kth
from coopsearch.search.engines.columns.evaluate.proximity import closest
from coopsearch.search.engines.columns.evaluate.snapshot import Snapshot
from coopsearch.search.engines.columns.evaluate.top_docs import first_by_path
from coopsearch.search.engines.nodes import Near, Node


def rescored(
    evaluator: Evaluator, snapshot: Snapshot, more: Sequence[Node], docs: I32, scores: F32, limit: int
) -> tuple[I32, F32]:
    """Return the documents and scores, with ``more`` added to the scores of the best ``rescored`` of them.

    ``docs`` come in any order and leave in another. Those that cannot be among the first ``limit`` may be
    missing, or lack what comes last in ``more``.
    """
    best = _best(snapshot, docs, scores)
    others: tuple[I32, F32] | None = None
    if best is not None:
        # The rest comes after all of the best, which only gain.
        if limit > len(best):
            rest = np.ones(len(docs), np.bool_)
            rest[best] = False
            others = docs[rest], scores[rest]
        docs, scores = docs.take(best), scores.take(best)
    order = np.argsort(docs)
    docs, scores = docs.take(order), scores.take(order)
    for node in more:
        if isinstance(node, Near) and node is more[-1] and len(docs) > 2 * limit:
            # Looking closely is what costs most: not at those that closeness cannot bring among the first.
            chosen = marked(scores >= kth(scores, limit) - closest(snapshot, node))
            if (added := evaluator.at(node, docs.take(chosen))) is not None:
                scores[chosen] += added
        elif (added := evaluator.at(node, docs)) is not None:
            scores += added
    if others is not None:
        docs, scores = np.concatenate((docs, others[0])), np.concatenate((scores, others[1]))
    return docs, scores


def _best(snapshot: Snapshot, docs: I32, scores: F32) -> I32 | None:
    """Return the places of the best ``rescored`` documents, ties by path; None where these are all."""
    limit = snapshot.parameters.rescored
    if len(docs) <= limit:
        return None
    if not limit:
        return np.zeros(0, np.int32)
    least = kth(scores, limit)
    above = marked(scores > least)
    tied = marked(scores == least)
    if len(above) + len(tied) > limit:
        chosen = np.sort(np.array(first_by_path(snapshot, docs.take(tied), limit - len(above)), np.int32))
        # np.isin does the same with ten times the detours.
        place = np.minimum(chosen.searchsorted(docs.take(tied)), len(chosen) - 1)
        tied = tied[chosen.take(place) == docs.take(tied)]
    return np.concatenate((above, tied)).astype(np.int32)

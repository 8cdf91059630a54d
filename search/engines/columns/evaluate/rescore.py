"""The best documents of a query, scored anew with what is too costly, or says too little, for all.

Does not depend directly on ranking formulas.
"""

from __future__ import annotations

import numpy as np

from coopsearch.search.engines.columns.arrays import F32, I32, NO_DOCS, NO_SCORES, marked
from coopsearch.search.engines.columns.evaluate.evaluator import Evaluator
from coopsearch.search.engines.columns.evaluate.postings import kth
from coopsearch.search.engines.columns.evaluate.proximity import closest
from coopsearch.search.engines.columns.evaluate.snapshot import Snapshot
from coopsearch.search.engines.columns.evaluate.top_docs import first_by_path
from coopsearch.search.engines.nodes import Group, Near, Or, Rescored


def rescored(
    evaluator: Evaluator, snapshot: Snapshot, query: Rescored, docs: I32, scores: F32, limit: int
) -> tuple[I32, F32]:
    """Return the documents and scores, with ``query.more`` added to those of the best and of ``query.also``.

    ``docs`` come in any order and leave in another. Those that cannot be among the first ``limit`` may be
    missing, or lack what comes last in ``more``.
    """
    others: tuple[I32, F32] | None = None
    added_docs, added_scores = _also(evaluator, snapshot, query, docs, scores)
    best = _best(snapshot, docs, scores)
    if best is not None:
        # The rest comes after all of the best, which only gain.
        if limit > len(best):
            rest = np.ones(len(docs), np.bool_)
            rest[best] = False
            others = docs[rest], scores[rest]
        docs, scores = docs.take(best), scores.take(best)
    if len(added_docs):
        new = ~np.isin(added_docs, docs)
        docs, scores = np.concatenate((docs, added_docs[new])), np.concatenate((scores, added_scores[new]))
        if others is not None:
            rest = ~np.isin(others[0], added_docs)
            others = others[0][rest], others[1][rest]
    order = np.argsort(docs)
    docs, scores = docs.take(order), scores.take(order)
    more = query.more
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


def _also(
    evaluator: Evaluator, snapshot: Snapshot, query: Rescored, docs: I32, scores: F32
) -> tuple[I32, F32]:
    """Return the documents that are rescored whatever they score, and what they score; none twice."""
    found: list[I32] = [NO_DOCS]
    held: list[F32] = [NO_SCORES]
    for node in query.also:
        named = evaluator.scores(node)[0]
        if not len(named):
            continue
        if isinstance(query.child, Group | Or):
            # Of these the best are at hand, not all that match.
            named = named[evaluator.holds(query.child, named)]
            given = evaluator.at(query.child, named)
            sums = np.zeros(len(named), np.float32) if given is None else given
        else:
            at = marked(np.isin(docs, named))
            named, sums = docs.take(at), scores.take(at)
        best = _best(snapshot, named, sums)
        found.append(named if best is None else named.take(best))
        held.append(sums if best is None else sums.take(best))
    if len(found) == 1:
        return NO_DOCS, NO_SCORES
    several, first = np.unique(np.concatenate(found), return_index=True)
    return several, np.concatenate(held).take(first)


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

"""Lists of documents put together: who is in all of them, in any, or not in one.

The scores of a document are summed in the order of the lists. A list without impacts scores nothing, or its
weight for each document where the caller says ``flat``: that is what Whoosh's queries mean by it. Does not
depend on queries.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from coopsearch.search.engines.columns.arrays import F32, I32, NO_DOCS, Bools, marked, merged
from coopsearch.search.engines.columns.evaluate.maxscore import Item
from coopsearch.search.engines.columns.evaluate.postings import Postings
from coopsearch.search.engines.columns.evaluate.scratch import Scratch

#: A union is made by marking its documents when they are more than one of so many of all.
_MARKED = 8

Scored = tuple[I32, F32 | None]
"""Documents, sorted, and their scores; None where all are 0."""


def weighed(item: Item, *, flat: bool = False) -> Scored:
    """Return the documents of a list and what it gives to each."""
    postings, weight = item
    if postings.impacts is not None:
        return postings.docs, postings.impacts * np.float32(weight)
    return postings.docs, np.full(len(postings), weight, np.float32) if flat else None


def among(docs: I32, others: I32, space: int, scratch: Scratch) -> Bools:
    """Say which documents are among others; both sorted, all below ``space``."""
    if not len(docs) or not len(others):
        return np.zeros(len(docs), np.bool_)
    _, hit = Postings(others, None, space).lookup(docs, scratch)
    assert hit is not None
    return hit


def intersect(items: Sequence[Item], scratch: Scratch, *, flat: bool = False) -> Scored:
    """Return the documents that all lists hold, from the shortest on; there is one list at least."""
    first, *others = sorted(items, key=lambda item: len(item[0]))
    docs, scores = weighed(first, flat=flat)
    for postings, weight in others:
        if not len(docs):
            return NO_DOCS, np.zeros(0, np.float32) if flat else None
        found, hit = postings.lookup(docs, scratch)
        if hit is None:
            assert found is not None
            hit = found > 0
        kept = marked(hit)
        docs = docs.take(kept)
        if scores is not None:
            scores = scores.take(kept)
        if found is not None:
            found = found.take(kept)
            found *= np.float32(weight)
            scores = found if scores is None else np.add(scores, found, out=scores)
        elif flat and scores is not None:
            scores += np.float32(weight)
    return docs, scores


def union_docs(lists: Sequence[I32], space: int) -> I32:
    """Return the documents of any of some lists."""
    lists = [docs for docs in lists if len(docs)]
    if len(lists) < 2:
        return lists[0] if lists else NO_DOCS
    if sum(map(len, lists)) * _MARKED > space:
        mark = np.zeros(space, np.bool_)
        for docs in lists:
            mark[docs] = True
        return marked(mark).astype(np.int32)
    return merged(lists)


def unite(items: Sequence[Item], space: int, *, flat: bool = False) -> Scored:
    """Return the documents that any list holds."""
    lists = [item for item in items if len(item[0])]
    if not lists:
        return NO_DOCS, np.zeros(0, np.float32) if flat else None
    if len(lists) == 1:
        return weighed(lists[0], flat=flat)
    docs = union_docs([postings.docs for postings, _ in lists], space)
    if not flat and all(postings.impacts is None for postings, _ in lists):
        return docs, None
    # Where there are many documents, a place for each of the index costs less than looking for each.
    dense = len(docs) * _MARKED > space
    sums = np.zeros(space if dense else len(docs), np.float32)
    for item in lists:
        mine, scores = weighed(item, flat=flat)
        if scores is not None:
            sums[mine if dense else np.searchsorted(docs, mine)] += scores
    return docs, sums.take(docs) if dense else sums

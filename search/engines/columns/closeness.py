"""How close together the words of a query stand in the best documents.

The positions of each word are cut out for those documents alone and put into one sorted list; neighbours
in it are the pairs that count. Knows a snapshot and one node; knows no other score.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from coopsearch.search import ranking
from coopsearch.search.engines.columns.arrays import F32, I32, I64, marked, ranges
from coopsearch.search.engines.columns.positions import Occurrences
from coopsearch.search.engines.columns.snapshot import Snapshot
from coopsearch.search.engines.nodes import Near

#: A number for an occurrence: its document's place among the given ones, its position, its word.
_WORD_BITS: Final = 10
_DOC_SHIFT: Final = 32 + _WORD_BITS
_WORD: Final = (1 << _WORD_BITS) - 1


def near(snapshot: Snapshot, node: Near, docs: I32) -> F32 | None:
    """Return ranking.closeness of the words for each of some documents (sorted, at most 2**21)."""
    lists: list[I64] = []
    weights: list[float] = []
    for group in node.groups[: _WORD + 1]:
        postings = snapshot.group(group.field, group.terms)
        if not len(postings):
            continue
        for term, _ in group.terms:
            occurrences = snapshot.occurrences(group.field, term)
            if len(occurrences.docs) and len(keys := _keys(occurrences, docs, len(weights))):
                lists.append(keys)
        weights.append(ranking.idf(snapshot.documents, postings.df))
    words = len(weights)
    if words < 2 or not lists:
        return None
    keys = np.concatenate(lists)
    keys.sort()
    # Two tokens of a compound share a position, and so may two stems of one word: each counts once.
    places = keys >> _WORD_BITS
    gaps = places[1:] - places[:-1]
    word = (keys & _WORD).astype(np.int32)
    here = marked((gaps > 0) & (gaps <= ranking.WINDOW) & (word[1:] != word[:-1]))
    if not len(here):
        return None
    one, other = word.take(here), word.take(here + 1)
    row = (places.take(here) >> 32).astype(np.int32) * np.int32(words)
    idf = np.array(weights)
    share = ranking.attraction(1.0, 1) / np.square(gaps.take(here), dtype=np.float64)
    size = len(docs) * words
    gained = np.bincount(row + one, idf.take(other) * share, size)
    gained += np.bincount(row + other, idf.take(one) * share, size)
    # As in ranking.closeness.
    full = (gained / (gained + ranking.CLOSENESS_K)).reshape(len(docs), words)
    scale = ranking.CLOSENESS * (ranking.CLOSENESS_K + 1.0)
    scores: F32 = (full @ (scale * np.minimum(1.0, idf))).astype(np.float32)
    return scores


def _keys(occurrences: Occurrences, docs: I32, word: int) -> I64:
    """Return the numbers of a term's occurrences in some documents."""
    mine, starts = occurrences.docs, occurrences.starts
    at = mine.searchsorted(docs)
    np.minimum(at, len(mine) - 1, out=at)
    which = marked(mine.take(at) == docs)
    at = at.take(which)
    first = starts.take(at)
    keys: I64 = (which << _DOC_SHIFT) | word
    counts = starts.take(at + 1) - first
    if len(which) and int(counts.max()) > 1:
        keys = np.repeat(keys, counts)
        first = ranges(first, counts)
    keys += occurrences.positions.take(first).astype(np.int64) << _WORD_BITS
    return keys

"""How close together the words of a query stand in the best documents.

The positions of each word are cut out for those documents alone and put into one sorted list; neighbours in
it are the pairs that count.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from coopsearch.search import ranking
from coopsearch.search.engines.columns.arrays import F32, I32, I64, Ints, marked
from coopsearch.search.engines.columns.evaluate.positions import Occurrences
from coopsearch.search.engines.columns.evaluate.snapshot import Snapshot
from coopsearch.search.engines.nodes import Near

#: A number for an occurrence: its document's place among the given ones, its position, its word.
_WORD_BITS: Final = 10
_DOC_SHIFT: Final = 32 + _WORD_BITS
#: Sums of float32 come out in other last digits than their bounds.
_SLACK: Final = 1e-4
_WORD: Final = (1 << _WORD_BITS) - 1


def near(snapshot: Snapshot, node: Near, docs: I32) -> F32 | None:
    """Return Parameters.close of the words for each of some documents (sorted, at most 2**21)."""
    spots: list[_Spots] = []
    weights: list[float] = []
    for group in node.groups[: _WORD + 1]:
        postings = snapshot.group(group.field, group.terms)
        if not len(postings):
            continue
        for term, _ in group.terms:
            occurrences = snapshot.occurrences(group.field, term)
            if len(occurrences.docs) and (found := _spots(occurrences, docs, len(weights))) is not None:
                spots.append(found)
        weights.append(snapshot.rarity(group, postings.df))
    words = len(weights)
    if words < 2 or not spots:
        return None
    keys = _keys(spots)
    keys.sort()
    # Two tokens of a compound share a position, and so may two stems of one word: each counts once.
    places = keys >> _WORD_BITS
    gaps = places[1:] - places[:-1]
    word = (keys & _WORD).astype(np.int32)
    here = marked((gaps > 0) & (gaps <= snapshot.parameters.window) & (word[1:] != word[:-1]))
    if not len(here):
        return None
    one, other = word.take(here), word.take(here + 1)
    row = (places.take(here) >> 32).astype(np.int32) * np.int32(words)
    idf = np.array(weights)
    share = ranking.attraction(1.0, 1) / np.square(gaps.take(here), dtype=np.float64)
    size = len(docs) * words
    gained = np.bincount(row + one, idf.take(other) * share, size)
    gained += np.bincount(row + other, idf.take(one) * share, size)
    # As in Parameters.close.
    closeness, k = snapshot.parameters.closeness, snapshot.parameters.closeness_k
    full = (gained / (gained + k)).reshape(len(docs), words)
    scale = closeness * (k + 1.0)
    # Added up word by word, and not by a product of matrices, whose last digits depend on the machine.
    scores = np.zeros(len(docs))
    for place, told in enumerate((scale * np.minimum(1.0, idf)).tolist()):
        scores += full[:, place] * told
    return scores.astype(np.float32)


def closest(snapshot: Snapshot, node: Near) -> float:
    """Return what ``near`` gives a document at most."""
    lists = ((group, snapshot.group(group.field, group.terms)) for group in node.groups)
    told = sum(min(1.0, snapshot.rarity(group, postings.df)) for group, postings in lists if len(postings))
    closeness, k = snapshot.parameters.closeness, snapshot.parameters.closeness_k
    return closeness * (k + 1.0) * told * (1.0 + _SLACK)


class _Spots(NamedTuple):
    """Where a term stands in those of some documents that hold it."""

    positions: Ints
    """Of the term, in all documents."""
    first: Ints
    """For each of the documents, where its positions start, and where they end."""
    end: Ints
    head: I64
    """The numbers of the occurrences, but for their positions."""


def _spots(occurrences: Occurrences, docs: I32, word: int) -> _Spots | None:
    starts = occurrences.starts
    at, hit = occurrences.find(docs)
    which = marked(hit)
    if not len(which):
        return None
    at = at.take(which)
    first = starts.take(at)
    at += 1
    which <<= _DOC_SHIFT
    which |= word
    return _Spots(occurrences.positions, first, starts.take(at), which)


def _keys(spots: Sequence[_Spots]) -> I64:
    """Return the numbers of all occurrences, one term after the other."""
    first = np.concatenate([one.first for one in spots])
    counts = np.concatenate([one.end for one in spots])
    counts -= first
    keys = np.concatenate([one.head for one in spots])
    ends = np.cumsum(counts)
    if int(ends[-1]) > len(counts):
        keys = np.repeat(keys, counts)
        first = np.repeat(first - (ends - counts), counts)
        first += np.arange(len(first))
    place = begin = 0
    found: list[Ints] = []
    for one in spots:
        place += len(one.first)
        stop = int(ends[place - 1])
        found.append(one.positions.take(first[begin:stop]))
        begin = stop
    positions = np.concatenate(found).astype(np.int64)
    positions <<= _WORD_BITS
    keys += positions
    return keys

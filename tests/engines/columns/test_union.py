"""The best of a union are those that scoring every document finds, however many are asked for."""

from __future__ import annotations

from typing import Final

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search.engines.columns.evaluate.maxscore import Item, union
from coopsearch.search.engines.columns.evaluate.postings import CHAMPIONS, Postings
from coopsearch.search.engines.columns.evaluate.scratch import Scratch
from coopsearch.search.ranking import DEFAULT

#: Documents: more than are remembered of a list, many times.
SPACE: Final = 6_000
#: What documents share of their scores: few levels make many ties.
LEVELS: Final = 50


def items(seed: int, lengths: list[int], weights: list[float]) -> list[Item]:
    """Make lists of some lengths; scores and weights are eighths, so that sums are exact in any order."""
    chance = np.random.default_rng(seed)
    made = []
    for length, weight in zip(lengths, weights, strict=True):
        docs = np.sort(chance.choice(SPACE, length, replace=False)).astype(np.int32)
        impacts = (chance.integers(1, LEVELS, length) / 8).astype(np.float32)
        made.append((Postings(docs, impacts, SPACE), weight))
    return made


@given(
    st.integers(0, 1 << 16),
    st.lists(st.sampled_from([0, 1, 40, 199, 200, 300, 1_000, 5_000]), min_size=1, max_size=4),
    st.sampled_from([1, 10, 64, 200, CHAMPIONS, CHAMPIONS + 1, 1_000]),
    st.data(),
)
def test_best(seed: int, lengths: list[int], limit: int, data: st.DataObject) -> None:
    """The total is right, and the best, with whatever ties with the last of them, are there in full."""
    weights = [data.draw(st.sampled_from([0.125, 1.0, 3.5])) for _ in lengths]
    lists = items(seed, lengths, weights)
    sums = np.zeros(SPACE, np.float32)
    for postings, weight in lists:
        assert postings.impacts is not None
        sums[postings.docs] += postings.impacts * np.float32(weight)
    total, docs, scores = union(lists, limit, Scratch(SPACE))
    held = np.flatnonzero(sums)
    assert total == len(held)
    least = np.sort(sums[held])[-limit] if limit <= len(held) else 0.0
    found = dict(zip(docs.tolist(), scores.tolist(), strict=True))
    for doc in held[sums[held] >= least].tolist():
        assert found[doc] == sums[doc]


def test_as_many_as_are_rescored() -> None:
    """A list remembers as many of its best as are usually rescored: its bound needs the last of them."""
    assert DEFAULT.rescored <= CHAMPIONS

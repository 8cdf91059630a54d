"""Documents that hold all words of a query come behind the first few, before those that lack some.

A score is a sum, so a long document with all the words may stand behind dozens of short ones with a part of
them. Lifting them to the very top costs relevance: the first few are right more often as their scores have
them. Does not depend on query syntax or a particular engine.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, Protocol

from coopsearch.search.engines.base import Found
from coopsearch.search.engines.nodes import AllWordsFirst, Node

#: Where more documents hold all words, it says little of one of them that it does.
MOST: Final = 1_000


class Searches(Protocol):
    """What is asked of an engine."""

    def search(self, query: Node, limit: int) -> Found:
        """Rank the documents that match."""
        ...

    def matching(self, query: Node, numbers: Sequence[int]) -> Collection[int]:
        """Return those of some documents that match."""
        ...


def all_words_first(engine: Searches, query: AllWordsFirst, limit: int) -> Found:
    """Return the best documents of a query, those that hold all words lifted behind the first few.

    The order is: the first ``query.first`` by score, and whatever holds all words directly behind them; then
    all others that hold all words, by score; then the rest, by score. What is lifted gets a score between
    those of the document before it and of the one that it is lifted over, in the order of its own.
    """
    found = engine.search(query.child, limit)
    if len(found.best) <= query.first:
        return found
    # Counting them costs little, and most queries end here.
    count = engine.search(query.whole, 0).total
    if not 0 < count <= MOST:
        return found
    holders = engine.matching(query.whole, [number for number, _ in found.best])
    at = query.first
    while at < len(found.best) and found.best[at][0] in holders:
        at += 1
    before, behind = found.best[:at], found.best[at:]
    standing = {number for number, _ in before}
    if not behind or len(standing.intersection(holders)) == count:
        return found
    held = engine.search(query.whole, limit)
    raised = [(number, score) for number, score in held.best if number not in standing]
    low = behind[0][1]
    high = before[-1][1] if before else 2.0 * low
    lifted = {number: low + (high - low) * _share(score, low) for number, score in raised}
    rest = [pair for pair in behind if pair[0] not in lifted]
    best = (*before, *lifted.items(), *rest)[:limit]
    return Found(found.total, best, {number: lifted[number] - score for number, score in raised})


def _share(score: float, low: float) -> float:
    """Return a number from 0 to 1 that grows with a score."""
    return score / (score + low) if low > 0.0 else 1.0

"""The best documents of a union of postings, without scoring all of them.

MaxScore (Turtle and Flood, "Query evaluation: strategies and optimizations", 1995), a term at a time: once
what the remaining lists can give at most is below the score of the k-th best document, they bring no new
document in, and are only looked up for those that can still win. Does not depend on queries.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from coopsearch.search.engines.columns.arrays import F32, I32, NO_DOCS, NO_SCORES, marked, merged
from coopsearch.search.engines.columns.evaluate.postings import Postings, kth
from coopsearch.search.engines.columns.evaluate.scratch import Scratch

#: Sums of float32 come out in other last digits than their bounds: bounds are made this much weaker.
_SLACK: Final = 1e-5
#: Champions of the last list beyond which reading the list is as good.
_MANY: Final = 4096
#: Candidates below which it does not pay to sort any out.
_FEW: Final = 256

Item = tuple[Postings, float]
"""A list and its weight."""


def union(items: list[Item], limit: int, scratch: Scratch) -> tuple[int, I32, F32]:
    """Return how many documents the lists hold together, and candidates with their scores.

    The best ``limit`` are among the candidates, with their full scores, and so is whatever ties with the
    last of them. All lists are scored.
    """
    items = [item for item in items if len(item[0])]
    if not items:
        return 0, NO_DOCS, NO_SCORES
    items.sort(key=lambda item: -item[1] * item[0].highest)
    if len(items) == 1:
        postings, weight = items[0]
        docs, impacts = postings.champions(limit) or (postings.docs, postings.impacts)
        assert impacts is not None
        return len(postings), docs, impacts * np.float32(weight)
    return _Union(items, limit, scratch).run()


class _Union:
    """The state of one evaluation."""

    def __init__(self, items: list[Item], limit: int, scratch: Scratch) -> None:
        self.items, self.limit, self.scratch = items, limit, scratch
        # What the lists from here on can give at most.
        self.rest = [0.0]
        for postings, weight in reversed(items):
            self.rest.append(self.rest[-1] + weight * postings.highest)
        self.rest.reverse()
        self.least = 0.0
        for postings, weight in items:
            if (champions := postings.champions(limit)) is not None:
                self.least = max(self.least, weight * float(champions[1][limit - 1]))

    def run(self) -> tuple[int, I32, F32]:
        items, table = self.items, self.scratch.take()
        pieces: list[I32] = []
        dense = False
        done = 0
        extra: I32 | None = None
        for postings, weight in items:
            if self.rest[done] < self._bar():
                break
            if done and done == len(items) - 1:
                # Whoever wins by the last list alone is one of its best.
                champions = postings.champions(self.limit)
                if champions is not None and len(champions[0]) <= _MANY:
                    extra = champions[0]
                    break
            dense = self._add(postings, weight, table, pieces, done, dense)
            done += 1
        docs, scores = self._candidates(table, pieces, done, dense)
        if extra is not None:
            extra = extra[table.take(extra) == 0]
            docs = np.concatenate((docs, extra))
            scores = np.concatenate((scores, np.zeros(len(extra), np.float32)))
        total = _count(items, done, pieces if not dense else None, self.scratch)
        if dense:
            table.fill(0.0)
        else:
            for postings, _ in items[:done]:
                table[postings.docs] = 0.0
        self.scratch.give(table)
        docs, scores = self._look_up(docs, scores, done)
        return total, docs, scores

    def _bar(self) -> float:
        return self.least * (1.0 - _SLACK)

    def _add(
        self, postings: Postings, weight: float, table: F32, pieces: list[I32], done: int, dense: bool
    ) -> bool:  # fmt: skip
        """Add a list to the table of scores; return whether pieces no longer say who is in it."""
        impacts = postings.impacts
        assert impacts is not None
        further = self.rest[done + 1] > 0.0
        if postings.is_dense:
            table += postings.dense() * np.float32(weight)
            if further:
                self.least = (
                    max(self.least, kth(table, self.limit)) if self.limit <= len(table) else self.least
                )
            return True
        scores = impacts * np.float32(weight)
        if done:
            before = table.take(postings.docs)
            if not dense:
                pieces.append(postings.docs[before == 0])
            scores += before
        else:
            pieces.append(postings.docs)
        table[postings.docs] = scores
        if further and len(scores) >= self.limit:
            self.least = max(self.least, kth(scores, self.limit))
        return dense

    def _candidates(self, table: F32, pieces: list[I32], done: int, dense: bool) -> tuple[I32, F32]:
        """Return the documents of the lists read so far that may be among the best."""
        bar = self._bar() - self.rest[done] * (1.0 + _SLACK)
        if dense:
            if self.rest[done] == 0.0 and self.limit <= len(table):
                bar = max(bar, kth(table, self.limit))
            docs = marked(table >= bar if bar > 0 else table > 0).astype(np.int32)
            return docs, table.take(docs)
        docs = pieces[0] if len(pieces) == 1 else np.concatenate(pieces) if pieces else NO_DOCS
        scores = table.take(docs)
        if bar > 0 and len(docs) > _FEW:
            kept = marked(scores >= bar)
            return docs[kept], scores[kept]
        return docs, scores

    def _look_up(self, docs: I32, scores: F32, done: int) -> tuple[I32, F32]:
        """Add what the remaining lists give to the candidates."""
        for place in range(done, len(self.items)):
            postings, weight = self.items[place]
            found, _ = postings.lookup(docs, self.scratch)
            assert found is not None
            found *= np.float32(weight)
            scores = scores + found
            if len(docs) > _FEW and len(docs) >= self.limit:
                self.least = max(self.least, kth(scores, self.limit))
                kept = marked(scores >= self._bar() - self.rest[place + 1] * (1.0 + _SLACK))
                docs, scores = docs[kept], scores[kept]
        return docs, scores


def _count(items: list[Item], done: int, pieces: list[I32] | None, scratch: Scratch) -> int:
    """Count the documents of the union. ``pieces`` are those of the first lists, each once, if known."""
    if pieces is not None and done == len(items):
        return sum(map(len, pieces))
    return count_union([postings for postings, _ in items], scratch)


def count_union(lists: list[Postings], scratch: Scratch) -> int:
    """Count the documents that any of the lists holds."""
    long = [postings for postings in lists if postings.has_bits]
    short = [postings.docs for postings in lists if not postings.has_bits and len(postings)]
    total = 0
    if long:
        bits = long[0].bits()
        if len(long) > 1:
            words = bits.view(np.uint64) | long[1].bits().view(np.uint64)
            for postings in long[2:]:
                words |= postings.bits().view(np.uint64)
            bits = words.view(np.uint8)
        total = (
            int(np.bitwise_count(bits.view(np.uint64)).sum(dtype=np.int64)) if len(long) > 1 else len(long[0])
        )
        short = [docs[(bits.take(docs >> 3) >> (docs & 7).astype(np.uint8)) & 1 == 0] for docs in short]
    if not short:
        return total
    if len(short) == 1:
        return total + len(short[0])
    if len(short) == 2:
        one, other = sorted(short, key=len)
        if not len(one):
            return total + len(other)
        at = np.minimum(other.searchsorted(one), len(other) - 1)
        return total + len(one) + len(other) - int(np.count_nonzero(other.take(at) == one))
    return total + len(merged(short))


def count_intersection(lists: list[Postings], scratch: Scratch) -> int:
    """Count the documents that all of the lists hold; there is one list at least."""
    if not all(map(len, lists)):
        return 0
    long = [postings for postings in lists if postings.has_bits]
    short = sorted((postings for postings in lists if not postings.has_bits), key=len)
    if not short:
        words = long[0].bits().view(np.uint64)
        for postings in long[1:]:
            words = words & postings.bits().view(np.uint64)
        return int(np.bitwise_count(words).sum(dtype=np.int64))
    docs = short[0].docs
    for postings in short[1:]:
        found, hit = postings.lookup(docs, scratch)
        if hit is None:
            assert found is not None
            hit = found > 0
        docs = docs[hit]
    for postings in long:
        docs = docs[(postings.bits().take(docs >> 3) >> (docs & 7).astype(np.uint8)) & 1 != 0]
    return len(docs)

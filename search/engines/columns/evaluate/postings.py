"""A list of documents with what each scores, and the shapes of it that evaluation asks for.

Does not depend on queries or files.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from coopsearch.search.engines.columns.arrays import F32, I32, U8, Bools, marked
from coopsearch.search.engines.columns.evaluate.rank_bitmap import RankBitmap
from coopsearch.search.engines.columns.evaluate.scratch import Scratch

#: How many of its best documents a list remembers: as many as are rescored, and some, so that a search whose
#: best are rescored knows before it reads anything what the last of them scores at least.
CHAMPIONS: Final = 256
#: A list that holds more than one of so many documents is also kept as a score for every document.
_DENSE: Final = 4


class Postings:
    """Documents in order, and the impact of each: its score but for the list's weight.

    ``docs`` is int32, sorted; ``impacts`` float32, all above 0, or None where nothing is scored. Other
    shapes are made when first asked for. Safe for many threads: two may make the same twice.
    """

    __slots__ = ("_champions", "_dense", "_finder", "_highest", "df", "docs", "impacts", "space")

    def __init__(self, docs: I32, impacts: F32 | None, space: int, df: int | None = None) -> None:
        """``space`` counts the documents there are; ``df`` is what the idf is made of."""
        self.docs, self.impacts, self.space = docs, impacts, space
        self.df = len(docs) if df is None else df
        self._highest = -1.0
        self._dense: F32 | None = None
        self._finder: RankBitmap | None = None
        self._champions: tuple[I32, F32] | None = None

    def __len__(self) -> int:
        """Count the documents."""
        return len(self.docs)

    @property
    def size(self) -> int:
        """Bytes that this list may come to hold."""
        count = len(self.docs)
        dense = 4 * self.space if count * _DENSE > self.space else 0
        return 8 * count + dense + RankBitmap.size(count, self.space) + 12 * min(count, CHAMPIONS) + 500

    @property
    def highest(self) -> float:
        """The highest impact."""
        if self._highest < 0:
            self._highest = float(self.impacts.max()) if self.impacts is not None and len(self.docs) else 0.0
        return self._highest

    @property
    def is_dense(self) -> bool:
        """Whether the list is so long that a score for every document is worth its room."""
        return len(self.docs) * _DENSE > self.space

    def dense(self) -> F32:
        """Return the impact for every document, 0 where the list has none."""
        if self._dense is None:
            dense = np.zeros(self.space, np.float32)
            dense[self.docs] = 1.0 if self.impacts is None else self.impacts
            self._dense = dense
        return self._dense

    @property
    def has_bits(self) -> bool:
        """Whether the list is so long that a bit for every document is worth its room."""
        return RankBitmap.is_long(len(self.docs), self.space)

    def bits(self) -> U8:
        """Return one bit for every document, lowest first, in whole groups of 8 bytes."""
        return self._found_by().bits()

    def _found_by(self) -> RankBitmap:
        if self._finder is None:
            self._finder = RankBitmap(self.docs, self.space)
        return self._finder

    def champions(self, limit: int) -> tuple[I32, F32] | None:
        """Return the documents whose impact is not below that of the ``limit``-th best.

        None where the list is shorter, or has nothing scored, or more is asked for than is remembered.
        """
        impacts = self.impacts
        if impacts is None or len(impacts) < limit or limit > CHAMPIONS:
            return None
        if self._champions is None:
            least = kth(impacts, min(CHAMPIONS, len(impacts)))
            places = marked(impacts >= least)
            places = places[np.argsort(-impacts[places], kind="stable")]
            self._champions = (self.docs[places], impacts[places])
        docs, best = self._champions
        # best falls: what is not below its limit-th stands at the front.
        count = len(best) - int(np.searchsorted(best[::-1], best[limit - 1]))
        return docs[:count], best[:count]

    def lookup(self, docs: I32, scratch: Scratch) -> tuple[F32 | None, Bools | None]:
        """Return the impacts of some documents (0 for none), and which of them are in the list.

        Where all impacts are above 0 the second is None, and being in the list is to have one. Where
        nothing is scored the first is None.
        """
        mine, impacts = self.docs, self.impacts
        if not len(mine):
            return None, np.zeros(len(docs), np.bool_)
        if self._dense is not None or self.is_dense:
            found = self.dense().take(docs)
            return (found, None) if impacts is not None else (None, found > 0)
        if len(docs) * 8 > len(mine):
            # Many are sought: putting the list down in full is cheaper than searching it.
            table = scratch.take()
            table[mine] = 1.0 if impacts is None else impacts
            found = table.take(docs)
            table[mine] = 0.0
            scratch.give(table)
            return (found, None) if impacts is not None else (None, found > 0)
        places, hit = self._found_by().find(docs)
        if impacts is None:
            return None, hit
        found = impacts.take(places)
        found *= hit
        return found, None


def kth(scores: F32, limit: int) -> float:
    """Return the ``limit``-th highest of the scores; there are as many."""
    count = len(scores)
    if count > 1 << 14 and limit <= 256:
        # The limit-th highest of the maxima of parts is a bound that few scores reach.
        wide = 2048
        rows = count // wide
        highest = scores[: rows * wide].reshape(rows, wide).max(axis=0)
        bound = np.partition(highest, wide - limit)[wide - limit]
        scores = scores[scores >= bound]
        count = len(scores)
    return float(np.partition(scores, count - limit)[count - limit])

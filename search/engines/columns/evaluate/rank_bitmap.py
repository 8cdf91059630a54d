"""Where documents stand in a sorted list of documents.

A search by halves touches a list in some twenty places for each document, and each of them waits for memory
if the list was not at hand. A long list that is asked again gets a bit for each document, and how many bits
are set before each 64: two looks that wait together.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from coopsearch.search.engines.columns.arrays import I32, U8, U64, Bools, Ints

#: A list that holds more than one of so many documents is worth one bit for every document.
_LONG: Final = 64
#: Documents whose bits are one number.
_EACH: Final = 64
_BIT: Final[U64] = np.uint64(1) << np.arange(_EACH, dtype=np.uint64)
_BELOW: Final[U64] = _BIT - np.uint64(1)


class RankBitmap:
    """Finds documents in one list. Safe for many threads: two may make the same twice."""

    __slots__ = ("_before", "_bits", "_docs", "_often", "space")

    def __init__(self, docs: I32, space: int) -> None:
        """``docs`` are sorted, none twice; ``space`` counts the documents there are."""
        self._docs, self.space = docs, space
        self._bits: U64 | None = None
        self._before: I32 | None = None
        self._often = False

    @staticmethod
    def is_long(count: int, space: int) -> bool:
        """Say whether a list of so many documents is long."""
        return count * _LONG > space

    @staticmethod
    def size(count: int, space: int) -> int:
        """Return the bytes that finding in a list of so many documents may come to hold."""
        return space // 8 + space // 16 if RankBitmap.is_long(count, space) else 0

    def bits(self) -> U8:
        """Return one bit for every document, lowest first, in whole groups of 8 bytes."""
        return self._words().view(np.uint8)

    def find(self, docs: I32) -> tuple[Ints, Bools]:
        """Return a place in the list for each of some documents, and whether the document stands there."""
        count = len(self._docs)
        if not count:
            return np.zeros(len(docs), np.int32), np.zeros(len(docs), np.bool_)
        if not self._often or not self.is_long(count, self.space):
            self._often = True
            at: Ints = self._docs.searchsorted(docs)
            np.minimum(at, count - 1, out=at)
            return at, self._docs.take(at) == docs
        if self._before is None:
            before = np.zeros(len(self._words()), np.int32)
            np.cumsum(np.bitwise_count(self._words()[:-1]), out=before[1:])
            self._before = before
        group, bit = docs >> 6, docs & (_EACH - 1)
        word = self._words().take(group)
        hit = word & _BIT.take(bit) != 0
        word &= _BELOW.take(bit)
        place = self._before.take(group)
        place += np.bitwise_count(word)
        np.minimum(place, count - 1, out=place)
        return place, hit

    def _words(self) -> U64:
        if self._bits is None:
            flags = np.zeros(-(-self.space // _EACH) * _EACH, np.bool_)
            flags[self._docs] = True
            # Eight bytes in the order of a file are one number on any machine.
            self._bits = np.packbits(flags, bitorder="little").view("<u8")
        return self._bits

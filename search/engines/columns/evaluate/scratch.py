"""Arrays of zeros, one number for every document, lent and given back clean.

Making one anew for each query would cost more than the query.
"""

from __future__ import annotations

import numpy as np

from coopsearch.search.engines.columns.arrays import F32


class Scratch:
    """Lends float32 arrays of zeros. Safe for many threads: a list's pop and append are atomic."""

    __slots__ = ("_free", "space")

    def __init__(self, space: int) -> None:
        """``space`` is the length of the arrays."""
        self.space = space
        self._free: list[F32] = []

    def take(self) -> F32:
        """Borrow an array of zeros."""
        try:
            return self._free.pop()
        except IndexError:
            return np.zeros(self.space, np.float32)

    def give(self, array: F32) -> None:
        """Give an array back; the caller has set it to zeros again."""
        self._free.append(array)

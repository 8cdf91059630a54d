"""Sorted tables of strings in a file: one blob of UTF-8, and where each string ends.

UTF-8 sorts as code points do, so a table is searched by bisection without decoding it. Knows strings,
not what they name.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from coopsearch.search.engines.columns.arrays import I64, Ints, starts_of
from coopsearch.search.engines.columns.column_writer import ColumnWriter
from coopsearch.search.engines.columns.columns import ColumnFile


def encode(text: str) -> bytes:
    """Return the UTF-8 of a string; half surrogates, which text from broken files may hold, are kept."""
    return text.encode("utf-8", "surrogatepass")


def decode(data: bytes) -> str:
    """Return the string that ``encode`` made these bytes of."""
    return data.decode("utf-8", "surrogatepass")


def write_strings(out: ColumnWriter, name: str, strings: Sequence[bytes]) -> None:
    """Write a table of strings, sorted by the caller."""
    ends = starts_of(np.fromiter(map(len, strings), np.int64, len(strings)))
    out.add_bytes(f"{name}.blob", b"".join(strings))
    out.add(f"{name}.at", ends.astype(np.uint32 if ends[-1] < 1 << 32 else np.uint64))


class Strings:
    """A table of strings in a file."""

    __slots__ = ("_at", "_blob")

    def __init__(self, file: ColumnFile, name: str) -> None:
        """Look at the arrays; nothing is read."""
        self._blob, self._at = file[f"{name}.blob"], file[f"{name}.at"]

    def __len__(self) -> int:
        """Count the strings."""
        return len(self._at) - 1

    def __getitem__(self, index: int) -> bytes:
        """Return a string by its place."""
        return self._blob.bytes(self._at.at(index), self._at.at(index + 1))

    def lower_bound(self, key: bytes) -> int:
        """Return the place of the first string that is not below ``key``."""
        low, high = 0, len(self._at) - 1
        at, text = self._at.at, self._blob.bytes
        while low < high:
            middle = (low + high) >> 1
            if text(at(middle), at(middle + 1)) < key:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, key: bytes) -> int:
        """Return the place of a string, -1 if it is not there."""
        index = self.lower_bound(key)
        return index if index < len(self) and self[index] == key else -1

    def with_prefix(self, prefix: bytes) -> tuple[int, int]:
        """Return the range of the strings that begin with ``prefix``."""
        if not prefix:
            return 0, len(self)
        # 0xff stands in no UTF-8: it sorts after everything that goes on from the prefix.
        return self.lower_bound(prefix), self.lower_bound(prefix + b"\xff")

    def slice(self, start: int, end: int) -> list[bytes]:
        """Return some strings in order."""
        if start >= end:
            return []
        ends = self._at.slice(start, end + 1).tolist()
        first = ends[0]
        data = self._blob.bytes(first, ends[-1])
        return [data[a - first : b - first] for a, b in pairwise(ends)]


def merge_strings(tables: Sequence[Sequence[bytes]]) -> tuple[list[bytes], list[I64]]:
    """Unite sorted tables; return the union and, for each table, the new place of each of its strings."""
    union = sorted(set().union(*tables))
    place = {string: number for number, string in enumerate(union)}
    return union, [np.fromiter(map(place.__getitem__, table), np.int64, len(table)) for table in tables]


def ranks(names: Sequence[str], used: Ints) -> tuple[list[bytes], I64]:
    """Sort the names that are used; return them, and the place of each by its old number."""
    chosen = used.tolist()
    order = sorted(range(len(chosen)), key=[names[number] for number in chosen].__getitem__)
    place = np.zeros(len(names), np.int64)
    place[used[np.array(order, np.int64)]] = np.arange(len(order)) if order else 0
    return [encode(names[chosen[at]]) for at in order], place

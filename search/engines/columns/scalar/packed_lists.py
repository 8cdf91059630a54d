"""Packed lists of small numbers, decoded one number at a time: what ``storage.packed_ints`` writes.

Does not depend on NumPy.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from coopsearch.search.engines.columns.storage.mapped_file import MappedFile
from coopsearch.search.engines.columns.storage.packing import PATCHED, STRIDE, WHOLE, WIDTHS


@cache
def _unpacked(bits: int) -> list[list[int]]:
    """For a width below a byte: the values of each byte, lowest bits first."""
    mask = (1 << bits) - 1
    return [[byte >> shift & mask for shift in range(0, 8, bits)] for byte in range(256)]


def _units(count: int, code: int) -> int:
    """Return how many elements of the code's array a list of ``count`` values takes."""
    return (count * WIDTHS[code] + 7) >> 3 if code <= WHOLE else count


class PackedLists:
    """Reads lists from the arrays ``name.*``. The caller knows how long each list is."""

    def __init__(self, file: MappedFile, name: str) -> None:
        """Open no array yet."""
        self._file, self._name = file, name

    def get(self, index: int, counts: Sequence[int]) -> list[int]:
        """Return a list. ``counts`` holds the lengths of the lists from ``index & -STRIDE`` to ``index``."""
        file, name, count = self._file, self._name, counts[-1]
        base = index - index % STRIDE
        codes = file[f"{name}.code"].list(base, index + 1)
        kind = codes[-1] & ~PATCHED
        values: list[int] = [0] * count
        if kind:
            start = file[f"{name}.at"].at(base // STRIDE * len(WIDTHS) + kind)
            for code, before in zip(codes[:-1], counts, strict=False):
                if code & ~PATCHED == kind:
                    start += _units(before, kind)
            packed = file[f"{name}.b{WIDTHS[kind]}"].list(start, start + _units(count, kind))
            if kind < WHOLE:
                table = _unpacked(WIDTHS[kind])
                values = [value for byte in packed for value in table[byte]][:count]
            else:
                values = packed
            if len(values) != count:
                raise file.damaged(f"has not all values that are asked of its array {name}")
        if codes[-1] & PATCHED:
            entry = file[f"{name}.patch_list"].not_above(index) - 1
            first, last = file[f"{name}.patch_from"].list(entry, entry + 2)
            places, high = file[f"{name}.patch_place"], file[f"{name}.patch_high"]
            for place, upper in zip(places.list(first, last), high.list(first, last), strict=True):
                values[place] |= upper << WIDTHS[kind]
        return values

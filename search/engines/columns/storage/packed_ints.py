"""Many lists of small numbers in few bits, each list decoded on its own.

Each list is kept in the width (0, 1, 2, 4, 8, 16 or 32 bits a value) that makes it smallest; values too
high for it leave their upper bits in a table of patches. No value depends on the one before, so any of them
can be taken without decoding the list. In the manner of PForDelta (Zukowski, Heman, Nes and Boncz,
"Super-scalar RAM-CPU cache compression", ICDE 2006), but with whole lists as blocks, so that NumPy sees few
and long arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

import numpy as np

from coopsearch.search.engines.columns.arrays import I64, U8, U32, Ints, ranges, starts_of
from coopsearch.search.engines.columns.storage.column_file import Column, ColumnFile
from coopsearch.search.engines.columns.storage.column_writer import ColumnWriter
from coopsearch.search.engines.columns.storage.packing import PATCHED, STRIDE, WIDTHS

#: Bits of a value, by the code of its list.
BITS: Final = np.array(WIDTHS, np.int64)
#: The same as plain numbers, for one list at a time.
_BITS: Final = tuple(WIDTHS)
_KIND: Final = np.uint8(PATCHED - 1)
_CODES: Final = len(WIDTHS)
_LIMITS: Final = (1, 2, 4, 16, 256, 65536)
_KINDS: Final = ("", "|u1", "|u1", "|u1", "|u1", "<u2", "<u4")


@cache
def _unpacked(code: int) -> Ints:
    """For a width below a byte: the values of each byte, lowest bits first, as one wide number."""
    bits = int(BITS[code])
    shifts = np.arange(0, 8, bits)
    values = (np.arange(256)[:, None] >> shifts) & ((1 << bits) - 1)
    wide: Ints = values.astype(np.uint8).view(f"<u{8 // bits}").ravel()
    return wide


def _units(counts: Ints, code: int) -> Ints:
    """Return how many elements of the code's array lists of ``counts`` values take."""
    return (counts * int(BITS[code]) + 7) >> 3 if code < 5 else counts


class PackedWriter:
    """Appends lists to the arrays ``name.*`` of a file."""

    def __init__(self, out: ColumnWriter, name: str) -> None:
        """Start with no lists."""
        self._out, self._name = out, name
        self._lists = self._patches = 0
        self._ends = np.zeros(_CODES, np.int64)
        for code in range(1, _CODES):
            out.add(f"{name}.b{BITS[code]}", np.zeros(0, _KINDS[code]))
        out.add(f"{name}.code", np.zeros(0, np.uint8))
        out.add(f"{name}.at", np.zeros(0, np.uint32))
        for part in ("list", "from", "place", "high"):
            out.add(f"{name}.patch_{part}", np.zeros(0, np.uint32))

    def append(self, values: Ints, counts: Ints) -> None:
        """Append lists of ``counts`` values each, values below 2**32 side by side."""
        lists, name, out = len(counts), self._name, self._out
        if not lists:
            return
        values = np.asarray(values, np.uint32)
        counts = np.asarray(counts, np.int64)
        need = np.zeros(len(values), np.uint8)
        for limit in _LIMITS:
            need += values >= limit
        owner = np.repeat(np.arange(lists, dtype=np.uint32), counts)
        histogram = np.bincount(owner * np.uint32(_CODES) + need, minlength=lists * _CODES).reshape(
            lists, _CODES
        )
        above = counts[:, None] - np.cumsum(histogram, axis=1)
        # A patch takes 8 bytes, and a list that has any 8 more.
        cost = ((counts[:, None] * BITS + 7) >> 3) + 8 * above + 8 * (above > 0)
        codes = np.argmin(cost, axis=1)
        width = codes.astype(np.uint8)[owner]
        over = np.flatnonzero(need > width)
        marked = codes.astype(np.uint8)
        if len(over):
            whose = owner[over].astype(np.int64)
            marked[whose] |= PATCHED
            self._add_patches(values, counts, over, whose, codes)
        out.add(f"{name}.code", marked)
        self._add_starts(counts, codes)
        for code in range(1, _CODES):
            mine = codes == code
            if mine.any():
                kept = values[width == code] & np.uint32((1 << int(BITS[code])) - 1)
                out.add(f"{name}.b{BITS[code]}", _pack(kept, counts[mine], code))
        self._lists += lists

    def finish(self) -> None:
        """Close the tables."""
        # One end more than lists, so that a list's patches are a slice.
        self._out.add(f"{self._name}.patch_from", np.array([self._patches], np.uint32))

    def _add_patches(self, values: U32, counts: I64, over: I64, whose: I64, codes: I64) -> None:
        name, out = self._name, self._out
        lists, first = np.unique(whose, return_index=True)
        out.add(f"{name}.patch_list", (lists + self._lists).astype(np.uint32))
        out.add(f"{name}.patch_from", (first + self._patches).astype(np.uint32))
        out.add(f"{name}.patch_place", (over - starts_of(counts)[whose]).astype(np.uint32))
        out.add(
            f"{name}.patch_high", (values[over] >> BITS[codes[whose]].astype(np.uint32)).astype(np.uint32)
        )
        self._patches += len(over)

    def _add_starts(self, counts: I64, codes: I64) -> None:
        """Add a row of starts, one for each width, for every STRIDE-th list."""
        sizes = np.zeros((len(counts), _CODES), np.int64)
        for code in range(1, _CODES):
            mine = codes == code
            sizes[mine, code] = _units(counts[mine], code)
        before = np.cumsum(sizes, axis=0) - sizes + self._ends
        rows = np.arange(-self._lists % STRIDE, len(counts), STRIDE)
        self._out.add(f"{self._name}.at", before[rows].astype(np.uint32).ravel())
        self._ends += sizes.sum(axis=0)


def _pack(values: U32, counts: I64, code: int) -> Ints:
    """Put lists side by side, each beginning at a whole byte."""
    bits = int(BITS[code])
    if bits >= 8:
        return values.astype(_KINDS[code])
    each = 8 // bits
    room = _units(counts, code) * each
    slots = np.zeros(int(room.sum()), np.uint8)
    slots[ranges(starts_of(room)[:-1], counts)] = values
    table = slots.reshape(-1, each)
    packed = table[:, 0].copy()
    for place in range(1, each):
        packed |= table[:, place] << np.uint8(place * bits)
    return packed


@dataclass(frozen=True, slots=True)
class PackedList:
    """One list of a reader, found once."""

    column: Column | None
    kind: int
    start: int
    """Where the list begins in the column of its width."""
    where: Ints | None
    """Places that are patched, sorted."""
    high: Ints | None

    def slice(self, low: int, high: int) -> Ints:
        """Return the values at the places from ``low`` to ``high``, maybe as a view of the file."""
        if self.column is None:
            found: Ints = np.zeros(high - low, np.uint8)
        elif self.kind >= 4:
            found = self.column.slice(self.start + low, self.start + high)
        else:
            each = 8 // int(BITS[self.kind])
            packed = self.column.slice(self.start + low // each, self.start + -(-high // each))
            skip = low % each
            found = np.take(_unpacked(self.kind), packed).view(np.uint8)[skip : skip + high - low]
        if self.where is not None and self.high is not None:
            first, last = self.where.searchsorted(np.array([low, high], self.where.dtype)).tolist()
            if first < last:
                found = found.astype(np.uint32)
                found[self.where[first:last] - low] |= self.high[first:last] << np.uint32(BITS[self.kind])
        return found


class PackedReader:
    """Reads lists from the arrays ``name.*``. The caller knows how long each list is."""

    def __init__(self, file: ColumnFile, name: str) -> None:
        """Open no array yet: a query reads lists of a few widths, and each array takes time to open."""
        self._file, self._name = file, name

    @cached_property
    def _columns(self) -> dict[int, Column]:
        """The arrays by width, as far as they were asked for."""
        return {}

    @cached_property
    def _codes(self) -> Column:
        return self._file[f"{self._name}.code"]

    @cached_property
    def _at(self) -> Column:
        return self._file[f"{self._name}.at"]

    def _data(self, kind: int) -> Column | None:
        """Return the array of a width, None for the width of nothing."""
        if not kind:
            return None
        column = self._columns.get(kind)
        if column is None:
            column = self._columns[kind] = self._file[f"{self._name}.b{_BITS[kind]}"]
        return column

    @cached_property
    def _patch_list(self) -> Column:
        return self._file[f"{self._name}.patch_list"]

    @cached_property
    def _patch_from(self) -> Column:
        return self._file[f"{self._name}.patch_from"]

    @cached_property
    def _patch_place(self) -> Column:
        return self._file[f"{self._name}.patch_place"]

    @cached_property
    def _patch_high(self) -> Column:
        return self._file[f"{self._name}.patch_high"]

    def get(self, index: int, counts: Ints) -> Ints:
        """Return a list. ``counts`` holds the lengths of the lists from ``index & -STRIDE`` to ``index``.

        The array may be a view of the file, of any unsigned type: copy before writing.
        """
        count = int(counts[-1])
        code, start = self._find(index, counts)
        kind = code & ~PATCHED
        column = self._data(kind)
        if column is None:
            low: Ints = np.zeros(count, np.uint8)
        elif kind >= 4:
            low = column.slice(start, start + count)
        else:
            packed = column.slice(start, start + ((count * _BITS[kind] + 7) >> 3))
            low = _unpacked(kind).take(packed).view(np.uint8)[:count]
        if code & PATCHED:
            low = low.astype(np.uint32)
            places, high = self._patches(index)
            low[places] |= high << np.uint32(_BITS[kind])
        return low

    def take(self, index: int, counts: Ints, places: Ints) -> Ints:
        """Return some values of a list, as ``get(index, counts)[places]``, without decoding the rest."""
        code, start = self._find(index, counts)
        kind = code & ~PATCHED
        column = self._data(kind)
        if column is None:
            low: Ints = np.zeros(len(places), np.uint8)
        elif kind >= 4:
            low = column.take(places + start)
        else:
            bits = int(BITS[kind])
            each = 8 // bits
            shift = (places % each * bits).astype(np.uint8)
            low = (column.take(places // each + start) >> shift) & np.uint8((1 << bits) - 1)
        if code & PATCHED:
            low = low.astype(np.uint32)
            where, high = self._patches(index)
            at = np.searchsorted(where, places)
            hit = np.flatnonzero(where[np.minimum(at, len(where) - 1)] == places)
            low[hit] |= high[at[hit]] << np.uint32(BITS[kind])
        return low

    def part(self, index: int, counts: Ints) -> PackedList:
        """Return a list to read short runs of it, again and again."""
        code, start = self._find(index, counts)
        kind = code & ~PATCHED
        where, high = self._patches(index) if code & PATCHED else (None, None)
        return PackedList(self._data(kind), kind, start, where, high)

    def get_all(self, start: int, end: int, counts: Ints) -> U32:
        """Return the lists ``start`` (a multiple of STRIDE) to ``end``, side by side, for rewriting them."""
        counts = np.asarray(counts, np.int64)
        codes = self._codes.slice(start, end)
        kinds: U8 = codes & np.uint8(PATCHED - 1)
        values = np.zeros(int(counts.sum()), np.uint32)
        firsts = starts_of(counts)
        row = start // STRIDE * _CODES
        for kind in range(1, _CODES):
            mine = np.flatnonzero(kinds == kind)
            column = self._data(kind)
            if len(mine) and column is not None:
                wide = _units(counts[mine], kind)
                begin = self._at.at(row + kind)
                data = column.slice(begin, begin + int(wide.sum()))
                if kind < 4:
                    room = wide * (8 // int(BITS[kind]))
                    data = np.take(_unpacked(kind), data).view(np.uint8)[
                        ranges(starts_of(room)[:-1], counts[mine])
                    ]
                values[ranges(firsts[mine], counts[mine])] = data
        if (codes & PATCHED).any():
            low, high = np.searchsorted(self._patch_list.all(), [start, end]).tolist()
            froms = self._patch_from.slice(low, high + 1).astype(np.int64)
            lists = np.repeat(self._patch_list.slice(low, high).astype(np.int64) - start, np.diff(froms))
            a, b = int(froms[0]), int(froms[-1])
            bits = BITS[kinds[lists]].astype(np.uint32)
            values[firsts[lists] + self._patch_place.slice(a, b)] |= self._patch_high.slice(a, b) << bits
        return values

    def get_some(self, lists: I64, counts: Ints) -> U32:
        """Return some lists, sorted, side by side; ``counts`` holds the lengths of all lists there are."""
        first = int(lists[0]) // STRIDE * STRIDE
        codes = self._codes.slice(first, int(lists[-1]) + 1)
        kinds: U8 = codes & np.uint8(PATCHED - 1)
        counts = counts[first : int(lists[-1]) + 1].astype(np.int64)
        at = lists - first
        mine, lengths = kinds[at], counts[at]
        firsts = starts_of(lengths)
        values = np.zeros(int(firsts[-1]), np.uint32)
        for kind in range(1, _CODES):
            here = np.flatnonzero(mine == kind)
            column = self._data(kind)
            if not len(here) or column is None:
                continue
            # A list starts where its row says, and behind the lists of its width that come before it in the
            # row.
            like = np.flatnonzero(kinds == kind)
            before = starts_of(_units(counts[like], kind))
            rows = at[here] // STRIDE
            starts = self._at.take((rows + first // STRIDE) * _CODES + kind).astype(np.int64)
            starts += before[like.searchsorted(at[here])] - before[like.searchsorted(rows * STRIDE)]
            wide = _units(lengths[here], kind)
            data = column.take(ranges(starts, wide))
            if kind < 4:
                room = wide * (8 // int(BITS[kind]))
                data = np.take(_unpacked(kind), data).view(np.uint8)
                data = data[ranges(starts_of(room)[:-1], lengths[here])]
            values[ranges(firsts[here], lengths[here])] = data
        patched = np.flatnonzero(codes[at] & np.uint8(PATCHED))
        if len(patched):
            entries = self._patch_list.all().searchsorted(lists[patched])
            begin = self._patch_from.take(entries).astype(np.int64)
            number = self._patch_from.take(entries + 1) - begin
            places = ranges(begin, number)
            owner = np.repeat(patched, number)
            bits = BITS[mine[owner]].astype(np.uint32)
            values[firsts[owner] + self._patch_place.take(places)] |= self._patch_high.take(places) << bits
        return values

    def _find(self, index: int, counts: Ints) -> tuple[int, int]:
        """Return a list's code and its start in the array of its width."""
        base = index - index % STRIDE
        codes = self._codes.slice(base, index + 1)
        code = int(codes[-1])
        kind = code & ~PATCHED
        if not kind:
            # Values of no width stand nowhere.
            return code, 0
        start = self._at.at(base // STRIDE * _CODES + kind)
        if index > base:
            before = counts[:-1][codes[:-1] & _KIND == kind]
            if kind < 5:
                before = before.astype(np.int64)
                before *= _BITS[kind]
                before += 7
                before >>= 3
            start += int(np.add.reduce(before, dtype=np.int64))
        return code, start

    def _patches(self, index: int) -> tuple[Ints, Ints]:
        lists = self._patch_list.all()
        # A number of another type would make NumPy convert the whole array.
        entry = int(lists.searchsorted(lists.dtype.type(index)))
        start, end = self._patch_from.at(entry), self._patch_from.at(entry + 1)
        return self._patch_place.slice(start, end), self._patch_high.slice(start, end)

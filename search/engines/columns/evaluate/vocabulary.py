"""The terms of a field over all segments, and where the segments' own tables have them.

All terms of a field are kept once something was looked for among all of them. Does not depend on queries.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Sequence
from itertools import repeat
from typing import Final, NamedTuple

import numpy as np

from coopsearch.search.engines.columns.arrays import I32, I64, Ints, marked
from coopsearch.search.engines.columns.storage.segment import Segment
from coopsearch.search.engines.columns.storage.string_table import decode_all, encode

_NOTHING: Final[I64] = np.zeros(0, np.int64)
#: Terms that are fewer than one of so many among which they are sought are looked for one by one.
_SPARSE: Final = 16


class _All(NamedTuple):
    """All terms of a field, sorted, and where each segment's table has its own among them."""

    terms: list[str]
    places: list[I32]


class Vocabulary:
    """The terms of one state. Safe for many threads: two may make the same twice."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        """Take the segments of the state."""
        self._segments = segments
        self._known: dict[str, _All] = {}
        self._by_length: dict[str, dict[int, list[str]]] = {}
        self._read: dict[str, int] = {}
        self._last: tuple[str, Sequence[str], I64] | None = None
        self._lock = threading.Lock()

    def terms(self, field: str, prefix: str = "") -> list[str]:
        """Return the terms of a field that begin with a prefix, sorted; deleted documents' too."""
        known = self._known.get(field)
        if known is not None:
            terms = known.terms
            # Nothing that begins so sorts behind the last character of Unicode.
            end = bisect_left(terms, prefix + "\U0010ffff") if prefix else len(terms)
            return terms[bisect_left(terms, prefix) : end] if prefix else terms
        tables = [table for segment in self._segments if (table := segment.table(field)) is not None]
        spans = [table.with_prefix(encode(prefix)) for table in tables]
        if prefix:
            # Many beginnings come to more than all terms, which are read once.
            read = self._read[field] = self._read.get(field, 0) + sum(end - start for start, end in spans)
            if read > sum(map(len, tables)):
                self.terms(field)
                return self.terms(field, prefix)
        lists = [table.slice(*span) for table, span in zip(tables, spans, strict=True)]
        union = lists[0] if len(lists) == 1 else sorted(set().union(*lists))
        terms = decode_all(union)
        if not prefix:
            number = {term: place for place, term in enumerate(union)} if len(lists) > 1 else {}
            places = [
                np.fromiter(map(number.__getitem__, one), np.int32, len(one))
                if number
                else np.arange(len(one), dtype=np.int32)
                for one in lists
            ]
            with self._lock:
                self._known[field] = _All(terms, places)
        return terms

    def of_lengths(self, field: str, least: int, most: int) -> list[list[str]]:
        """Return the terms of a field that have so many characters, a list for each length."""
        by_length = self._by_length.get(field)
        if by_length is None:
            by_length = {}
            for term in self.terms(field):
                by_length.setdefault(len(term), []).append(term)
            with self._lock:
                self._by_length[field] = by_length
        return [by_length[length] for length in range(least, most + 1) if length in by_length]

    def places(self, number: int, field: str, terms: Sequence[str]) -> I64:
        """Return where a segment's table has those of some sorted terms that it holds."""
        return self._look_up(number, field, terms)[0]

    def bounds(self, field: str, terms: Sequence[str], counts: Callable[[int, I64], Ints]) -> I64:
        """Return for each of some sorted terms the sum over all segments of what their tables say of it.

        ``counts`` gives the numbers of a segment at some places of its table. No term stands there twice.
        """
        sums = np.zeros(len(terms), np.int64)
        for segment in range(len(self._segments)):
            places, which = self._look_up(segment, field, terms)
            sums[which] += counts(segment, places)
        return sums

    def _look_up(self, number: int, field: str, terms: Sequence[str]) -> tuple[I64, I64]:
        """Return where a segment has those of some sorted terms that it holds, and which these are."""
        if not terms:
            return _NOTHING, _NOTHING
        known = self._known.get(field)
        if known is not None and len(known.places) == len(self._segments):
            numbers = self._numbers(field, known.terms, terms)
            own = known.places[number]
            places = own.searchsorted(numbers)
            held = marked(own.take(np.minimum(places, len(own) - 1)) == numbers) if len(own) else _NOTHING
            return places[held], held
        table = self._segments[number].table(field)
        if table is None:
            return _NOTHING, _NOTHING
        keys = list(map(encode, terms))
        first, last = table.lower_bound(keys[0]), table.lower_bound(keys[-1] + b"\0")
        if len(keys) * _SPARSE < last - first:
            places = np.fromiter(map(table.find, keys), np.int64, len(keys))
            held = marked(places >= 0)
            return places[held], held
        rank = _ranks(table.slice(first, last), keys)
        held = marked(rank >= 0)
        return held + first, rank[held]

    def _numbers(self, field: str, every: Sequence[str], terms: Sequence[str]) -> I64:
        """Return the place of each of some sorted terms among all of the field, -1 for one that is not there.

        Remembered for the last terms: each segment asks for the same.
        """
        last = self._last
        if last is not None and last[0] == field and last[1] is terms:
            return last[2]
        low, high = bisect_left(every, terms[0]), bisect_right(every, terms[-1])
        if high - low == len(terms) and every[low:high] == list(terms):
            numbers = np.arange(low, high)
        elif len(terms) * _SPARSE < high - low:
            found = [bisect_left(every, term, low, high) for term in terms]
            there = [every[at] == term if at < high else False for at, term in zip(found, terms, strict=True)]
            numbers = np.where(there, found, -1)
        else:
            rank = _ranks(every[low:high], terms)
            held = marked(rank >= 0)
            numbers = np.full(len(terms), -1, np.int64)
            numbers[rank[held]] = held + low
        self._last = (field, terms, numbers)
        return numbers


def _ranks(among: Sequence[Hashable], terms: Sequence[Hashable]) -> I64:
    """Return for each of some values its place among the terms, -1 for one that is not there."""
    rank = dict(zip(terms, range(len(terms)), strict=True))
    return np.fromiter(map(rank.get, among, repeat(-1)), np.int64, len(among))

"""The values of one field of text: what a cluster takes apart into the terms of each position.

A field has its terms by position, and each term as often as it counts. What stands once and counts more,
being in a title, has copies behind everything else, at a position so far away that no phrase reaches there;
all copies share it, so that none is beside another. So one field tells frequencies and positions. Does not
depend on documents or the client of a cluster.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from operator import sub
from typing import Final, NamedTuple

from coopsearch.search.engines.opensearch.terms import GAP, HOLE, TOGETHER

#: Copies of one position: a token of a cluster has a bound.
_COPIES: Final = 500
#: Characters of one position's copies.
_LONGEST: Final = 200_000


class Row(NamedTuple):
    """Terms in order of their positions, which never fall."""

    position: int
    """Of the first; those of ``steps`` are counted from here."""
    weight: int
    """How often each term counts."""
    text: str
    """The terms as they are written, with a blank between two."""
    steps: Sequence[int] | None = None
    """The position of each; None for 0, 1, 2, ..."""


def values_of(rows: Sequence[Row]) -> list[str]:
    """Return the values of a field; each begins ``GAP`` positions after the one before."""
    found = _Values()
    copies: list[str] = []
    for row in rows if _rise(rows) else (_merged(rows),):
        if row.steps is None:
            found.reach(row.position)
            found.put(row.text, row.text.count(" ") + 1)
            if row.weight > 1:
                copies += row.text.split(" ") * (row.weight - 1)
            continue
        terms = row.text.split(" ")
        if row.weight > 1:
            copies += terms * (row.weight - 1)
        done = 0
        for first, end in _breaks(row.steps):
            found.take(row, terms, done, first)
            if end > first:
                # What stands twice at one position counts twice, but stands there once.
                held = list(dict.fromkeys(terms[first:end]))
                if len(held) < end - first:
                    copies += (Counter(terms[first:end]) - Counter(held)).elements()
                found.reach(row.position + row.steps[first])
                found.put(_together(held) if len(held) > 1 else held[0], 1)
            done = end
        found.take(row, terms, done, len(terms))
    values = found.ended()
    return [*values, *_beyond(copies)] if copies else values


class _Values:
    """Values that are put together from left to right."""

    def __init__(self) -> None:
        self._values: list[str] = []
        self._current: list[str] = []
        self._end = 0
        """The next free position."""

    def reach(self, position: int) -> None:
        """Leave positions free up to one."""
        holes = position - self._end
        while holes >= GAP + (not self._current):
            # A value that holds nothing would be left out: it has one of the holes itself.
            holes -= GAP + (not self._current)
            self._values.append(" ".join(self._current or [HOLE]))
            self._current = []
        self._current += [HOLE] * holes
        self._end = position

    def put(self, text: str, positions: int) -> None:
        """Add what takes some positions."""
        self._current.append(text)
        self._end += positions

    def take(self, row: Row, terms: Sequence[str], first: int, end: int) -> None:
        """Add some terms of a row, each at the position after the one before."""
        if first < end and row.steps is not None:
            self.reach(row.position + row.steps[first])
            self.put(" ".join(terms[first:end]), end - first)

    def ended(self) -> list[str]:
        """Return all values."""
        return [*self._values, " ".join(self._current)]


def _breaks(steps: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield where steps do not go on by one: the places that share a step, or twice the one behind a gap."""
    rises = list(map(sub, steps[1:], steps))
    end = 0
    for place, rise in [(place, rise) for place, rise in enumerate(rises, 1) if rise != 1]:
        if rise:
            yield place, place
        elif place >= end:
            end = place + 1
            while end < len(steps) and steps[end] == steps[place]:
                end += 1
            yield place - 1, end


def _rise(rows: Sequence[Row]) -> bool:
    """Say whether each row begins behind the one before."""
    end = 0
    for row in rows:
        if row.position < end:
            return False
        end = row.position + (row.text.count(" ") + 1 if row.steps is None else row.steps[-1] + 1)
    return True


def _merged(rows: Sequence[Row]) -> Row:
    """Return rows that lie within each other as one; what counts more stands there more often."""
    places: list[tuple[int, str]] = []
    for row in rows:
        terms = row.text.split(" ")
        steps = range(len(terms)) if row.steps is None else row.steps
        for step, term in zip(steps, terms, strict=True):
            places += [(row.position + step, term)] * row.weight
    places.sort(key=lambda place: place[0])
    return Row(0, 1, " ".join(term for _, term in places), [position for position, _ in places])


def _together(terms: Iterable[str]) -> str:
    """Return terms of one position."""
    return "".join(chain.from_iterable((TOGETHER, term) for term in terms))


def _beyond(copies: Sequence[str]) -> list[str]:
    """Return the values that hold copies."""
    values = []
    some: list[str] = []
    size = 0
    for term in copies:
        if len(some) >= _COPIES or size > _LONGEST:
            values.append(_together(some))
            some, size = [], 0
        some.append(term)
        size += len(term) + 1
    return [*values, _together(some)]

"""The values of one field of text: what a cluster takes apart into the terms of each position.

A field has its terms by position, and each term as often as it counts. What stands once and counts more,
being in a title, has copies behind everything else, at a position so far away that no phrase reaches there;
all copies share it, so that none is beside another. So one field tells frequencies and positions. Does not
depend on documents or the client of a cluster.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from coopsearch.search.engines.opensearch.terms import GAP, HOLE, TOGETHER

#: Copies of one position: a token of a cluster has a bound.
_COPIES: Final = 500
#: Characters of one position's copies.
_LONGEST: Final = 200_000
#: A place among the terms of a row, and the position of the term there: it is not the one behind the term
#: before. The first term is at position 0 unless it says otherwise.
Break = tuple[int, int]


class Row(NamedTuple):
    """Terms in order of their positions, which never fall."""

    position: int
    """That from which those of ``breaks`` are counted."""
    weight: int
    """How often each term counts."""
    text: str
    """The terms as they are written, with a blank between two."""
    size: int
    """How many they are."""
    breaks: Sequence[Break] = ()
    """In order."""


def breaks_of(positions: Iterable[int]) -> list[Break]:
    """Return where positions do not go on by one from 0."""
    found = []
    expected = 0
    for place, position in enumerate(positions):
        if position != expected:
            found.append((place, position))
        expected = position + 1
    return found


def positions_of(breaks: Sequence[Break], size: int) -> list[int]:
    """Return the positions that ``breaks_of`` took."""
    found: list[int] = []
    step = 0
    for place, position in breaks:
        found += range(step, step + place - len(found))
        step = position
    return [*found, *range(step, step + size - len(found))]


def values_of(rows: Sequence[Row]) -> list[str]:
    """Return the values of a field; each begins ``GAP`` positions after the one before."""
    found = _Values()
    copies: list[str] = []
    for row in rows if _rise(rows) else (_merged(rows),):
        terms = row.text.split(" ") if row.breaks or row.weight > 1 else []
        copies += terms * (row.weight - 1)
        if row.breaks:
            copies += found.take(row, terms)
        else:
            found.reach(row.position)
            found.put(row.text, row.size)
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

    def take(self, row: Row, terms: Sequence[str]) -> list[str]:
        """Add the terms of a row; return those that stand at a position once more."""
        more: list[str] = []
        here: list[str] = []
        """The terms of the last position: others may share it."""
        breaks = row.breaks if row.breaks[0][0] == 0 else [(0, 0), *row.breaks]
        for number, (first, step) in enumerate(breaks):
            end = breaks[number + 1][0] if number + 1 < len(breaks) else len(terms)
            begin = first
            if here and row.position + step == self._end:
                here.append(terms[first])
                begin += 1
                if begin == end:
                    continue
            if here:
                more += self._share(here)
            if begin == first:
                self.reach(row.position + step)
            if end - begin > 1:
                self.put(" ".join(terms[begin : end - 1]), end - begin - 1)
            here = [terms[end - 1]]
        return more + self._share(here)

    def _share(self, terms: Sequence[str]) -> list[str]:
        """Add terms of one position; return those that are there once more."""
        held = list(dict.fromkeys(terms))
        self.put(_together(held) if len(held) > 1 else held[0], 1)
        # What stands twice at one position counts twice, but stands there once.
        return list((Counter(terms) - Counter(held)).elements()) if len(held) < len(terms) else []

    def ended(self) -> list[str]:
        """Return all values."""
        return [*self._values, " ".join(self._current)]


def _rise(rows: Sequence[Row]) -> bool:
    """Say whether each row begins behind the one before."""
    end = 0
    for row in rows:
        if row.position < end:
            return False
        place, step = row.breaks[-1] if row.breaks else (0, 0)
        end = row.position + step + row.size - place
    return True


def _merged(rows: Sequence[Row]) -> Row:
    """Return rows that lie within each other as one; what counts more stands there more often."""
    places: list[tuple[int, str]] = []
    for row in rows:
        for step, term in zip(positions_of(row.breaks, row.size), row.text.split(" "), strict=True):
            places += [(row.position + step, term)] * row.weight
    places.sort(key=lambda place: place[0])
    text = " ".join(term for _, term in places)
    return Row(0, 1, text, len(places), breaks_of(position for position, _ in places))


def _together(terms: Iterable[str]) -> str:
    """Return terms of one position."""
    return TOGETHER + TOGETHER.join(terms)


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

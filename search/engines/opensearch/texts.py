"""The values of one field of text: what a cluster takes apart into the terms of each position.

A field has its terms by position, and each term as often as it counts. What stands once and counts more,
being in a title, has copies behind everything else, at a position so far away that no phrase reaches there;
all copies share it, so that none is beside another. So one field tells frequencies and positions. Does not
depend on documents or the client of a cluster.
"""

from __future__ import annotations

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
#: A position without a term, before another one.
_HOLE: Final = f"{HOLE} "


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
    values: list[str] = []
    current: list[str] = []
    copies: list[str] = []
    end = 0
    """The next free position."""
    for row in rows if _rise(rows) else (_merged(rows),):
        if row.weight > 1:
            copies += row.text.split(" ") * (row.weight - 1)
        pieces = _pieces(row, copies) if row.breaks else [(row.position, row.text, row.size)]
        for position, text, size in pieces:
            holes = position - end
            while holes >= GAP + (not current):
                # A value that holds nothing would be left out: it has one of the holes itself.
                holes -= GAP + (not current)
                values.append(" ".join(current or [HOLE]))
                current = []
            current += [HOLE] * holes
            current.append(text)
            end = position + size
    values.append(" ".join(current))
    return [*values, *_beyond(copies)] if copies else values


def _pieces(row: Row, copies: list[str]) -> list[tuple[int, str, int]]:
    """Return the parts of a row between which whole values fit: position, text, and positions taken.

    What stands twice at one position counts twice, but stands there once: ``copies`` get the others.
    """
    terms = row.text.split(" ")
    cuts: list[tuple[int, int]] = [(0, 0)]
    """The first term of each part, and its position."""
    holes: list[tuple[int, int]] = []
    ends: list[int] = []
    here: list[str] = []
    """The terms of the position that several share, the first of which has the place ``head``."""
    head = -1
    shared: list[int] = []
    """Places of terms that stand with those before them."""
    begin = expected = 0
    for place, step in row.breaks:
        expected += place - begin
        if place and step == expected - 1:
            term = terms[place]
            if not shared or shared[-1] != place - 1:
                head, here = place - 1, [terms[place - 1]]
            if term in here:
                copies.append(term)
            else:
                here.append(term)
                terms[head] = _together(here)
            shared.append(place)
        elif not place:
            cuts = [(0, step)]
        elif step - expected >= GAP:
            ends.append(expected)
            cuts.append((place, step))
        else:
            holes.append((place, step - expected))
        begin, expected = place, step
    for place, many in holes:
        terms[place] = f"{_HOLE * many}{terms[place]}"
    ends.append(expected + len(terms) - begin)
    found = []
    for (first, step), end in zip(reversed(cuts), reversed(ends), strict=True):
        while shared and shared[-1] >= first:
            del terms[shared.pop()]
        found.append((row.position + step, " ".join(terms[first:] if first else terms), end - step))
        del terms[first:]
    return found[::-1]


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

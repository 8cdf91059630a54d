"""The values of a field: read as a cluster reads them, they give every term its positions and its weight."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search.engines.opensearch.terms import GAP, HOLE, TOGETHER, joined, written
from coopsearch.search.engines.opensearch.texts import Row, breaks_of, positions_of, values_of


def read(values: list[str]) -> list[tuple[int, str]]:
    """Return positions and terms, as the analyser of the mapping does."""
    found: list[tuple[int, str]] = []
    position = -1
    for number, value in enumerate(values):
        position += GAP if number else 0
        for token in value.split(" "):
            assert token
            position += 1
            if token.startswith(TOGETHER):
                found += [(position, term) for term in token[1:].split(TOGETHER)]
            elif token != HOLE:
                found.append((position, token))
    return found


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    """Draw rows of a field; now and then one begins within the one before."""
    found: list[Row] = []
    position = draw(st.sampled_from([0, 0, 3, 250]))
    for _ in range(draw(st.integers(1, 4))):
        terms = draw(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=8))
        rises = draw(
            st.lists(st.sampled_from([0, 1, 1, 1, 2, 150]), min_size=len(terms), max_size=len(terms))
        )
        steps = None
        if draw(st.booleans()):
            steps = [sum(rises[1 : place + 1]) for place in range(len(terms))]
        breaks = breaks_of(steps or ())
        found.append(Row(position, draw(st.integers(1, 3)), " ".join(terms), len(terms), breaks))
        end = position + (steps[-1] if steps else len(terms) - 1) + 1
        position = max(0, end + draw(st.sampled_from([0, 1, 99, 100, 101, 300, -3])))
    return found


@given(rows())
def test_positions_and_weights(given_rows: list[Row]) -> None:
    """A term counts as often as it weighs, and stands once where it stands; copies are out of reach."""
    wanted: list[tuple[int, str]] = []
    for row in given_rows:
        for step, term in zip(positions_of(row.breaks, row.size), row.text.split(" "), strict=True):
            wanted += [(row.position + step, term)] * row.weight
    found = read(values_of(given_rows))
    assert Counter(term for _, term in found) == Counter(term for _, term in wanted)
    last = max(position for position, _ in wanted)
    near = [place for place in found if place[0] <= last]
    assert sorted(near) == sorted(set(wanted))
    assert all(position > last + GAP for position, _ in found[len(near) :])


@given(st.lists(st.integers(0, 3), max_size=12))
def test_breaks_tell_all_positions(rises: list[int]) -> None:
    """Positions are told by those that do not go on by one."""
    positions = [sum(rises[: place + 1]) for place in range(len(rises))]
    breaks = breaks_of(positions)
    assert positions_of(breaks, len(positions)) == positions
    expected = [-1, *positions]
    assert len(breaks) == sum(at != before + 1 for before, at in zip(expected, positions, strict=False))


def test_many_copies() -> None:
    """Copies of a long title are cut, each row of them at a position of its own."""
    terms = [f"{'x' * 300}{number}" for number in range(1_500)]
    values = values_of([Row(0, 3, " ".join(terms), len(terms))])
    assert all(len(token) < 1_000_000 for value in values for token in value.split(" "))
    found = read(values)
    assert Counter(term for _, term in found) == dict.fromkeys(terms, 3)
    copies = sorted({position for position, _ in found[len(terms) :]})
    assert all(later - earlier > GAP for earlier, later in pairwise(copies))


@pytest.mark.parametrize(
    "terms",
    [["a"], [""], ["a", ""], ["", ""], ["a b"], ["a", "b c"], [" "], ["a\u2003b"], ["x\x85"], ["\ue001a"],
     ["a", "b" * 40_000], ["é" * 9_000], ["a\tb", "c"], ["و", "a"]],
)  # fmt: skip
def test_terms_are_joined_as_they_are_written(terms: list[str]) -> None:
    """Written together, terms are what each is by itself."""
    assert joined(terms) == " ".join(map(written, terms))
    assert len(joined(terms).split(" ")) == len(terms)

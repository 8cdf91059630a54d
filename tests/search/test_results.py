"""What a search returns is a value: it cannot be changed, and copies of it are equal to it."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import Final

import pytest

from coopsearch.search import Results
from coopsearch.search.model import Changed

GIVEN: Final = {
    name: (name,) if name in {"hits", "explanation", "notes", "only_related"} else number
    for number, name in enumerate(inspect.signature(Results).parameters)
}


def test_each_field_holds_what_it_is_given() -> None:
    """No field is taken for another."""
    results = Results(**GIVEN)  # type: ignore[arg-type] # any values
    assert {name: getattr(results, name) for name in GIVEN} == GIVEN
    assert list(GIVEN) == [
        part.partition("=")[0] for part in repr(results)[len("Results(") :].split(", ") if "=" in part
    ]


def test_facets_and_indexes_are_tables() -> None:
    """Where none were asked for, they are empty, and each answer has its own."""
    one, two = Results("a", (), 0, 0, 5), Results("a", (), 0, 0, 5)
    assert (one.facets, one.indexes, one.seconds, one.warning) == ({}, {}, 0.0, "")
    assert one == two
    assert one.facets is not two.facets


def test_copies_are_equal() -> None:
    """A copy, deep or not, and one that went through a pickle are equal; with another value they are not."""
    results = Results(**GIVEN)  # type: ignore[arg-type] # any values
    for other in (copy.copy(results), copy.deepcopy(results), pickle.loads(pickle.dumps(results))):
        assert other == results
        assert hash(other) == hash(results)
    assert results._replace(words="other") != results
    assert results._replace(words="other").total == results.total
    assert results != Changed(0, 0, 0)


def test_nothing_can_be_set() -> None:
    """A field can neither be set nor deleted, and no other can be added."""
    results = Results("a", (), 0, 0, 5)
    for name in ("total", "other"):
        with pytest.raises(AttributeError):
            setattr(results, name, 1)
    with pytest.raises(AttributeError):
        del results.total

"""Errors as values: what they say comes in parts, and survives the way from one process to another."""

from __future__ import annotations

import pickle

import pytest

from coopsearch.search import errors
from coopsearch.search.engines.base import Verified
from coopsearch.search.errors import (
    CoopsearchError,
    ExtractionError,
    FileState,
    IndexDamaged,
    IndexUnreadable,
    QueryError,
)

CLASSES = sorted(
    (one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, CoopsearchError)),
    key=lambda one: one.__name__,
)


@pytest.mark.parametrize("kind", CLASSES)
def test_sent(kind: type[CoopsearchError]) -> None:
    """Every error says the same, and holds the same, once it came from another process."""
    error = kind("the thing is wrong")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert str(again) == str(error)
    assert vars(again) == vars(error)


def test_sent_with_more() -> None:
    """What stands beside the message comes with it."""
    (one, two) = pickle.loads(
        pickle.dumps((QueryError("wrong", 7), ExtractionError("x", FileState.ENCRYPTED)))
    )
    assert one.position == 7
    assert two.state is FileState.ENCRYPTED
    damaged = pickle.loads(pickle.dumps(IndexDamaged("a is gone", "look for it")))
    assert (damaged.fault, damaged.step, str(damaged)) == (
        "a is gone",
        "look for it",
        "a is gone; look for it",
    )


def test_damage_has_a_step() -> None:
    """Damage is told with what to do about it, which is to rebuild unless somebody knows better."""
    assert str(IndexDamaged("a is gone")) == "a is gone; run `coopsearch index --rebuild`"


def test_verified() -> None:
    """A file that the system refuses is told apart from a damaged one by its error, not by its text."""
    refused, damaged = (
        IndexUnreadable("a: permission denied; ask"),
        IndexDamaged("b cannot be read: it is cut"),
    )
    found = Verified.of(3, 10, [refused, damaged, refused]).with_errors([damaged, IndexDamaged("c")])
    assert found.damages == (str(refused), str(damaged), str(IndexDamaged("c")))
    assert found.unreadable == {str(refused)}

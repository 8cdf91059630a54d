"""Processes that another one starts: what they say arrives, and how they end is told."""

from __future__ import annotations

import pickle
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coopsearch.indexer.children import Child, ChildEnded, Exit

MODULE = "tests.indexer.obedient"


@pytest.fixture(autouse=True)
def _found(monkeypatch: pytest.MonkeyPatch, repo: Path) -> None:
    """Let a child find the module below, wherever coopsearch itself is installed."""
    monkeypatch.setattr(sys, "path", [*sys.path, str(repo)])


@pytest.fixture
def child(_found: None) -> Iterator[Child]:
    """Start one that has all the time there is."""
    one = Child(MODULE)
    yield one
    one.end()


@pytest.mark.parametrize("waiting", [None, lambda: None])
def test_answers(child: Child, waiting: Callable[[], None] | None) -> None:
    """Answers of all lengths come whole and in order, with nothing of what a library prints between them."""
    lengths = [0, 1, 70_000, 3, 3_000_000, 1 << 16, 5]
    for length in lengths:
        child.send(("say", length))
    assert [len(pickle.loads(child.receive(waiting))) for _ in lengths] == lengths


def test_what_is_done_meanwhile(child: Child) -> None:
    """Who waits is asked now and then, and what is raised there ends the waiting."""
    asked = []
    child.send(("sleep", 1))
    assert pickle.loads(child.receive(lambda: asked.append(1))) == b"awake"
    assert asked

    def enough() -> None:
        raise KeyboardInterrupt

    child.send(("sleep", 60))
    with pytest.raises(KeyboardInterrupt):
        child.receive(enough)


def test_length_is_checked_first(child: Child) -> None:
    """An answer can be refused by its length before it is read."""
    lengths = []

    def check(length: int) -> None:
        lengths.append(length)
        raise ValueError("too long")

    child.send(("say", 5_000_000))
    with pytest.raises(ValueError, match="too long"):
        child.receive(None, check)
    assert 5_000_000 < lengths[0] < 5_001_000


@pytest.mark.parametrize(
    ("order", "ended", "shown"),
    [
        (("leave", 3), Exit(3), "exit status 3"),
        (("leave", 0), Exit(0), "exit status 0"),
        (("die", signal.SIGSEGV), Exit(-signal.SIGSEGV), "SIGSEGV"),
        (("die", signal.SIGRTMIN + 3), Exit(-(signal.SIGRTMIN + 3)), f"signal {signal.SIGRTMIN + 3}"),
    ],
)
def test_ends(child: Child, order: object, ended: Exit, shown: str) -> None:
    """Its end is an exception for who waits, and says by which status or signal it came."""
    child.send(order)
    with pytest.raises(ChildEnded):
        child.receive()
    assert child.exit() == ended
    assert str(ended) == shown
    with pytest.raises(ChildEnded):
        child.send(("say", 1))


def test_late() -> None:
    """It is killed once it was waited for too long; each renewal gives it all of its time again."""
    child = Child(MODULE, seconds=5)
    try:
        child.send(("say", 1))
        child.receive()
        for _ in range(2):
            child.renew()
            child.send(("sleep", 3))
            assert pickle.loads(child.receive()) == b"awake"
        child.send(("sleep", 60))
        started = time.monotonic()
        with pytest.raises(ChildEnded):
            child.receive()
        # What was waited since the last renewal counts.
        assert time.monotonic() - started < 4
        assert child.exit() == Exit(-signal.SIGKILL, late=True)
    finally:
        child.end()


def test_deaf(child: Child) -> None:
    """What a terminal or a service manager sends to all processes of a group does not reach it."""
    child.send(("deaf", 0))
    assert pickle.loads(child.receive()) == b"deaf"


def test_end(child: Child) -> None:
    """It is gone when it was ended, whatever it did, and ending it again does nothing."""
    child.send(("sleep", 60))
    child.end()
    child.end()
    assert child.exit() == Exit(-signal.SIGKILL)

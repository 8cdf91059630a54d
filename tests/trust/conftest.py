"""What every test of a promise can ask for: how much to try, and where to write down what was tried.

With `COOPSEARCH_LEDGER` naming a file, each test appends a line of JSON to it; `python3 dev.py trust` makes
docs/reliability.md of these lines.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Final, Literal, Protocol

import pytest

from coopsearch.search.engines import NAMES

LEDGER: Final = "COOPSEARCH_LEDGER"

#: The promises of docs/reliability.md, in its order.
Promise = Literal[
    "data", "owner", "killed", "full", "damage", "crowd", "query", "output", "private", "lost", "large"
]


class Ledger(Protocol):
    """Writes down what a test tried and found."""

    def __call__(
        self, promise: Promise, what: str, *, tried: int, wrong: int = 0, lost: int = 0, note: str = ""
    ) -> None:
        """Add a line.

        `what` says in a few words what was tried, `tried` how often; `wrong` counts wrong answers,
        tracebacks, hangs and whatever else breaks the promise, `lost` what was lost or changed and should not
        have been.
        `note` holds figures: seconds, megabytes, kinds of faults.
        """
        ...


class Scale(Protocol):
    """Chooses between the amount of the usual run and that of a long one."""

    def __call__(self, usual: int, long: int) -> int:
        """Return `usual`, or `long` where the tests run with --long."""
        ...


@pytest.fixture
def ledger() -> Ledger:
    """Where to write down what was tried; called before the assertion, so that a failure shows there."""
    place = os.environ.get(LEDGER)
    began = time.monotonic()

    def add(
        promise: Promise, what: str, *, tried: int, wrong: int = 0, lost: int = 0, note: str = ""
    ) -> None:
        line = {
            "promise": promise, "what": what, "tried": tried, "wrong": wrong, "lost": lost, "note": note,
            "seconds": round(time.monotonic() - began, 1),
        }  # fmt: skip
        if place:
            with Path(place).open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(line) + "\n")

    return add


@pytest.fixture(scope="session")
def scale(pytestconfig: pytest.Config) -> Scale:
    """How much to try."""
    is_long = bool(pytestconfig.getoption("--long"))
    return lambda usual, long: long if is_long else usual


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A whole index of each engine."""
    # Imported here: what makes an index is nothing that every test of a promise needs.
    from tests.trust.trials import make

    return {engine: make(tmp_path_factory.mktemp(engine), engine) for engine in NAMES}

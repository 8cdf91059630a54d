"""Any query is safe and bounded: an answer or a QueryError, in bounded time and memory, whatever is asked."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from coopsearch.indexer import sync
from tests.effort import turn
from tests.trust.conftest import Ledger, Scale
from tests.trust.hostile.made import write_passages
from tests.trust.queries.hard_questions import hard
from tests.trust.queries.questions import Asker, Question

#: What a question may take on a machine that does the turn of ``tests.effort`` in ``_TURN`` seconds.
SECONDS: Final = 0.5
MEGABYTES: Final = 64
_TURN: Final = 0.01
#: Seconds after which a question hangs.
_HANGS: Final = 60
#: What may come of a question.
_FINE: Final = frozenset({"answer", "refused"})
#: How often a question is asked again that took too long, and after how many the machine is measured anew.
_AGAIN: Final = 3
_OFTEN: Final = 500
#: An index is made first, and the long form takes an hour.
pytestmark = pytest.mark.timeout(7_200)
_ASKING: Final = Path(__file__).with_name("asking.py")


class Made(NamedTuple):
    """An index of passages that nobody wrote, and the words that they are made of."""

    folder: Path
    words: Mapping[str, Sequence[str]]


class Came(NamedTuple):
    """What came of a question."""

    question: Question
    came: str
    seconds: float
    """Of processor."""
    megabytes: float
    bound: float
    """Seconds that it may take, on this machine at that time."""


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """20,000 passages in three scripts."""
    folder = tmp_path_factory.mktemp("made")
    words = write_passages(folder / "p.jsonl")
    sync([folder / "p.jsonl"], folder / "index_data")
    return Made(folder / "index_data", words)


def ask(index: Path, questions: Iterable[Question]) -> Iterator[Came]:
    """Ask in a process of its own; one that hangs is ended, and the next question goes to another."""
    child: subprocess.Popen[str] | None = None
    limit = bound()
    for number, question in enumerate(questions):
        if number % _OFTEN == 0:
            limit = bound()
        if child is None or child.poll() is not None:
            child = subprocess.Popen(
                [sys.executable, _ASKING, index], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        assert child.stdin is not None
        assert child.stdout is not None
        ends = threading.Timer(_HANGS, child.kill)
        ends.start()
        child.stdin.write(json.dumps([question.query, question.how, question.options]) + "\n")
        child.stdin.flush()
        line = child.stdout.readline()
        ends.cancel()
        if line:
            came, seconds, megabytes = json.loads(line)
            yield Came(question, came, seconds, megabytes, limit)
        else:
            child.communicate()
            yield Came(question, f"the process ended ({child.returncode})", _HANGS, 0.0, limit)
    if child is not None and child.returncode is None:
        child.communicate()


def once_more(index: Path, slow: Came) -> Came:
    """Ask what took too long in new processes; return the quickest: what else the machine does only adds.

    Each process is a cold one, so none of them is asked for less.
    """
    again = [came for _ in range(_AGAIN) for came in ask(index, [slow.question])]
    return min([slow, *again], key=lambda came: came.seconds / came.bound)


def report(ledger: Ledger, what: str, index: Path, questions: Iterable[Question]) -> list[str]:
    """Ask questions and write down what came of them; return what should not have."""
    kinds: Counter[str] = Counter()
    wrong: list[str] = []
    seconds: list[float] = []
    most = 0.0
    asked_again = 0
    for given in ask(index, questions):
        one = given
        if one.came in _FINE and one.seconds > one.bound:
            asked_again += 1
            one = once_more(index, one)
        kinds[one.came if one.came in _FINE else "wrong"] += 1
        seconds.append(one.seconds)
        most = max(most, one.megabytes)
        if one.came not in _FINE or one.seconds > one.bound or one.megabytes > MEGABYTES:
            wrong.append(
                f"{one.came}, {one.seconds:.2f} of {one.bound:.2f} s, {one.megabytes:.0f} MB: "
                f"{one.question.how} {dict(one.question.options)} {one.question.query[:120]!r}"
            )
    seconds.sort()
    ledger(
        "query",
        what,
        tried=len(seconds),
        wrong=len(wrong),
        note=f"{kinds['answer']:,} answers, {kinds['refused']:,} refused; seconds of processor: median "
        f"{seconds[len(seconds) // 2]:.4f}, highest {seconds[-1]:.2f} of {bound():.2f}; highest growth "
        f"{most:.0f} MB; {asked_again} asked again, as the machine was busy",
    )
    return wrong


def bound() -> float:
    """Return the seconds that a question may take: more on a slow machine, or on one that others use too."""
    return SECONDS * max(1.0, max(turn() for _ in range(5)) / _TURN)


def test_any_query(made: Made, ledger: Ledger, scale: Scale) -> None:
    """Queries made by chance over the grammar end in an answer or a QueryError, soon and in little memory."""
    seed = scale(1, time.time_ns() % 1_000_000)
    questions = Asker(made.words, seed=seed).questions(scale(500, 100_000))
    what = f"generated queries in three scripts, seed {seed}"
    wrong = report(ledger, what, made.folder, questions)
    assert not wrong, "\n".join(wrong)


def test_hard_queries(made: Made, ledger: Ledger) -> None:
    """What is large, deep, wide or many ends in an answer or a QueryError, soon and in little memory."""
    wrong = report(ledger, "hard queries: long, deep, broad, many", made.folder, hard(made.words))
    assert not wrong, "\n".join(wrong)

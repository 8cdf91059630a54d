"""Documents that need not be looked at, as the cluster tells the stems of a question from all others."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search import schema
from coopsearch.search.engines.nodes import Group, Near, Or, Rescored, matched
from coopsearch.search.engines.nodes import Node as Query
from coopsearch.search.engines.opensearch.queries import apart, ranked
from tests.engines.opensearch.documents import analysed
from tests.engines.opensearch.queries.evaluating import Histories, History
from tests.engines.opensearch.queries.test_evaluation import check, few
from tests.engines.strategies import WORDS, histories, queries


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the first question be told by numbers."""
    monkeypatch.setattr(apart, "FROM", 0)


def group(term: str, field: str = schema.STEMS) -> Group:
    """Return a group of one term."""
    return Group(field, ((term, 1.0),))


@pytest.mark.usefixtures("at_once")
@given(history=histories, asked=st.lists(queries, min_size=1, max_size=3), limit=st.integers(1, 9))
@few
def test_same_answers(index: Histories, history: History, asked: list[Query], limit: int) -> None:
    """What the cluster ranks is the truth where no document is looked at, too."""
    evaluator, truth = index.evaluator(history, stems=lambda: WORDS)
    words = (group("a"), group("b"))
    for query in asked:
        more = (group("a", schema.WORDS), Near(words))
        check(evaluator, truth, Rescored(matched(query), more), limit)
        check(evaluator, truth, Rescored(Or(words), more), limit)


def test_no_document_is_looked_at(index: Histories, monkeypatch: pytest.MonkeyPatch) -> None:
    """After some questions, none is where the stems are at hand; of several shards, all of the first are."""
    monkeypatch.setattr(apart, "FROM", 1)
    looked: list[float] = []
    together = ranked.Ranking._together

    def noted(self: ranked.Ranking, base: float, *more: Any) -> float:
        looked.append(base)
        return together(self, base, *more)

    monkeypatch.setattr(ranked.Ranking, "_together", noted)
    rows = [analysed(f"{number}.txt", "a x b " * (number + 1)) for number in range(3)]
    evaluator, truth = index.evaluator(
        [[(one.document.path, [one]) for one in rows]], stems=lambda: ["a", "b", "x"]
    )
    query = Rescored(Or((group("a"), group("b"))), (Near((group("a"), group("b"))),))
    counts = []
    for _ in range(2):
        looked.clear()
        check(evaluator, truth, query, 3)
        counts.append(len(looked))
    assert counts[0] == 3
    assert counts[1] == (0 if evaluator._ranking._shards == 1 else 3)


@pytest.mark.usefixtures("at_once")
def test_stems_of_one_number(index: Histories, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stem that has the number of another is told from it on our side, also one that is in no document."""
    rows = [analysed("0.txt", "a x y b"), analysed("1.txt", "a b y x")]
    evaluator, _ = index.evaluator([[(one.document.path, [one]) for one in rows]])
    counts = evaluator.statistics
    near = {term: Near((group("a"), group(term))) for term in ("b", "c", "d")}
    monkeypatch.setattr(apart, "number_of", numbered)
    stems = apart.Apart(lambda: ["a", "b", "x"], counts)
    assert stems.sure((near["b"],))
    assert stems.sure((group("c"),))  # of what is no closeness no number is asked
    assert not stems.sure((near["c"],))  # taken for x
    assert stems.sure((near["d"],))  # for nothing
    assert not apart.Apart(lambda: ["a", "b", "c", "x"], counts).sure((near["c"],))
    assert not apart.Apart(lambda: None, counts).sure((near["b"],))


@cache
def numbered(stem: str) -> int:
    """Return a number that c and x share."""
    return {"a": 1, "b": 2, "c": 3, "x": 3}.get(stem, 4)

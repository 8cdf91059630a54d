"""The fast way: the best among likely documents, which are scored exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search import schema
from coopsearch.search.engines.nodes import And, AndMaybe, Group, Near, Not, Or, Phrase, Rescored, matched
from coopsearch.search.engines.nodes import Node as Query
from coopsearch.search.engines.opensearch.queries import fast
from coopsearch.search.errors import SettingsError
from coopsearch.search.ranking import DEFAULT
from tests.engines.opensearch.documents import analysed
from tests.engines.opensearch.queries.evaluating import Histories, History
from tests.engines.opensearch.queries.test_evaluation import check, few
from tests.engines.strategies import histories, queries


def group(*terms: str, lesser: str = "", field: str = schema.STEMS) -> Group:
    """Return a group of terms, and a lesser form of them."""
    return Group(field, (*((term, 1.0) for term in terms), *([(lesser, 0.5)] if lesser else ())))


@given(history=histories, asked=st.lists(queries, min_size=1, max_size=3), limit=st.integers(1, 9))
@few
def test_same_answers(index: Histories, history: History, asked: list[Query], limit: int) -> None:
    """Where fewer documents match than are scored exactly, all answers are those of the exact way."""
    evaluator, truth = index.evaluator(history, fast=True)
    for query in asked:
        check(evaluator, truth, query, limit)
        more = (group("a", field=schema.WORDS),)
        check(evaluator, truth, Rescored(matched(query), more), limit)


def test_the_best_of_more_than_are_scored(index: Histories, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many documents the likely ones alone are scored, and the best are among them; all are counted."""
    monkeypatch.setattr(fast, "CANDIDATES", 20)
    monkeypatch.setattr("coopsearch.search.engines.opensearch.queries.ranked.CANDIDATES", 20)
    rows = [
        analysed(f"{number:03}.txt", " ".join(["a"] * (1 + number % 20) + ["b"] * (number % 3) + ["x"] * 9))
        for number in range(60)
    ]
    evaluator, truth = index.evaluator([[(one.document.path, [one]) for one in rows]], fast=True)
    words = (group("a"), group("b"))
    query = Rescored(Or(words), (group("a", field=schema.WORDS), Near(words)))
    before = index.node.requests
    found = evaluator.search(query, 5)
    assert index.node.requests - before <= 3
    assert found.total == truth.search(query, 0)[0] == 60
    scores = truth.scores(query)
    for (_, path, score), (_, wanted) in zip(found.best, truth.search(query, 5)[1], strict=True):
        assert score == pytest.approx(scores[path], rel=1e-5)
        assert score == pytest.approx(wanted, rel=1e-5)


def test_no_more_are_rescored(index: Histories) -> None:
    """Each shard rescores its own best: one that is none of all the best is not among the first for that."""
    rows = [
        analysed(f"{number:03}.txt", " ".join(["a"] * (number + 1) + ["b"] * (number == 9) + ["x"] * 40))
        for number in range(30)
    ]
    history: History = [[(one.document.path, [one]) for one in rows]]
    query = Rescored(group("a"), (Group(schema.WORDS, (("b", 1.0),), 9.0),))
    for is_fast in (False, True):
        evaluator, truth = index.evaluator(history, DEFAULT._replace(rescored=14), fast=is_fast)
        check(evaluator, truth, query, 1)
        assert [path for _, path, _ in evaluator.search(query, 1).best] == ["029.txt"]


def test_equals_that_weigh_nothing(index: Histories) -> None:
    """Documents of score 0 are ordered by path, as all equals are, also where many more match."""
    rows = [analysed(f"{number:03}.txt", "a x y") for number in reversed(range(300))]
    history: History = [[(one.document.path, [one]) for one in rows]]
    query = Rescored(group("a")._replace(boost=0.0), (Group(schema.WORDS, (("z", 1.0),)),))
    for is_fast in (False, True):
        evaluator, _ = index.evaluator(history, fast=is_fast)
        assert [path for _, path, _ in evaluator.search(query, 3).best] == ["000.txt", "001.txt", "002.txt"]


def test_what_is_asked_so(index: Histories) -> None:
    """Groups of stems, any or all of them, are; what stands elsewhere, in order or not at all is not."""
    rows = [analysed(f"{number}.txt", "a b c c c") for number in range(3)]
    evaluator, _ = index.evaluator([[(one.document.path, [one]) for one in rows]])
    weights = evaluator._weights
    a, b = group("a"), group("b", lesser="c")
    plain: list[Query] = [a, b, Or((a, b)), And((a, b)), AndMaybe(a, b), And((Or((a, b)), a))]
    for query in plain:
        assert fast.candidates_of(query, weights)
    phrase = Phrase(schema.STEMS, (("a",), ("b",)))
    words = group("a", field=schema.WORDS)
    others = (words, Or((a, words)), And((a, Not(b))), phrase, group("zz"), group("zz", lesser="a"))
    for other in others:
        assert fast.candidates_of(other, weights) is None


def test_who_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of documents decides, unless a variable does."""
    monkeypatch.delenv(fast.VARIABLE, raising=False)
    assert not fast.is_fast(fast.FROM - 1)
    assert fast.is_fast(fast.FROM)
    monkeypatch.setenv(fast.VARIABLE, "exact")
    assert not fast.is_fast(fast.FROM)
    monkeypatch.setenv(fast.VARIABLE, "fast")
    assert fast.is_fast(1)
    monkeypatch.setenv(fast.VARIABLE, "quick")
    with pytest.raises(SettingsError, match="'quick'"):
        fast.is_fast(1)

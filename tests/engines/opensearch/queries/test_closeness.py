"""How close words stand, as the cluster tells it: what lies in its field, and documents that are too long."""

from __future__ import annotations

import base64
import struct

import pytest

from coopsearch.search import schema
from coopsearch.search.analysis.model import Run
from coopsearch.search.engines.nodes import Group, Near, Or, Rescored
from coopsearch.search.engines.opensearch import closeness
from coopsearch.search.engines.opensearch.closeness import number_of, pack, query_of
from coopsearch.search.ranking import DEFAULT
from tests.engines.opensearch.documents import analysed
from tests.engines.opensearch.queries.evaluating import Histories

TOGETHER = 1 << 31


def group(term: str, field: str = schema.STEMS) -> Group:
    """Return a group of one term."""
    return Group(field, ((term, 1.0),))


def unpacked(runs: list[Run]) -> list[int]:
    """Return the numbers of some runs."""
    data = base64.b64decode(pack(runs) or "")
    return list(struct.unpack(f">{len(data) // 4}I", data))


def test_numbers_stand_in_the_order_of_positions() -> None:
    """A position is a number; what shares one is marked, and no gap is longer than closeness reaches."""
    a, b, c = map(number_of, "abc")
    assert unpacked([Run("body", 3, ["a", "b"], ["a", "b"])]) == [a, b]
    assert unpacked([Run("body", 0, ["x", "y"], ["a", "b"], [0, 0])]) == [a, b | TOGETHER]
    assert unpacked([Run("body", 0, ["x", "y"], ["a", "b"], [0, 3])]) == [a, 0, 0, b]
    far = [Run("title", 0, ["a"], ["a"]), Run("body", 104, ["b", "c"], ["b", "c"])]
    assert unpacked(far) == [a, *[0] * 9, b, c]
    assert unpacked(far[::-1]) == unpacked(far)
    assert unpacked([]) == [0]
    assert all(0 < number_of(word) < TOGETHER for word in ("", "a", "é" * 99, "\ue000"))


def test_words_of_another_field_are_left_to_our_side() -> None:
    """The cluster tells closeness of stems, and of so many as a script can compare."""
    assert query_of(Near((group("a"), group("b"))), [1.0, 1.0], DEFAULT)
    assert query_of(Near((group("a"), group("b", schema.WORDS))), [1.0, 1.0], DEFAULT) is None
    many = tuple(group(f"w{number}") for number in range(41))
    assert query_of(Near(many), [1.0] * 41, DEFAULT) is None


@pytest.mark.parametrize("longest", [closeness.MOST_POSITIONS, 6])
def test_a_document_that_is_too_long(index: Histories, monkeypatch: pytest.MonkeyPatch, longest: int) -> None:
    """Of a document that is too long for a script, closeness is told on our side: with the same scores."""
    monkeypatch.setattr(closeness, "MOST_POSITIONS", longest)
    texts = ["a x b", "a b", "b a x x x x x x x x b a", "x a x x x x x x x x x x b", "a b a b a", "b"]
    rows = [analysed(f"{number}.txt", text) for number, text in enumerate(texts)]
    evaluator, truth = index.evaluator([[(one.document.path, [one]) for one in rows]])
    words = (group("a"), group("b"))
    query = Rescored(Or(words), (group("a", schema.WORDS), Near(words)))
    before = index.node.requests
    found = evaluator.search(query, 4)
    assert index.node.requests - before == (2 if longest > 6 else 3)
    assert [path for _, path, _ in found.best] == [path for path, _ in truth.search(query, 4)[1]]
    for _, path, score in found.best:
        assert score == pytest.approx(truth.scores(query)[path], rel=1e-6)


def test_equal_documents_are_told_apart_by_their_paths(index: Histories) -> None:
    """Where more are equal than the cluster brings, those come first that do so by path."""
    rows = [analysed(f"{number:02}.txt", "a b") for number in range(60)]
    evaluator, truth = index.evaluator([[(one.document.path, [one]) for one in reversed(rows)]])
    words = (group("a"), group("b"))
    query = Rescored(Or(words), (Near(words),))
    found = evaluator.search(query, 10)
    assert [path for _, path, _ in found.best] == [path for path, _ in truth.search(query, 10)[1]]

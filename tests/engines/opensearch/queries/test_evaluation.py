"""Queries over a real node against brute force: any history of commits, and any query over it."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coopsearch.search import schema
from coopsearch.search.engines.base import FACETS, ORDERS
from coopsearch.search.engines.nodes import Everything, Rescored
from coopsearch.search.engines.nodes import Node as Query
from coopsearch.search.engines.opensearch.evaluate import Evaluator
from tests.engines.brute import Brute
from tests.engines.opensearch.queries.evaluating import Histories, History
from tests.engines.strategies import TEXT_FIELDS, WORDS, histories, queries
from tests.engines.test_sorting import key, values

#: Each example is several requests to a node that other tests use, too.
few = settings(
    max_examples=max(20, settings().max_examples // 5),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def close(score: float, wanted: float) -> bool:
    """Say whether a score is the one of brute force, as near as 32 bits allow."""
    return abs(score - wanted) <= 1e-5 * max(1.0, wanted)


def check(evaluator: Evaluator, truth: Brute, query: Query, limit: int) -> None:
    """Compare one answer."""
    total, best = truth.search(query, limit)
    found = evaluator.search(query, limit)
    assert found.total == total
    assert evaluator.search(query, 0).total == total
    assert len(found.best) == min(limit, total)
    everything = truth.scores(query)
    assert len({path for _, path, _ in found.best}) == len(found.best)
    for (_, path, score), (expected, wanted) in zip(found.best, best, strict=True):
        assert close(score, everything[path])
        # Where another document stands here, it is one of the same score.
        assert path == expected or close(everything[path], wanted)
        if wanted == 0.0:
            assert path == expected


@few
@given(
    history=histories,
    asked=st.lists(queries, min_size=1, max_size=8),
    limit=st.sampled_from([1, 3, 10, 100]),
)
def test_same_answers(index: Histories, history: History, asked: list[Query], limit: int) -> None:
    """Same totals, same order up to ties, same scores to 1e-5."""
    evaluator, truth = index.evaluator(history)
    for query in asked:
        check(evaluator, truth, query, limit)


@few
@given(
    history=histories,
    asked=st.lists(queries, min_size=1, max_size=5),
    limit=st.sampled_from([1, 2, 5, 100]),
)
def test_orders_and_counts(index: Histories, history: History, asked: list[Query], limit: int) -> None:
    """Every order and every count, deleted documents and those to come left out."""
    evaluator, truth = index.evaluator(history)
    for query in asked:
        matching = truth.scores(query)
        for order in ORDERS[1:]:
            found = evaluator.search(query, limit, order)
            wanted = sorted(matching, key=lambda path: key(truth.documents[path], order))
            assert found.total == len(wanted)
            assert [path for _, path, _ in found.best] == wanted[:limit]
            for _, path, score in found.best:
                assert score >= matching[path] - 1e-5 * max(1.0, matching[path])
        for facet in FACETS:
            counts: Counter[str] = Counter()
            for path in matching:
                counts.update(values(truth.documents[path], facet))
            assert evaluator.count(query, facet) == counts
        fields = [truth.documents[path].document.fields for path in matching]
        for name in {name for one in fields for name in one} | {"author"}:
            assert evaluator.values(query, name) == Counter(one[name] for one in fields if name in one)


@few
@given(history=histories, asked=st.lists(queries, min_size=1, max_size=5))
def test_single_documents(index: Histories, history: History, asked: list[Query]) -> None:
    """What a node gives to each document, which documents match, and where their words stand."""
    evaluator, truth = index.evaluator(history)
    every = {path: one for one, path, _ in evaluator.search(Everything(), 1_000).best}
    assert every.keys() == truth.documents.keys()
    ids = list(every.values())
    for query in asked:
        bare = query.child if isinstance(query, Rescored) else query
        scores = truth.scores(bare)
        assert evaluator.matching(query, ids) == {every[path] for path in scores}
        for (path, _), score in zip(every.items(), evaluator.added((bare,), ids), strict=True):
            assert close(score, scores.get(path, 0.0))
    for field in TEXT_FIELDS:
        for term in [*WORDS, "missing"]:
            assert evaluator.statistics.document_frequency(field, term) == truth.df(field, term)
            for path, one in every.items():
                own = [(at, role) for word, at, role in truth.tokens(path, field) if word == term]
                assert evaluator.frequency(field, term, one) == sum(role for _, role in own)
                assert evaluator.locate(one, [[(field, term)]]).slots == [sorted({at for at, _ in own})]
    for field in (*TEXT_FIELDS, schema.META, schema.PATH_WORDS):
        tokens = sum(role for path in truth.documents for _, _, role in truth.tokens(path, field))
        assert evaluator.statistics.extent(field) == (tokens, len(truth.documents))

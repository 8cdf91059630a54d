"""The cluster against brute force: histories of updates and deletions, and any query over them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coopsearch.search.engines.base import Pattern
from coopsearch.search.engines.nodes import Node
from tests.engines import test_oracle as embedded
from tests.engines import test_sorting as sorting
from tests.engines.brute import Brute
from tests.engines.opensearch.shared import SharedEngine
from tests.engines.strategies import TEXT_FIELDS, WORDS, histories, queries
from tests.engines.test_oracle import History

#: An example takes a second or two: a hundredth of those of the embedded engines, at least some.
few = settings(
    max_examples=max(8, settings().max_examples // 50),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def build(engine: SharedEngine, folder: Path, history: History) -> Brute:
    """Make an index by a history of commits; return the truth about it."""
    engine.create(folder)
    held = {}
    with engine.writer(folder) as writer:
        for commit in history:
            for file, documents in commit:
                writer.delete_file(file)
                held[file] = documents
                for document in documents:
                    writer.add(document)
            writer.commit()
    return Brute([document for documents in held.values() for document in documents])


@few
@given(
    history=histories,
    asked=st.lists(queries, min_size=8, max_size=24),
    limit=st.sampled_from([1, 3, 10, 100]),
)
def test_same_answers(shared: SharedEngine, history: History, asked: list[Node], limit: int) -> None:
    """Same totals, same order up to ties, same scores to 1e-4."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        truth = build(shared, folder, history)
        with shared.open(folder) as reader:
            assert reader.documents == len(truth.documents)
            for query in asked:
                embedded.check(reader, truth, query, limit)


@few
@given(
    history=histories, asked=st.lists(queries, min_size=4, max_size=8), limit=st.sampled_from([1, 2, 5, 100])
)
def test_same_orders_and_counts(
    shared: SharedEngine, history: History, asked: list[Node], limit: int
) -> None:
    """Every order, facet and field of its own, as looking at each document gives them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        truth = build(shared, folder, history)
        with shared.open(folder) as reader:
            for query in asked:
                sorting.check(reader, truth, query, limit)


@few
@given(history=histories)
def test_same_terms_and_documents(shared: SharedEngine, history: History) -> None:
    """Terms, frequencies, stored documents and patterns."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        truth = build(shared, folder, history)
        assert not shared.verify(folder).damages
        with shared.open(folder) as reader:
            for path, analysed in truth.documents.items():
                assert analysed.document in reader.documents_in_file(analysed.document.file)
                assert reader.document_at(path) == analysed.document
            assert reader.document_at("nowhere") is None
            assert reader.documents_in_file("nowhere") == []
            for field in TEXT_FIELDS:
                wanted = {term for path in truth.documents for term, _, _ in truth.tokens(path, field)}
                terms = dict(reader.terms(field))
                assert list(terms) == sorted(terms)
                assert wanted <= set(terms)
                assert reader.among(field, [*WORDS, "missing"]) == wanted & {*WORDS}
                for term in [*WORDS, "missing"]:
                    assert reader.document_frequency(field, term) == truth.df(field, term)
                    assert terms.get(term, 0) >= truth.df(field, term)
                fitting = reader.expand(field, Pattern("wildcard", "a*"))
                assert fitting == [term for term in terms if term.startswith("a")]
                near = [t for t in terms if t == "a" or (len(t) == 1 or (len(t) == 2 and "a" in t))]
                assert reader.expand(field, Pattern("fuzzy", "a", 1)) == near

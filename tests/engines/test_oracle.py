"""The columns against brute force: histories of updates, deletions and merges, and any query over them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopsearch.search.analysis.model import AnalysedDocument
from coopsearch.search.engines import engine
from coopsearch.search.engines.base import Pattern, Reader
from coopsearch.search.engines.columns.engine import ColumnsEngine
from coopsearch.search.engines.columns.evaluate import many_terms as many
from coopsearch.search.engines.columns.evaluate import phrases, snapshot
from coopsearch.search.engines.columns.writer import ColumnsWriter
from coopsearch.search.engines.nodes import Node
from tests.engines.brute import Brute
from tests.engines.strategies import TEXT_FIELDS, WORDS, histories, queries

History = list[list[tuple[str, list[AnalysedDocument]]]]


def build(folder: Path, history: History, limit: int) -> Brute:
    """Make an index by a history of commits; return the truth about it."""
    ColumnsEngine().create(folder)
    held: dict[str, list[AnalysedDocument]] = {}
    with ColumnsWriter(folder, segment_tokens=limit) as writer:
        for commit in history:
            for file, documents in commit:
                writer.delete_file(file)
                held[file] = documents
                for document in documents:
                    writer.add(document)
            writer.commit()
    return Brute([document for documents in held.values() for document in documents])


def check(reader: Reader, truth: Brute, query: Node, limit: int) -> None:
    """Compare one answer."""
    total, best = truth.search(query, limit)
    found = reader.search(query, limit)
    assert found.total == total
    assert reader.search(query, 0).total == total
    assert len(found.best) == min(limit, total)
    everything = truth.scores(query)
    paths = [reader.document(number).path for number, _ in found.best]
    assert len(set(paths)) == len(paths)
    for (path, (_, score)), (expected, wanted) in zip(zip(paths, found.best, strict=True), best, strict=True):
        assert abs(score - everything[path]) < 1e-4
        # Where another document stands here, it is one of the same score.
        assert path == expected or abs(everything[path] - wanted) < 1e-4
        if wanted == 0.0:
            assert path == expected


@given(
    histories,
    st.lists(queries, min_size=1, max_size=8),
    st.sampled_from([1, 12, 10_000]),
    st.sampled_from([1, 3, 10, 100]),
)
def test_same_answers(history: History, asked: list[Node], tokens: int, limit: int) -> None:
    """Same totals, same order up to ties, same scores to 1e-4."""
    with tempfile.TemporaryDirectory() as name:
        truth = build(Path(name), history, tokens)
        with ColumnsEngine().open(Path(name)) as reader:
            assert reader.documents == len(truth.documents)
            for query in asked:
                check(reader, truth, query, limit)


@settings(max_examples=60)
@given(
    histories,
    st.lists(queries, min_size=1, max_size=8),
    st.sampled_from([1, 12, 10_000]),
    st.booleans(),
)
def test_same_answers_of_many_terms(
    history: History, asked: list[Node], tokens: int, looked_through: bool
) -> None:
    """Terms that are read together, as thousands are, give the answers that they give one by one."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patched:
        for module in (snapshot, phrases):
            patched.setattr(module, "MANY", 0)
        # So few occurrences are unpacked together that every list is cut from the next.
        patched.setattr(many, "_TOGETHER", 32)
        patched.setattr(many, "_FIRST", 1)
        truth = build(Path(name), history, tokens)
        with ColumnsEngine().open(Path(name)) as reader:
            if looked_through:
                for field in TEXT_FIELDS:
                    reader.expand(field, Pattern("wildcard", "?*"))
            for query in asked:
                check(reader, truth, query, 10)


@settings(max_examples=40)
@given(histories, st.lists(queries, min_size=1, max_size=6))
def test_stock_codec(history: History, asked: list[Node]) -> None:
    """Over Whoosh's own codec the same documents are found, with scores as near as its lengths allow."""
    held: dict[str, list[AnalysedDocument]] = {}
    for commit in history:
        held.update(commit)
    documents = [document for file in held.values() for document in file]
    truth = Brute(documents)
    stock = engine("whoosh")
    with tempfile.TemporaryDirectory() as name:
        stock.create(Path(name))
        with stock.writer(Path(name)) as writer:
            for document in documents:
                writer.add(document)
            writer.commit()
        with stock.open(Path(name)) as reader:
            for query in asked:
                everything = truth.scores(query)
                found = reader.search(query, 1_000)
                scores = {reader.document(number).path: score for number, score in found.best}
                assert found.total == len(scores) == reader.search(query, 0).total
                assert scores.keys() == everything.keys()
                # Whoosh keeps a field's length in one byte, some 10 % off at worst.
                assert all(
                    abs(score - everything[path]) <= 0.1 * everything[path] for path, score in scores.items()
                )
                assert found.best == tuple(
                    sorted(found.best, key=lambda pair: (-pair[1], reader.document(pair[0]).path))
                )


@given(histories, st.sampled_from([1, 12, 10_000]))
def test_same_terms_and_documents(history: History, tokens: int) -> None:
    """Terms, frequencies, stored documents and patterns."""
    with tempfile.TemporaryDirectory() as name:
        truth = build(Path(name), history, tokens)
        columns = ColumnsEngine()
        assert not columns.verify(Path(name)).damages
        with columns.open(Path(name)) as reader:
            for path, analysed in truth.documents.items():
                assert analysed.document in reader.documents_in_file(analysed.document.file)
                assert all(
                    found.path != path or found == analysed.document
                    for found in reader.documents_in_file(path)
                )
                assert reader.document_at(path) == analysed.document
            for field in TEXT_FIELDS:
                wanted = {term for path in truth.documents for term, _, _ in truth.tokens(path, field)}
                terms = dict(reader.terms(field))
                assert list(terms) == sorted(terms)
                assert wanted <= set(terms)
                for term in [*WORDS, "missing"]:
                    assert reader.document_frequency(field, term) == truth.df(field, term)
                    assert terms.get(term, 0) >= truth.df(field, term)
                assert reader.expand(field, Pattern("wildcard", "a*")) == [
                    t for t in terms if t.startswith("a")
                ]
                near = [t for t in terms if t == "a" or (len(t) == 1 or (len(t) == 2 and "a" in t))]
                assert reader.expand(field, Pattern("fuzzy", "a", 1)) == near

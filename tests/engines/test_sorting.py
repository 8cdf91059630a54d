"""Other orders than that of scores, and counts by facet: both engines against looking at each document."""

from __future__ import annotations

import posixpath
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from coopsearch.search import schema
from coopsearch.search.analysis.model import AnalysedDocument
from coopsearch.search.engines import engine
from coopsearch.search.engines.base import FACETS, ORDERS, Facet, Found, Order, Reader
from coopsearch.search.engines.nodes import Node
from tests.engines.brute import Brute, keywords
from tests.engines.strategies import histories, queries
from tests.engines.test_oracle import History, build


def key(analysed: AnalysedDocument, order: Order) -> tuple[object, ...]:
    """What a document is sorted by."""
    document = analysed.document
    if order == "title":
        return document.title.casefold(), document.path
    if order == "path":
        return (document.path,)
    day = int(document.date.replace("-", "") or "0")
    return not day, -day if order == "newest" else day, document.path


def values(analysed: AnalysedDocument, facet: Facet) -> set[str]:
    """What a document counts as."""
    document = analysed.document
    if facet == "year":
        return {document.date[:4]}
    if facet == "folder":
        return {posixpath.dirname(document.file)}
    return keywords(analysed, schema.LANGUAGE if facet == "lang" else schema.TYPE)


def check(reader: Reader, truth: Brute, asked: Node, limit: int) -> None:
    """Compare all orders and counts of one query."""
    matching = truth.scores(asked)
    for order in ORDERS[1:]:
        found = reader.search(asked, limit, order)
        wanted = sorted(matching, key=lambda path: key(truth.documents[path], order))
        assert found.total == len(wanted)
        assert [reader.path(number) for number, _ in found.best] == wanted[:limit]
        assert reader.search(asked, 0, order) == Found(len(wanted), ())
    for facet in FACETS:
        counts: dict[str, int] = {}
        for path in matching:
            for value in values(truth.documents[path], facet):
                counts[value] = counts.get(value, 0) + 1
        assert reader.count(asked, facet) == counts
    fields = [truth.documents[path].document.fields for path in matching]
    for name in {name for one in fields for name in one} | {"author"}:
        assert reader.values(asked, name) == Counter(one[name] for one in fields if name in one)


@settings(max_examples=settings().max_examples // 3)
@given(
    histories,
    st.lists(queries, min_size=1, max_size=8),
    st.sampled_from([1, 12, 10_000]),
    st.sampled_from([1, 2, 5, 100]),
)
def test_columns(history: History, asked: list[Node], tokens: int, limit: int) -> None:
    """Every order and every count after any history, deleted documents left out."""
    with tempfile.TemporaryDirectory() as name:
        truth = build(Path(name), history, tokens)
        with engine("columns").open(Path(name)) as reader:
            for one in asked:
                check(reader, truth, one, limit)
                everything = truth.scores(one)
                for order in ORDERS[1:]:
                    for number, score in reader.search(one, limit, order).best:
                        assert score >= everything[reader.path(number)] - 1e-4


@settings(max_examples=15)
@given(histories, st.lists(queries, min_size=1, max_size=4))
def test_whoosh(history: History, asked: list[Node]) -> None:
    """The same of the engine that keeps Whoosh's own files."""
    backend = engine("whoosh")
    held = {file: documents for commit in history for file, documents in commit}
    truth = Brute([document for documents in held.values() for document in documents])
    with tempfile.TemporaryDirectory() as name:
        backend.create(Path(name))
        with backend.writer(Path(name)) as writer:
            for document in truth.documents.values():
                writer.add(document)
            writer.commit()
        with backend.open(Path(name)) as reader:
            for one in asked:
                check(reader, truth, one, 3)

"""Several readers as one against one index of all documents, over generated documents and queries."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopsearch.search.analysis.model import AnalysedDocument
from coopsearch.search.engines import engine
from coopsearch.search.engines.base import ORDERS, Found, Order, Reader
from coopsearch.search.engines.nodes import AllWordsFirst, Group, Node, Rescored
from coopsearch.search.federation.joined_reader import JoinedReader
from coopsearch.search.ranking import DEFAULT, Parameters
from coopsearch.search.schema import STEMS, WORDS
from tests.engines.strategies import FILES, histories, queries

History = list[list[tuple[str, list[AnalysedDocument]]]]
Split = Sequence[int]


@pytest.fixture(autouse=True, scope="module")
def _unforced() -> Iterator[None]:
    """Force nothing to the disk: hundreds of indexes are made here, and none of them has to last."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


#: Which engine keeps each of the parts.
ENGINES = [("columns", "columns"), ("whoosh", "whoosh"), ("columns", "whoosh"), ("columns",) * 3]
#: In which part each file is.
splits = st.lists(st.integers(0, 2), min_size=len(FILES), max_size=len(FILES))


def write(folder: Path, name: str, documents: Sequence[AnalysedDocument]) -> None:
    """Make an index of some documents, in two commits."""
    folder.mkdir()
    engine(name).create(folder)
    with engine(name).writer(folder) as writer:
        for half in (documents[::2], documents[1::2]):
            for document in half:
                writer.add(document)
            writer.commit()


class Case:
    """Documents in one index, and the same in several."""

    def __init__(self, whole: dict[str, Reader], joined: JoinedReader, engines: Sequence[str]) -> None:
        self.whole, self.joined, self.engines = whole, joined, engines

    def engine_of(self, number: int) -> str:
        """Return the engine that keeps a document of the several."""
        return self.engines[number % len(self.engines)]

    def path(self, number: int) -> str:
        """Return the path of a document as the one index has it."""
        return self.joined.path(number).removeprefix("/parent/")


@contextmanager
def split(
    history: History, parts: Split, engines: Sequence[str], parameters: Parameters = DEFAULT
) -> Iterator[Case]:
    """Index what a history leaves, as one and in parts."""
    held: dict[str, list[AnalysedDocument]] = {}
    for commit in history:
        held.update(commit)
    every = [document for documents in held.values() for document in documents]
    with tempfile.TemporaryDirectory() as name, ExitStack() as opened:
        whole = {}
        for kind in dict.fromkeys(engines):
            write(Path(name, f"whole-{kind}"), kind, every)
            whole[kind] = opened.enter_context(engine(kind).open(Path(name, f"whole-{kind}"), parameters))
        readers = []
        for number, kind in enumerate(engines):
            mine = [one for one in every if parts[FILES.index(one.document.file)] % len(engines) == number]
            write(Path(name, str(number)), kind, mine)
            readers.append(engine(kind).open(Path(name, str(number)), parameters))
        indexes = [Path("/parent", f"index-{number}") for number in range(len(readers))]
        yield Case(whole, opened.enter_context(JoinedReader(readers, indexes)), engines)


def scores(reader: Reader, query: Node) -> dict[str, float]:
    """Return what every document scores."""
    return {reader.path(number): score for number, score in reader.search(query, 1_000).best}


def check(case: Case, query: Node, limit: int) -> None:
    """Compare one answer: totals, scores to 1e-4, and an order that these scores have."""
    expected = {kind: scores(reader, query) for kind, reader in case.whole.items()}
    total = len(next(iter(expected.values())))
    found = case.joined.search(query, limit)
    assert found.total == total == case.joined.search(query, 0).total
    assert len(found.best) == min(limit, total)
    pairs = [(case.path(number), score) for number, score in found.best]
    assert len({path for path, _ in pairs}) == len(pairs)
    for (number, score), (path, _) in zip(found.best, pairs, strict=True):
        assert score == pytest.approx(expected[case.engine_of(number)][path], abs=1e-4)
    assert [score for _, score in pairs] == sorted((score for _, score in pairs), reverse=True)
    if len(expected) == 1:
        # The best are the best of all, and equal ones stand by their paths.
        best = sorted(next(iter(expected.values())).items(), key=lambda pair: (-pair[1], pair[0]))
        for (path, score), (wanted, other) in zip(pairs, best, strict=False):
            assert path == wanted or score == pytest.approx(other, abs=1e-4)
            assert path == wanted or score > 0.0


@settings(max_examples=40)
@given(
    histories, splits, st.sampled_from(ENGINES), st.lists(queries, max_size=8), st.sampled_from([1, 3, 100])
)
def test_scores_are_those_of_one_index(
    history: History, parts: Split, engines: Sequence[str], asked: list[Node], limit: int
) -> None:
    """Each document scores what it would score in one index of its engine, to 1e-4, in that order."""
    with split(history, parts, engines) as case:
        for query in asked:
            check(case, query, limit)


@settings(max_examples=15)
@given(histories, splits, st.sampled_from([ENGINES[0], ENGINES[1]]))
def test_all_words_come_first(history: History, parts: Split, engines: Sequence[str]) -> None:
    """Documents that hold all words are put forward among all indexes, as in one."""
    child = Rescored(Group(STEMS, (("a", 1.0), ("b", 0.5), ("c", 1.0))), (Group(WORDS, (("a", 1.0),)),))
    query = AllWordsFirst(child, Group(STEMS, (("a", 1.0),)), 1)
    with split(history, parts, engines) as case:
        one = next(iter(case.whole.values()))
        wanted, found = one.search(query, 100), case.joined.search(query, 100)
        assert found.total == wanted.total
        expected = dict(_named(one.path, wanted))
        for path, score in _named(case.path, found):
            assert score == pytest.approx(expected[path], abs=1e-3)
        assert len(found.gained) == len(wanted.gained)


@settings(max_examples=15)
@given(histories, splits, st.sampled_from([ENGINES[0], ENGINES[3]]), queries, st.sampled_from(ORDERS[1:]))
def test_other_orders(
    history: History, parts: Split, engines: Sequence[str], query: Node, order: Order
) -> None:
    """In an order that is not that of scores, documents come as from one index."""
    with split(history, parts, engines) as case:
        one = case.whole["columns"]
        for limit in (1, 3, 100):
            wanted, found = one.search(query, limit, order), case.joined.search(query, limit, order)
            assert found.total == wanted.total
            assert [case.path(number) for number, _ in found.best] == [
                one.path(number) for number, _ in wanted.best
            ]


@settings(max_examples=15)
@given(histories, splits, st.sampled_from(ENGINES), st.lists(queries, max_size=4))
def test_the_rest_of_the_port(
    history: History, parts: Split, engines: Sequence[str], asked: list[Node]
) -> None:
    """Terms, counts, lengths, documents and what a node gives are those of one index."""
    with split(history, parts, engines) as case:
        joined, one = case.joined, case.whole[engines[0]]
        assert joined.documents == one.documents
        for field in (STEMS, WORDS, "title_words", "lang", "type", "meta_names", "path"):
            # Their counts may be too high by what an engine counts twice.
            # Addresses of several indexes are absolute.
            base = "/parent/" if field == "path" else ""
            terms = [term for term, _ in one.terms(field)]
            assert [term for term, _ in joined.terms(field)] == [f"{base}{term}" for term in terms]
            for term in terms:
                both = joined.document_frequency(field, base + term), one.document_frequency(field, term)
                assert both[0] == both[1]
        for field in (STEMS, "title_stems", "heading_words"):
            tokens, documents = one.extent(field)
            assert joined.average_length(field) == (tokens / documents if tokens else 1.0)
        for query in asked:
            for facet in ("lang", "type", "year"):
                assert joined.count(query, facet) == one.count(query, facet)
            total = sum(joined.count(query, "folder").values())
            assert total == sum(one.count(query, "folder").values())
            found = joined.search(query, 100)
            numbers = [number for number, _ in found.best]
            assert joined.matching(query, numbers) == frozenset(numbers)
            for number in numbers:
                document = joined.document(number)
                assert document.path == joined.path(number)
                at = joined.document_at(document.path)
                assert at == document
                assert document in joined.documents_in_file(document.file)


@settings(max_examples=15)
@given(histories, splits)
def test_few_are_rescored(history: History, parts: Split) -> None:
    """Those that are rescored are the best of all indexes together, not of each."""
    parameters = DEFAULT._replace(rescored=2)
    more = Rescored(Group(STEMS, (("a", 1.0), ("c", 1.0))), (Group(WORDS, (("aa", 1.0), ("f", 1.0)), 50.0),))
    with split(history, parts, ENGINES[0], parameters) as case:
        one = case.whole["columns"]
        wanted = [score for _, score in one.search(more, 100).best]
        assert [score for _, score in case.joined.search(more, 100).best] == pytest.approx(wanted, abs=1e-4)


def _named(path: object, found: Found) -> list[tuple[str, float]]:
    assert callable(path)
    return [(path(number), score) for number, score in found.best]

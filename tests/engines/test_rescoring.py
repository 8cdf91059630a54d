"""Rescoring of the best documents, on both engines: closeness, and the line between best and rest."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopsearch.search import schema
from coopsearch.search.analysis.model import AnalysedDocument, Run
from coopsearch.search.engines import NAMES, engine
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import Group, Near, Node, Or, Rescored
from coopsearch.search.model import Document
from coopsearch.search.ranking import DEFAULT, Parameters
from tests.engines.brute import Brute

TEXTS = {
    "far.txt": "red x x x blue x x x x x x x x x green",
    "near.txt": "red blue x x x x x x x x x x x x green",
    "split.txt": "red | blue x x x x x x x x x x x x green",
    "one.txt": "red x x x x x x x x",
    "two.txt": "blue x x x x x x x x",
    **{f"z{number:02}.txt": "x x x x x x x x x" for number in range(30)},
}


def analysed(path: str, text: str) -> AnalysedDocument:
    """Make a document; a bar begins a new passage."""
    runs, position = [], 0
    for part in text.split("|"):
        words = part.split()
        runs.append(Run("body", position, words, words))
        position += len(words) + 100
    return AnalysedDocument(Document(path, path, path, text, (), "txt"), tuple(runs), ("en",))


DOCUMENTS = [analysed(path, text) for path, text in TEXTS.items()]


def group(word: str) -> Group:
    """Return a word as a group."""
    return Group(schema.STEMS, ((word, 1.0),))


RED, BLUE, GREEN, X = map(group, ("red", "blue", "green", "x"))
NEAR = Near((RED, BLUE, GREEN))
QUERY = Or((RED, BLUE, GREEN))


class Opens(Protocol):
    """Opens the documents with some parameters of the ranking."""

    def __call__(self, parameters: Parameters = DEFAULT) -> AbstractContextManager[Reader]:
        """Return a reader."""
        ...


@pytest.fixture(scope="module", params=NAMES)
def opens(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Opens:
    """Index the documents in each engine."""
    folder = tmp_path_factory.mktemp("index") / "data"
    one = engine(request.param)
    one.create(folder)
    with one.writer(folder) as writer:
        for document in DOCUMENTS:
            writer.add(document)
        writer.commit()
    return partial(one.open, folder)


@pytest.fixture(scope="module")
def reader(opens: Opens) -> Iterator[Reader]:
    """Open the documents."""
    with opens() as opened:
        yield opened


def found(reader: Reader, node: Node, limit: int = 100) -> dict[str, float]:
    """Return paths and scores, best first."""
    return {reader.document(number).path: score for number, score in reader.search(node, limit).best}


def test_close_words_win(reader: Reader) -> None:
    """Of documents with the same words, that with the words side by side in one passage comes first."""
    plain = found(reader, QUERY)
    assert plain["near.txt"] == plain["far.txt"] == plain["split.txt"]
    assert list(plain)[:3] == ["far.txt", "near.txt", "split.txt"]
    close = found(reader, Rescored(QUERY, (NEAR,)))
    assert list(close)[:3] == ["near.txt", "far.txt", "split.txt"]
    assert {path for path in plain if close[path] == plain[path]} == {"one.txt", "two.txt", "split.txt"}


def test_like_the_formula(reader: Reader) -> None:
    """Scores are those of the formula, as near as Whoosh keeps a length: some 10 %."""
    truth = Brute(DOCUMENTS).scores(Rescored(QUERY, (NEAR, Group(schema.WORDS, (("blue", 1.0),), 0.15))))
    close = found(reader, Rescored(QUERY, (NEAR, Group(schema.WORDS, (("blue", 1.0),), 0.15))))
    assert close == pytest.approx(truth, rel=0.1)


@pytest.mark.parametrize("limit", [1, 2, 5, 100])
def test_only_the_best(opens: Opens, limit: int) -> None:
    """The best few alone are rescored, ties by path, and the first of many hits are the same as of few."""
    query = Rescored(QUERY, (NEAR, group("x")))
    with opens(DEFAULT._replace(rescored=2)) as reader:
        every = found(reader, query)
        plain = found(reader, QUERY)
        assert [path for path in every if every[path] != plain[path]] == ["near.txt", "far.txt"]
        assert list(found(reader, query, limit)) == list(every)[:limit]
        assert reader.search(query, 0).total == reader.search(QUERY, 0).total == len(every)


@settings(max_examples=30)
@given(st.lists(st.lists(st.sampled_from("abcdx"), min_size=1, max_size=12), min_size=20, max_size=60))
def test_the_first_are_the_same_of_few_and_of_many(texts: list[list[str]]) -> None:
    """Whoever cannot come among the first is not looked at closely, and nobody sees a difference."""
    words = tuple(map(group, "abc"))
    query = Rescored(Or(words), (Group(schema.WORDS, (("b", 1.0),), 0.3), Near(words)))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "data"
        one = engine("columns")
        one.create(folder)
        with one.writer(folder) as writer:
            for number, text in enumerate(texts):
                writer.add(analysed(f"{number:02}.txt", " ".join(text)))
            writer.commit()
        with one.open(folder) as reader:
            every = reader.search(query, 100).best
            for limit in (1, 3, 8):
                assert reader.search(query, limit).best == every[:limit]


OTHER = DEFAULT._replace(k1=0.7, b=0.2, closeness=2.0, closeness_k=1.5, window=2)


def test_parameters_are_of_one_reader(opens: Opens) -> None:
    """Readers with other parameters, open side by side, each rank as the formula does with theirs."""
    query = Rescored(QUERY, (NEAR,))
    with opens() as usual, opens(OTHER) as other:
        for reader, parameters in ((usual, DEFAULT), (other, OTHER), (usual, DEFAULT)):
            truth = Brute(DOCUMENTS, parameters).scores(query)
            assert found(reader, query) == pytest.approx(truth, rel=0.1), parameters
        assert found(usual, query) != pytest.approx(found(other, query), rel=0.1)


def test_ties_at_the_line(opens: Opens) -> None:
    """Where more documents tie than are rescored, the first by path are."""
    with opens(DEFAULT._replace(rescored=10)) as reader:
        every = found(reader, Rescored(X, (group("x"),)))
        plain = found(reader, X)
    changed = [path for path in every if every[path] != plain[path]]
    assert len(changed) == 10
    highest = sorted(plain, key=lambda path: (-plain[path], path))[:10]
    assert sorted(changed) == sorted(highest)


def test_what_a_node_gives(reader: Reader) -> None:
    """A reader says what each node adds to one document, and how often the document holds a term."""
    numbers = {reader.document(number).path: number for number, _ in reader.search(QUERY, 100).best}
    whole = found(reader, Rescored(QUERY, (NEAR,)))
    for path, number in numbers.items():
        parts = [reader.weigh(node, number) for node in (RED, BLUE, GREEN, NEAR)]
        assert sum(parts) == pytest.approx(whole[path], rel=1e-5)
    assert reader.weigh(GREEN, numbers["one.txt"]) == 0.0
    assert reader.frequency(schema.STEMS, "x", numbers["one.txt"]) == 8.0
    assert reader.frequency(schema.STEMS, "blue", numbers["one.txt"]) == 0.0

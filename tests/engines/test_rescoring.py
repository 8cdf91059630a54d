"""Rescoring of the best documents, on both engines: closeness, and the line between best and rest."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopsearch.search import ranking, schema
from coopsearch.search.analysis.model import AnalysedDocument, Run
from coopsearch.search.engines import NAMES, engine
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import Group, Near, Node, Or, Rescored
from coopsearch.search.model import Document
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


@pytest.fixture(scope="module", params=NAMES)
def reader(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Open the documents in each engine."""
    folder = tmp_path_factory.mktemp("index") / "data"
    one = engine(request.param)
    one.create(folder)
    with one.writer(folder) as writer:
        for document in DOCUMENTS:
            writer.add(document)
        writer.commit()
    with one.open(folder) as opened:
        yield opened


def found(reader: Reader, node: Node, limit: int = 100) -> dict[str, float]:
    """Return paths and scores, best first."""
    return {reader.load(number).path: score for number, score in reader.search(node, limit).best}


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
def test_only_the_best(reader: Reader, monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    """The best few alone are rescored, ties by path, and the first of many hits are the same as of few."""
    monkeypatch.setattr(ranking, "RESCORED", 2)
    query = Rescored(QUERY, (NEAR, group("x")))
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


def test_ties_at_the_line(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where more documents tie than are rescored, the first by path are."""
    monkeypatch.setattr(ranking, "RESCORED", 10)
    every = found(reader, Rescored(X, (group("x"),)))
    plain = found(reader, X)
    changed = [path for path in every if every[path] != plain[path]]
    assert len(changed) == 10
    highest = sorted(plain, key=lambda path: (-plain[path], path))[:10]
    assert sorted(changed) == sorted(highest)


def test_what_a_node_gives(reader: Reader) -> None:
    """A reader says what each node adds to one document, and how often the document holds a term."""
    numbers = {reader.load(number).path: number for number, _ in reader.search(QUERY, 100).best}
    whole = found(reader, Rescored(QUERY, (NEAR,)))
    for path, number in numbers.items():
        parts = [reader.weigh(node, number) for node in (RED, BLUE, GREEN, NEAR)]
        assert sum(parts) == pytest.approx(whole[path], rel=1e-5)
    assert reader.weigh(GREEN, numbers["one.txt"]) == 0.0
    assert reader.frequency(schema.STEMS, "x", numbers["one.txt"]) == 8.0
    assert reader.frequency(schema.STEMS, "blue", numbers["one.txt"]) == 0.0

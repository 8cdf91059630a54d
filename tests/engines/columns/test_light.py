"""Reading number by number: the answers of the columns, to the last bit, and NumPy left alone."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from itertools import chain
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopsearch.search import schema
from coopsearch.search.analysis.model import AnalysedDocument
from coopsearch.search.engines.base import Found, Reader
from coopsearch.search.engines.columns.light_reader import LightReader, open_light
from coopsearch.search.engines.columns.reader import open_reader
from coopsearch.search.engines.columns.scalar import state
from coopsearch.search.engines.columns.scalar.state import State, TooMuch
from coopsearch.search.engines.columns.storage.toc import read_toc, stamp
from coopsearch.search.engines.columns.writer import ColumnsWriter
from coopsearch.search.engines.nodes import (
    AllWordsFirst,
    And,
    Filter,
    Group,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Rescored,
    WholeTitle,
)
from coopsearch.search.names.keys import keys
from coopsearch.search.ranking import DEFAULT, Parameters
from tests.engines.strategies import TEXT_FIELDS, WORDS, histories, queries
from tests.engines.test_oracle import build

History = list[list[tuple[str, list[AnalysedDocument]]]]


class Alone(LightReader):
    """Reads number by number or not at all."""

    def columns(self) -> NoReturn:
        """Refuse: the other reader is asked beside it."""
        raise TooMuch


def alone(folder: Path, parameters: Parameters = DEFAULT) -> Alone:
    """Open a folder without columns."""
    toc = read_toc(folder)
    return Alone(State(folder, toc, parameters), folder, toc, stamp(folder))


def paths(reader: Reader, found: Found) -> list[tuple[str, float]]:
    """Return the paths of the best, and their scores."""
    return [(reader.path(number), score) for number, score in found.best]


_word = st.sampled_from(sorted(WORDS))
_group = st.builds(
    lambda terms, boost: Group(schema.STEMS, tuple(terms), boost),
    st.lists(
        st.tuples(_word, st.sampled_from([1.0, 1.0, 0.5, 0.45, 0.3])),
        min_size=1,
        max_size=3,
        unique_by=lambda pair: pair[0],
    ),
    st.sampled_from([1.0, 0.2, 2.0]),
)
_phrase = st.builds(
    lambda field, slots: Phrase(field, tuple((word,) for word in slots)),
    st.sampled_from([schema.STEMS, schema.WORDS]),
    st.lists(_word, min_size=1, max_size=3),
)


@st.composite
def ordinary(draw: st.DrawFn) -> Node:
    """Draw what the words that people type become."""
    groups = draw(st.lists(_group, min_size=1, max_size=4))
    child: Node = Or(tuple(groups)) if draw(st.booleans()) else And(tuple(groups))
    if len(groups) == 1:
        child = groups[0]
    if draw(st.booleans()):
        child = And((child, draw(_phrase)))
    if draw(st.booleans()):
        child = And((child, Not(draw(_group))))
    if draw(st.booleans()):
        child = And((child, Filter(Group(schema.LANGUAGE, (("en", 1.0),)))))
    title = WholeTitle(tuple(draw(st.lists(_word, min_size=1, max_size=2))), 3.0)
    exact = Group(schema.WORDS, ((draw(_word), 1.0),), 0.3)
    near = Near(tuple({group.terms: group for group in groups}.values()))
    query: Node = Rescored(child, (exact, title, near), (title,))
    if draw(st.booleans()):
        query = AllWordsFirst(query, And(tuple(groups)), draw(st.sampled_from([0, 1, 2])))
    return query


@settings(max_examples=150)
@given(
    histories,
    st.lists(ordinary(), min_size=1, max_size=6),
    st.sampled_from([1, 12, 10_000]),
    st.sampled_from([1, 3, 10]),
    st.sampled_from([0, 1, 2, 200]),
)
def test_what_people_type(
    history: History, asked: list[Node], tokens: int, limit: int, rescored: int
) -> None:
    """Words, phrases, negations and languages are answered without columns, and as these answer them."""
    parameters = DEFAULT._replace(rescored=rescored)
    with tempfile.TemporaryDirectory() as name:
        build(Path(name), history, tokens)
        with alone(Path(name), parameters) as light, open_reader(Path(name), parameters) as columns:
            for query in asked:
                assert light.search(query, limit) == columns.search(query, limit)
                assert light.search(query, 0) == columns.search(query, 0)
                for number, _ in light.search(query, limit).best:
                    assert light.weigh(query, number) == columns.weigh(query, number)


@settings(max_examples=150)
@given(histories, st.lists(queries, min_size=1, max_size=8), st.sampled_from([1, 12, 10_000]))
def test_any_query(history: History, asked: list[Node], tokens: int) -> None:
    """Whatever is answered without columns is answered as these answer it."""
    with tempfile.TemporaryDirectory() as name:
        build(Path(name), history, tokens)
        with alone(Path(name)) as light, open_reader(Path(name)) as columns:
            for query in asked:
                try:
                    found = light.search(query, 5)
                except TooMuch:
                    continue
                expected = columns.search(query, 5)
                assert found.total == expected.total
                assert paths(light, found) == paths(columns, expected)


@settings(max_examples=100)
@given(histories, st.sampled_from([1, 12, 10_000]))
def test_terms_and_documents(history: History, tokens: int) -> None:
    """Counts, words, places and stored documents are those of the columns."""
    with tempfile.TemporaryDirectory() as name:
        truth = build(Path(name), history, tokens)
        with alone(Path(name)) as light, open_reader(Path(name)) as columns:
            assert light.documents == columns.documents
            words = sorted(WORDS)
            for field in (*TEXT_FIELDS, schema.LANGUAGE):
                assert light.among(field, words) == columns.among(field, words)
                for word in words:
                    assert light.document_frequency(field, word) == columns.document_frequency(field, word)
            assert list(light.terms(schema.LANGUAGE)) == list(columns.terms(schema.LANGUAGE))
            for analysed in truth.documents.values():
                document = analysed.document
                assert light.document_at(document.path) == columns.document_at(document.path)
                assert light.documents_in_file(document.file) == columns.documents_in_file(document.file)
                assert light.paths_of(document.file) == columns.paths_of(document.file)
                assert light.count_of(document.file) == columns.count_of(document.file)
            from_words = {key for word in words for key in keys(word)}
            assert light.named(from_words) == columns.named(from_words)
            slots = [[(schema.STEMS, word), (schema.WORDS, word)] for word in words[:4]]
            for number, _ in columns.search(Group(schema.TYPE, (("txt", 1.0),)), 20).best:
                assert light.locate(number, slots) == columns.locate(number, slots)
                assert light.head(number) == columns.head(number)
                assert light.passage(number, 0, 5) == columns.passage(number, 0, 5)


@settings(max_examples=30)
@given(histories, st.lists(ordinary(), min_size=1, max_size=3))
def test_the_columns_take_over(history: History, asked: list[Node]) -> None:
    """Where a question takes too many numbers, the columns answer, of the state that was opened."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patched:
        folder = Path(name)
        build(folder, history, 12)
        patched.setattr(state, "MOST", 0)
        with open_light(folder) as light, open_reader(folder) as columns:
            with ColumnsWriter(folder) as writer:
                for file, _ in chain.from_iterable(history):
                    writer.delete_file(file)
                writer.scrub()
                writer.commit()
            for query in asked:
                assert light.search(query, 3) == columns.search(query, 3)
            assert not light.is_current() or not light.documents


def test_numpy_is_left_alone(tmp_path: Path) -> None:
    """A search of a few documents, and reading one of them, imports no NumPy."""
    (tmp_path / "reports").mkdir()
    for number in range(30):
        (tmp_path / "reports" / f"{number}.txt").write_text(
            f"Smuggling routes of the year {number}.\n\nTwo boats were stopped off the coast.\n"
        )
    program = """
import sys
from coopsearch.search import open_index
with open_index("./index_data") as index:
    found = index.search("smuggling routes -trucks")
    assert found.total == 30, found.total
    assert index.search('"boats were stopped"').total == 30
    assert "boats" in index.document(found.hits[0].path).text
    assert "numpy" not in sys.modules
    assert index.search("smug*").total == 30
    assert "numpy" in sys.modules
"""
    command = [sys.executable, "-P", "-m", "coopsearch.search.cli", "index", "reports"]
    subprocess.run([*command, "--index", "index_data"], cwd=tmp_path, check=True, capture_output=True)
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert not done.returncode, done.stderr

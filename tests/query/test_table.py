"""The query language, row by row: what is typed, what it means, which documents answer, on both engines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.search import Index
from tests.indexed import indexed
from tests.query.table_documents import RECORDS, TEXTS
from tests.query.table_of_fields import FIELDS
from tests.query.table_of_words import WORDS

ROWS = [*WORDS, *FIELDS]


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of the documents, asked for words themselves: no translation is a hit."""
    texts = {f"{name}.txt": text for name, text in TEXTS.items()}
    texts["records.jsonl"] = "\n".join(json.dumps(record, ensure_ascii=False) for record in RECORDS)
    with indexed(tmp_path_factory.mktemp("table"), texts, request.param, translate="no") as opened:
        yield opened


def _names(index: Index, query: str) -> list[str]:
    paths = [Path(hit.path).name for hit in index.search(query, limit=100)]
    return [path.partition("!")[2] or path.removesuffix(".txt") for path in paths]


def _wanted(answer: str) -> set[str]:
    if not answer.startswith("*"):
        return set(answer.split())
    everything = {*TEXTS, *(str(record["_id"]) for record in RECORDS)}
    return everything - set(answer[1:].split("-"))


@pytest.mark.parametrize(("query", "meaning", "answer"), ROWS, ids=[repr(row[0]) for row in ROWS])
def test_row(index: Index, query: str, meaning: str, answer: str) -> None:
    """A query finds the documents that its meaning says, no more and no fewer."""
    assert set(_names(index, query)) == _wanted(answer), meaning


def test_length() -> None:
    """The table says much, in three languages, and nothing twice."""
    assert len(ROWS) >= 300
    assert len({query for query, _, _ in ROWS}) == len(ROWS)


@pytest.mark.parametrize(
    ("query", "first"),
    [("boat^9 desert", "boat"), ("boat desert^9", "route"), ("(boat)^9 desert", "boat"),
     ('boat "old routes"^9', "route")],
)  # fmt: skip
def test_boost(index: Index, query: str, first: str) -> None:
    """What is boosted comes first."""
    assert _names(index, query)[0] == first

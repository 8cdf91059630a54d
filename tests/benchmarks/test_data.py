"""The corpus that engines are measured on is laid out as it was asked for."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import pytest

from tests.benchmarks.loading import load


@pytest.fixture(scope="module")
def data() -> ModuleType:
    """The file of the benchmark."""
    return load("data.py")


def test_passages_of_one_document_are_joined(data: ModuleType, tmp_path: Path) -> None:
    """Passages that follow each other under one name become one document, and the limit counts documents."""
    rows = [("a#1", "one"), ("a#2", "two"), ("b", "three"), ("c#1", "four"), ("c#2", "five")]
    source = tmp_path / "c.jsonl"
    source.write_text("".join(json.dumps({"_id": i, "title": i[0], "text": t}) + "\n" for i, t in rows))
    corpus = data.unpack(source, tmp_path / "out" / "whole.jsonl", 2, whole=True)
    found = [(entry["_id"], entry["title"], entry["text"]) for entry in data.documents(corpus.path)]
    assert found == [("a", "a", "one\n\ntwo"), ("b", "b", "three")]
    assert (corpus.documents, corpus.text) == (2, len("one\n\ntwothree"))
    assert data.unpack(source, tmp_path / "out" / "passages.jsonl", None).documents == len(rows)

"""A small index in the files of this engine, and ways to change it as somebody could who wants to do harm."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coopsearch.search import schema
from coopsearch.search.analysis.model import AnalysedDocument, Run
from coopsearch.search.engines import engine
from coopsearch.search.engines.base import Pattern, Reader
from coopsearch.search.engines.nodes import Everything, Group, Phrase
from coopsearch.search.engines.whoosh import table
from coopsearch.search.engines.whoosh.compound import Compound, write_compound
from coopsearch.search.engines.whoosh.scratch import Scratch
from coopsearch.search.indexdir.checksummed import sealed, unsealed
from coopsearch.search.model import Document, Passage

ENGINE = engine("whoosh")


def document(name: str, text: str) -> AnalysedDocument:
    """Return a document of plain words, each its own stem."""
    words = text.split()
    stored = Document(name, name, name, text, (Passage(0, len(text), line=1, language="en"),), "txt")
    return AnalysedDocument(stored, (Run("body", 0, words, words),), ("en",))


def make(folder: Path, documents: int = 9) -> Path:
    """Make an index of two segments, one of them with a deletion."""
    ENGINE.create(folder)
    with ENGINE.writer(folder) as writer:
        for number in range(documents):
            writer.add(document(f"{number:03}.txt", f"alpha beta word{number % 3} alpha number{number}"))
        writer.learn({("en", "words"): "word", ("fr", "words"): "words"})
        writer.commit()
        writer.delete_file("003.txt")
        writer.add(document("later.txt", "alpha gamma"))
        writer.commit()
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of such an index."""
    return make(tmp_path / "data-1")


def ask(reader: Reader) -> object:
    """Look at everything that a few queries look at."""
    found = [reader.search(Group("words", ((term, 1.0),)), 20) for term in ("alpha", "word1", "gamma", "no")]
    phrase = reader.search(Phrase("words", (("alpha",), ("beta",))), 50)
    everything = reader.search(Everything(), 50)
    loaded = [(reader.path(number), reader.document(number)) for number, _ in everything.best]
    terms = [list(reader.terms(field)) for field in ("words", schema.PATH, schema.LANGUAGE)]
    looked = (
        reader.documents_in_file("later.txt"),
        reader.document_at("001.txt"),
        reader.expand("words", Pattern("wildcard", "w*")),
    )
    counts = reader.count(Everything(), "lang")
    return found, phrase, loaded, terms, looked, counts, reader.stems("words"), reader.documents


def answers(folder: Path) -> object:
    """Open an index and look at it."""
    with ENGINE.open(folder) as reader:
        return ask(reader)


def reseal(folder: Path, change: Callable[[dict[str, Any]], object] = lambda value: None) -> None:
    """Change the table, and give it a right checksum and those of the files as they are now."""
    value = unsealed((folder / table.NAME).read_bytes())
    for row in [*value["files"], value["toc"], *([value["forms"]] if value["forms"] else [])]:
        data = (folder / row[0]).read_bytes()
        row[1:] = [len(data), zlib.crc32(data)]
    change(value)
    (folder / table.NAME).write_bytes(sealed(json.dumps(value)))


def parts(path: Path) -> dict[str, bytes]:
    """Return the parts of a segment."""
    segment = Compound(path)
    return {name: segment.open_file(name).read() for name in segment.list()}


def rewrite(path: Path, held: dict[str, bytes]) -> None:
    """Write a segment of other parts, with right checksums, the table's too."""
    path.unlink()
    storage = Scratch(path.parent)
    for name, data in held.items():
        with storage.create_file(name) as stream:
            stream.write(data)
    write_compound(path, storage, list(held))
    storage.destroy()
    reseal(path.parent)


def largest(folder: Path) -> Path:
    """Return the file of the largest segment."""
    return max(folder.glob("*.seg"), key=lambda path: path.stat().st_size)

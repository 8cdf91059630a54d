"""Documents that other processes prepare: adopted with a commit, or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines.whoosh import table
from coopsearch.search.indexdir.names import is_ours
from coopsearch.search.model import Document, Passage
from tests.engines.whoosh.conftest import ENGINE


def plain(name: str, text: str, file: str = "") -> Document:
    """Return a document of one passage without a language."""
    return Document(name, file or name, name, text, (Passage(0, len(text), line=1),), "txt", "2020-01-02")


def names(folder: Path) -> set[str]:
    """Return the files of a folder."""
    return {path.name for path in folder.iterdir()}


def test_adopted_as_added(folder: Path) -> None:
    """What is adopted is stored and found as it was taken, but for the files that are left out."""
    taken = [
        plain("m.txt!1", "the zebra crosses", "m.txt"),
        plain("new.txt", "été \0 zebra"),
        plain("cut.txt", "zebra"),
    ]
    with ENGINE.writer(folder) as writer:
        stems = StemTable(writer.stems)
        parts = ENGINE.parts(folder, "p1-1", stems)
        for one in taken:
            parts.add(one)
        assert "en" in parts.settle()
        made = parts.finish(frozenset({"en"}))
        assert len(made) == 1
        assert parts.finish(frozenset({"en"})) == []
        assert all(map(is_ours, made))
        if os.name == "posix":
            assert stat.S_IMODE((folder / made[0]).stat().st_mode) == 0o600
        writer.delete_file("m.txt")
        writer.adopt(made, without={"cut.txt"})
        writer.learn(stems.drain())
        assert names(folder) & set(made) == set()
        writer.commit()
    with ENGINE.open(folder) as reader:
        assert reader.document_frequency("words", "zebra") == 2
        assert reader.documents_in_file("cut.txt") == []
        (found,) = reader.documents_in_file("m.txt")
        assert (found.text, found.path, found.passages[0].language) == (taken[0].text, "m.txt!1", "en")
        (found,) = reader.documents_in_file("new.txt")
        assert (found.text, found.date, found.title) == (taken[1].text, "2020-01-02", "new.txt")
        assert reader.stems("crosses")
    assert names(folder) == table.read_table(folder).table.names()


@pytest.mark.parametrize("size", [0, 1, 1 << 22])
def test_not_adopted(folder: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """What nobody adopts is removed by the next writer; what was not finished, by who made it."""
    monkeypatch.setattr("coopsearch.search.engines.whoosh.parts._HELD", size)
    before = names(folder)
    with ENGINE.writer(folder) as writer:
        parts = ENGINE.parts(folder, "p1-1", StemTable(writer.stems))
        for number in range(9):
            parts.add(plain(f"{number}", "zebra"))
        parts.discard()
        assert names(folder) == before
        parts.add(plain("a", "zebra"))
        assert parts.finish(frozenset())
    assert len(names(folder)) == len(before) + 1
    with ENGINE.writer(folder):
        assert names(folder) == before


def test_a_document_that_cannot_be_written(folder: Path) -> None:
    """A text that no file takes fails where it is taken, and leaves nothing of itself in the index."""
    with ENGINE.writer(folder) as writer:
        parts = ENGINE.parts(folder, "p1-1", StemTable(writer.stems))
        parts.add(plain("a", "zebra"))
        with pytest.raises(UnicodeEncodeError):
            parts.add(plain("b", "zebra \ud800"))
        parts.add(plain("c", "zebra"))
        writer.adopt(parts.finish(frozenset()))
        writer.commit()
    with ENGINE.open(folder) as reader:
        assert reader.document_frequency("words", "zebra") == 2
        assert reader.documents_in_file("b") == []

"""What a writer does not take, and who has to wait for whom."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coopsearch.indexer import IndexWriter, open_writer, sync
from coopsearch.search import CoopsearchError, IndexLocked, SettingsError, open_index

Act = Callable[[Any], object]

#: What is asked of a writer; the error; words of its message.
BAD: list[tuple[Act, type[Exception], str]] = [
    (lambda w: w.add("", "x"), SettingsError, "cannot be called ''; give it a path of names"),
    (lambda w: w.add("a//b", "x"), SettingsError, "cannot be called 'a//b'"),
    (lambda w: w.add("/etc/passwd", "x"), SettingsError, "cannot be called '/etc/passwd'"),
    (lambda w: w.add("../x", "x"), SettingsError, "cannot be called"),
    (lambda w: w.add("a/./b", "x"), SettingsError, "cannot be called"),
    (lambda w: w.add("api://api://a", "x"), SettingsError, "cannot be called"),
    (lambda w: w.add("a!b", "x"), SettingsError, "leave out the sign '!'"),
    (lambda w: w.add("a\x1b[2J", "x"), SettingsError, r"leave out the sign '\\x1b'"),
    (lambda w: w.add("a\nb", "x"), SettingsError, r"leave out the sign '\\n'"),
    (lambda w: w.add("a\udc80", "x"), SettingsError, "leave out the sign"),
    (lambda w: w.add("x" * 1001, "x"), SettingsError, "has 1,001 characters; 1,000 are the most"),
    (lambda w: w.add(17, "x"), TypeError, "the path of a document is a str, not int: 17"),
    (lambda w: w.add("a", b"x"), TypeError, "the text of a document is a str, not bytes"),
    (lambda w: w.add("a", "x", title=1), TypeError, "the title of a document is a str"),
    (lambda w: w.add("a", "x", date=20240501), TypeError, "the date of a document is a date or a str"),
    (lambda w: w.add("a", "x", date="May"), SettingsError, "'May' is not a day; write it as 2024-05-31"),
    (lambda w: w.add("a", "x", date="2024-02-30"), SettingsError, "is not a day"),
    (lambda w: w.add("a", "x", fields=[1]), TypeError, "are a mapping, not list"),
    (lambda w: w.add("a", "x", fields={1: "x"}), TypeError, "the name of a field is a str"),
    (lambda w: w.add("a", "x", fields={"A b": "x"}), SettingsError, "a field cannot be called 'A b'"),
    (lambda w: w.add("a", "x", fields={"a=b": "x"}), SettingsError, "a field cannot be called"),
    (lambda w: w.add("a", "x", fields={"date": "x"}), SettingsError, "every document has 'date' already"),
    (lambda w: w.add("a", "x", fields={"n": [1]}), TypeError, "the field 'n' is a str, a number, a date"),
    (lambda w: w.add("a", "x", fields={"n": float("nan")}), SettingsError, "'n' is nan; a number must be"),
    (lambda w: w.add("there", "x"), SettingsError, "api://there is in the index already; use update"),
    (lambda w: w.update("gone", "x"), SettingsError, "api://gone is not in the index; add it first"),
    (lambda w: w.delete("gone"), SettingsError, "api://gone is not in the index"),
    (lambda w: w.delete("docs/f.txt"), SettingsError, "docs/f.txt is in the index as a file"),
    (lambda w: w.update("docs/f.txt", "x"), SettingsError, "change the file and run"),
    (lambda w: w.__enter__(), CoopsearchError, "the writer is open already"),
]


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """An index of a file and one document without."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "f.txt").write_text("a file", encoding="utf-8")
    sync([tmp_path / "docs"], tmp_path / "index")
    with open_writer(tmp_path / "index") as writer:
        writer.add("there", "x")
    return tmp_path / "index"


def test_bad(index: Path) -> None:
    """Each bad value is told at once, in one line, and what was right stays to be committed."""
    with open_writer(index) as writer:
        writer.add("good", "kept")
        for act, error, words in BAD:
            with pytest.raises(error, match=words) as caught:
                act(writer)
            assert len(str(caught.value).splitlines()) == 1
        with pytest.raises(SettingsError, match="in the index as a file"):
            writer.delete(str(index.parent / "docs" / "f.txt"))
    with open_index(index) as opened:
        assert (opened.documents, opened.search("kept").total) == (3, 1)


def test_not_open(index: Path) -> None:
    """Outside of its block a writer does nothing, and says how it is used."""
    writer = open_writer(index)
    with writer:
        writer.put("a", "x")
    for act in (lambda: writer.put("b", "x"), lambda: list(writer.paths()), writer.rollback):
        with pytest.raises(CoopsearchError, match="use it in a block"):
            act()
    with writer:
        # Once more from the beginning.
        writer.put("b", "x")
    with open_index(index) as opened:
        assert opened.documents == 4


def test_wrong_places(index: Path, tmp_path: Path) -> None:
    """A folder of something else is left alone, and an index is kept with the engine that it has."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SettingsError, match="is not a coopsearch index"), open_writer(other):
        pass
    with pytest.raises(SettingsError, match="kept with columns"), open_writer(index, engine="whoosh"):
        pass
    with pytest.raises(SettingsError, match="there is no engine"):
        open_writer(index, engine="lucene")
    with pytest.raises(SettingsError, match="wait is nan"):
        open_writer(index, wait=float("nan"))


def test_two_writers(index: Path) -> None:
    """A second writer, and a run, wait for the first, and are told who it is if that takes too long."""
    with open_writer(index) as first:
        first.put("a", "perch")
        with pytest.raises(IndexLocked, match="being written"), open_writer(index, wait=0):
            pass
        with pytest.raises(IndexLocked):
            sync(index_dir=index, wait=0)
    with open_writer(index, wait=0) as second:
        assert "a" in second


def test_many_writers(index: Path) -> None:
    """Threads that write each in its turn lose nothing of each other."""

    def write(number: int) -> None:
        for step in range(3):
            with open_writer(index, wait=60) as writer:
                count = sum(1 for _ in writer.paths("count/"))
                writer.add(f"count/{number}-{step}", f"perch {count}")

    threads = [threading.Thread(target=write, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open_index(index) as opened:
        seen = [hit.snippet for hit in opened.search("perch", limit=None)]
        assert sorted(seen) == sorted(f"perch {number}" for number in range(12))


def test_readers_see_whole_transactions(index: Path) -> None:
    """An index that is open sees a transaction as a whole, after refresh and not before."""
    with open_index(index) as opened, open_writer(index) as writer:
        writer.put("a", "perch")
        writer.put("b", "perch")
        assert not opened.refresh()
        assert opened.search("perch").total == 0
        writer.__exit__(None, None, None)
        assert opened.refresh()
        assert opened.search("perch").total == 2
        IndexWriter.__enter__(writer)

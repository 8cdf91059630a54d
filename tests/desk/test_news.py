"""News of saved searches: each document that is new, changed or gone, and no other."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.search import open_index
from coopsearch.search.desk import marks
from coopsearch.search.desk.alerts import parsed
from coopsearch.search.desk.known import Kind, News, known, take, unchanged
from coopsearch.search.desk.news import news
from coopsearch.search.desk.saved import checked_name, named, remove, save, saved
from coopsearch.search.errors import QueryError, SettingsError

ENGINES = pytest.mark.parametrize("engine", ["columns", "whoosh"])
TEXTS = {"a": "boats and migrants", "b": "boats at sea", "c": "رسالة عن القوارب boats", "d": "no ships"}


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A folder of texts beside a place for an index."""
    (tmp_path / "docs").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "docs" / f"{name}.txt").write_text(text, encoding="utf-8")
    return tmp_path / "docs"


def ask(index: Path, name: str = "boats", *, keep: bool = False, every: bool = False) -> News:
    """Ask for the news of a saved search, as the command does."""
    (search,) = named(index, [name])
    if (found := unchanged(index, search)) is None:
        with open_index(index) as opened:
            found = news(opened, search, known(index, name), shown=20, every=every)
    if found.is_new and not keep:
        take(index, found)
    return found


def told(found: News) -> set[tuple[str, str]]:
    return {(str(item.kind), Path(item.path).name) for item in found.items}


def write(docs: Path, name: str, text: str) -> None:
    (docs / f"{name}.txt").write_text(text, encoding="utf-8")


#: What is done to the folder, and what is news then.
CHANGES: list[tuple[str, Callable[[Path], object], set[tuple[str, str]]]] = [
    ("nothing", lambda docs: None, set()),
    ("touched", lambda docs: os.utime(docs / "a.txt", (1, 1)), set()),
    ("written again", lambda docs: write(docs, "a", TEXTS["a"]), set()),
    ("new", lambda docs: write(docs, "e", "more boats"), {("new", "e.txt")}),
    ("new, of another subject", lambda docs: write(docs, "e", "cattle"), set()),
    ("changed", lambda docs: write(docs, "a", "boats, no migrants"), {("changed", "a.txt")}),
    ("another changed", lambda docs: write(docs, "d", "no ships, no cattle"), set()),
    ("gone", lambda docs: (docs / "c.txt").unlink(), {("gone", "c.txt")}),
    ("no match any more", lambda docs: write(docs, "b", "ashore"), {("no longer matches", "b.txt")}),
    ("a match now", lambda docs: write(docs, "d", "no boats"), {("new", "d.txt")}),
    ("moved", lambda docs: (docs / "a.txt").rename(docs / "z.txt"), set()),
    ("moved and changed", lambda docs: (docs / "a.txt").rename(docs / "z.txt").write_text("boats, late"),
     {("gone", "a.txt"), ("new", "z.txt")}),
    ("copied", lambda docs: write(docs, "z", TEXTS["a"]), set()),
]  # fmt: skip


@ENGINES
def test_changes(docs: Path, tmp_path: Path, engine: str) -> None:
    """Each kind of change is told as what it is, once; what was only touched, moved or copied is not."""
    for number, (name, change, wanted) in enumerate(CHANGES):
        index = tmp_path / f"index{number}"
        for path in docs.iterdir():
            path.unlink()
        for one, text in TEXTS.items():
            write(docs, one, text)
        sync([docs], index, engine=engine)
        save(index, "boats", "boats", {})
        first = ask(index)
        assert (first.is_first, first.total, told(first)) == (True, 3, set()), name
        change(docs)
        sync([], index)
        assert told(ask(index, keep=True)) == wanted, name
        assert told(ask(index)) == wanted, name
        assert told(ask(index)) == set(), name
        sync([], index, rebuild=True)
        assert told(ask(index)) == set(), name


def test_first_look(docs: Path, tmp_path: Path) -> None:
    """The first look takes all as known, lists them if that is asked for, and another query begins anew."""
    index = tmp_path / "index"
    sync([docs], index)
    save(index, "boats", "boats", {})
    assert told(ask(index, every=True, keep=True)) == {("new", f"{name}.txt") for name in "abc"}
    assert ask(index).is_first
    assert not ask(index).is_first
    assert save(index, "boats", "boats", {}) is not None
    assert not ask(index).is_first
    before = save(index, "boats", "sea", {})
    assert before is not None
    assert before.query == "boats"
    assert ask(index).is_first


def test_passages_of_what_is_new(docs: Path, tmp_path: Path) -> None:
    """What is new comes by its rank, with its passage; what changed comes after it, and then what is gone."""
    index = tmp_path / "index"
    sync([docs], index)
    save(index, "boats", "boats", {})
    ask(index)
    write(docs, "a", "boats boats boats boats changed")
    write(docs, "e", "خبر جديد boats")
    (docs / "b.txt").unlink()
    sync([], index)
    items = ask(index).items
    assert [item.kind for item in items] == [Kind.NEW, Kind.CHANGED, Kind.GONE]
    assert [item.hit.snippet if item.hit else None for item in items] == [
        "خبر جديد boats", "boats boats boats boats changed", None,
    ]  # fmt: skip


def test_tags(docs: Path, tmp_path: Path) -> None:
    """A search that asks for marks is asked again also where no document changed."""
    index = tmp_path / "index"
    sync([docs], index)
    save(index, "boats", "boats", {"tags": ["-seen"]})
    save(index, "seen", "boats tag:seen", {})
    assert (ask(index).total, ask(index, "seen").total) == (3, 0)
    marks.mark(index, [str(docs / "a.txt")], "seen")
    assert told(ask(index)) == {("no longer matches", "a.txt")}
    assert told(ask(index, "seen")) == {("new", "a.txt")}


def test_a_field_that_is_gone(docs: Path, tmp_path: Path) -> None:
    """A saved search for a field that no document has any more fails by itself."""
    index = tmp_path / "index"
    (docs / "r.jsonl").write_text(
        '{"title": "one", "text": "boats", "office": "Valletta"}\n', encoding="utf-8"
    )
    sync([docs], index)
    save(index, "office", "office:valletta", {})
    assert ask(index, "office").total == 1
    (docs / "r.jsonl").unlink()
    sync([], index)
    with pytest.raises(QueryError, match="no field 'office'"):
        ask(index, "office")


@pytest.mark.parametrize("name", ["", " ", "-x", "a\nb", "a\x1b", "x" * 65])
def test_bad_names(tmp_path: Path, name: str) -> None:
    """What cannot be the name of a saved search is refused in one line."""
    with pytest.raises(SettingsError) as raised:
        checked_name(name)
    assert str(raised.value).isprintable()


def test_saved(tmp_path: Path) -> None:
    """Searches are kept by name; one that is not there is reported with those that are."""
    with pytest.raises(SettingsError, match="save one"):
        named(tmp_path, [])
    save(tmp_path, "القوارب", "boats", {"require_all": True, "tags": ["-seen"], "other": 0})
    save(tmp_path, "b", "ships", {})
    assert [(one.name, one.require_all, one.tags) for one in saved(tmp_path)] == [
        ("b", False, ()), ("القوارب", True, ("-seen",)),
    ]  # fmt: skip
    with pytest.raises(SettingsError, match="there are: b, "):
        named(tmp_path, ["c"])
    with pytest.raises(SettingsError, match="no saved search"):
        remove(tmp_path, "c")
    remove(tmp_path, "b")
    assert len(saved(tmp_path)) == 1
    with pytest.raises(SettingsError, match="empty"):
        save(tmp_path, "b", " ", {})


@pytest.mark.parametrize("command", ["", "  ", "'", "/missing/program x", "\0"])
def test_bad_commands(command: str) -> None:
    """A command that cannot be run is refused before anything is looked at."""
    with pytest.raises(SettingsError, match="--exec"):
        parsed(command)

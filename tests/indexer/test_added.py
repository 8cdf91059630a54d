"""When documents came into an index, and when they were changed: ``added:`` in a query."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from coopsearch.indexer import open_writer, sync
from coopsearch.indexer.manifest.opened import open_books
from coopsearch.search import Index, QueryError, open_index, open_indexes
from coopsearch.search import added as moments
from coopsearch.search.packing.making import pack
from coopsearch.search.packing.unpacking import unpack
from tests.conftest import Run

ENGINES = pytest.mark.parametrize("engine", ["columns", "whoosh"])
DAY = 86_400
NOW = time.time()


class Clock:
    """The time at which runs commit."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = NOW
        monkeypatch.setattr(
            "coopsearch.indexer.manifest.manifest.now_ns", lambda: round(self.seconds * 1_000_000_000)
        )

    def day(self, ago: int = 0) -> str:
        """Return a day that is so many before today."""
        return time.strftime("%Y-%m-%d", time.localtime(NOW - ago * DAY))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that the test sets."""
    return Clock(monkeypatch)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A folder of texts beside a place for an index."""
    (tmp_path / "docs").mkdir()
    write(tmp_path / "docs", "old", "boats of old")
    write(tmp_path / "docs", "two", "two boats")
    return tmp_path / "docs"


def write(docs: Path, name: str, text: str) -> None:
    (docs / f"{name}.txt").write_text(text, encoding="utf-8")


def replace(docs: Path) -> None:
    (docs / "old.txt").unlink()
    write(docs, "x", "boats")


def found(index: Path, query: str) -> set[str]:
    with open_index(index) as opened:
        return names(opened, query)


def names(opened: Index, query: str) -> set[str]:
    return {Path(hit.path).stem for hit in opened.search(query)}


#: What is done to the folder ten days later, and what was added or changed on that day then.
CHANGES: list[tuple[str, Callable[[Path], object], set[str]]] = [
    ("nothing", lambda docs: None, set()),
    ("new", lambda docs: write(docs, "new", "a new boat"), {"new"}),
    ("changed", lambda docs: write(docs, "old", "boats of now"), {"old"}),
    ("touched", lambda docs: os.utime(docs / "old.txt"), set()),
    ("written again", lambda docs: write(docs, "old", "boats of old"), set()),
    ("moved", lambda docs: (docs / "old.txt").rename(docs / "moved.txt"), set()),
    ("copied", lambda docs: write(docs, "copy", "boats of old"), set()),
    ("removed", lambda docs: (docs / "old.txt").unlink(), set()),
    ("replaced", replace, {"x"}),
]


@ENGINES
@pytest.mark.parametrize("rebuild", [False, True], ids=["run", "rebuild"])
@pytest.mark.parametrize(("change", "new"), [one[1:] for one in CHANGES], ids=[one[0] for one in CHANGES])
def test_changes(
    docs: Path, clock: Clock, change: Callable[[Path], object], new: set[str], engine: str, rebuild: bool
) -> None:
    """What came or was changed since belongs to its day, and nothing else; a rebuild changes no day."""
    index = docs.parent / "index"
    clock.seconds = NOW - 10 * DAY
    sync([docs], index, engine=engine)
    assert found(index, f"added:{clock.day(10)}") == {"old", "two"}
    clock.seconds = NOW
    change(docs)
    sync([], index)
    if rebuild:
        clock.seconds = NOW + DAY
        sync([], index, rebuild=True)
    with open_index(index) as opened:
        every = names(opened, "*:*")
        assert names(opened, "boats added:today") == new
        assert names(opened, f"added:{clock.day(5)}..") == new
        assert names(opened, "-added:today boats") == every - new
        # Of what was changed it is known as well when it came.
        earlier = every - (new - {"old"})
        assert names(opened, f"added:..{clock.day(5)}") == earlier
        assert names(opened, "added:since-last") == (new or earlier)


VALUES = [
    ("today", True), ("yesterday", False), ("yesterday..", True), ("..yesterday", False),
    ("this month", True),
    ("اليوم", True), ("aujourd'hui", True), ("last year", False), ("this year", True), ("2001", False),
    ("[2001 TO *]", True), ("{2001 TO 2002}", False), (">=2020", True), ("<2020", False),
]  # fmt: skip


@pytest.mark.parametrize(("value", "is_now"), VALUES)
def test_values(docs: Path, value: str, is_now: bool) -> None:
    """A time is written as days are, in three languages."""
    sync([docs], docs.parent / "index")
    assert bool(found(docs.parent / "index", f"boats added:{value}")) is is_now


@pytest.mark.parametrize("value", ["boats", "2026-13", "to*", "/x/", "tody~"])
def test_no_time(docs: Path, value: str) -> None:
    """What is no time is refused, with the forms that there are."""
    sync([docs], docs.parent / "index")
    with pytest.raises(QueryError, match=r"added: at character \d+.*since-last"):
        found(docs.parent / "index", f"added:{value}")


def test_since_last(docs: Path, run: Run) -> None:
    """It begins at the last look at all news, and before any with what the last run brought."""
    folder = docs.parent

    def since() -> set[str]:
        done = run("added:since-last", "--json", cwd=folder)
        assert done.code in (0, 1), done.err
        return {Path(one["path"]).stem for one in done.objects()}

    assert run("index", "-q", "docs", "--index", "index_data", cwd=folder).code == 0
    assert since() == {"old", "two"}
    write(docs, "three", "three boats")
    assert run("index", "-q", cwd=folder).code == 0
    assert since() == {"three"}
    assert run("index", "-q", cwd=folder).code == 0
    assert since() == {"three"}, "a run that brings nothing is none"
    assert "when the last run that brought something began" in run("added:since-last", cwd=folder).err
    assert run("save", "boats", "boats", cwd=folder).code == 0
    assert run("news", "boats", cwd=folder).code == 1
    assert since() == {"three"}, "news of one search are not all"
    assert run("news", "--keep", cwd=folder).code == 1
    assert since() == {"three"}
    assert run("news", cwd=folder).code == 1
    assert since() == set()
    for name in ("four", "five"):
        write(docs, name, f"boats {name}")
        assert run("index", "-q", cwd=folder).code == 0
    assert since() == {"four", "five"}
    assert run("index", "-q", "--rebuild", cwd=folder).code == 0
    assert since() == {"four", "five"}
    assert "when all news were asked for" in run("added:since-last", cwd=folder).err.replace("\n", " ")


def test_in_a_saved_search(docs: Path, run: Run) -> None:
    """A saved search may ask for it; that a time has passed is not news."""
    folder = docs.parent
    assert run("index", "-q", "docs", "--index", "index_data", cwd=folder).code == 0
    assert run("save", "fresh", "boats added:since-last", cwd=folder).code == 0
    run("news", cwd=folder)
    write(docs, "three", "three boats")
    assert run("index", "-q", cwd=folder).code == 0
    done = run("news", "--json", cwd=folder)
    assert {(one["kind"], Path(one["path"]).stem) for one in done.objects()} == {("new", "three")}
    assert run("news", "--json", cwd=folder).objects() == []


@ENGINES
def test_documents_of_scripts(tmp_path: Path, clock: Clock, engine: str) -> None:
    """Documents without files have their moments, too, and a rebuild keeps them."""
    index = tmp_path / "index"
    clock.seconds = NOW - 10 * DAY
    with open_writer(index, engine=engine) as writer:
        writer.add("case/1", "a boat")
        writer.add("case/2", "a boat as well")
    clock.seconds = NOW
    with open_writer(index) as writer:
        writer.put("case/1", "another boat")
        writer.put("case/2", "a boat as well")
        writer.add("case/3", "a third boat")
    sync([], index, rebuild=True)
    assert found(index, "added:today") == {"1", "3"}
    assert found(index, f"added:{clock.day(10)}") == {"1", "2"}
    assert found(index, "added:since-last") == {"1", "3"}


def test_a_field_of_that_name(docs: Path) -> None:
    """Days in a field of the documents' own are meant, too."""
    (docs / "r.jsonl").write_text('{"text": "a boat", "added": "1999-05-06"}\n', encoding="utf-8")
    sync([docs], docs.parent / "index")
    assert found(docs.parent / "index", "added:1999-05") == {"r"}
    assert found(docs.parent / "index", "added:1999-01..1999-12") == {"r"}
    assert found(docs.parent / "index", "added:today") == {"r", "old", "two"}


def test_what_is_not_known(docs: Path) -> None:
    """An index that does not say it is named, and finds nothing in silence."""
    index = docs.parent / "index"
    sync([docs], index)
    pack(index, docs.parent / "p.coopsearch")
    unpack(docs.parent / "p.coopsearch", docs.parent / "partner")
    partner = docs.parent / "partner" / "index_data"
    with open_index(partner) as opened:
        results = opened.search("boats added:today")
        assert not results.total
        assert "the index does not say when its documents were added" in results.notes[0]
    with open_indexes([index, partner]) as several:
        results = several.search("boats added:today")
        assert {hit.index_folder for hit in results} == {str(index)}
        assert f"{partner} does not say when" in results.notes[0]


def test_several_indexes_with_moments_of_their_own(docs: Path, clock: Clock) -> None:
    """Each index knows its own moments, also of the same file."""
    folder = docs.parent
    clock.seconds = NOW - 10 * DAY
    sync([docs], folder / "one")
    clock.seconds = NOW
    sync([docs], folder / "other")
    with open_indexes([folder / "one", folder / "other"]) as several:
        assert {hit.index_folder for hit in several.search("added:today")} == {str(folder / "other")}
        assert {hit.index_folder for hit in several.search(f"added:{clock.day(10)}")} == {str(folder / "one")}
        assert several.search("added:since-last").total == 4


def test_a_look_never_goes_back(docs: Path) -> None:
    """A moment that is older than what is kept changes nothing."""
    index = docs.parent / "index"
    sync([docs], index)
    newest = moments.newest(index)
    assert max(entry.added_ms for entry in open_books(index).manifest) <= newest
    moments.look(index, newest)
    moments.look(index, newest - 1)
    assert moments.looked_at(index) == newest


def test_an_open_index_sees_new_moments(docs: Path) -> None:
    """What is refreshed knows what came since, and what is not answers from its own state."""
    index = docs.parent / "index"
    sync([docs], index)
    with open_index(index) as opened:
        assert names(opened, "added:today") == {"old", "two"}
        write(docs, "new", "a new boat")
        sync([], index)
        assert names(opened, "added:since-last") == {"old", "two"}
        assert opened.refresh()
        assert names(opened, "added:since-last") == {"new"}
        (docs / "two.txt").rename(docs / "three.txt")
        sync([], index)
        assert opened.refresh()
        assert names(opened, "added:today") == {"old", "three", "new"}
        assert names(opened, "added:since-last") == {"new"}

"""Commits are whole or not at all, over all shards; readers keep what they have; nothing is there twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.search import schema
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import Everything, Group
from coopsearch.search.engines.opensearch.cluster import lock
from coopsearch.search.engines.opensearch.cluster.place import read_place
from coopsearch.search.errors import IndexLocked, IndexUnreadable
from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.pages import page_of
from tests.cluster import request
from tests.engines.opensearch.documents import analysed
from tests.engines.opensearch.shared import SharedEngine

#: Writes without a commit until it is killed, and says when the cluster has something of it.
CUT = """
import sys, time
from pathlib import Path
# Where the tests run, no folder is looked into for modules by itself.
sys.path.append(".")
from coopsearch.search.engines import engine
from tests.engines.opensearch.documents import analysed
writer = engine("opensearch").writer(Path(sys.argv[1]))
for number in range(50):
    writer.add(analysed(f"cut{number}.txt", "boats that nobody may see"))
writer.delete_file("a.txt")
from coopsearch.search.engines.opensearch.storage.leftovers import bury
bury(writer._connection, writer._bulk, ["a.txt"], writer._state.generation + 1)
runs = writer._write_words(writer._state.generation + 1)
writer._bulk.flush()
print("sent", flush=True)
time.sleep(600)
"""


@pytest.fixture
def folder(shared: SharedEngine, tmp_path: Path) -> Path:
    """An index of three documents of two files."""
    place = tmp_path / "data"
    shared.create(place)
    with shared.writer(place) as writer:
        writer.add(analysed("a.txt", "boats and harbours"))
        writer.add(analysed("b.mbox!1", "boats"))
        writer.add(analysed("b.mbox!2", "harbours"))
        writer.learn({("en", "boats"): "boat"})
        writer.commit()
    return place


def paths(reader: Reader) -> list[str]:
    """Return the paths of all documents."""
    best = reader.search(Everything(), 1_000).best
    return sorted(reader.path(number) for number, _ in best)


def boats(reader: Reader) -> int:
    """Count the documents that hold boats."""
    return reader.search(Group(schema.WORDS, (("boats", 1.0),)), 0).total


def test_a_reader_keeps_its_state(shared: SharedEngine, folder: Path) -> None:
    """What is committed meanwhile, and what that removes for good, changes nothing for an open reader."""
    with shared.open(folder) as before:
        with shared.writer(folder) as writer:
            for number in range(5):
                writer.delete_file("a.txt")
                writer.delete_file("b.mbox")
                writer.add(analysed("a.txt", f"boats {number}"))
                writer.commit()
            writer.scrub()
            writer.commit()
        assert not before.is_current()
        assert paths(before) == ["a.txt", "b.mbox!1", "b.mbox!2"]
        assert boats(before) == 2
        assert before.document_frequency(schema.WORDS, "harbours") == 2
        assert [term for term, _ in before.terms(schema.WORDS)] == ["and", "boats", "harbours"]
        found = before.document_at("a.txt")
        assert found is not None
        assert found.text == "boats and harbours"
        with shared.open(folder) as after:
            assert paths(after) == ["a.txt"]
            assert [term for term, _ in after.terms(schema.WORDS)] == ["4", "boats"]


def test_nothing_is_seen_before_the_commit(shared: SharedEngine, folder: Path) -> None:
    """What is sent and refreshed belongs to nobody until the state names it, and goes with its writer."""
    with shared.writer(folder) as writer:
        writer.delete_file("b.mbox")
        for number in range(3_000):
            writer.add(analysed(f"c{number}.txt", "boats"))
        request(shared.url, f"/{read_place(folder).name}/_refresh", {})
        with shared.open(folder) as reader:
            assert paths(reader) == ["a.txt", "b.mbox!1", "b.mbox!2"]
    with shared.open(folder) as reader:
        assert paths(reader) == ["a.txt", "b.mbox!1", "b.mbox!2"]
        assert reader.generation == 1
    request(shared.url, f"/{read_place(folder).name}/_refresh", {})
    assert request(shared.url, f"/{read_place(folder).name}/_count")["count"] == 3


def test_commits_are_seen_whole_while_others_read(shared: SharedEngine, folder: Path) -> None:
    """Whoever opens an index while it is written sees all documents of a commit, or none."""
    ended = threading.Event()
    seen: list[list[str]] = []
    broken: list[Exception] = []

    def look() -> None:
        while not ended.is_set():
            try:
                with shared.open(folder) as reader:
                    texts = {
                        reader.document(number).text for number, _ in reader.search(Everything(), 100).best
                    }
                    seen.append(sorted(texts))
                    assert reader.documents == reader.search(Everything(), 0).total
            except Exception as error:  # noqa: BLE001 - the test says it
                broken.append(error)
                return

    thread = threading.Thread(target=look)
    thread.start()
    try:
        with shared.writer(folder) as writer:
            for turn in range(12):
                for number in range(10):
                    writer.delete_file(f"{number}.txt")
                    writer.add(analysed(f"{number}.txt", f"turn {turn}"))
                if not turn:
                    writer.delete_file("a.txt")
                    writer.delete_file("b.mbox")
                writer.commit()
    finally:
        ended.set()
        thread.join()
    assert not broken
    assert seen
    assert all(len(texts) == 1 or "boats" in texts for texts in seen), seen


def test_a_killed_writer_leaves_the_old_state(shared: SharedEngine, folder: Path) -> None:
    """What it had sent is invisible, and the next writer takes it back: twice nothing, lost nothing."""
    child = subprocess.Popen(
        [sys.executable, "-c", CUT, folder], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "sent\n"
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    with shared.open(folder) as reader:
        assert paths(reader) == ["a.txt", "b.mbox!1", "b.mbox!2"]
        assert reader.generation == 1
    with shared.writer(folder) as writer:
        writer.add(analysed("c.txt", "boats"))
        writer.commit()
    with shared.open(folder) as reader:
        assert paths(reader) == ["a.txt", "b.mbox!1", "b.mbox!2", "c.txt"]
        assert boats(reader) == 3
        assert not any(term == "nobody" for term, _ in reader.terms(schema.WORDS))
    assert request(shared.url, f"/{read_place(folder).name}/_count")["count"] == 4
    assert not shared.verify(folder).damages


def test_two_writers(shared: SharedEngine, folder: Path) -> None:
    """The second one is told who holds the lock; when that ends it can write."""
    told = rf"being written by .* \(process {os.getpid()}\); wait until"
    with shared.writer(folder), pytest.raises(IndexLocked, match=told):
        shared.writer(folder)
    shared.writer(folder).close()


def test_a_lock_that_was_left_elsewhere(
    shared: SharedEngine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock of another machine that does not beat is taken over; its holder writes nothing any more."""
    monkeypatch.setattr(lock, "BEAT", 0.2)
    monkeypatch.setattr(lock, "OLD", 0.5)
    monkeypatch.setattr(lock, "_WATCHED", 0.4)
    left = shared.writer(folder)
    left.add(analysed("z.txt", "never committed"))
    # It is stopped in the middle, as by a machine that sleeps.
    left._lock._ended.set()  # type: ignore[attr-defined]
    left._lock._heart.join()  # type: ignore[attr-defined]
    threading.Event().wait(0.6)
    with shared.writer(folder) as writer:
        writer.add(analysed("c.txt", "boats"))
        with pytest.raises(IndexLocked, match="being written by"):
            left.commit()
        writer.commit()
    left.close()
    with shared.open(folder) as reader:
        assert paths(reader) == ["a.txt", "b.mbox!1", "b.mbox!2", "c.txt"]


def test_pages_come_with_the_documents(shared: SharedEngine, folder: Path) -> None:
    """The state names the pages; one that no state names any more goes; readers follow to new pages."""
    data, other = b"[1]", b"[2]"
    first, second = page_of("coverage-1-1-1.json", data), page_of("coverage-2-1-1.json", other)
    with shared.writer(folder) as writer:
        durable.create(folder / first.name, data)
        writer.commit(pages={"coverage": first})
        with shared.open(folder) as reader:
            assert reader.pages == {"coverage": first}
            durable.create(folder / second.name, other)
            writer.commit(pages={"coverage": second})
            assert not (folder / first.name).exists()
            assert not reader.is_current()
            assert reader.follow()
            assert reader.pages == {"coverage": second}
            assert reader.is_current()
            writer.add(analysed("c.txt", "boats"))
            writer.commit()
            assert not reader.follow()
            assert boats(reader) == 2
        durable.create(folder / "coverage-3-1-1.json", b"[3]")
    shared.writer(folder).close()
    assert not (folder / "coverage-3-1-1.json").exists()
    (folder / second.name).write_bytes(b"[9]")
    (damage,) = shared.verify(folder).damages
    assert second.name in damage


def test_a_commit_of_nothing_is_none(shared: SharedEngine, folder: Path) -> None:
    """No generation is used up where nothing changed."""
    with shared.writer(folder) as writer:
        writer.delete_file("nowhere.txt")
        writer.commit()
        writer.add(analysed("c.txt", "boats"))
        writer.delete_file("c.txt")
        writer.commit()
    with shared.open(folder) as reader:
        assert reader.generation in {1, 2}
        assert paths(reader) == ["a.txt", "b.mbox!1", "b.mbox!2"]


def test_a_point_in_time_that_is_lost_is_opened_anew(shared: SharedEngine, folder: Path) -> None:
    """Where the cluster forgot it, a reader goes on as long as its documents are there, else it says so."""
    with shared.open(folder) as reader:
        for point in reader._points:  # type: ignore[attr-defined]
            point.close()
        assert boats(reader) == 2
        assert [term for term, _ in reader.terms(schema.WORDS)] == ["and", "boats", "harbours"]
        with shared.writer(folder) as writer:
            writer.delete_file("a.txt")
            writer.commit()
            reader._points[0].close()  # type: ignore[attr-defined]
            assert boats(reader) == 2
            writer.add(analysed("c.txt", "boats"))
            writer.commit()
            reader._points[0].close()  # type: ignore[attr-defined]
            with pytest.raises(IndexUnreadable, match="has let go of the state"):
                reader.search(Group(schema.WORDS, (("harbours", 1.0),)), 3)


def test_terms_of_many_commits(shared: SharedEngine, folder: Path) -> None:
    """The vocabulary of many commits is merged as it grows, and stems that were learned anew count."""
    with shared.writer(folder) as writer:
        for number in range(20):
            writer.add(analysed(f"c{number}.txt", f"boats w{number}"))
            writer.learn({("fr", "boats"): f"b{number}", ("en", f"w{number}"): "w"})
            writer.commit()
        assert writer.stems("boats") == {"en": "boat", "fr": "b19"}
    with shared.open(folder) as reader:
        assert dict(reader.terms(schema.WORDS))["boats"] == 22
        assert reader.stems("boats") == {"en": "boat", "fr": "b19"}
        assert {reader.stems(f"w{number}")["en"] for number in range(20)} == {"w"}
        assert len(reader._stored.state.runs) < 8  # type: ignore[attr-defined]
        assert reader.stems("unknown") == {}


@pytest.fixture(autouse=True)
def _no_locks_left(shared: SharedEngine) -> Iterator[None]:
    """A test that fails in the middle of a writer locks nobody else out."""
    yield
    shared.unlock()

"""Documents that other processes send: a writer answers for them, or they go."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines import engine
from coopsearch.search.engines.base import PartWriter
from coopsearch.search.engines.opensearch.cluster import bulk
from coopsearch.search.engines.opensearch.cluster.place import read_place
from coopsearch.search.errors import IndexUnwritable
from tests.cluster import request
from tests.engines.opensearch.documents import document
from tests.engines.opensearch.failing import Make, opened

ENGLISH = frozenset({"en"})


@pytest.fixture
def folder(make: Make, opensearch_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index of two documents; each further one is a request of its own."""
    monkeypatch.setattr(bulk, "_LINES", 1)
    return make(opensearch_url)


def sender(folder: Path) -> PartWriter:
    """Return what sends documents."""
    return engine("opensearch").parts(folder, "p1-1", StemTable(lambda _: {}))


def held(url: str, folder: Path) -> int:
    """Count the documents that the cluster holds, whatever state they are of."""
    name = read_place(folder).name
    request(url, f"/{name}/_refresh", {})
    found: int = request(url, f"/{name}/_count")["count"]
    return found


def test_what_is_left_out_goes(folder: Path, opensearch_url: str) -> None:
    """Documents of files that were not read to their end are removed, but for those that come once more."""
    with engine("opensearch").writer(folder) as writer:
        parts = sender(folder)
        for name, text in (("c.txt", "half"), ("d.txt!1", "one"), ("d.txt!2", "two")):
            parts.add(document(name, text))
        writer.adopt(parts.finish(ENGLISH), without={"c.txt", "d.txt"})
        parts.add(document("d.txt!1", "once more"))
        writer.adopt(parts.finish(ENGLISH))
        assert held(opensearch_url, folder) == 5
        writer.commit()
    assert held(opensearch_url, folder) == 3
    assert opened(folder) == ["boats", "harbours", "once more"]
    with engine("opensearch").open(folder) as reader:
        assert not reader.among("words", ["half", "one"])
        assert reader.among("words", ["once"])
    assert not engine("opensearch").verify(folder).damages


def test_a_part_of_the_next_commit(folder: Path) -> None:
    """What is read after a commit belongs to the next one; a file that changed is there once."""
    with engine("opensearch").writer(folder) as writer:
        parts = sender(folder)
        for turn in ("first", "second"):
            parts.add(document("c.txt", turn))
            writer.delete_file("c.txt")
            writer.adopt(parts.finish(ENGLISH))
            writer.commit()
            assert opened(folder) == sorted(["boats", "harbours", turn])


@pytest.mark.parametrize("finished", [True, False])
def test_what_no_commit_names_goes(folder: Path, opensearch_url: str, finished: bool) -> None:
    """A writer that ends without a commit removes what others sent for it, whether it heard of it or not."""
    with engine("opensearch").writer(folder) as writer:
        parts = sender(folder)
        parts.add(document("c.txt", "more boats"))
        parts.add(document("d.txt", "more harbours"))
        if finished:
            writer.adopt(parts.finish(ENGLISH))
        parts.settle()
        deadline = time.monotonic() + 30
        while held(opensearch_url, folder) < (4 if finished else 3):
            assert time.monotonic() < deadline, "what was sent does not arrive"
    assert held(opensearch_url, folder) == 2
    assert opened(folder) == ["boats", "harbours"]
    assert not [path for path in folder.iterdir() if path.name.startswith("spool-")]


def test_what_is_discarded_goes(folder: Path, opensearch_url: str) -> None:
    """Who sends may take back what it sent, and go on."""
    with engine("opensearch").writer(folder) as writer:
        parts = sender(folder)
        parts.add(document("c.txt", "more boats"))
        parts.add(document("d.txt", "more harbours"))
        parts.discard()
        assert held(opensearch_url, folder) == 2
        parts.add(document("e.txt", "ports"))
        writer.adopt(parts.finish(ENGLISH))
        writer.commit()
    assert opened(folder) == ["boats", "harbours", "ports"]


def test_nobody_sends_without_a_writer(folder: Path) -> None:
    """A process that outlives its writer sends nothing more."""
    with pytest.raises(IndexUnwritable, match="nobody has the lock of"):
        sender(folder).add(document("c.txt", "boats"))
    with engine("opensearch").writer(folder):
        parts = sender(folder)
        parts.add(document("c.txt", "boats"))
    with engine("opensearch").writer(folder), pytest.raises(IndexUnwritable, match="is being written by"):
        parts.finish(ENGLISH)

"""Three nodes, a copy of each shard: what is committed survives a node, and no answer is of two thirds."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.search import schema
from coopsearch.search.engines import Cluster, engine
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import Everything, Group
from coopsearch.search.engines.opensearch.cluster.place import read_place
from coopsearch.search.errors import CoopsearchError
from tests import cluster as nodes
from tests.cluster import StartCluster
from tests.engines.opensearch.documents import analysed

BOATS = Group(schema.WORDS, (("boats", 1.0),))
DOCUMENTS = 300

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def three(cluster: StartCluster) -> nodes.Cluster:
    """Three nodes."""
    return cluster(3)


@pytest.fixture
def folder(three: nodes.Cluster, tmp_path: Path) -> Iterator[Path]:
    """An index of three shards, each twice, and afterwards a cluster that is whole again."""
    place = tmp_path / "project" / "index" / "data-1"
    place.parent.mkdir(parents=True)
    one = engine("opensearch", Cluster(tuple(three.urls), shards=3, replicas=1, seconds=20))
    one.create(place)
    with one.writer(place) as writer:
        for number in range(DOCUMENTS):
            writer.add(analysed(f"{number}.txt", f"boats {number}"))
        writer.commit()
    three.wait_for_green()
    yield place
    for number, node in enumerate(three.nodes):
        if not nodes.runs(node["pid"]):
            three.restart(number)
    # Of copies that could not be placed while nodes came and went a cluster is tired after five attempts.
    three.ask("/_cluster/reroute?retry_failed=true", {})
    three.wait_for_green()
    three.ask(f"/{read_place(place).name}*", method="DELETE")


def answered(reader: Reader) -> None:
    """Wait until a cluster that came back has all first copies of its shards again."""
    deadline = time.monotonic() + 120
    while True:
        try:
            reader.search(BOATS, 20)
        except CoopsearchError:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)
        else:
            return


def other(three: nodes.Cluster, number: int) -> int:
    """Return the number of another node."""
    return (number + 1) % len(three.nodes)


@pytest.mark.parametrize("manager", [True, False], ids=["manager", "other"])
def test_a_node_dies_while_others_read(three: nodes.Cluster, folder: Path, manager: bool) -> None:
    """Every answer is whole, of an open reader and of a new one; the same hits in the same order."""
    with engine("opensearch").open(folder) as reader:
        before = [(reader.path(number), score) for number, score in reader.search(BOATS, 50).best]
        victim = three.manager() if manager else other(three, three.manager())
        three.kill(victim)
        began = time.monotonic()
        found = reader.search(BOATS, 50)
        first = time.monotonic() - began
        assert found.total == DOCUMENTS
        assert [(reader.path(number), score) for number, score in found.best] == before
        with engine("opensearch").open(folder) as fresh:
            assert fresh.search(Everything(), 0).total == fresh.documents == DOCUMENTS
    assert first < 20


@pytest.mark.parametrize("manager", [True, False], ids=["manager", "other"])
def test_a_node_dies_while_another_writes(three: nodes.Cluster, folder: Path, manager: bool) -> None:
    """The run goes on; every document is there once."""
    victim = three.manager() if manager else other(three, three.manager())
    killer = threading.Timer(0.4, three.kill, [victim])
    killer.start()
    with engine("opensearch").writer(folder) as writer:
        for turn in range(8):
            for number in range(100):
                writer.delete_file(f"{number}.txt")
                writer.add(analysed(f"{number}.txt", f"boats {number} of turn {turn}"))
            writer.commit()
    killer.join()
    with engine("opensearch").open(folder) as reader:
        assert reader.documents == reader.search(BOATS, 0).total == DOCUMENTS
        found = reader.document_at("7.txt")
        assert found is not None
        assert found.text == "boats 7 of turn 7"
    assert not engine("opensearch").verify(folder).damages


def test_two_of_three_are_gone(three: nodes.Cluster, folder: Path) -> None:
    """Then there is an error and never a part of an answer; when they are back, the answer is the same."""
    with engine("opensearch").open(folder) as reader:
        before = reader.search(BOATS, 20)
        first = three.manager()
        for number in (first, other(three, first)):
            three.kill(number)
        with pytest.raises(CoopsearchError, match=r"; .*(start|ask|wait)"):
            reader.search(BOATS, 20)
        for number in (first, other(three, first)):
            three.restart(number)
        answered(reader)
        assert reader.search(BOATS, 20).total == before.total
        with engine("opensearch").open(folder) as fresh:
            assert [fresh.path(number) for number, _ in fresh.search(BOATS, 20).best] == [
                reader.path(number) for number, _ in before.best
            ]

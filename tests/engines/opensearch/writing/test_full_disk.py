"""A node whose disk is fuller than the cluster allows: what is told, what is kept, and how it goes on."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.search import open_index
from coopsearch.search.engines import Cluster, engine
from coopsearch.search.errors import IndexUnwritable
from tests import cluster as nodes
from tests.cluster import StartCluster
from tests.engines.opensearch.documents import analysed
from tests.engines.opensearch.failing import one_line

_MARK = "cluster.routing.allocation.disk"
#: What is to be kept free: more than any disk has, and less than this one has.
MORE, LESS = "900pb", "1b"
#: Seconds for a look at the disks, which a node takes every ten.
PATIENCE = 60
NAMED = r"takes nothing more into .*: the disk of node0 has [\d.,]+ of [\d.,]+ GB free; make room there"


@pytest.fixture
def node(cluster: StartCluster) -> nodes.Cluster:
    """A node whose disk can be called full."""
    return cluster(1)


def set_full(node: nodes.Cluster, *, full: bool) -> None:
    """Have the node find its disk full, or as it was, and wait until it acts on that."""
    settings = {
        f"{_MARK}.threshold_enabled": True,
        **{f"{_MARK}.watermark.{name}": MORE if full else LESS for name in ("low", "high", "flood_stage")},
        "cluster.info.update.interval": "10s",
    }
    node.ask("/_cluster/settings", {"persistent": settings}, method="PUT")
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        blocked = node.ask("/_cluster/state/blocks")["blocks"].get("indices", {})
        if bool(blocked) == full:
            return
        time.sleep(0.5)
    raise AssertionError(f"after {PATIENCE} s the node has not looked at its disk")


def found(index: Path) -> list[str]:
    """Return the files of an index that say something of boats."""
    with open_index(index) as opened:
        return sorted(Path(hit.path).name for hit in opened.search("boats"))


def test_a_full_disk(node: nodes.Cluster, tmp_path: Path) -> None:
    """One line names the disk; what was committed is kept and found; with room, the next run goes on."""
    reports, index = tmp_path / "project" / "reports", tmp_path / "project" / "index"
    reports.mkdir(parents=True)
    for name in ("a.txt", "b.txt"):
        (reports / name).write_text(f"The boats of {name}.", encoding="utf-8")
    sync([reports], index, cluster=Cluster((node.urls[0],)))
    (data,) = index.glob("data-*")

    with engine("opensearch").writer(data) as writer:
        writer.delete_file("reports/a.txt")
        set_full(node, full=True)
        writer.add(analysed("reports/c.txt", "boats"))
        began = time.monotonic()
        with pytest.raises(IndexUnwritable, match=NAMED) as told:
            writer.commit()
        one_line(told.value)
        assert time.monotonic() - began < 10  # it does not wait for what does not go by itself
    assert found(index) == ["a.txt", "b.txt"]

    (reports / "c.txt").write_text("Other boats.", encoding="utf-8")
    with pytest.raises(IndexUnwritable, match=NAMED) as told:
        sync([reports], index)
    one_line(told.value)
    assert found(index) == ["a.txt", "b.txt"]

    set_full(node, full=False)
    assert sync([reports], index).added == 1
    assert found(index) == ["a.txt", "b.txt", "c.txt"]
    assert not engine("opensearch").verify(data).damages

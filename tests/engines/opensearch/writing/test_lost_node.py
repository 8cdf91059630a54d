"""A node that is killed with documents that it took and had not written down: the commit counts them."""

from __future__ import annotations

from pathlib import Path

import pytest

from coopsearch.search import schema
from coopsearch.search.engines import Cluster, engine
from coopsearch.search.engines.nodes import Group
from coopsearch.search.engines.opensearch.cluster import bulk
from coopsearch.search.errors import IndexUnwritable
from tests.cluster import StartCluster
from tests.engines.opensearch.documents import analysed
from tests.engines.opensearch.failing import one_line, opened


def test_a_node_is_killed_before_a_commit(
    cluster: StartCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit says so in one line and the last state stands; the next run has every document once."""
    monkeypatch.setattr(bulk, "_LINES", 1)
    node = cluster(1)
    folder = tmp_path / "project" / "index" / "data-1"
    folder.parent.mkdir(parents=True)
    engine("opensearch", Cluster((node.urls[0],))).create(folder)
    with engine("opensearch").writer(folder) as writer:
        writer.add(analysed("a.txt", "boats"))
        writer.commit()
    node.kill(0)
    node.restart(0)
    node.wait_for_green()
    # What a commit names is on the disk, however soon the node ends.
    assert opened(folder) == ["boats"]

    with engine("opensearch").writer(folder) as writer:
        for number in range(5):
            writer.add(analysed(f"b{number}.txt", f"boats {number}"))
        node.kill(0)
        node.restart(0)
        node.wait_for_green()
        with pytest.raises(
            IndexUnwritable, match=r"has \d of the 5 documents .* run the command again"
        ) as told:
            writer.commit()
        one_line(told.value)
    assert opened(folder) == ["boats"]

    with engine("opensearch").writer(folder) as writer:
        for number in range(5):
            writer.add(analysed(f"b{number}.txt", f"boats {number}"))
        writer.commit()
    with engine("opensearch").open(folder) as reader:
        assert reader.documents == reader.search(Group(schema.WORDS, (("boats", 1.0),)), 0).total == 6
    assert not engine("opensearch").verify(folder).damages

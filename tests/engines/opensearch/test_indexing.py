"""Folders into a cluster, by the same runs and with the same answers as into an index in a folder."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.indexer import purge, sync
from coopsearch.search import open_index
from coopsearch.search.engines import Cluster, engine
from coopsearch.search.engines.opensearch.cluster.place import read_place
from coopsearch.search.errors import IndexDamaged, SettingsError
from coopsearch.search.index import Index
from coopsearch.search.packing.making import pack
from tests.cluster import Failed, request

TEXTS = {
    "boats.txt": "Smugglers use small boats.\n\nThe boats leave small harbours at night.",
    "routes.md": "# Smuggling routes\n\nThe routes cross the desert, from Agadez to the coast.",
    "traversee.txt": "Les passeurs utilisent de petits bateaux pour la traversée de la mer.",
    "arabic.txt": "يستخدم المهربون قوارب صغيرة لعبور البحر إلى أوروبا.",
    "cases/one.txt": "The case of Ghazouani v. State, on cross-border smuggling.",
    "cases/two.txt": "A case about nothing of that.",
}
ASKED = [
    "smuggling", "boats", '"small boats"', "smugglers OR routes", "boats -harbours", "smug*", "smugling~",
    "boats NEAR/5 harbours", "title:routes", "~Ghazouani", "بحر", "bateau", "type:md", "case", "cross-border",
]  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder of reports."""
    for name, text in TEXTS.items():
        path = tmp_path / "reports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def cluster(opensearch_url: str) -> Iterator[Cluster]:
    """The node, of which what a test left is removed."""
    yield Cluster((opensearch_url,), shards=2)
    for name in names(opensearch_url):
        if "test-" in name:
            with contextlib.suppress(Failed):
                request(opensearch_url, f"/{name}", method="DELETE")


def names(url: str) -> list[str]:
    """Return the names of all indexes of ours."""
    return sorted(row["index"] for row in request(url, "/_cat/indices/coopsearch-*?format=json"))


def answers(index: Index) -> dict[str, list[tuple[str, float, str]]]:
    """Return the hits of all questions, each with its score and what is shown of it."""
    return {
        query: [(Path(hit.path).name, round(hit.score, 4), hit.snippet) for hit in index.search(query)]
        for query in ASKED
    }


def test_the_same_answers(project: Path, cluster: Cluster) -> None:
    """Hits, order, scores and snippets are those of an index in a folder, after changes too."""
    sync([project / "reports"], project / "here")
    report = sync([project / "reports"], project / "there", cluster=cluster, workers=2)
    assert report.added == len(TEXTS)
    with open_index(project / "here") as here, open_index(project / "there") as there:
        assert answers(there) == answers(here)
        assert all(answers(here).values())
        assert there.languages == here.languages
        assert there.coverage is not None
        assert there.search("smugglign").explanation == here.search("smugglign").explanation
        (project / "reports" / "boats.txt").write_text("No vessels here.", encoding="utf-8")
        (project / "reports" / "routes.md").rename(project / "reports" / "ways.md")
        (project / "reports" / "cases" / "two.txt").unlink()
        (project / "reports" / "new.txt").write_text("New boats, small boats.", encoding="utf-8")
        for folder in ("here", "there"):
            report = sync((), project / folder)
            assert (report.added, report.updated, report.moved, report.removed) == (1, 1, 1, 1)
        assert there.refresh()
        assert here.refresh()
        assert answers(there) == answers(here)
    assert sync((), project / "there").unchanged == len(TEXTS)
    assert engine("opensearch").verify(project / "there" / "data-1").damages == ()


def test_a_rebuild_beside_readers(project: Path, cluster: Cluster) -> None:
    """The new index takes the place of the old one in one step; that goes when nobody reads it."""
    url = cluster.urls[0]
    sync([project / "reports"], project / "test-index", cluster=cluster)
    before = read_place(project / "test-index" / "data-1")
    assert before.cluster.shards == 2
    index = open_index(project / "test-index")
    with index:
        held = answers(index)
        (project / "reports" / "boats.txt").write_text("No vessels here.", encoding="utf-8")
        sync((), project / "test-index", rebuild=True)
        assert answers(index) == held
        after = read_place(project / "test-index" / "data-2")
        # Shards are those of before, where nothing else is said.
        assert after.cluster == before.cluster
        assert {before.name, after.name} <= set(names(url))
        assert index.refresh()
        assert answers(index)["boats"] != held["boats"]
    sync((), project / "test-index")
    assert before.name not in names(url)
    assert before.words not in names(url)
    assert not (project / "test-index" / "data-1").exists()
    sync((), project / "test-index", rebuild=True, engine="columns")
    assert not {after.name, after.words} & set(names(url))
    with open_index(project / "test-index") as index:
        assert index.search("smuggling")


def test_an_older_copy_takes_nothing_away(project: Path, cluster: Cluster) -> None:
    """A copy of a folder that was written since may be rebuilt: the index that it came from still answers."""
    sync([project / "reports"], project / "index", cluster=cluster)
    shutil.copytree(project / "index", project / "copy")
    (project / "reports" / "new.txt").write_text("New boats, small boats.", encoding="utf-8")
    sync((), project / "index")
    with pytest.raises(IndexDamaged):
        sync((), project / "copy")
    sync([project / "reports"], project / "copy", rebuild=True)
    sync((), project / "copy")
    with open_index(project / "index") as index, open_index(project / "copy") as copy:
        assert answers(index) == answers(copy)
        assert any("new.txt" in hit.path for hit in index.search("boats"))
    assert not (project / "copy" / "data-1").exists()


def test_a_purge_leaves_nothing(project: Path, cluster: Cluster) -> None:
    """What is taken out is in no document and no table of the cluster any more."""
    sync([project / "reports"], project / "index", cluster=cluster)
    purged = purge([project / "reports" / "cases" / "one.txt"], project / "index")
    assert purged.documents == 1
    assert purged.left == ()
    place = read_place(project / "index" / "data-1")
    found = request(cluster.urls[0], f"/{place.name}/_search", {"size": 100})
    assert "one.txt" not in str(found)


def test_what_makes_no_sense(project: Path, cluster: Cluster) -> None:
    """A cluster is for one engine; its address can change, and nothing else without a rebuild."""
    with pytest.raises(SettingsError, match="needs the address of a cluster"):
        sync([project / "reports"], project / "index", engine="opensearch")
    with pytest.raises(SettingsError, match="a cluster is for the engine opensearch"):
        sync([project / "reports"], project / "index", engine="columns", cluster=cluster)
    sync([project / "reports"], project / "columns")
    with pytest.raises(SettingsError, match=r"kept with columns and not by a cluster; .* --rebuild"):
        sync((), project / "columns", cluster=cluster)
    sync([project / "reports"], project / "index", cluster=cluster)
    other = cluster.urls[0].replace("127.0.0.1", "localhost")
    sync((), project / "index", cluster=Cluster((other,)))
    place = read_place(project / "index" / "data-1")
    assert place.cluster == cluster._replace(urls=(other,))
    with pytest.raises(SettingsError, match="the index has 2 shards; to have 3, add --rebuild"):
        sync((), project / "index", cluster=cluster._replace(shards=3))
    with pytest.raises(
        SettingsError, match="is kept by a cluster, so there are no files of documents to pack"
    ):
        pack(project / "index", project / "out.coopsearch")

"""A copy is there when it is whole, and not before; what stands in its way is one line."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from coopsearch.indexer import Interrupted, Progress, copy_index, copying, sync
from coopsearch.indexer.locking.lock import locked
from coopsearch.search import open_index
from coopsearch.search.analysis.langid.earlier import Decided
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.cli.signals import Ending
from coopsearch.search.desk import store
from coopsearch.search.engines import Cluster, engine
from coopsearch.search.errors import (
    IndexLocked,
    IndexMissing,
    IndexUnreadable,
    IndexUnwritable,
    SettingsError,
)
from coopsearch.search.model import Document, Passage
from coopsearch.search.packing.making import pack
from coopsearch.search.packing.unpacking import unpack
from tests.conftest import Run
from tests.copying.conftest import RULES, fill, keep, names
from tests.copying.seeing import books, state

#: Copies an index, and is killed where a function is called.
KILLED = """
import os, signal, sys
from coopsearch.indexer import Cluster, copying
setattr(copying, sys.argv[1], lambda *given, **named: os.kill(os.getpid(), signal.SIGKILL))
urls = tuple(sys.argv[4:])
copying.copy_index(sys.argv[2], sys.argv[3], cluster=Cluster(urls) if urls else None)
"""


def killed(at: str, target: Path, source: Path, *urls: str) -> None:
    """Have a process copy an index that is killed at a call."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, at, target, source, *urls], capture_output=True, check=False
    )
    assert done.returncode == -9, done.stderr


@pytest.mark.parametrize("at", ["read_page", "finish", "settle"])
def test_a_killed_copy_is_none(project: Path, run: Run, at: str) -> None:
    """It is not asked and not gone on with; the next copy or run makes the index whole."""
    one = fill(project, "one", "columns")
    keep(one)
    killed(at, project / "two", one)
    done = run("boats", "--index", "two", cwd=project)
    assert (done.code, "there is no index at" in done.err) == (2, True)
    with pytest.raises(IndexMissing):
        open_index(project / "two")
    done = run("copy-index", "two", "--index", "one", "--engine", "whoosh", cwd=project)
    assert done.code == 0, done.err
    assert books(project / "two") == books(one)
    killed(at, project / "three", one)
    assert sync([project / "docs"], project / "three", paths=RULES).added > 10
    with open_index(project / "three") as opened:
        paths = [hit.path for hit in opened.search("*", limit=None)]
        assert len(paths) == len(set(paths)) == opened.documents


def test_a_killed_copy_leaves_nothing_in_the_cluster(project: Path, node: Cluster) -> None:
    """What it left there goes with the next copy into the same folder."""
    one = fill(project, "one", "columns")
    killed("finish", project / "two", one, *node.urls)
    assert len(names(node.urls[0], project)) == 2
    with pytest.raises(IndexMissing):
        open_index(project / "two")
    copy_index(project / "two", one)
    assert names(node.urls[0], project) == []


def test_one_that_ends_early_leaves_nothing(
    project: Path, node: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a folder nor an index in the cluster is left by one that is interrupted, or fails."""
    one = fill(project, "one", "columns")
    monkeypatch.setattr(copying, "_DOCUMENTS", 3)
    seen: list[Progress] = []

    def interrupted(one: Progress) -> None:
        seen.append(one)
        if one.done == 7:
            raise Interrupted

    for cluster in (None, node):
        with pytest.raises(Interrupted):
            copy_index(project / "two", one, cluster=cluster, progress=interrupted)
        assert not (project / "two").exists()
    assert [progress.done for progress in seen[:8]] == list(range(8))
    assert names(node.urls[0], project) == []
    (project / "two").mkdir()
    with pytest.raises(IndexUnwritable, match="there is no cluster at"):
        copy_index(project / "two", one, cluster=Cluster(("http://127.0.0.1:1",)))
    assert list((project / "two").iterdir()) == []
    # In the end it is made in the empty folder, in several commits.
    copy_index(project / "two", one)
    assert state(project / "two") == state(one)


def test_a_signal_that_came_too_late() -> None:
    """Where all was done before anybody looked for a signal, it is not said that nothing was."""
    with Ending(left="there is no copy") as ending:
        ending.check(Interrupted)
        signal.raise_signal(signal.SIGINT)
        ending.whole()


def test_what_is_in_the_way(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing is written over, and addresses never lead elsewhere."""
    one = fill(project, "one", "columns")
    other = tmp_path_factory.mktemp("other")
    (project / "file").write_text("mine")
    for target, said in (
        (one, "there is an index at .* already"),
        (project / "docs", "is there already and no index"),
        (project / "file", "is there already and no index"),
        (one / "inside", "lies in the index"),
        (other / "two", "calls its documents by where they lie beside it, as in docs"),
        ("", "the path is empty"),
    ):
        with pytest.raises(SettingsError, match=said):
            copy_index(target, one)
    for options, said in (
        ({"engine": "paper"}, "there is no engine"),
        ({"engine": "opensearch"}, "needs the address of a cluster"),
        ({"engine": "whoosh", "cluster": Cluster(("http://localhost:1",))}, "leave one out"),
    ):
        with pytest.raises(SettingsError, match=said):
            copy_index(project / "two", one, **options)
    with pytest.raises(IndexMissing):
        copy_index(project / "two", project / "nothing")
    (project / "two").mkdir()
    keep(project / "two")
    with pytest.raises(SettingsError, match="holds saved searches, marks and notes of another index"):
        copy_index(project / "two", one)
    assert store.exists(project / "two")
    assert (project / "file").read_text() == "mine"
    assert list(other.iterdir()) == []


def test_sources_elsewhere(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An index whose sources lie beside no index can be copied to any place."""
    home, other = (tmp_path_factory.mktemp(name) for name in ("home", "other"))
    sync([project / "docs"], home / "index_data")
    copy_index(other / "two", home / "index_data", engine="whoosh")
    assert sync((), other / "two").unchanged > 10
    with open_index(other / "two") as two, open_index(home / "index_data") as one:
        assert [hit.path for hit in two.search("boats")] == [hit.path for hit in one.search("boats")]


def test_locked_or_damaged(project: Path) -> None:
    """A folder that somebody writes is waited for; what is damaged is not copied."""
    one = fill(project, "one", "columns")
    (project / "two").mkdir()
    with locked(project / "two"), pytest.raises(IndexLocked):
        copy_index(project / "two", one, wait=0)
    page = next(one.glob("data-*/manifest-*"))
    page.write_bytes(page.read_bytes()[:-1])
    with pytest.raises(IndexUnreadable, match=page.name):
        copy_index(project / "two", one)
    assert list((project / "two").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of the size of files")
def test_a_full_disk(project: Path, command: Sequence[str], clean_env: dict[str, str]) -> None:
    """One line names the folder; no copy is left, and the index answers as before."""
    one = fill(project, "one", "columns")
    (project / "docs" / "long.txt").write_text(" ".join(f"word{number}" for number in range(60_000)))
    sync((), one, paths=RULES)
    before = state(one)
    line = 'ulimit -f 64; exec "$@"'
    done = subprocess.run(
        ["/bin/bash", "-c", line, "limited", *command, "copy-index", "two", "--index", "one"],
        cwd=project, env=clean_env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1), done.stderr
    assert f"cannot be written in {project / 'two'}" in done.stderr
    assert not (project / "two").exists()
    assert state(one) == before


def test_what_was_handed_on(project: Path) -> None:
    """An index of a partner is copied with its texts; without them nothing gives its words back."""
    one = fill(project, "one", "columns")
    for name, texts in (("whole", True), ("bare", False)):
        pack(one, project / f"{name}.coopsearch", texts=texts)
        unpack(project / f"{name}.coopsearch", project / name)
    whole = project / "whole"
    copy_index(whole / "two", whole / "index_data", engine="whoosh")
    assert state(whole / "two") == state(whole / "index_data")
    with pytest.raises(SettingsError, match="was packed without its texts"):
        copy_index(project / "bare" / "two", project / "bare" / "index_data")
    assert not (project / "bare" / "two").exists()


@pytest.mark.parametrize("name", ["columns", "whoosh"])
def test_languages_are_not_decided_again(tmp_path: Path, name: str) -> None:
    """A text whose language nobody decided stays without one, whatever it says."""
    text = "Les passeurs de migrants quittent la côte en bateau la nuit."
    backend = engine(name)
    backend.create(tmp_path / "data-1")
    with backend.writer(tmp_path / "data-1") as writer:
        for earlier in (Decided(), None):
            parts = backend.parts(
                tmp_path / "data-1", f"p1-{id(earlier):x}", StemTable(lambda _: {}), earlier
            )
            path = f"{earlier is None}.txt"
            parts.add(Document(path, path, "", text, (Passage(0, len(text), 1),), "txt"))
            parts.settle()
            writer.adopt(parts.finish(frozenset()))
        writer.commit()
    with backend.open(tmp_path / "data-1") as reader:
        found = {one.path: one.passages[0].language for one in reader.every()}
    assert found == {"False.txt": "", "True.txt": "fr"}

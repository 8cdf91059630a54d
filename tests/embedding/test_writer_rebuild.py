"""A rebuild keeps the documents that no source gives anew, or is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from coopsearch.indexer import Interrupted, Progress, check, compare, open_writer, sync
from coopsearch.search import IndexUnreadable, open_index
from coopsearch.search.indexdir import meta
from coopsearch.search.indexdir.meta import read_meta

ENGINES = pytest.mark.parametrize("engine", ["whoosh", "columns"])


def made(folder: Path, engine: str) -> Path:
    """Return an index of two files and three documents without any."""
    (folder / "docs").mkdir()
    for name in "xy":
        (folder / "docs" / f"{name}.txt").write_text(f"perch {name}", encoding="utf-8")
    sync([folder / "docs"], folder / "index", engine=engine)
    with open_writer(folder / "index") as writer:
        writer.add("a", "A boat.\n\nLe bateau est parti avec les passeurs.", date="2024-05-01")
        writer.add("b", "تم توقيف المهربين قرب الساحل.", fields={"amount": 12})
        writer.add("c", "deleted later")
    with open_writer(folder / "index") as writer:
        writer.delete("c")
    return folder / "index"


def documents(index: Path) -> dict[str, object]:
    """Return the documents of scripts as they are stored."""
    with open_index(index) as opened:
        assert opened.search("perch").total == 2
        return {hit.path: opened.document(hit.path) for hit in opened.search("type:api")}


@ENGINES
def test_rebuild(tmp_path: Path, engine: str) -> None:
    """After a rebuild, also with the other engine, they are as they were, and nothing else is there."""
    index = made(tmp_path, engine)
    before = documents(index)
    assert sorted(before) == ["api://a", "api://b"]
    for kept_with in (engine, "whoosh", "columns"):
        assert sync(index_dir=index, rebuild=True, engine=kept_with).documents == 4
        assert documents(index) == before
        assert compare(index).counts == {}
        assert not check(index).damages
    with open_writer(index) as writer:
        writer.put("b", "new")
    sync(index_dir=index, rebuild=True)
    with open_index(index) as opened:
        assert opened.document("api://b").text == "new"


@ENGINES
def test_an_interrupted_rebuild(tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rebuild that was cut off after some of them is gone on with, and brings each once."""
    monkeypatch.setattr("coopsearch.indexer.added.keeping._CHARACTERS", 1)
    index = made(tmp_path, engine)
    before = documents(index)

    def stop(progress: Progress) -> None:
        raise Interrupted

    for _ in range(2):
        with pytest.raises(Interrupted):
            sync(index_dir=index, rebuild=True, progress=stop)
        assert documents(index) == before
    assert sync(index_dir=index, rebuild=True).documents == 4
    assert documents(index) == before
    assert compare(index).counts == {}


@ENGINES
def test_a_new_analysis(tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version that takes words apart otherwise reads everything anew, and keeps them."""
    index = made(tmp_path, engine)
    before = documents(index)
    page = meta.read_meta(index)
    meta.write_meta(index, page._replace(analysis=page.analysis - 1))
    with pytest.raises(IndexUnreadable, match="coopsearch index --rebuild"), open_writer(index):
        pass
    assert sync(index_dir=index).documents == 4
    assert documents(index) == before


@ENGINES
def test_the_first_page_is_lost(tmp_path: Path, engine: str) -> None:
    """Where index.json is damaged, a rebuild finds them in the data folder."""
    index = made(tmp_path, engine)
    before = documents(index)
    (index / "index.json").write_bytes(b"{")
    assert sync([tmp_path / "docs"], index, rebuild=True).documents == 4
    assert documents(index) == before


@ENGINES
def test_damage(tmp_path: Path, engine: str) -> None:
    """Where they cannot be read a rebuild is refused with a next step, and changes nothing."""
    index = made(tmp_path, engine)
    data = index / read_meta(index).data
    largest = max(data.iterdir(), key=lambda path: path.stat().st_size)
    for path in data.iterdir():
        if path.suffix == largest.suffix:
            path.write_bytes(path.read_bytes()[:60])
    before = {path: path.read_bytes() for path in index.rglob("*") if path.is_file()}
    with pytest.raises(IndexUnreadable, match=r"a rebuild would lose them .*; restore a backup"):
        sync([tmp_path / "docs"], index, rebuild=True)
    assert {path: path.read_bytes() for path in index.rglob("*") if path.is_file()} == before


def test_noted_before_the_first(tmp_path: Path) -> None:
    """That an index holds such documents is on its first page, and older pages without it are read."""
    index = made(tmp_path, "columns")
    assert read_meta(index).added
    value = json.loads((index / "index.json").read_text(encoding="utf-8").partition("\n}")[0] + "\n}")
    del value["added"], value["crc32"]
    (index / "index.json").write_text(json.dumps(value), encoding="utf-8")
    assert not read_meta(index).added

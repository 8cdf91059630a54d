"""What a script gives by mistake is told as its mistake, and never as a fault of the index."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coopsearch.indexer import check, compare, files, purge, read_documents, status, sync, watch
from coopsearch.search import Index, IndexMissing, SettingsError, open_index
from coopsearch.search.model import Document

NO_PATHS = (None, 5, b"a.txt", ["a.txt"])
#: No file of any system can be called so.
IMPOSSIBLE = "a\ud800.txt"


ASKED: dict[str, Callable[[Index, Any], object]] = {
    "similar": lambda index, path: index.similar(path),
    "holds": lambda index, path: index.holds(path),
    "document": lambda index, path: index.document(path),
    "why_not": lambda index, path: index.why_not("border", path),
}


@pytest.mark.parametrize("name", ASKED)
def test_paths_of_documents(project: Path, name: str) -> None:
    """A method of an index that takes a path refuses all else by TypeError, a hit among it."""
    with open_index(project / "index_data") as index:
        for wrong in (*NO_PATHS, index.search("border")[0]):
            with pytest.raises(TypeError, match=r"a path is a str or an os\.PathLike"):
                ASKED[name](index, wrong)
        with pytest.raises(SettingsError, match="no file can be called"):
            ASKED[name](index, IMPOSSIBLE)


def test_queries_and_documents(project: Path) -> None:
    """A query that is not text, and a document that has none, are refused by TypeError."""
    with open_index(project / "index_data") as index:
        for wrong in (None, 5, b"border", ["border"]):
            for ask in (index.search, index.rank, index.diagnose):
                with pytest.raises(TypeError, match="a query is a str"):
                    ask(wrong)  # type: ignore[arg-type]
            with pytest.raises(TypeError, match="a query is a str"):
                index.why_not(wrong, "docs/a.txt")  # type: ignore[arg-type]
        good = index.document(project / "docs" / "a.txt")
        for name in ("path", "title", "text"):
            with pytest.raises(TypeError, match=f"the {name} of a Document"):
                index.similar(Document(**{**good._asdict(), name: None}))


TAKEN: dict[str, Callable[[Any], object]] = {
    "open_index": open_index,
    "check": check,
    "compare": compare,
    "sync": lambda place: sync([], place),
    "purge": lambda place: purge(["a.txt"], place),
    "watch": lambda place: watch([], place),
}


@pytest.mark.parametrize("name", TAKEN)
def test_places_of_indexes(name: str) -> None:
    """What takes the folder of an index refuses what is not a path, and a path that no file can have."""
    for wrong in NO_PATHS[1:]:
        with pytest.raises(TypeError, match=r"a path is a str or an os\.PathLike"):
            TAKEN[name](wrong)
    with pytest.raises(SettingsError, match="no file can be called"):
        TAKEN[name](IMPOSSIBLE)


MANY: dict[str, Callable[[Any, Path], object]] = {"sync": sync, "purge": purge, "watch": watch}


@pytest.mark.parametrize("name", MANY)
def test_one_path_for_several(project: Path, name: str) -> None:
    """A single path where several are taken is refused, and not read as its letters."""
    before = sorted(project.rglob("*"))
    for one in ("docs", "./", project / "docs", b"docs"):
        with pytest.raises(TypeError, match="put the one into a list"):
            MANY[name](one, project / "index_data")
    with pytest.raises(TypeError, match=r"a path is a str or an os\.PathLike"):
        MANY[name]([None], project / "index_data")
    with pytest.raises(SettingsError, match="no file can be called"):
        MANY[name]([IMPOSSIBLE], project / "index_data")
    with open_index(project / "index_data") as index:
        assert index.documents == 2
    assert sorted(project.rglob("*")) == before


def test_reading_what_is_no_file(tmp_path: Path) -> None:
    """A folder, a file that is not there and a path that no file has give SettingsError with the reason."""
    (tmp_path / "folder.txt").mkdir()
    for place, reason in (
        (tmp_path / "folder.txt", "is a directory"),
        (tmp_path / "none.txt", "no such file"),
        (IMPOSSIBLE, "no file can be called"),
    ):
        with pytest.raises(SettingsError, match=reason):
            read_documents(place)


@pytest.mark.parametrize("call", [check, compare, lambda index: sync([index.parent], index)])
def test_a_name_that_no_folder_can_have(call: Callable[[Path], object], tmp_path: Path) -> None:
    """An index whose name is longer than any file system takes is reported, and not raised as it comes."""
    with pytest.raises((IndexMissing, SettingsError), match="x"):
        call(tmp_path / ("x" * 300))


@pytest.mark.parametrize("path", ["s\0x", "\0", "docs/a.txt\0", Path("s\0x")])
def test_a_path_with_a_nul(project: Path, path: str | Path) -> None:
    """A NUL ends a name for the system: a path with one is refused as such, and not as an empty one."""
    index = project / "index_data"
    calls: list[Callable[[], object]] = [
        lambda: sync([path], index),
        lambda: sync([], path),
        lambda: watch([path], index),
        lambda: watch([], path),
        lambda: purge([path], index),
        lambda: purge(["docs"], path),
        lambda: status(path),
        lambda: files(None, path),
        lambda: check(path),
        lambda: compare(path),
        lambda: open_index(path),
        lambda: read_documents(path),
    ]
    for call in calls:
        with pytest.raises(SettingsError, match=r"no file can be called '.*\\x00.*'; give another path"):
            call()
    with open_index(index) as opened:
        assert not opened.holds(path)
        for ask in (opened.document, opened.similar, lambda one: opened.why_not("border", one)):
            with pytest.raises(SettingsError, match="is not in the index"):
                ask(path)


def test_an_address_with_a_nul(tmp_path: Path) -> None:
    """A record may be called as no file can: the address that a hit gives of it leads back to it."""
    (tmp_path / "a.jsonl").write_text(json.dumps({"_id": "r\0x", "text": "zander"}), encoding="utf-8")
    sync([tmp_path / "a.jsonl"], tmp_path / "index_data")
    with open_index(tmp_path / "index_data") as index:
        (hit,) = index.search("zander")
        assert "\0" in hit.path
        assert index.document(hit.path).text == "zander"
        assert index.holds(hit.path)
        assert index.why_not("zander", hit.path).rank == 1
        assert index.similar(hit.path).query.endswith("r\0x")


def test_an_empty_path(project: Path) -> None:
    """An empty path is called one."""
    index = project / "index_data"
    for many in (sync, purge, watch):
        with pytest.raises(SettingsError, match=r"^a path is empty; name a folder or a file$"):
            many([""], index)
    with pytest.raises(SettingsError, match=r"^the path is empty; name a file$"):
        read_documents("")
    with open_index(index) as opened:
        for ask in (opened.document, opened.similar, lambda path: opened.why_not("border", path)):
            with pytest.raises(SettingsError, match=r"^an empty path is not in the index"):
                ask("")

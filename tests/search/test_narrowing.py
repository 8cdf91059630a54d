"""What an answer is narrowed to beside its query: the same as the fields of the query language say."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from coopsearch.indexer import sync
from coopsearch.search import Index, open_index
from coopsearch.search.engines import NAMES
from coopsearch.search.errors import SettingsError
from tests.cli.terminal import write_reports


@pytest.fixture(scope="module", params=NAMES)
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of reports in three languages, of lists, and of a file outside, kept with each engine."""
    folder = tmp_path_factory.mktemp("project")
    write_reports(folder / "docs")
    rows = "name,what\nzander,smuggling\npike,smuggling\n"
    (folder / "docs" / "list.csv").write_text(rows, encoding="utf-8")
    (folder / "docs" / "reports 2").mkdir()
    (folder / "docs" / "reports 2" / "note.txt").write_text("a note on smuggling", encoding="utf-8")
    outside = tmp_path_factory.mktemp("outside")
    (outside / "far.txt").write_text("smuggling far away from here", encoding="utf-8")
    sync([folder / "docs", outside], folder / "index_data", engine=request.param)
    with open_index(folder / "index_data") as opened:
        yield opened


def names(index: Index, query: str = "smuggling", **options: Any) -> set[str]:
    return {Path(hit.file).name for hit in index.search(query, limit=None, **options)}


COAST, PASSEURS, TAHRIB, NETS = "coast.html", "passeurs.html", "tahrib.html", "شبكات-التهريب-في-المنطقة.html"
HTML = {COAST, PASSEURS, TAHRIB, NETS}
TEXTS = {"list.csv", "note.txt", "far.txt"}


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({}, HTML | TEXTS),
        ({"since": None, "until": None, "types": [], "languages": [], "folders": []}, HTML | TEXTS),
        ({"since": "2020-06"}, {TAHRIB, NETS}),
        ({"until": "2020-05"}, {COAST, PASSEURS}),
        ({"since": "2020", "until": "2020"}, {PASSEURS, TAHRIB}),
        ({"since": "6 May 2020", "until": "6 May 2020"}, {PASSEURS}),
        ({"since": "2020-07-01", "until": " 2020-07-01 "}, {TAHRIB}),
        ({"since": "2019..2020", "until": "2019..2020"}, {PASSEURS, TAHRIB}),
        ({"types": "html"}, HTML),
        ({"types": [".TXT", "csv"]}, TEXTS),
        ({"languages": ["fr"]}, {PASSEURS}),
        ({"languages": ["French", "arabe"]}, {PASSEURS, TAHRIB, NETS}),
        ({"types": ["html"], "languages": ["en"], "until": "2019"}, {COAST}),
        ({"types": ["txt"], "languages": ["ar"]}, set()),
    ],
)
def test_options(index: Index, options: dict[str, Any], wanted: set[str]) -> None:
    """Each option leaves the documents that it names, and several leave what all of them do."""
    assert names(index, **options) == wanted
    results = index.search("smuggling", limit=0, **options)
    assert results.total == results.total_all == index.search("smuggling", limit=None, **options).total


@pytest.mark.parametrize(
    ("folder", "wanted"),
    [
        ("docs", HTML | TEXTS - {"far.txt"}),
        ("docs/reports", {COAST, PASSEURS, TAHRIB}),
        ("docs/reports/", {COAST, PASSEURS, TAHRIB}),
        ("docs/reports/2020", {PASSEURS, TAHRIB}),
        ("docs/تقارير", {NETS}),
        ("docs/list.csv", {"list.csv"}),
        ("docs/reports/../reports/2018", {COAST}),
        (".", HTML | TEXTS - {"far.txt"}),
        ("..", HTML | TEXTS),
    ],
)
def test_folders(index: Index, monkeypatch: pytest.MonkeyPatch, folder: str, wanted: set[str]) -> None:
    """A folder is that of the working directory, an absolute one, or a file; no other that begins alike."""
    monkeypatch.chdir(index.folder.parent)
    assert names(index, folders=[folder]) == wanted
    assert names(index, folders=[Path(os.path.abspath(folder))]) == wanted  # noqa: PTH100


def test_several_folders(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several folders are looked through together, one outside of the index's own among them."""
    monkeypatch.chdir(index.folder.parent)
    (far,) = (hit.file for hit in index.search("far away", types=["txt"]) if "far.txt" in hit.file)
    assert names(index, folders=["docs/reports/2018", str(Path(far).parent)]) == {COAST, "far.txt"}


@pytest.mark.parametrize(
    "query",
    ["smuggling", "smuggling border", "smuggling AND border", '"patrol boats"', "smuggling -coast", "*"],
)
def test_ranks_as_fields_do(index: Index, query: str) -> None:
    """The hits, their scores and the counts are those of the same query with fields in it."""
    wanted = index.search(f"({query}) AND type:html AND lang:en", limit=None)
    found = index.search(query, limit=None, types=["html"], languages=["en"])
    assert [(hit.path, hit.snippet) for hit in found] == [(hit.path, hit.snippet) for hit in wanted]
    assert found.total == wanted.total
    for require_all in (False, True):
        all_ = index.search(query, limit=0, types=["html"], languages=["en"], require_all=require_all)
        assert all_.total_all <= all_.total


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"since": "soon"}, "since: 'soon' is not a date; write 2019"),
        ({"until": "2019-13"}, "until: '2019-13' has no month 13"),
        ({"since": ""}, "since is empty"),
        ({"since": "2020", "until": "2019"}, "since 2020 is after until 2019"),
        ({"types": ["docx"]}, "no document of the index is of format 'docx'; it holds: csv, html, txt"),
        ({"types": [""]}, "one of the types is empty"),
        ({"languages": ["klingon"]}, "no document of the index is of language 'klingon'; it holds: "),
        ({"folders": ["nowhere"]}, "no document of the index lies in nowhere; its files lie in: "),
        ({"folders": ["docs/rep"]}, "no document of the index lies in docs/rep"),
        ({"folders": [" "]}, "one of the folders is empty"),
    ],
)
def test_bad_values(index: Index, options: dict[str, Any], message: str) -> None:
    """What makes no sense is refused in one line that says what there is."""
    with pytest.raises(SettingsError) as raised:
        index.search("smuggling", **options)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("options", [{"since": 2019}, {"types": [1]}, {"folders": [b"docs"]}])
def test_wrong_types(index: Index, options: dict[str, Any]) -> None:
    """What is of another type raises TypeError."""
    with pytest.raises(TypeError):
        index.search("smuggling", **options)


def test_copies(tmp_path: Path) -> None:
    """A file that lies in a folder only as a copy of another is found there."""
    for name in ("one", "two"):
        (tmp_path / "docs" / name).mkdir(parents=True)
        (tmp_path / "docs" / name / "same.txt").write_text("zander and perch", encoding="utf-8")
    sync([tmp_path / "docs"], tmp_path / "index_data")
    with open_index(tmp_path / "index_data") as opened:
        for name in ("one", "two"):
            assert opened.search("zander", folders=[tmp_path / "docs" / name]).total == 1

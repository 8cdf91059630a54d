"""Declared synonyms, with both engines: what they find, and where they do not count."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.search import open_index
from coopsearch.search.engines import NAMES
from coopsearch.search.errors import SettingsError
from coopsearch.search.index import Index
from tests.conftest import Run

TEXTS = {
    "boat": "The boat left the port.",
    "dinghies": "Two dinghies were found.",
    "craft": "Several inflatable crafts were found.",
    "iom": "The IOM opened an office.",
    "long": "The International Organization for Migration opened an office.",
    "words": "International news: an organization writes on migration.",
    "navire": "Le navire a quitté le port.",
    "qarib": "غادر القارب الميناء.",
}
TABLE = {"boat": ["dinghy", "inflatable craft", "navire", "قارب"]}
GROUPS = [["IOM", "International Organization for Migration"]]


@pytest.fixture(scope="module", params=NAMES)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of short texts, kept with each engine."""
    place = tmp_path_factory.mktemp(request.param)
    (place / "docs").mkdir()
    for name, text in TEXTS.items():
        (place / "docs" / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
    sync([place / "docs"], place / "index_data", engine=request.param)
    return place


@pytest.fixture(scope="module")
def table(folder: Path) -> Iterator[Index]:
    with open_index(folder / "index_data", synonyms=TABLE) as index:
        yield index


@pytest.fixture(scope="module")
def groups(folder: Path) -> Iterator[Index]:
    with open_index(folder / "index_data", synonyms=GROUPS) as index:
        yield index


def found(index: Index, query: str, *, require_all: bool = False) -> list[str]:
    return [Path(hit.path).stem for hit in index.search(query, require_all=require_all)]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("boat", {"boat", "dinghies", "craft", "navire", "qarib"}),
        ("boats", {"boat", "dinghies", "craft", "navire", "qarib"}),
        ('"boat"', {"boat"}),
        ("=boat", {"boat"}),
        ("boa*", {"boat"}),
        ("dinghy", {"dinghies"}),
        ("path:boat", {"boat"}),
        ("office -boat", {"iom", "long"}),
    ],
)
def test_table(table: Index, query: str, names: set[str]) -> None:
    """A word finds what stands for it in all forms and languages, and not the other way round."""
    assert set(found(table, query)) == names


def test_order_and_marks(table: Index) -> None:
    """The word itself comes first, and a synonym is marked and named by its rule."""
    results = table.search("boat", explain=True)
    assert Path(results.hits[0].path).stem == "boat"
    by_name = {Path(hit.path).stem: hit for hit in results}
    for name, marked in (("dinghies", "dinghies"), ("craft", "inflatable crafts")):
        hit = by_name[name]
        texts = [hit.snippet[start:end] for start, end in hit.matches]
        assert " ".join(texts) == marked
    reasons = [term.rule for reason in by_name["dinghies"].explanation for term in reason.terms]
    assert reasons == ["synonym"]
    assert "at 0.5 by synonym" in results.explanation[0]
    assert '"inflat craft" at 0.5 by synonym' in results.explanation[0]


@pytest.mark.parametrize(
    ("query", "require_all", "names"),
    [
        ("iom", False, {"iom", "long"}),
        ("IOM office", True, {"iom", "long"}),
        ("International Organization for Migration", True, {"iom", "long", "words"}),
        ("international organization for migration office", True, {"iom", "long"}),
        ('"International Organization for Migration"', False, {"long"}),
        ("organization for migration", True, {"long"}),
        ("NOT iom AND office", False, {"long"}),
    ],
)
def test_groups(groups: Index, query: str, require_all: bool, names: set[str]) -> None:
    """Each member of a group finds the others, also where it is several words without quotes."""
    assert set(found(groups, query, require_all=require_all)) == names - (
        {"words"} if "for" in query.lower().split() and require_all else set()
    )


def test_counts(groups: Index) -> None:
    """A document with a synonym counts among those that hold all words, and one answer is one whole."""
    results = groups.search("IOM office")
    assert (results.total, results.total_all) == (2, 2)
    results = groups.search("International Organization for Migration office")
    assert results.total_all == 2
    assert groups.diagnose("iom zebra", require_all=True).parts[0].documents == 2


def test_none(folder: Path) -> None:
    """Without synonyms, or with empty ones, nothing is added."""
    given: list[dict[str, list[str]] | list[list[str]] | None] = [None, {}, [], {"boat": []}]
    for value in given:
        with open_index(folder / "index_data", synonyms=value, translate="no") as index:
            assert found(index, "boat") == ["boat"]


@pytest.mark.parametrize("value", [{"boat": "dinghy"}, ["boat"], {"boat": [3]}, [[b"a"]]])
def test_wrong_types(folder: Path, value: object) -> None:
    """A text in place of a list would be taken for its letters, so it is refused."""
    with pytest.raises(TypeError):
        open_index(folder / "index_data", synonyms=value)  # type: ignore[arg-type]
    with pytest.raises(SettingsError):
        open_index(folder / "index_data", synonyms={"boat": ["!"]})


def test_settings(run: Run, folder: Path) -> None:
    """The settings of the project in which the index stands count, from wherever it is asked."""
    page = folder / "coopsearch.toml"
    page.write_text('[synonyms]\nboat = ["dinghy"]\ngroups = [["IOM", "navire"]]\n', encoding="utf-8")
    try:
        assert run("boat", "-n0", "--translate=no", cwd=folder).err.startswith("2 of 8 documents")
        assert run("navire", "-n0", "--translate=no", "--index", folder / "index_data").err.startswith(
            "2 of 8 documents"
        )
        with open_index(folder / "index_data", translate="no") as index:
            assert set(found(index, "boat")) == {"boat", "dinghies"}
    finally:
        page.unlink()

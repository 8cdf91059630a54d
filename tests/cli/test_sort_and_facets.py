"""`--sort` and `--facet`, and the same from a script."""

from __future__ import annotations

from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.search import open_index
from coopsearch.search.engines import NAMES
from coopsearch.search.errors import SettingsError
from tests.conftest import Run

FILES = {
    "reports/2018/coast.html": (
        "Zebra coast",
        "2018-03-04",
        "The patrol boats left the coast of the country.",
    ),
    "reports/2020/bateaux.html": (
        "Bateaux",
        "2020-05-06",
        "Les bateaux de la patrouille ont quitté la côte.",
    ),
    "reports/2020/boats.html": (
        "apple boats",
        "2020-01-02",
        "Patrol boats were seen near the coast, and boats.",
    ),
    "notes.txt": ("", "", "patrol notes about boats near the coast"),
}


@pytest.fixture(params=NAMES)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An index of a few dated documents, kept with each engine."""
    for name, (title, date, text) in FILES.items():
        path = tmp_path / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        meta = f'<html><head><title>{title}</title><meta name="date" content="{date}"></head>'
        path.write_text(f"{meta}<body><p>{text}</p></body></html>" if title else text, encoding="utf-8")
    sync([tmp_path / "docs"], tmp_path / "index_data", engine=request.param)
    return tmp_path


def names(out: list[dict[str, object]]) -> list[str]:
    return [Path(str(one["shown"])).name for one in out if "path" in one]


def test_sort(run: Run, folder: Path) -> None:
    """By day, forwards and backwards, by path and by title; the same hits as by relevance."""
    by = {
        order: names(run("patrol bateaux", "--json", "--sort", order, cwd=folder).objects())
        for order in ("relevance", "newest", "date", "oldest", "path", "title")
    }
    # The note says no date: the day of its file is not one, and it comes last either way.
    assert by["newest"] == by["date"] == ["bateaux.html", "boats.html", "coast.html", "notes.txt"]
    assert by["oldest"] == ["coast.html", "boats.html", "bateaux.html", "notes.txt"]
    assert by["path"] == ["notes.txt", "coast.html", "bateaux.html", "boats.html"]
    assert by["title"] == ["boats.html", "bateaux.html", "notes.txt", "coast.html"]
    assert sorted(by["relevance"]) == sorted(by["path"])
    assert names(run("patrol", "--json", "-n1", "--sort=oldest", cwd=folder).objects()) == ["coast.html"]


def test_facets(run: Run, folder: Path) -> None:
    """All that match are counted, shown or not; a program gets them on a line of their own."""
    ran = run("patrol bateaux", "-n1", "--json", "--facet", "lang", "--facet=type", cwd=folder)
    assert ran.objects()[-1] == {"facets": {"lang": {"en": 3, "fr": 1}, "type": {"html": 3, "txt": 1}}}
    ran = run("patrol bateaux", "-n0", "--facet=folder", "--facet=year", cwd=folder)
    folders, years = ran.out.splitlines()
    assert folders == "folder: docs/reports/2020 2, docs 1, docs/reports/2018 1"
    assert years == "year: 2020 2, no date 1, 2018 1"
    ran = run("patrol bateaux", "-n0", "--facet=folder:1", "--facet=folder:2", "--facet=folder/3", cwd=folder)
    assert ran.out.splitlines() == [
        "folder:1: docs 4",
        "folder:2: docs/reports 3, docs 1",
        "folder/3: docs/reports/2020 2, docs 1, docs/reports/2018 1",
    ]
    ran = run("nothingofthis", "--facet=lang", cwd=folder)
    assert (ran.code, ran.out) == (1, "lang: none\n")


def test_unknown_names(run: Run, folder: Path) -> None:
    """A name that there is not is refused, and those that there are are told."""
    ran = run("patrol", "--sort=size", cwd=folder)
    assert ran.code == 2
    assert "relevance, newest, oldest, path, title" in ran.err
    ran = run("patrol", "--facet=size", cwd=folder)
    assert ran.code == 2
    assert "lang, type, year, folder" in ran.err


def test_from_a_script(folder: Path) -> None:
    """The same by name, with reasons that sum up to the score in any order."""
    with open_index(folder / "index_data") as index:
        results = index.search("patrol boats", sort="oldest", facets=["year", "year"], explain=True)
        assert list(results.facets) == ["year"]
        assert list(results.facets["year"].values()) == sorted(results.facets["year"].values(), reverse=True)
        for hit in results:
            assert hit.score == pytest.approx(sum(reason.score for reason in hit.explanation), abs=1e-3)
        assert index.search("patrol boats").facets == {}
        with pytest.raises(SettingsError, match="no order"):
            index.search("patrol", sort="size")  # type: ignore[arg-type]

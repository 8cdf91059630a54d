"""``--index A --index B``: several indexes on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.federation.conftest import Make


@pytest.fixture
def folder(make: Make) -> Path:
    """A folder with two indexes."""
    north, _ = make("columns", "whoosh")
    return north.parent


BOTH = ("--index", "north-index", "--index", "south-index")


def test_search(run: Run, folder: Path) -> None:
    """One ranked answer comes from both, and each hit names its index, on the screen and in JSON."""
    done = run("smuggling of migrants", *BOTH, cwd=folder)
    assert done.code == 0, done.err
    assert "[north-index]" in done.out
    assert "[south-index]" in done.out
    assert "of 12 documents match" in done.err
    hits = run("smuggling of migrants", *BOTH, "--json", cwd=folder).objects()
    assert {hit["index"] for hit in hits} == {str(folder / f"{name}-index") for name in ("north", "south")}
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)


def test_one_index_is_not_named(run: Run, folder: Path) -> None:
    """An answer of one index says nothing of it."""
    done = run("smuggling", "--index", "north-index", "--json", cwd=folder)
    assert "index" not in done.objects()[0]
    assert "[" not in run("smuggling", "--index", "north-index", cwd=folder).out


def test_similar_facets_and_reasons(run: Run, folder: Path) -> None:
    """The other forms of asking take several indexes too."""
    done = run("similar", "north/boats.txt", "--translate=no", *BOTH, "--json", cwd=folder)
    assert done.objects()[0]["shown"] == "south/islands.txt"
    done = run("smuggling", "--translate=no", *BOTH, "-n", "0", "--facet", "folder", "--json", cwd=folder)
    assert done.objects()[-1]["facets"]["folder"] == {str(folder / "south"): 4, str(folder / "north"): 2}
    done = run("smuggling", *BOTH, "--why-not", "south/short.txt", "--json", cwd=folder)
    assert done.objects()[0]["rank"] == 1
    assert "did you mean" in run("smugling islnds", *BOTH, cwd=folder).err


@pytest.mark.parametrize(
    "words",
    [
        ["status"],
        ["verify"],
        ["desk", "where"],
        ["index", "north"],
        ["purge", "north/boats.txt"],
        ["status", "--index=north-index"],
    ],
)
def test_none_is_dropped_in_silence(run: Run, folder: Path, words: list[str]) -> None:
    """A command that takes one index refuses two, and does nothing."""
    before = sorted(path.stat().st_mtime_ns for path in folder.rglob("*"))
    done = run(*words, *BOTH, cwd=folder)
    assert (done.code, done.out) == (2, "")
    assert f"`coopsearch {words[0]}` takes one index" in done.err
    assert sorted(path.stat().st_mtime_ns for path in folder.rglob("*")) == before


def test_unreadable(run: Run, folder: Path) -> None:
    """An index that cannot be read is an error that names it, or is left out where that is said."""
    done = run("smuggling", *BOTH, "--index", "gone", cwd=folder)
    assert (done.code, done.out) == (2, "")
    assert f"there is no index at {folder / 'gone'}" in done.err
    done = run("smuggling", *BOTH, "--index", "gone", "--skip-unreadable", cwd=folder)
    assert done.code == 0
    assert "the index gone was left out: there is no index at" in done.err
    done = run("smuggling", "--index", "gone", "--skip-unreadable", cwd=folder)
    assert done.code == 2
    assert "there is no index" in done.err


def test_named_twice(run: Run, folder: Path) -> None:
    """An index that is named twice is asked once, and that is said."""
    done = run("smuggling", "--index", "north-index", "--index", "./north-index", cwd=folder)
    assert done.code == 0
    assert "it is asked once" in done.err.replace("\n", " ")
    assert done.out.count("routes.md") == 1


def test_hits_of_several_are_remembered(run: Run, folder: Path) -> None:
    """The last answer knows which index each of its hits is from, and the states of all."""
    env = {"XDG_RUNTIME_DIR": str(folder)}
    assert run("smuggling", *BOTH, cwd=folder, env=env).code == 0
    (page,) = folder.glob("coopsearch/answers/*/*.json")
    value = json.loads(page.read_text())
    assert set(value["generations"]) == {str(folder / f"{name}-index") for name in ("north", "south")}
    assert {hit[5] for hit in value["hits"]} == set(value["generations"])


def test_folders(run: Run, folder: Path) -> None:
    """``--in`` narrows to a folder of one index, to one above both, and to a place that holds copies."""
    (folder / "north" / "old").mkdir()
    (folder / "north" / "old" / "copy.md").write_bytes((folder / "north" / "routes.md").read_bytes())
    assert run("index", "--index", "north-index", cwd=folder).code == 0
    asked = ("smuggling", *BOTH, "--json", "--in")
    everything = run(*asked[:-1], cwd=folder).objects()
    for place, inside in (("north", "north/"), ("south", "south/"), (str(folder.parent), ""), (".", "")):
        hits = run(*asked, place, cwd=folder).objects()
        assert [one["path"] for one in hits] == [
            one["path"] for one in everything if one["path"].startswith(str(folder / inside))
        ]
        assert hits
    copied = run(*asked, "north/old", cwd=folder).objects()
    assert [one["shown"] for one in copied] == ["north/routes.md"]
    both = run(*asked, "north", "--in", "south/short.txt", cwd=folder).objects()
    assert "south/short.txt" in {one["shown"] for one in both} > {"north/routes.md"}
    done = run(*asked, "nowhere", cwd=folder)
    assert (done.code, "its files lie in:" in done.err, str(folder / "north") in done.err) == (2, True, True)
    assert run("path:routes*", *BOTH, "--json", cwd=folder).objects()[0]["shown"] == "north/routes.md"

"""``open_indexes``: several indexes with the face of one, and the answers of one."""

from __future__ import annotations

import re
import shutil
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coopsearch.indexer import sync
from coopsearch.search import (
    IndexDamaged,
    IndexMissing,
    IndexOutdated,
    QueryError,
    SettingsError,
    open_index,
    open_indexes,
)
from coopsearch.search.engines import titles
from coopsearch.search.indexdir.meta import read_meta, write_meta
from tests.federation.conftest import TEXTS, Make, write

_WORDS = st.sampled_from(
    "smuggling smugglers migrants boat boats trafficking human islands coast the of cross-border crossborder "
    "report passeurs réfugiés refugies guerre المهاجرين تهريب المهربون 2023 committee missing".split()
)
_PARTS = st.one_of(
    _WORDS,
    _WORDS,
    _WORDS,
    st.builds('"{} {}"'.format, _WORDS, _WORDS),
    st.builds("{} NEAR {}".format, _WORDS, _WORDS),
    st.builds("({} AND {})".format, _WORDS, _WORDS),
    _WORDS.map("-{}".format),
    _WORDS.map("={}".format),
    _WORDS.map("title:{}".format),
    _WORDS.map("{}^3".format),
    _WORDS.map("{}~".format),
    st.sampled_from(
        [
            "smugg*", "b*", "*", "m?grants", "/traffick.*/", "lang:fr", "lang:ar", "type:md", "path:routes",
            "from:ann@example.org", "north/*", "Victims of trafficking", '"Les passeurs"', "a..c", "200..400",
        ]
    ),
)  # fmt: skip
questions = st.lists(_PARTS, min_size=1, max_size=4).map(" ".join)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the texts, an index of each part by each engine, and one of all by each engine."""
    folder = tmp_path_factory.mktemp("places")
    write(folder)
    for engine in ("columns", "whoosh"):
        for name in TEXTS:
            sync([folder / name], folder / f"{name}-{engine}", engine=engine)
        sync([folder / name for name in TEXTS], folder / f"whole-{engine}", engine=engine)
    return folder


@pytest.mark.parametrize("north", ["columns", "whoosh"])
@pytest.mark.parametrize("south", ["columns", "whoosh"])
def test_answers_are_those_of_one_index(places: Path, north: str, south: str) -> None:
    """The same documents, with the scores of one index to 1e-4, in the order of these, for any query."""
    engines = {"north": north, "south": south}
    several = open_indexes([places / f"{name}-{engine}" for name, engine in engines.items()])
    wholes = {engine: open_index(places / f"whole-{engine}") for engine in set(engines.values())}

    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(questions, st.booleans())
    def compare(query: str, require_all: bool) -> None:
        try:
            expected = {
                engine: dict(whole.rank(query, require_all=require_all)) for engine, whole in wholes.items()
            }
        except QueryError as error:
            with pytest.raises(QueryError, match=re.escape(str(error)[:40])):
                several.rank(query, require_all=require_all)
            return
        found = several.rank(query, require_all=require_all)
        assert len(found) == len(next(iter(expected.values())))
        for path, score in found:
            address = Path(path).relative_to(places).as_posix()
            whole = expected[engines[address.partition("/")[0]]]
            assert score == pytest.approx(whole[address], abs=1e-4, rel=1e-4)
        assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)

    with several:
        compare()
    for whole in wholes.values():
        whole.close()


def test_a_hit_names_its_index(make: Make) -> None:
    """Each hit says which index it is from, and the answer how each is called."""
    north, south = make("columns", "whoosh")
    with open_indexes([north, south]) as index:
        results = index.search("smuggling boats", facets=["folder", "lang"])
        assert {hit.index_folder for hit in results} == {str(north), str(south)} == set(results.indexes)
        assert set(results.indexes.values()) == {"north-index", "south-index"}
        for hit in results:
            assert Path(hit.path).is_file() or "!" in hit.path
            assert Path(hit.path).parent.name == Path(hit.index_folder).name.removesuffix("-index")
        assert set(results.facets["folder"]) == {str(north.parent / name) for name in TEXTS}
        assert results.coverage is not None
        assert results.coverage.files == sum(map(len, TEXTS.values()))
        assert index.folders == (north, south)
        assert index.generations.keys() == {str(north), str(south)}
    with open_indexes({"Rome": north, "Tunis": south}) as index:
        assert set(index.search("boats").indexes.values()) == {"Rome", "Tunis"}


def test_the_face_of_one(make: Make) -> None:
    """What one index can be asked, several can: documents, likeness, diagnoses, explanations, changes."""
    north, south = make("columns", "columns")
    base = north.parent
    with open_indexes([north, south]) as index, open_index(base / "whole-columns") as whole:
        text = index.document(base / "south" / "short.txt")
        assert text.path == str(base / "south" / "short.txt")
        assert text == whole.document(base / "south" / "short.txt")
        assert index.holds(base / "north" / "boats.txt")
        assert not index.holds(base / "north" / "short.txt")
        like, wanted = (one.similar(base / "north" / "boats.txt") for one in (index, whole))
        assert [hit.path for hit in like] == [hit.path for hit in wanted]
        assert [hit.score for hit in like] == pytest.approx([hit.score for hit in wanted], abs=1e-4)
        assert index.diagnose("smugling islnds") == whole.diagnose("smugling islnds")
        path = base / "south" / "victims.txt"
        assert index.why_not("boats", path) == whole.why_not("boats", path)
        assert index.why_not("smuggling", path).rank == whole.why_not("smuggling", path).rank
        for one, other in zip(
            index.search("smuggling of migrants", explain=True),
            whole.search("smuggling of migrants", explain=True),
            strict=True,
        ):
            assert one._replace(index_folder="", score=0.0, explanation=()) == other._replace(
                score=0.0, explanation=()
            )
            assert sum(part.score for part in one.explanation) == pytest.approx(one.score, abs=1e-3)
        for order in ("newest", "oldest", "path", "title"):
            first, second = (one.search("*", sort=order, limit=100) for one in (index, whole))
            assert [hit.path for hit in first] == [hit.path for hit in second]
        assert index.changed() == (0, 0, 0)
        (base / "south" / "new.txt").write_text("A new boat", encoding="utf-8")
        assert index.changed() == (1, 0, 0)
        assert not index.refresh()
        sync([base / "south"], south)
        assert index.refresh()
        assert index.holds(base / "south" / "new.txt")
        assert index.documents == whole.documents + 1
        with pytest.raises(SettingsError, match="name one index"):
            _ = index.folder


def test_the_same_document_in_two(make: Make) -> None:
    """A document that two indexes hold is a hit of each; folded, it is one hit that names the other place."""
    north, south = make("columns", "columns")
    base = north.parent
    shutil.copy(base / "north" / "boats.txt", base / "south" / "copy.txt")
    sync([base / "south"], south)
    with open_indexes([north, south, base / "whole-columns"]) as index:
        paths = [hit.path for hit in index.search("coast guard reported")]
        assert paths.count(str(base / "north" / "boats.txt")) == 2
        (hit, *_) = index.search("coast guard reported", fold=True)
        assert hit.near
        assert str(base / "south" / "copy.txt") in (hit.path, *hit.near, *hit.also)


def test_twice_and_within(make: Make) -> None:
    """An index that is named twice, by whatever name, is asked once, and that is said."""
    north, south = make("columns", "columns")
    link = north.parent / "link"
    link.symlink_to(north)
    with open_indexes([north, south, link, f"{south}/../{north.name}"]) as index:
        results = index.search("smuggling")
        assert index.folders == (north, south)
        assert len([note for note in results.notes if "asked once" in note]) == 2


def _break(folder: Path, how: str) -> None:
    if how == "missing":
        shutil.rmtree(folder)
    elif how == "outdated":
        write_meta(folder, read_meta(folder)._replace(analysis=99))
    else:
        (page,) = folder.glob("data-*/columns.toc")
        page.write_bytes(page.read_bytes()[:-9])


@pytest.mark.parametrize(
    ("how", "error"), [("missing", IndexMissing), ("outdated", IndexOutdated), ("damaged", IndexDamaged)]
)
def test_one_cannot_be_read(make: Make, how: str, error: type[Exception]) -> None:
    """Where one index cannot be read the error names it; if it may be left out, the others answer."""
    north, south = make("columns", "columns")
    _break(south, how)
    with pytest.raises(error, match=r"south-index"):
        open_indexes([north, south])
    with open_indexes([north, south], skip_unreadable=True) as index, open_index(north) as alone:
        results = index.search("smuggling")
        assert [hit.path for hit in results] == [hit.path for hit in alone.search("smuggling")]
        assert any("south-index was left out" in note for note in results.notes)
    _break(north, how)
    with pytest.raises(error):
        open_indexes([north, south], skip_unreadable=True)


def test_damage_that_is_met_later(make: Make) -> None:
    """A file that proves damaged when it is first read leaves its index out, or is an error that names it."""
    north, south = make("columns", "columns")
    for path in south.glob("data-*/*.col"):
        data = bytearray(path.read_bytes())
        middle = len(data) // 2
        data[100:middle] = bytes(middle - 100)
        path.write_bytes(data)
    with pytest.raises(IndexDamaged, match="south-index"), open_indexes([north, south]) as index:
        index.search("smuggling migrants boat")
    with open_indexes([north, south], skip_unreadable=True) as index:
        results = index.search("smuggling migrants boat")
        assert {hit.index_folder for hit in results} == {str(north)}
        assert any("south-index was left out" in note for note in results.notes)


def test_no_index() -> None:
    """No index, and a path where a list is meant, are refused."""
    with pytest.raises(SettingsError, match="no index is named"):
        open_indexes([])
    with pytest.raises(TypeError, match="a list of paths"):
        open_indexes("index_data")


def test_many_threads(make: Make) -> None:
    """Threads that ask two indexes of the engine with a lock do not wait for each other forever."""
    with open_indexes(make("whoosh", "whoosh")) as index:
        wanted = index.search("smuggling of migrants by boat").hits
        found: list[bool] = []
        threads = [
            threading.Thread(
                target=lambda: found.extend(
                    index.search("smuggling of migrants by boat").hits == wanted for _ in "123"
                )
            )
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert found == [True] * 24


@pytest.mark.parametrize("most", [1, 2, 3, 2_000])
@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_a_title_that_many_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str, most: int
) -> None:
    """Whether a title is one of too many to be meant is asked of all indexes together."""
    for name, count in (("north", 2), ("south", 1)):
        (tmp_path / name).mkdir()
        for number in range(count):
            text = f"Annual report\n\nThe {name} report of number {number} on {'boats ' * number}."
            (tmp_path / name / f"{number}.txt").write_text(text, encoding="utf-8")
        (tmp_path / name / "other.txt").write_text(f"Other\n\nAn annual report, {name}.", encoding="utf-8")
        sync([tmp_path / name], tmp_path / f"{name}-index", engine=engine)
    sync([tmp_path / "north", tmp_path / "south"], tmp_path / "whole", engine=engine)
    monkeypatch.setattr(titles, "MOST", most)
    with (
        open_indexes([tmp_path / "north-index", tmp_path / "south-index"]) as several,
        open_index(tmp_path / "whole") as whole,
    ):
        found, wanted = several.search("annual report", explain=True), whole.search("annual report")
        assert [hit.path for hit in found] == [hit.path for hit in wanted]
        assert [hit.score for hit in found] == pytest.approx([hit.score for hit in wanted], abs=1e-4)
        for hit in found:
            assert sum(part.score for part in hit.explanation) == pytest.approx(hit.score, abs=1e-3)

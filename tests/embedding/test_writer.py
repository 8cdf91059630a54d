"""Documents that a script adds, changes and deletes, beside those of files."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from coopsearch.indexer import IndexWriter, check, compare, files, open_writer, purge, status, sync
from coopsearch.search import Index, IndexMissing, SettingsError, open_index
from tests.conftest import Run

ENGINES = pytest.mark.parametrize("engine", ["whoosh", "columns"])


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """An index of one file, and three documents without one in three languages."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("A report on smuggling routes.", encoding="utf-8")
    sync([tmp_path / "docs"], tmp_path / "index")
    with open_writer(tmp_path / "index") as writer:
        _three(writer)
    return tmp_path / "index"


def _three(writer: IndexWriter) -> None:
    writer.add(
        "case/17",
        "The boat was seen near the coast.\n\n# Second part\n\nSmuggling was suspected.",
        title="Case 17",
        date=date(2024, 5, 1),
        fields={"amount": 250, "status": "open", "opened": date(2024, 4, 30), "urgent": True},
    )
    writer.add("case/18", "Les passeurs étaient déjà partis.", date="2023-01-31", fields={"amount": 99.5})
    writer.add(
        "case/19",
        "تم توقيف المهربين قرب الساحل.",
        fields={"amount": 1e6, "opened": datetime(2025, 1, 2, tzinfo=UTC)},
    )


def found(index: Index, query: str) -> list[str]:
    """Return the last part of the addresses of the hits, sorted."""
    return sorted(hit.path.rpartition("/")[2] for hit in index.search(query, limit=None))


@ENGINES
def test_an_index_of_documents_alone(tmp_path: Path, engine: str) -> None:
    """A writer makes an index where there is none, and its documents are found in each language."""
    place = tmp_path / "index"
    with open_writer(place, engine=engine) as writer:
        _three(writer)
        with pytest.raises(IndexMissing):
            open_index(place)
    with open_index(place, translate="no") as index:
        assert index.languages == ("ar", "en", "fr")
        (hit,) = index.search("suspected smuggling")
        assert (hit.path, hit.shown, hit.absolute, hit.title) == ("api://case/17",) * 3 + ("Case 17",)
        assert (hit.line, hit.heading, hit.type, hit.date) == (5, ("Second part",), "api", "2024-05-01")
        assert found(index, "passeur") == ["18"]
        assert found(index, "المهربون") == ["19"]
        assert index.document("api://case/18").title == "Les passeurs étaient déjà partis."
        assert index.holds("api://case/19")
        assert not index.holds("case/19")
    assert not check(place).damages


QUERIES = [
    ("amount:100..500", "17"),
    ("amount:<100", "18"),
    ("amount:>=250", "17 19"),
    ("amount:1000000", "19"),
    ("status:open", "17"),
    ("urgent:yes", "17"),
    ("opened:2024-04-30", "17"),
    ("opened:2024-04..2024-12", "17"),
    ("opened:[2024-04-30 TO 2024-05-01]", "17"),
    ("opened:{2024-04-30 TO 2025-01-02}", ""),
    ("opened:{2024-04-30 TO 2025-01-02]", "19"),
    ("opened:>2024-04", "19"),
    ("opened:<2025", "17"),
    ("opened:2024..2025", "17 19"),
    ("opened:2026..", ""),
    ("opened:..2024-06-01", "17"),
    ("date:2023", "18"),
    ("type:api", "17 18 19"),
    ("path:case", "17 18 19"),
    ("smuggling", "17 a.txt"),
    ("smuggling type:txt", "a.txt"),
]


def test_fields(index: Path) -> None:
    """Texts, numbers, days and yes or no are found by their names, exactly and in ranges."""
    with open_index(index, translate="no") as opened:
        assert {query: " ".join(found(opened, query)) for query, _ in QUERIES} == dict(QUERIES)


RANGES = [
    "2024-01..2024-02",
    "[2024-01-02 TO 2024-12]",
    "{2024-01-31 TO 2025-01-01}",
    "..2024-01-01",
    "2024-12-31..",
    ">2024-01",
    ">=2024-01-31",
    "<2024-01",
    "<=2024-02",
]


@ENGINES
def test_ranges_of_days(tmp_path: Path, engine: str) -> None:
    """A range of days or months in a field means what it means for ``date:``, with either engine."""
    days = ["2023-12-31", "2024-01-01", "2024-01-31", "2024-02-29", "2024-12-31", "2025-01-01"]
    with open_writer(tmp_path / "index", engine=engine) as writer:
        for day in days:
            writer.add(day, "x", date=day, fields={"opened": date.fromisoformat(day)})
    with open_index(tmp_path / "index", translate="no") as index:
        for range_ in RANGES:
            assert found(index, f"opened:{range_}") == found(index, f"date:{range_}"), range_
        with pytest.raises(Exception, match="has no month 13"):
            index.search("opened:2024-13..2025-01")


@ENGINES
def test_changes(tmp_path: Path, engine: str) -> None:
    """Later transactions change parts, replace wholes and delete, and each sees what it did itself."""
    place = tmp_path / "index"
    with open_writer(place, engine=engine) as writer:
        _three(writer)
        writer.update("case/17", fields={"amount": None, "status": "closed"})
        writer.delete("case/18")
        writer.add("case/18", "A second try.")
        assert list(writer.paths()) == ["case/17", "case/18", "case/19"]
    with open_index(place, translate="no") as index:
        assert found(index, "status:closed smuggling") == ["17"]
        assert found(index, "passeurs") == []
        with open_writer(place) as writer:
            writer.update("api://case/17", "Nothing was found.", date="")
            writer.put("case/18", "Les passeurs sont revenus.")
            writer.put("case/20", "Quite new.")
            writer.delete("api://case/19")
            assert "case/20" in writer
            assert "case/19" not in writer
            assert list(writer.paths("case/2")) == ["case/20"]
        assert index.refresh()
        assert found(index, "smuggling") == []
        changed = index.document("api://case/17")
        assert (changed.title, changed.date) == ("Case 17", "")
        assert changed.fields == {"status": "closed", "opened": "2024-04-30", "urgent": "yes"}
        assert found(index, "passeurs") == ["18"]
        assert index.documents == 3
    assert not check(place).damages


@ENGINES
def test_all_or_nothing(tmp_path: Path, engine: str) -> None:
    """An exception out of the block, and a rollback, leave the index byte for byte as it was."""
    place = tmp_path / "index"
    with open_writer(place, engine=engine) as writer:
        writer.add("a", "first")

    def state() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in place.rglob("*") if path.is_file()}

    before = state()

    def fails() -> None:
        with open_writer(place) as writer:
            writer.put("a", "second")
            writer.add("b", "second")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert state() == before
    with open_writer(place) as writer:
        writer.delete("a")
        writer.rollback()
    assert state() == before
    with open_writer(place):
        pass
    assert state() == before
    with open_writer(place) as writer:
        # What is as it was is not written.
        writer.put("a", "first")
        writer.add("b", "new")
        writer.delete("b")
    assert state() == before


def test_books(index: Path) -> None:
    """Documents without files are no files to the counts, the lists, the comparison and the next run."""
    found = status(index)
    assert (found.documents, found.coverage.files, found.coverage.added) == (4, 1, 3)
    assert found.formats == {"txt": {"indexed": 1}}
    assert found.changed is not None
    assert not any(found.changed)
    assert [one.path for one in files("indexed", index)][1:] == [f"api://case/{n}" for n in (17, 18, 19)]
    assert compare(index).counts == {}
    report = sync(index_dir=index)
    assert (report.documents, report.removed, report.unchanged) == (4, 0, 1)
    with open_index(index, translate="no") as opened:
        covered = opened.search("smuggling").coverage
        assert covered is not None
        assert (covered.searched, covered.added) == (1, 3)
        assert opened.changed() == (0, 0, 0)


def test_a_source_that_is_everything(index: Path) -> None:
    """A run over the folder that holds the index itself removes no document of a script."""
    report = sync([index.parent], index)
    assert (report.documents, report.removed) == (4, 0)
    (index.parent / "docs" / "a.txt").unlink()
    assert sync(index_dir=index).documents == 3


def test_a_file_named_alike(index: Path) -> None:
    """A file below a folder ``api:`` and a document of a script do not get in each other's way."""
    place = index.parent / "api:" / "case"
    place.mkdir(parents=True)
    (place / "17").write_text("A perch in a file.", encoding="utf-8")
    assert sync([index.parent], index).documents == 5
    with open_writer(index) as writer:
        writer.delete("case/17")
    with open_index(index, translate="no") as opened:
        (hit,) = opened.search("perch")
        assert hit.path == str(place / "17")
        assert found(opened, "boat") == []
    assert compare(index).counts == {}


def test_purge(index: Path) -> None:
    """A purge takes documents of scripts by their address, one or all below it, and leaves no word."""
    with pytest.raises(SettingsError, match=r"^api://case/1 is not in the index"):
        purge(["api://case/1"], index)
    done = purge(["api://case/17"], index)
    assert (done.files, done.documents, done.left, done.there) == (("api://case/17",), 1, (), ())
    done = purge(["api://case/"], index)
    assert done.files == ("api://case/18", "api://case/19")
    with open_index(index, translate="no") as opened:
        assert opened.documents == 1
    assert not any(b"case" in path.read_bytes() for path in index.rglob("*") if path.is_file())


def test_traces(tmp_path: Path) -> None:
    """What a writer deleted is in no file of the index after some twenty transactions."""
    place = tmp_path / "index"
    with open_writer(place) as writer:
        writer.add("secret", "barracuda")
        writer.add("other", "perch")
    with open_writer(place) as writer:
        writer.delete("secret")
    for number in range(20):
        with open_writer(place) as writer:
            writer.put("count", f"number {number}")
    assert not any(b"barracuda" in path.read_bytes() for path in place.rglob("*") if path.is_file())


def test_command(index: Path, run: Run) -> None:
    """The command finds, shows, counts and purges what a script added."""
    place = index.parent
    done = run("suspected", "--index", "index", cwd=place)
    assert done.code == 0
    assert "api://case/17:5" in done.out
    assert "1 file searched; 3 documents from scripts" in done.out + done.err
    assert "Second part" in run("show", "api://case/17", "--index", "index", cwd=place).out
    told = run("status", "--index", "index", cwd=place).out
    assert "besides, 3 documents added by scripts" in told
    (value,) = run("status", "--json", "--index", "index", cwd=place).objects()
    assert (value["added"], value["files"]) == (3, 1)
    names = run("status", "--state", "indexed", "--null", "--index", "index", cwd=place).out
    assert names == "docs/a.txt\0"
    assert run("verify", "--sources", "--index", "index", cwd=place).code == 0
    assert run("purge", "api://case/17", "--index", "index", cwd=place).code == 0
    assert run("suspected", "--index", "index", cwd=place).code == 1


def test_command_without_sources(tmp_path: Path, run: Run) -> None:
    """An index that scripts alone fill is complete, and can be rebuilt by the command."""
    with open_writer(tmp_path / "index_data") as writer:
        writer.add("a", "perch")
    done = run("perch", cwd=tmp_path)
    assert (done.code, done.err) == (0, "1 of 1 document matches; 1 document from scripts searched\n")
    assert "updated" not in run("status", cwd=tmp_path).out
    assert run("index", "--rebuild", cwd=tmp_path).code == 0
    assert run("perch", cwd=tmp_path).code == 0

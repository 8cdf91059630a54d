"""An index that is written once more for another engine is the same to whoever asks it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given

from coopsearch.indexer import copy_index, open_writer, status, sync
from coopsearch.search import Changed, Index, open_index
from coopsearch.search.desk import store
from coopsearch.search.engines import Cluster
from tests.conftest import Run
from tests.copying.conftest import MINE, RULES, fill, keep, write
from tests.copying.seeing import books, compare, queries, state

Pairs = list[tuple[Index, Index]]


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of columns, a copy of it for Whoosh, and a copy of that in columns; one for Whoosh alone."""
    project = tmp_path_factory.mktemp(MINE)
    write(project)
    keep(fill(project, "one", "columns"))
    fill(project, "plain", "whoosh")
    copy_index(project / "two", project / "one", engine="whoosh")
    copy_index(project / "three", project / "two")
    return project


@pytest.fixture(scope="module")
def far(copied: Path, node: Cluster) -> Path:
    """The same with a copy in a cluster, one in columns of that, and one in the cluster for Whoosh's."""
    copy_index(copied / "four", copied / "one", cluster=node)
    copy_index(copied / "five", copied / "four")
    copy_index(copied / "six", copied / "two", cluster=node._replace(shards=1))
    return copied


@pytest.fixture(scope="module")
def opened(copied: Path) -> Iterator[Pairs]:
    """Indexes that must be alike."""
    with ExitStack() as stack:
        yield [
            (stack.enter_context(open_index(copied / one)), stack.enter_context(open_index(copied / other)))
            for one, other in (("one", "three"), ("plain", "two"))
        ]


@pytest.fixture(scope="module")
def opened_far(far: Path) -> Iterator[Pairs]:
    """The same with those in the cluster."""
    with ExitStack() as stack:
        yield [
            (stack.enter_context(open_index(far / one)), stack.enter_context(open_index(far / other)))
            for one, other in (("one", "four"), ("one", "five"), ("one", "six"))
        ]


def test_what_it_holds(copied: Path) -> None:
    """Documents, words, stems, names, counts, books and settings are the same, there and back."""
    before = state(copied / "one")
    assert any(not passage.language for one in before["documents"] for passage in one.passages)
    for other in ("two", "three"):
        after = state(copied / other)
        for part in before:
            assert after[part] == before[part], (other, part)


def test_what_a_cluster_holds(far: Path) -> None:
    """So they are in a cluster, and out of one."""
    before = state(far / "one")
    for other in ("four", "five", "six"):
        after = state(far / other)
        for part in before:
            assert after[part] == before[part], (other, part)


@given(query=queries())
def test_answers(opened: Pairs, query: str) -> None:
    """Hits, scores, snippets, facets, reasons, suggestions: all of an answer is the same."""
    for one, other in opened:
        compare(one, other, query)


@given(query=queries())
def test_answers_of_a_cluster(opened_far: Pairs, query: str) -> None:
    """So it is in a cluster, and out of one."""
    for one, other in opened_far:
        compare(one, other, query)


def test_names_and_documents(copied: Path) -> None:
    """The names in the texts, the fields, and each document by its address are the same."""
    with open_index(copied / "one") as one, open_index(copied / "three") as other:
        assert one.names() == other.names()
        assert one.fields == other.fields
        assert one.languages == other.languages
        for document in state(copied / "one")["documents"]:
            assert one.document(document.path) == other.document(document.path)


@pytest.mark.parametrize("name", ["two", "three"])
def test_nothing_is_read_again(copied: Path, name: str) -> None:
    """Status, coverage and desk are the same, and a run over the same sources finds nothing changed."""
    _check_books(copied, name)


@pytest.mark.parametrize("name", ["four", "five", "six"])
def test_nothing_is_read_again_of_a_cluster(far: Path, name: str) -> None:
    """So it is with a cluster."""
    _check_books(far, name)


def _check_books(project: Path, name: str) -> None:
    one, other = project / "one", project / name
    assert books(other) == books(one)
    with store.reading(other) as desk:
        assert desk.execute("SELECT path, tag FROM marks").fetchall() == [("docs/mail.eml", "seen")]
    assert status(other).changed == Changed(0, 0, 0)
    after = sync((), other, paths=RULES)
    # Not the first one, whose last look is compared with that of the next copy.
    before = sync((), project / "plain", paths=RULES)
    assert after.as_dict() | {"seconds": 0} == before.as_dict() | {"seconds": 0}
    assert after.unchanged > 10
    assert not (after.added or after.updated or after.moved or after.removed)


def test_the_copy_lives(project: Path) -> None:
    """A copy takes in what changes afterwards, as the first index does, and is as whole as that."""
    one = fill(project, "one", "whoosh")
    done = copy_index(project / "two", one)
    assert (done.engine, done.desk) == ("columns", False)
    (project / "docs" / "new.txt").write_text("New boats of smugglers.", encoding="utf-8")
    (project / "docs" / "places.csv").unlink()
    (project / "docs" / "fr" / "2021" / "passeurs.txt").rename(project / "docs" / "fr" / "2021" / "other.txt")
    for index in (one, project / "two"):
        report = sync((), index, paths=RULES)
        assert (report.added, report.moved, report.removed) == (1, 1, 1)
        with open_writer(index) as writer:
            writer.delete("case/17")
            assert list(writer.paths()) == ["case/18"]
    with open_index(one) as first, open_index(project / "two") as second:
        for query in ("boats", "passeurs", "Sfax", "case"):
            assert sorted(hit.path for hit in first.search(query)) == sorted(
                hit.path for hit in second.search(query)
            )


def test_what_was_deleted_stays_behind(project: Path) -> None:
    """Neither texts nor words nor counts of deleted documents go along: scores are those without them."""
    secret = project / "docs" / "secret.txt"
    secret.write_text("The informant Zebedee smuggles boats; smugglers' boats.", encoding="utf-8")
    one = project / "one"
    sync([project / "docs"], one, paths=RULES)
    secret.unlink()
    sync((), one, paths=RULES)
    copy_index(project / "two", one)
    sync([project / "docs"], project / "fresh", paths=RULES)
    assert all(b"ebedee" not in path.read_bytes() for path in (project / "two").rglob("*") if path.is_file())
    with open_index(project / "two") as two, open_index(project / "fresh") as fresh:
        assert two.terms("zebedee") == ()
        for query in ("boats", "smugglers", "zebedee", "côte"):
            compare(fresh, two, query)


def test_the_command(project: Path, run: Run) -> None:
    """The command says what it made and how to ask it, in words or in JSON, and leaves the index alone."""
    one = fill(project, "index_data", "columns")
    keep(one)
    held = {path: path.read_bytes() for path in one.rglob("*") if path.is_file()}
    done = run("copy-index", "two", "--engine", "whoosh", cwd=project)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("copied ")
    assert "documents into two in" in done.out
    assert "and the desk too" in done.out.replace("\n", " ")
    assert done.out.endswith("ask it with: coopsearch WORDS --index two\n")
    assert {path: path.read_bytes() for path in one.rglob("*") if path.is_file()} == held
    (value,) = run("copy-index", "three", "--index", "two", "--json", cwd=project).objects()
    assert (value["index"], value["engine"], value["desk"]) == (str(project / "three"), "columns", True)
    assert run("copy-index", "four", "-q", cwd=project).out == ""
    asked = [run("smuggling boats", "--index", name, cwd=project).out for name in ("index_data", "four")]
    assert asked[0] == asked[1] != ""
    assert "unchanged" in run("index", "--index", "four", cwd=project).out
    assert run("verify", "--index", "three", cwd=project).code == 0

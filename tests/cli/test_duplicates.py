"""Files of the same content are one answer that names them all, however they come and go."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from coopsearch.indexer import status, sync
from coopsearch.search import open_index
from tests.conftest import Run

ENGINES = pytest.mark.parametrize("engine", ["columns", "whoosh"])
TEXT = "The zander is a fish. It lives in lakes."


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with one text in three places, and another text."""
    (tmp_path / "index_data").mkdir()
    docs = tmp_path / "docs"
    for name in ("a.txt", "deep/b.txt", "deep/c.txt"):
        (docs / name).parent.mkdir(parents=True, exist_ok=True)
        (docs / name).write_text(TEXT, encoding="utf-8")
    (docs / "other.txt").write_text("A perch is a fish.", encoding="utf-8")
    (docs / "same.md").write_text(TEXT, encoding="utf-8")
    return tmp_path


def hits(run: Run, project: Path, query: str = "zander type:txt") -> list[dict[str, Any]]:
    return run("--json", query, cwd=project).objects()


def places(hit: dict[str, Any], project: Path) -> list[str]:
    """Return all places of a hit, seen from the project's folder."""
    return [str(Path(one).relative_to(project)) for one in (hit["path"], *hit["also"])]


@ENGINES
def test_one_hit(run: Run, project: Path, engine: str) -> None:
    """The same content is one document and one hit with all its places; another format is another."""
    run("index", "-q", "--engine", engine, "docs", cwd=project)
    (hit,) = hits(run, project)
    assert places(hit, project) == ["docs/a.txt", "docs/deep/b.txt", "docs/deep/c.txt"]
    assert "\n   also at docs/deep/b.txt\n   also at docs/deep/c.txt\n" in run("zander", cwd=project).out
    (shown,) = run("status", "--json", cwd=project).objects()
    assert (shown["documents"], shown["files"], shown["copies"], shown["searched"]) == (3, 5, 2, 5)
    assert "1 of 3 documents match; all 5 files searched" in run("-n0", "perch", cwd=project).err


#: Queries by path, and the files they mean; docs/a.txt lies in docs/deep too.
PLACES = [
    ("path:a", {"a.txt"}),
    ("path:deep", {"a.txt"}),
    ("path:deep/c.txt", {"a.txt"}),
    ("path:deep/*", {"a.txt"}),
    ("path:docs/deep/b.t?t", {"a.txt"}),
    ("path:/docs.deep.[bc].txt/", {"a.txt"}),
    ('path:"c txt"', {"a.txt"}),
    ("path:c fish", {"a.txt"}),
    ("path:nowhere", set()),
    ("path:dee", set()),
    ("fish -path:deep", {"a.txt", "other.txt", "same.md"}),
    ("fish -path:txt", {"same.md"}),
    ("fish -path:docs", set()),
    ("fish -path:a", {"a.txt", "other.txt", "same.md"}),
    ("path:deep OR path:other", {"a.txt", "other.txt"}),
]


@ENGINES
@pytest.mark.parametrize(("query", "files"), PLACES)
def test_places(project: Path, engine: str, query: str, files: set[str]) -> None:
    """A path means a document if any of its places fits, and leaves it out if all of them do."""
    sync([project / "docs"], project / "index_data", engine=engine)
    with open_index(project / "index_data") as index:
        assert {Path(hit.path).name for hit in index.search(query)} == files


@ENGINES
def test_scores(run: Run, project: Path, engine: str) -> None:
    """A copy makes its words no more frequent: the scores are those of an index without it."""
    run("index", "-q", "--engine", engine, "docs", cwd=project)
    before = [hit["score"] for hit in hits(run, project, "zander fish perch")]
    for name in ("b.txt", "c.txt"):
        (project / "docs" / "deep" / name).unlink()
    run("index", "-q", "--rebuild", cwd=project)
    assert [hit["score"] for hit in hits(run, project, "zander fish perch")] == before


@ENGINES
def test_deletions(run: Run, project: Path, engine: str) -> None:
    """If the file that was indexed goes, changes or moves, its copies are still found, without being read."""
    run("index", "-q", "--engine", engine, "docs", cwd=project)
    docs = project / "docs"
    (docs / "a.txt").unlink()
    (report,) = run("index", "--json", cwd=project).objects()
    assert (report["removed"], report["moved"], report["added"]) == (1, 0, 0)
    (hit,) = hits(run, project)
    assert places(hit, project) == ["docs/deep/b.txt", "docs/deep/c.txt"]
    (docs / "deep" / "b.txt").write_text("Now a pike.", encoding="utf-8")
    run("index", "-q", cwd=project)
    (hit,) = hits(run, project)
    assert (hit["shown"], "also" in hit) == ("docs/deep/c.txt", False)
    (docs / "deep" / "c.txt").rename(docs / "moved.txt")
    shutil.copy(docs / "moved.txt", docs / "again.txt")
    run("index", "-q", cwd=project)
    (hit,) = hits(run, project)
    assert sorted(places(hit, project)) == ["docs/again.txt", "docs/moved.txt"]
    assert len(hits(run, project, "pike")) == 1


def test_members(run: Run, tmp_path: Path) -> None:
    """A record of a file that lies in two places has two addresses."""
    (tmp_path / "index_data").mkdir()
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text('{"text": "zander"}\n{"text": "perch"}\n{bad\n', encoding="utf-8")
    run("index", "-q", "a.jsonl", "b.jsonl", cwd=tmp_path)
    (hit,) = run("--json", "perch", cwd=tmp_path).objects()
    assert places(hit, tmp_path) == ["a.jsonl!2", "b.jsonl!2"]
    # Each is told of, as each holds the fault.
    assert len(run("status", "--state", "in-part", cwd=tmp_path).out.splitlines()) == 2


def test_empty_files(run: Run, tmp_path: Path) -> None:
    """Empty files are not copies of each other: each is found by its name."""
    (tmp_path / "index_data").mkdir()
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_bytes(b"")
    run("index", "-q", "one.txt", "two.txt", cwd=tmp_path)
    assert run("-n0", "path:two", cwd=tmp_path).code == 0


def test_odd_names(run: Run, tmp_path: Path) -> None:
    """A name with line breaks and tabs is one name, and no terminal obeys it."""
    (tmp_path / "index_data").mkdir()
    (tmp_path / "docs").mkdir()
    names = ["a\n\tb\x1b.txt", 'c"\\d.txt', "é.txt"]
    for name in names:
        (tmp_path / "docs" / name).write_text(TEXT, encoding="utf-8")
    run("index", "-q", "docs", cwd=tmp_path)
    (hit,) = run("--json", "zander", cwd=tmp_path).objects()
    assert sorted(places(hit, tmp_path)) == sorted(f"docs/{name}" for name in names)
    assert "\x1b" not in run("zander", cwd=tmp_path).out


class Histories(RuleBasedStateMachine):
    """Files come, change, move and go; after each run the index says what lies where."""

    names = st.sampled_from(["a.txt", "b.txt", "c.txt", "d/e.txt", "d/f.md"])
    texts = st.sampled_from(["zander one", "zander two", "zander"])

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self._folder = tempfile.TemporaryDirectory()
        self.root = Path(self._folder.name)
        (self.root / "docs" / "d").mkdir(parents=True)
        sync([self.root / "docs"], self.root / "index", workers=1)

    @rule(name=names, text=texts)
    def write(self, name: str, text: str) -> None:
        """Write a file."""
        (self.root / "docs" / name).write_text(text, encoding="utf-8")

    @rule(name=names)
    def remove(self, name: str) -> None:
        """Remove one."""
        (self.root / "docs" / name).unlink(missing_ok=True)

    @rule(name=names, other=names)
    def move(self, name: str, other: str) -> None:
        """Rename one, over another perhaps."""
        if (self.root / "docs" / name).exists():
            (self.root / "docs" / name).replace(self.root / "docs" / other)

    @rule(rebuild=st.booleans())
    def run(self, rebuild: bool) -> None:
        """Bring the index up to date, or make it anew, and compare."""
        sync((), self.root / "index", rebuild=rebuild, workers=1)
        held: dict[tuple[str, str], set[str]] = {}
        for path in (self.root / "docs").rglob("*.*"):
            held.setdefault((path.read_text("utf-8"), path.suffix), set()).add(os.fspath(path))
        with open_index(self.root / "index") as index:
            found = index.search("zander", limit=100)
            assert index.documents == len(held), json.dumps([hit.path for hit in found])
            places = sorted(sorted([hit.path, *hit.also]) for hit in found)
        assert places == sorted(map(sorted, held.values()))
        shown = status(self.root / "index")
        assert shown.coverage.files == shown.coverage.indexed == sum(map(len, held.values()))
        assert shown.copies == shown.coverage.files - len(held)

    def teardown(self) -> None:
        """Remove the folder."""
        self._folder.cleanup()


Histories.TestCase.settings = settings(max_examples=25, stateful_step_count=14, deadline=None)
test_histories = Histories.TestCase

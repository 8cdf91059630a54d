"""What an answer covers: each file is in one state, counted, told, and listed with its reason."""

from __future__ import annotations

import gzip
import os
import shutil
import time
from pathlib import Path

import pytest

from coopsearch.indexer import Interrupted, Progress, sync
from tests.conftest import Run

ENGINES = pytest.mark.parametrize("engine", ["columns", "whoosh"])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with files of every state that need no large data."""
    docs = tmp_path / "docs"
    (tmp_path / "index_data").mkdir()
    (docs / "sub").mkdir(parents=True)
    (docs / ".git").mkdir()
    (docs / "old").mkdir()
    (docs / "old" / "a.txt").write_text("zander", encoding="utf-8")
    (docs / "one.txt").write_text("The zander is a fish.", encoding="utf-8")
    (docs / "sub" / "deux.md").write_text("# Le sandre\n\nLe sandre est un poisson.", encoding="utf-8")
    (docs / "records.jsonl").write_text('{"text": "zander"}\n{bad\n', encoding="utf-8")
    (docs / "empty.txt").write_bytes(b"")
    (docs / "blank.txt").write_bytes(b" \n\n")
    (docs / "image.png").write_bytes(b"\x89PNG")
    (docs / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    (docs / "large.txt").write_text("zander " * 200_000, encoding="utf-8")
    (docs / "draft.txt").write_text("zander", encoding="utf-8")
    (docs / ".coopsearchignore").write_text("draft*\nold/\n", encoding="utf-8")
    return tmp_path


COUNTS = {
    "indexed": 2,
    "in part": 1,
    "no text": 2,
    "unsupported": 1,
    "too large": 1,
    "failed": 1,
}


@ENGINES
def test_states(run: Run, project: Path, engine: str) -> None:
    """Every file is in one state; ignored ones are counted by rule, a folder as one."""
    assert run("index", "-q", "--max-size", "1", "--engine", engine, "docs", cwd=project).code == 2
    (status,) = run("status", "--json", cwd=project).objects()
    assert status["states"] == COUNTS
    assert (status["files"], status["searched"]) == (8, 3)
    assert status["ignored"] == {"draft*": 1, "old/": 1, "hidden names": 1}
    assert status["unsupported"] == {".png": 1}
    assert status["formats"]["txt"] == {"indexed": 1, "no text": 2, "too large": 1}
    assert status["changed"] == {"new": 0, "changed": 0, "gone": 0}
    assert status["documents"] == 5
    assert status["languages"]["fr"] == 1
    assert (status["engine"], status["bytes"] > 1000) == (engine, True)
    for state, count in COUNTS.items():
        listed = run("status", "--json", "--state", state.replace(" ", "-"), cwd=project)
        assert len({one["file"] for one in listed.objects()}) == count
        assert all(one["state"] == state for one in listed.objects())
    assert run("status", "--state", "encrypted", cwd=project).code == 1
    shown = run("status", "--state", "failed", cwd=project).out
    assert shown == "docs/broken.pdf: damaged: PDFium finds no document in it\n"
    assert run("status", "--state", "unsupported", "-0", cwd=project).out == "docs/image.png\0"
    assert run("verify", cwd=project).code == 0


@ENGINES
def test_search_says_so(run: Run, project: Path, engine: str) -> None:
    """A search ends with how much of the sources it saw, for a person and as JSON for a program."""
    run("index", "-q", "--max-size", "1", "--engine", engine, "docs", cwd=project)
    done = run("zander", "-n0", cwd=project)
    assert done.err == (
        "2 of 5 documents match; searched 3 of 8 files: 1 in part, 2 without text, 1 unsupported, "
        "1 too large, 1 failed; index brought up to date just now\n"
    )
    *hits, last = run("--json", "--coverage", "zander", cwd=project).objects()
    assert [hit["rank"] for hit in hits] == [1, 2]
    coverage = last["coverage"]
    assert (coverage["states"], coverage["ignored"], coverage["changed"]) == (COUNTS, 3, None)
    assert coverage["updated"].endswith("Z")


def test_changed_since(run: Run, project: Path) -> None:
    """Files that are new, changed or gone are told by a search and by status, without being read."""
    (project / "docs" / ".coopsearchignore").unlink()
    (project / "docs" / "broken.pdf").unlink()
    run("index", "-q", "docs", cwd=project)
    nothing = {"new": 0, "changed": 0, "gone": 0}
    assert (
        run("--json", "--coverage", "-n0", "zander", cwd=project).objects()[-1]["coverage"]["changed"]
        == nothing
    )
    assert "since then" not in run("-n0", "zander", cwd=project).err
    (project / "docs" / "new.txt").write_text("zander", encoding="utf-8")
    (project / "docs" / "fresh").mkdir()
    (project / "docs" / "fresh" / "new.md").write_text("zander", encoding="utf-8")
    (project / "docs" / "fresh" / "new.png").write_bytes(b"")
    (project / "docs" / "one.txt").write_text("other", encoding="utf-8")
    (project / "docs" / "sub" / "deux.md").unlink()
    assert run("-n0", "zander", cwd=project).err.endswith(
        "; since then 2 new, 1 changed, 1 gone; run `coopsearch index`\n"
    )
    assert "changed since: 2 new, 1 changed, 1 gone" in run("status", cwd=project).out
    (status,) = run("status", "--json", cwd=project).objects()
    assert status["changed"] == {"new": 2, "changed": 1, "gone": 1}
    run("index", "-q", cwd=project)
    assert "since then" not in run("-n0", "zander", cwd=project).err


def test_many_files_are_not_looked_at(run: Run, project: Path) -> None:
    """Over some hundred files a search tells the age alone, and status still what changed."""
    for number in range(520):
        (project / "docs" / f"{number}.txt").write_text("zander", encoding="utf-8")
    run("index", "-q", "docs", cwd=project)
    (project / "docs" / "0.txt").unlink()
    assert "; index brought up to date just now\n" in run("-n0", "zander", cwd=project).err
    assert "changed since: 1 gone" in run("status", cwd=project).out


def test_failures_are_tried_again_only_for_a_reason(run: Run, project: Path) -> None:
    """A file that failed is read again when it changes; one over a limit when limits change; else not."""
    run("index", "-q", "--max-size", "1", "docs", cwd=project)
    old = time.time() - 100
    for path in (project / "docs").rglob("*.*"):
        os.utime(path, (old, old))
    (report,) = run("index", "--json", "--max-size", "1", cwd=project).objects()
    assert report["unchanged"] == 7
    before = {path: path.stat().st_atime_ns for path in (project / "docs").glob("*.*")}
    (report,) = run("index", "--json", "--max-size", "1", cwd=project).objects()
    assert (report["unchanged"], report["added"], report["updated"]) == (7, 0, 0)
    assert {path: path.stat().st_atime_ns for path in (project / "docs").glob("*.*")} == before
    (report,) = run("index", "--json", cwd=project).objects()
    assert (report["unchanged"], report["updated"]) == (6, 1)
    (status,) = run("status", "--json", cwd=project).objects()
    assert "too large" not in status["states"]


def test_what_is_mended_is_forgotten(run: Run, project: Path) -> None:
    """A file that goes, or is no longer ignored or unsupported, leaves its old state."""
    run("index", "-q", "docs", cwd=project)
    docs = project / "docs"
    (docs / "image.png").rename(docs / "image.txt")
    (docs / "broken.pdf").unlink()
    (docs / ".coopsearchignore").unlink()
    (docs / "image.txt").write_text("zander", encoding="utf-8")
    assert run("index", "-q", cwd=project).code == 2
    (status,) = run("status", "--json", cwd=project).objects()
    assert status["states"] == {"indexed": 6, "in part": 1, "no text": 2}
    assert status["ignored"] == {"hidden names": 1}


def test_dropped_source(run: Run, project: Path) -> None:
    """The files of a source that is no longer indexed are not counted; each source has its own age."""
    shutil.copytree(project / "docs", project / "more")
    run("index", "-q", "docs", cwd=project)
    run("index", "-q", "more", cwd=project)
    (status,) = run("status", "--json", cwd=project).objects()
    assert (status["files"], status["ignored"]["draft*"], status["updated"] is None) == (16, 2, False)
    shutil.rmtree(project / "docs")
    run("index", "-q", "docs", cwd=project)
    (status,) = run("status", "--json", cwd=project).objects()
    assert (status["files"], status["ignored"]["draft*"]) == (8, 1)
    assert status["sources"] == [str(project / "more")]


def test_control_characters(run: Run, tmp_path: Path) -> None:
    """No file name reaches the terminal as it is; between NULs it does, so that a script finds the file."""
    name = "a\x1b[2J\nb.txt"
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / name).write_bytes(b"")
    run("index", "-q", "docs", cwd=tmp_path)
    shown = run("status", "--state", "no-text", cwd=tmp_path).out
    assert ("\x1b" in shown, len(shown.splitlines())) == (False, 1)
    (listed,) = run("status", "--state", "no-text", "--json", cwd=tmp_path).objects()
    assert listed["file"] == f"docs/{name}"
    assert run("status", "--state", "no-text", "-0", cwd=tmp_path).out == f"docs/{name}\0"


def test_mistakes(run: Run, project: Path) -> None:
    """A state that is none, a list of nothing in particular, and no index: one line each, and 2."""
    run("index", "-q", "docs", cwd=project)
    for arguments in (["--state", "lost"], ["-0"], ["--index", "nowhere"]):
        done = run("status", *arguments, cwd=project)
        assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)


def test_lost_counts(run: Run, project: Path) -> None:
    """Without the page of counts, or with a broken one, a search answers and says so until the next run."""
    run("index", "-q", "docs", cwd=project)
    (counts,) = (project / "index_data").glob("data-*/coverage-*.json")
    for content in (b"{", b"[]", b'{"states": 1}', b"[" * 100_000, gzip.compress(b"x"), None):
        if content is None:
            counts.unlink()
        else:
            counts.write_bytes(content)
        done = run("-n0", "zander", cwd=project)
        assert (done.code, done.err.splitlines()[0]) == (0, "3 of 6 documents match")
        assert "it is not known how much was searched" in done.err
        assert counts.name in done.err
        assert run("status", "--json", cwd=project).objects()[0]["files"] == 8
    run("index", "-q", cwd=project)
    assert "searched 4 of 8 files" in run("-n0", "zander", cwd=project).err


def test_cut_run(run: Run, project: Path) -> None:
    """A first run that did not come to its end does not call itself complete."""

    def end(progress: Progress) -> None:
        if progress.done == 3:
            raise Interrupted

    with pytest.raises(Interrupted):
        sync([project / "docs"], project / "index_data", progress=end)
    assert "the index is not complete; run `coopsearch index`" in run("-n0", "zander", cwd=project).err
    (status,) = run("status", "--json", cwd=project).objects()
    assert (status["documents"], status["damages"]) == (None, [])


@ENGINES
def test_lost_listing(run: Run, project: Path, engine: str) -> None:
    """What small sources held is not forgotten in silence: it is told until a run has looked through all."""
    (project / "docs" / ".coopsearchignore").unlink()
    (project / "docs" / "broken.pdf").unlink()
    (project / "more").mkdir()
    (project / "more" / "one.txt").write_text("zander", encoding="utf-8")
    run("index", "-q", "--engine", engine, "docs", "more", cwd=project)
    (project / "more" / "two.txt").write_text("zander", encoding="utf-8")
    assert "since then 1 new" in run("-n0", "zander", cwd=project).err
    (listing,) = (project / "index_data").glob("data-*/listing-*.json")
    listing.write_bytes(listing.read_bytes()[:-1])

    def is_told() -> bool:
        search, *warned = run("-n0", "zander", cwd=project).err.splitlines()
        (covered,) = run("--json", "--coverage", "-n0", "zander", cwd=project).objects()[-1:]
        status = run("status", "--json", cwd=project)
        found = [listing.name in one for one in ("".join(warned), covered.get("warning", ""), status.out)]
        assert found.count(found[0]) == 3, (search, warned, covered, status)
        assert status.code == (2 if found[0] else 0)
        assert "since then" not in search or not found[0]
        return found[0]

    assert is_told()
    (line,) = [one for one in run("index", "docs", cwd=project).err.splitlines() if listing.name in one]
    assert line.endswith("; run `coopsearch index`")
    assert is_told()
    (report,) = run("index", "--json", cwd=project).objects()
    assert [listing.name in one and one.endswith("; this run mends it") for one in report["damages"]] == [
        True
    ]
    assert not is_told()
    (project / "more" / "three.txt").write_text("zander", encoding="utf-8")
    assert "since then 1 new" in run("-n0", "zander", cwd=project).err


@pytest.mark.parametrize("source", ["docs", "more"])
def test_cut_later_run(run: Run, project: Path, source: str) -> None:
    """A run that did not come to its end does not make another one of before the first."""
    run("index", "-q", "docs", cwd=project)
    (project / "more").mkdir()
    for number in range(300):
        (project / source / f"{number}.txt").write_text(f"zander {number}", encoding="utf-8")

    def end(progress: Progress) -> None:
        if progress.done == 290:
            raise Interrupted

    with pytest.raises(Interrupted):
        sync([project / source], project / "index_data", workers=1, progress=end)
    status = run("status", cwd=project)
    assert (status.code, "first run" in status.out) == (0, False)
    (value,) = run("status", "--json", cwd=project).objects()
    assert value["documents"] > 200
    assert value["languages"]

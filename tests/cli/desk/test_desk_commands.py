"""Saved searches, news, marks and the desk's copies from the command line."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

from tests.conftest import Run

posix = pytest.mark.skipif(sys.platform == "win32", reason="the commands are of POSIX")


@pytest.fixture
def project(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an index of four texts."""
    (tmp_path / "docs").mkdir()
    for name, text in (
        ("a", "boats smuggling migrants"),
        ("b", "smuggling of migrants by boat"),
        ("c", "les passeurs, smuggling"),
        ("d", "تهريب المهاجرين smuggling"),
    ):
        (tmp_path / "docs" / f"{name}.txt").write_text(text, encoding="utf-8")
    assert run("index", "docs", "--index", "index_data", cwd=tmp_path).code == 0
    return tmp_path


def test_marks_of_an_answer(run: Run, project: Path) -> None:
    """Hits are marked by number or address, found and left out by their marks, listed, and unmarked again."""
    hits = run("smuggling", "--json", cwd=project).objects()
    assert run("mark", "1", "relevant", "--note", "à vérifier: مهم", cwd=project).out == (
        "1 document marked relevant\nnote kept on 1 document\n"
    )
    assert run("mark", "2-3", "seen", cwd=project).out == "2 documents marked seen\n"
    last = hits[3]["shown"]
    assert run("mark", last, "Follow-Up", "x", cwd=project).out == "1 document marked follow-up, x\n"
    assert run("mark", last, "x", cwd=project).out == "1 document marked x; 1 had that before\n"
    assert [one["shown"] for one in run("smuggling", "--unseen", "--json", cwd=project).objects()] == [last]
    assert [
        one["rank"] for one in run("smuggling", "--tag", "relevant", "--json", cwd=project).objects()
    ] == [1]
    assert run("-n0", "tag:*", "--tag", "-x", cwd=project).err.startswith("3 of 4 documents match")
    listed = run("mark", "--list", "relevant", "--json", cwd=project).objects()
    assert [(one["absolute"], one["marks"][0]["tag"]) for one in listed] == [(hits[0]["path"], "relevant")]
    (note,) = listed[0]["notes"]
    assert note["text"] == "à vérifier: مهم"
    assert f"{note['id'][-8:]} " in run("mark", "--list", cwd=project).out
    assert run("mark", "--remove-note", note["id"][-8:], cwd=project).code == 0
    assert run("mark", "--remove", last, cwd=project).err == "2 marks removed\n"
    assert run("mark", "1", "--remove", "relevant", cwd=project).code == 0
    assert run("mark", "1", "--remove", "relevant", cwd=project).code == 1
    (project / "docs" / Path(last).name).write_text("elsewhere", encoding="utf-8")
    run("index", cwd=project)
    assert "the index was updated since" in run("mark", "1", "seen", cwd=project).err


def test_saved_expansion(run: Run, project: Path) -> None:
    """What the words of a saved search stand for is saved with it: news are told of these documents alone."""
    run("save", "own", "boats", "--translate", "no", "--names", "no", cwd=project)
    run("save", "all", "boats", cwd=project)
    assert "--translate no  --names no" in run("save", "--list", cwd=project).out
    run("news", cwd=project)
    (project / "docs" / "new.txt").write_text("قوارب في البحر", encoding="utf-8")
    run("index", cwd=project)
    told = run("news", "--json", cwd=project).objects()
    assert [one["search"] for one in told] == ["all"]


#: What makes no sense, and a part of what is said of it.
MISTAKES: list[tuple[list[str], str]] = [
    (["save", "x", "boats", "--translate", "de"], "translate takes no, auto, or languages"),
    (["save", "x", "boats", "--names", "yes"], "names is 'yes'; it must be auto or no"),
    (["mark"], "say what to mark"),
    (["mark", "relevant"], "mark 3 relevant"),
    (["mark", "9", "seen"], "none with the number 9"),
    (["mark", "1-999999", "seen"], "none with the number 999999"),
    (["mark", "3-1", "seen"], "write 1-3"),
    (["mark", "0", "seen"], "none with the number 0"),
    (["mark", "1"], "with which tag"),
    (["mark", "1", "two words"], "cannot be a tag"),
    (["mark", "1", "seen", "--note", " "], "the note is empty"),
    (["mark", "missing.txt", "seen"], "is not in the index"),
    (["mark", "--list", "--remove"], "stands alone"),
    (["mark", "--remove-note", "ffff"], "no note"),
    (["save", "boats"], "give a name and a query"),
    (["save", "a\nb", "boats"], "cannot be the name"),
    (["save", "boats", "titel:x"], "did you mean title"),
    (["save", "--remove", "none"], "no saved search"),
    (["save", "--list", "boats"], "stand alone"),
    (["news"], "save one"),
    (["news", "none"], "no saved search"),
    (["news", "--exec", "/missing/program"], "is not there"),
    (["watch", "--exec", "true"], "--alert"),
    (["watch", "--alert", "--exec", "true"], "save one"),
    (["review", "boats"], "there is none; run it in one"),
    (["review"], "say what to review"),
    (["review", "--csv", "boats"], "give --log"),
    (["desk", "file"], "there are: backup, restore, merge, check, where"),
    (["desk", "backup"], "say which file"),
    (["desk", "check", "x"], "takes no file"),
    (["desk", "merge", "x", "--force"], "belongs to"),
    (["desk", "restore", "missing.sqlite"], "there is no desk at"),
    (["boats", "--unseen", "--why-not", "docs/a.txt"], "write them into the query"),
]


def test_mistakes(run: Run, project: Path) -> None:
    """What makes no sense is said in one line, with the next step, and nothing is kept."""
    run("smuggling", "-n", "3", cwd=project)
    for arguments, part in MISTAKES:
        ran = run(*arguments, cwd=project)
        assert ran.code == 2, arguments
        assert part in ran.err
        assert ran.err.count("\n") == 1, ran.err
    assert not (project / "index_data" / "desk.sqlite").exists()


def test_news(run: Run, project: Path) -> None:
    """News are told once, as text and as JSON; the exit code says whether there are any."""
    run("save", "boats", "boats", "-cattle", cwd=project)
    first = run("news", cwd=project)
    assert (first.code, first.out) == (1, "")
    assert first.err.startswith("boats: 2 documents match; they count as known from now on")
    (project / "docs" / "e.txt").write_text("new boats", encoding="utf-8")
    (project / "docs" / "b.txt").unlink()
    named = run("index", "-v", cwd=project).out.splitlines()
    assert named[:2] == ["added: docs/e.txt", "removed: docs/b.txt"]
    lines = run("news", "--keep", "--json", cwd=project).objects()
    assert [(one["search"], one["kind"], one["shown"]) for one in lines] == [
        ("boats", "new", "docs/e.txt"), ("boats", "gone", "docs/b.txt"),
    ]  # fmt: skip
    assert lines[0]["snippet"] == "new boats"
    told = run("news", "boats", cwd=project)
    assert told.code == 0
    assert told.out.startswith("boats: 1 new, 1 gone since 2")
    assert "\nnew\n1. new *boats*\n" in told.out
    assert told.out.endswith("\ngone\n   docs/b.txt\n")
    assert run("mark", "1", "seen", cwd=project).code == 0
    again = run("news", cwd=project)
    assert (again.code, again.out) == (1, "")
    assert "nothing new since" in again.err
    quiet = run("news", "-q", cwd=project)
    assert (quiet.code, quiet.out, quiet.err) == (1, "", "")


def test_index_names_files(run: Run, project: Path) -> None:
    """The report of a run names the files, those that were moved with both places, and a long list is cut."""
    for number in range(30):
        (project / "docs" / f"n{number}.txt").write_text(f"number {number}", encoding="utf-8")
    (project / "docs" / "a.txt").rename(project / "docs" / "z.txt")
    (project / "docs" / "c.txt").write_text("other", encoding="utf-8")
    (report,) = run("index", "--json", cwd=project).objects()
    assert len(report["added_files"]) == 30
    docs = str(project / "docs")
    assert report["updated_files"] == [f"{docs}/c.txt"]
    assert report["moved_files"] == [[f"{docs}/a.txt", f"{docs}/z.txt"]]
    assert report["removed_files"] == []
    for number in range(30):
        (project / "docs" / f"n{number}.txt").unlink()
    lines = run("index", "--verbose", cwd=project).out.splitlines()
    assert sum(line.startswith("removed: docs/n") for line in lines) == 20
    assert "removed: 10 more; --json names them all" in lines


@posix
def test_exec(run: Run, project: Path) -> None:
    """A command gets the news without a shell; where it fails they are news the next time, too."""
    run("save", "boats", "boats", cwd=project)
    script = (
        "import os, sys; told = os.environ['COOPSEARCH_NEWS'] + sys.stdin.read() + sys.argv[1]; "
        "open('got', 'w', encoding='utf-8').write(told)"
    )
    command = shlex.join([sys.executable, "-c", script, "$(touch no); `id`"])
    assert run("news", "--exec", command, cwd=project).code == 1
    assert not (project / "got").exists()
    (project / "docs" / "e $(touch no).txt").write_text("new boats", encoding="utf-8")
    run("index", cwd=project)
    failed = run("news", "-q", "--exec", f"{sys.executable} -c 'raise SystemExit(3)'", cwd=project)
    assert (failed.code, "ended with code 3" in failed.err) == (2, True)
    assert run("news", "-q", "--exec", command, cwd=project).code == 0
    got = (project / "got").read_text(encoding="utf-8")
    assert got.startswith("1{")
    assert got.endswith("$(touch no); `id`")
    assert json.loads(got[1 : got.index("\n")])["kind"] == "new"
    assert not (project / "no").exists()
    assert run("news", cwd=project).code == 1


def test_one_search_that_fails(run: Run, project: Path) -> None:
    """A saved search that cannot be asked any more is reported, and the others are answered."""
    record = project / "docs" / "r.jsonl"
    record.write_text('{"title": "one", "text": "boats", "office": "Valletta"}\n', encoding="utf-8")
    run("index", cwd=project)
    run("save", "office", "office:valletta", cwd=project)
    run("save", "boats", "boats", cwd=project)
    run("news", cwd=project)
    record.unlink()
    run("index", cwd=project)
    ran = run("news", cwd=project)
    assert ran.code == 2
    assert "the saved search 'office' cannot be asked any more: there is no field 'office'" in ran.err
    assert "boats: 1 gone" in ran.out
    checked = run("desk", "check", cwd=project)
    assert (checked.code, "saved search 'office'" in checked.err) == (1, True)


def test_desk(run: Run, project: Path) -> None:
    """A desk is copied, joined with another, put back, and says where it is and whether it is whole."""
    run("smuggling", cwd=project)
    run("mark", "1-2", "seen", cwd=project)
    run("save", "boats", "boats", cwd=project)
    assert run("desk", "where", cwd=project).out == f"{project / 'index_data' / 'desk.sqlite'}\n"
    assert run("desk", "backup", "copy.sqlite", cwd=project).out.startswith("wrote copy.sqlite (")
    run("mark", "3", "relevant", cwd=project)
    run("save", "boats", "ships OR boats", cwd=project)
    merged = run("desk", "merge", "copy.sqlite", cwd=project)
    assert merged.out == "merged: nothing that was not here\n"
    assert "the saved search boats is another there" in merged.err
    assert "4 marks" in run("desk", "check", cwd=project).out
    assert "index_data/desk.before-restore.sqlite" in run("desk", "restore", "copy.sqlite", cwd=project).out
    assert run("desk", "check", "--json", cwd=project).objects()[0]["rows"]["marks"] == 2
    assert run("index", "--rebuild", cwd=project).code == 0
    assert run("verify", cwd=project).code == 0
    assert run("desk", "merge", "index_data/desk.before-restore.sqlite", "--json", cwd=project).code == 0
    assert run("desk", "check", "--json", cwd=project).objects()[0]["rows"]["marks"] == 4


def test_a_damaged_desk(run: Run, project: Path) -> None:
    """Where the desk is damaged, searches go on, and what needs it says which file and what to do."""
    desk = project / "index_data" / "desk.sqlite"
    desk.write_bytes(b"none")
    assert run("smuggling", cwd=project).code == 0
    for arguments in (
        ["news"],
        ["save", "a", "b"],
        ["mark", "docs/a.txt", "seen"],
        ["desk", "check"],
        ["tag:x"],
    ):
        ran = run(*arguments, cwd=project)
        assert (ran.code, ran.err.count("\n")) == (2, 1), arguments
        assert "desk.sqlite" in ran.err
    assert desk.read_bytes() == b"none"


def test_marks_that_cannot_be(run: Run, project: Path) -> None:
    """Nobody is told that a document is relevant and not, and a hit that is gone is said to be gone."""
    run("smuggling", cwd=project)
    assert "give one of them" in run("mark", "1", "not", "relevant", cwd=project).err
    assert run("mark", "--list", cwd=project).code == 1
    for path in (project / "docs").iterdir():
        path.unlink()
    (project / "docs" / "other.txt").write_text("elsewhere", encoding="utf-8")
    run("index", cwd=project)
    done = run("mark", "1", "seen", cwd=project)
    assert (done.code, "no longer in the index" in done.err, "search again" in done.err) == (2, True, True)

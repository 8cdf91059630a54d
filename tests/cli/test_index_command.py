"""The life of an index, by the command: added, changed, moved, removed, failed, damaged, locked."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from coopsearch.indexer import Progress, sync
from coopsearch.search import CoopsearchError, Hit, open_index
from coopsearch.search.indexdir.checksummed import sealed, unsealed
from tests.conftest import Run

KEYS = {"added", "updated", "removed", "unchanged", "failed", "documents", "seconds"}
#: Files enough for a run to be met while it is at work.
FILES = 400


@pytest.fixture
def project(tmp_path: Path, repo: Path) -> Path:
    """A folder with the seeds."""
    shutil.copytree(repo / "seeds", tmp_path / "seeds")
    return tmp_path


def index(run: Run, project: Path, *arguments: str | Path, code: int = 0) -> dict[str, Any]:
    """Bring the index up to date and return the report."""
    done = run("index", "--json", *arguments, cwd=project)
    assert done.code == code, done
    (report,) = done.objects()
    assert report.keys() >= KEYS
    return report


def counts(report: dict[str, Any]) -> tuple[int, ...]:
    """Return added, updated, moved, removed, unchanged, failed and documents."""
    names = ("added", "updated", "moved", "removed", "unchanged")
    return (*(report[name] for name in names), len(report["failed"]), report["documents"])


def found(run: Run, project: Path, query: str) -> list[str]:
    """Return the paths of the hits, each with those of its copies."""
    hits = run("--json", "-n", "100", "--", query, cwd=project).objects()
    return [path for hit in hits for path in (hit["path"], *hit.get("also", ()))]


@pytest.mark.parametrize("engine", ["whoosh", "columns"])
def test_life(run: Run, project: Path, engine: str) -> None:
    """A file is found once it is indexed, under its new text, under its new name, and then forgotten."""
    seeds = project / "seeds"
    assert counts(index(run, project, "--engine", engine)) == (1, 0, 0, 0, 0, 0, 1)
    assert counts(index(run, project)) == (0, 0, 0, 0, 1, 0, 1)
    (seeds / "new.txt").write_text("Fisheries report\n\nAbout the zander.", encoding="utf-8")
    assert counts(index(run, project)) == (1, 0, 0, 0, 1, 0, 2)
    assert found(run, project, "zander") == ["seeds/new.txt"]
    (seeds / "new.txt").write_text("Fisheries report\n\nAbout the perch.", encoding="utf-8")
    assert counts(index(run, project)) == (0, 1, 0, 0, 1, 0, 2)
    assert found(run, project, "zander") == []
    assert found(run, project, "perch") == ["seeds/new.txt"]
    os.utime(seeds / "new.txt")
    assert counts(index(run, project)) == (0, 0, 0, 0, 2, 0, 2)
    (seeds / "deep").mkdir()
    (seeds / "new.txt").rename(seeds / "deep" / "moved.txt")
    assert counts(index(run, project)) == (0, 0, 1, 0, 1, 0, 2)
    assert found(run, project, "perch") == ["seeds/deep/moved.txt"]
    shutil.rmtree(seeds / "deep")
    assert counts(index(run, project)) == (0, 0, 0, 1, 1, 0, 1)
    assert found(run, project, "perch") == []


def test_moved_is_not_read(run: Run, project: Path) -> None:
    """A renamed file is taken over from the index: what stands in the file now is not looked at."""
    file = project / "seeds" / "a.txt"
    file.write_text("Heading words\n\nAbout the zander.", encoding="utf-8")
    stamp = file.stat()
    index(run, project)
    # The same inode, size and time with other content cannot be told from a renamed file without reading it.
    file.write_text("Heading words\n\nAbout the tench!!", encoding="utf-8")
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    file.rename(project / "seeds" / "b.txt")
    assert counts(index(run, project))[2] == 1
    assert found(run, project, "zander") == ["seeds/b.txt"]


def test_unchanged_is_not_read(run: Run, project: Path) -> None:
    """A file of the same size, time and inode as before is not read again."""
    file = project / "seeds" / "a.txt"
    file.write_text("About the zander.", encoding="utf-8")
    os.utime(file, (1_000_000_000, 1_000_000_000))
    index(run, project)
    file.write_text("About the tench!!", encoding="utf-8")
    os.utime(file, (1_000_000_000, 1_000_000_000))
    assert counts(index(run, project)) == (0, 0, 0, 0, 2, 0, 2)
    assert found(run, project, "zander") == ["seeds/a.txt"]
    assert counts(index(run, project, "--rebuild")) == (2, 0, 0, 0, 0, 0, 2)
    assert found(run, project, "tench") == ["seeds/a.txt"]


def test_failures(run: Run, project: Path) -> None:
    """A file that cannot be read is reported each time, the others are indexed, and the exit code is 2."""
    seeds = project / "seeds"
    (seeds / "binary.txt").write_bytes(b"\x7fELF\x02\x01\x01\0\0\0\0\0" * 9)
    (seeds / "empty.txt").touch()
    (seeds / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    with (seeds / "line.txt").open("wb") as stream:
        stream.write(b"word " * 21_000_000)
    for _ in range(2):
        report = index(run, project, code=2)
        assert [failure["path"] for failure in report["failed"]] == ["seeds/binary.txt", "seeds/line.txt"]
        assert "not text" in report["failed"][0]["reason"]
        assert "too large" in report["failed"][1]["reason"]
        assert [failure["state"] for failure in report["failed"]] == ["failed", "too large"]
        assert (report["documents"], report["unsupported"]) == (2, {".jpg": 1})
    done = run("index", cwd=project)
    failed, large, empty = done.err.splitlines()
    assert failed.startswith("failed: seeds/binary.txt: not text")
    assert large.startswith("too large: seeds/line.txt: over 64 MiB")
    assert empty == "no text: seeds/empty.txt: it holds no text"
    assert done.out.startswith("4 unchanged, 1 without text, 1 too large, 1 failed: 2 documents")
    assert "1 .jpg" in done.out
    (seeds / "binary.txt").write_text("Text now: tench.", encoding="utf-8")
    (seeds / "line.txt").unlink()
    assert not index(run, project)["failed"]
    assert found(run, project, "tench") == ["seeds/binary.txt"]


def test_strange_files(run: Run, project: Path) -> None:
    """Loops, pipes, sockets, hidden and ignored files and names that are no UTF-8 are survived."""
    seeds = project / "seeds"
    (seeds / "loop").symlink_to(seeds)
    (seeds / "dangling").symlink_to(seeds / "nowhere")
    os.mkfifo(seeds / "pipe.txt")
    (seeds / ".hidden.txt").write_text("zander", encoding="utf-8")
    (seeds / ".coopsearchignore").write_text("drafts/\n*.log\n!keep.log\n", encoding="utf-8")
    (seeds / "drafts").mkdir()
    (seeds / "drafts" / "a.txt").write_text("zander", encoding="utf-8")
    (seeds / "a.log").write_text("zander", encoding="utf-8")
    (seeds / "keep.log").write_text("zander", encoding="utf-8")
    name = os.fsencode(seeds) + b"/caf\xe9.txt"
    strange = Path(os.fsdecode(name))
    strange.write_bytes(b"zander")
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(seeds)
        server.bind("s.txt")
        report = index(run, project, code=2)
    assert [failure["path"] for failure in report["failed"]] == ["seeds/dangling"]
    assert found(run, project, "zander") == ["seeds/caf\\xe9.txt", "seeds/keep.log"]
    strange.unlink()
    (seeds / "dangling").unlink()
    assert counts(index(run, project)) == (0, 0, 0, 1, 2, 0, 2)


def test_sources(run: Run, project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Folders add up; one that is gone keeps its documents until it is named again."""
    other = tmp_path_factory.mktemp("other") / "reports"
    other.mkdir()
    (other / "r.txt").write_text("zander", encoding="utf-8")
    index(run, project)
    assert counts(index(run, project, other)) == (1, 0, 0, 0, 0, 0, 2)
    assert counts(index(run, project)) == (0, 0, 0, 0, 2, 0, 2)
    away = other.rename(other.with_name("away"))
    report = index(run, project, code=2)
    assert [failure["path"] for failure in report["failed"]] == [str(other)]
    assert found(run, project, "zander") == [f"{other}/r.txt"]
    away.rename(other)
    assert counts(index(run, project)) == (0, 0, 0, 0, 2, 0, 2)
    shutil.rmtree(other)
    assert counts(index(run, project, other)) == (0, 0, 0, 1, 0, 0, 1)
    assert counts(index(run, project)) == (0, 0, 0, 0, 1, 0, 1)
    done = run("index", other, cwd=project)
    assert (done.code, "does not exist" in done.err, len(done.err.splitlines())) == (2, True, 1)


def test_places(run: Run, project: Path, clean_env: dict[str, str]) -> None:
    """--index, else the variable, else the nearest index_data upwards, else the user's data folder."""
    (project / "a" / "b").mkdir(parents=True)
    run("index", "-q", cwd=project)
    assert run("smuggling", "-n0", cwd=project / "a" / "b").code == 0
    env = {"COOPSEARCH_INDEX": str(project / "by_variable")}
    assert run("index", "-q", "seeds", cwd=project, env=env).code == 0
    assert (project / "by_variable" / "index.json").is_file()
    assert run("index", "-q", "seeds", "--index", "by_option", cwd=project, env=env).code == 0
    assert (project / "by_option" / "index.json").is_file()
    elsewhere = project.parent / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    for name in ("by_variable", "by_option"):
        assert run("--index", project / name, "-n0", "smuggling", cwd=elsewhere).code == 0
    own = {"HOME": str(elsewhere), "XDG_DATA_HOME": str(elsewhere / "data")}
    done = run("smuggling", cwd=elsewhere, env=own)
    assert (done.code, "coopsearch index" in done.err, len(done.err.splitlines())) == (2, True, 1)
    assert not (elsewhere / "data").exists()
    assert run("index", "-q", project / "seeds", cwd=elsewhere, env=own).code == 0
    assert (elsewhere / "data" / "coopsearch" / "index_data" / "index.json").is_file()
    assert run("smuggling", "-n0", cwd=elsewhere, env=own).code == 0
    assert run("x", cwd=project, env={"COOPSEARCH_INDEX": ""}).code == 2


def test_moved_project(run: Run, project: Path) -> None:
    """A project that is moved with its index answers, and nothing in it is read again."""
    old = project / "old"
    old.mkdir()
    shutil.move(project / "seeds", old / "seeds")
    os.utime(next((old / "seeds").iterdir()), (1_000_000_000, 1_000_000_000))
    index(run, old)
    new = old.rename(project / "new")
    assert found(run, new, "smuggling") == ["seeds/000_f152cf9774ad5dba.txt"]
    assert counts(index(run, new)) == (0, 0, 0, 0, 1, 0, 1)


def test_not_an_index(run: Run, project: Path) -> None:
    """A folder of other things is neither searched nor written into."""
    for arguments in (["x"], ["index", "seeds"], ["index", "--rebuild", "seeds"]):
        done = run(*arguments, "--index", "seeds", cwd=project)
        assert (done.code, len(done.err.splitlines())) == (2, 1)
        assert "is not a coopsearch index" in done.err
    assert [path.name for path in (project / "seeds").iterdir()] == ["000_f152cf9774ad5dba.txt"]


def test_versions(run: Run, project: Path) -> None:
    """An index of another version says so and what to do; doing that mends it."""
    index(run, project)
    page = project / "index_data" / "index.json"
    for key in ("schema", "analysis"):
        value = unsealed(page.read_bytes())
        page.write_bytes(sealed(json.dumps({**value, key: 99})))
        done = run("smuggling", cwd=project)
        assert (done.code, len(done.err.splitlines())) == (2, 1)
        assert f"{key} version 99" in done.err
        assert "coopsearch index --rebuild" in done.err
        assert run("index", "--rebuild", "-q", cwd=project).code == 0
        assert run("smuggling", "-n0", cwd=project).code == 0


def asked(folder: Path) -> tuple[int, list[Hit], str]:
    """Return what the command would: exit code, hits, error."""
    try:
        with open_index(folder) as opened:
            return 0, list(opened.search("smuggling routes")), ""
    except CoopsearchError as error:
        return 2, [], str(error)


@pytest.mark.parametrize("engine", ["whoosh", "columns"])
def test_damage(run: Run, project: Path, engine: str) -> None:
    """A cut, changed or missing file gives the right answer or a clear error, and a rebuild mends it."""
    index(run, project, "--engine", engine)
    folder = project / "index_data"
    whole = project / "whole"
    shutil.copytree(folder, whole)
    printed = run("--json", "smuggling routes", cwd=project).out
    code, right, _ = asked(folder)
    assert (code, bool(right)) == (0, True)
    files = [path for path in whole.rglob("*") if path.is_file() and path.stat().st_size]
    assert len(files) >= 4
    damages = {
        "cut": lambda data: data[: len(data) // 2],
        "empty": lambda data: b"",
        "flipped": lambda data: (
            data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 0x55]) + data[len(data) // 2 + 1 :]
        ),
        "gone": None,
    }
    errors = 0
    for file in files:
        for name, damage in damages.items():
            shutil.rmtree(folder)
            shutil.copytree(whole, folder)
            target = folder / file.relative_to(whole)
            if damage is None:
                target.unlink()
            else:
                target.write_bytes(damage(target.read_bytes()))
            code, out, err = asked(folder)
            if name == "cut":
                done = run("--json", "smuggling routes", cwd=project)
                told = f"coopsearch: {err}\n" if err else ""
                if file.name.startswith("coverage-"):
                    # It answers, and says that it is not known of how much.
                    assert "it is not known how much was searched" in done.err
                    assert file.name in done.err
                    told = done.err
                assert (done.code, done.err) == (code, told)
            if code == 0:
                assert out == right
            else:
                errors += 1
                assert "\n" not in err
                assert "`coopsearch index" in err, f"{name} {file.name}: {err}"
    assert errors >= len(files)
    assert run("index", "--rebuild", "-q", "seeds", cwd=project).code == 0
    assert run("--json", "smuggling routes", cwd=project).out == printed


def start(
    command: Sequence[str], *arguments: str | Path, cwd: Path, env: dict[str, str]
) -> subprocess.Popen[str]:
    """Start the command and go on."""
    return subprocess.Popen(
        [*command, *map(str, arguments)],
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def many(folder: Path, files: int) -> None:
    """Write files that take a while to index."""
    for number in range(files):
        words = " ".join(f"word{number * 37 % 1000 + i}" for i in range(300))
        (folder / f"{number:05}.txt").write_text(f"zander n{number} {words}", encoding="utf-8")


def all_found(files: int) -> str:
    """Return what a search says that finds all of ``many`` and not the seed document."""
    return f"{files:,} of {files + 1:,} documents match; all {files + 1:,} files searched\n"


def wait_for(path: Path, seconds: float = 30) -> None:
    """Wait until a file is there."""
    end = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < end, f"{path} did not appear"
        time.sleep(0.01)


def test_two_writers(run: Run, command: Sequence[str], clean_env: dict[str, str], project: Path) -> None:
    """A second run waits for the first, or says who holds the index when it has waited long enough."""
    many(project / "seeds", FILES)
    # The slower engine, so that the first run still holds the index when the others come.
    with start(command, "index", "-q", "--engine", "whoosh", cwd=project, env=clean_env) as first:
        wait_for(project / "index_data" / "lock.json")
        done = run("index", "--wait", "0.2", cwd=project)
        assert done.code == 2
        assert f"process {first.pid}" in done.err.splitlines()[-1]
        patient = run("index", "--json", cwd=project)
        assert first.wait() == 0
    assert patient.code == 0
    assert "waiting for process" in patient.err
    (report,) = patient.objects()
    assert (report["unchanged"], report["documents"]) == (FILES + 1, FILES + 1)


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_interruption(
    run: Run, command: Sequence[str], clean_env: dict[str, str], project: Path, how: signal.Signals, code: int
) -> None:
    """An interrupted run leaves an index that answers; the next run goes on and ends as it should."""
    # So many that the run is not at its end when the signal comes.
    files = 5 * FILES
    many(project / "seeds", files)
    with start(command, "index", "-q", cwd=project, env=clean_env) as first:
        wait_for(project / "index_data" / "index.json")
        time.sleep(0.3)
        first.send_signal(how)
        assert first.wait() == code
        assert first.stderr is not None
        assert "Traceback" not in first.stderr.read()
    during = run("-n0", "zander", cwd=project)
    assert during.code in (0, 1)
    report = index(run, project)
    assert report["documents"] == files + 1
    if how is signal.SIGINT:
        assert report["unchanged"] > 0
    assert run("-n0", "zander", cwd=project).err.startswith(all_found(files).rstrip())


def test_rebuild_serves(run: Run, command: Sequence[str], clean_env: dict[str, str], project: Path) -> None:
    """While an index is rebuilt the old one answers; a rebuild that is killed is taken up again."""
    many(project / "seeds", FILES)
    index(run, project)
    with start(command, "index", "--rebuild", "-q", cwd=project, env=clean_env) as first:
        wait_for(project / "index_data" / "data-2" / "pending.json")
        assert run("-n0", "zander", cwd=project).err == all_found(FILES)
        first.kill()
    assert run("-n0", "zander", cwd=project).err == all_found(FILES)
    assert index(run, project, "--rebuild")["documents"] == FILES + 1
    assert sorted(path.name for path in (project / "index_data").glob("data-*")) == ["data-2"]


def test_quiet_and_lines(run: Run, project: Path) -> None:
    """With --quiet nothing is printed; in a pipe plain lines."""
    done = run("index", "--quiet", cwd=project)
    assert (done.code, done.out, done.err) == (0, "", "")
    done = run("index", cwd=project)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("1 unchanged: 1 document in ")
    assert "\x1b" not in done.out


def test_nothing_to_index(run: Run) -> None:
    """Where there is nothing to index, the command to type is given and nothing is made."""
    done = run("index", env={"XDG_DATA_HOME": None})
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "coopsearch index FOLDER" in done.err


PAGES: list[tuple[str, str, int, int]] = [
    ("not json", "{", 2, 2),
    ("a list", "[]", 2, 2),
    ("deep", "[" * 100_000, 2, 2),
    ("no bytes", "", 2, 2),
    ("another format", '{"format": "other"}', 2, 2),
    ("an unknown engine", "engine=paper", 2, 2),
    ("an engine that is a number", "engine=5", 2, 2),
    ("a source that is a number", "sources=[1]", 2, 2),
    ("data outside", "data=../x", 2, 2),
    ("data that is gone", "data=data-7", 2, 2),
]


@pytest.mark.parametrize(("name", "page", "search", "again"), PAGES, ids=[row[0] for row in PAGES])
def test_pages(run: Run, project: Path, name: str, page: str, search: int, again: int) -> None:
    """Whatever stands in index.json, searching and indexing say in a line to rebuild, and that mends it."""
    index(run, project)
    file = project / "index_data" / "index.json"
    if "=" in page:
        key, value = page.split("=")
        value = json.loads(value) if value[0] in "[5" else value
        page = sealed(json.dumps({**unsealed(file.read_bytes()), key: value})).decode()
    file.write_text(page, encoding="utf-8")
    for arguments, code in ((["smuggling"], search), (["index"], again)):
        done = run(*arguments, cwd=project)
        assert (done.code, len(done.err.splitlines())) == (code, 1), done
        assert "coopsearch index --rebuild" in done.err
    assert run("index", "--rebuild", "-q", "seeds", cwd=project).code == 0
    assert run("smuggling", "-n0", cwd=project).code == 0


@pytest.mark.parametrize("left", ["lock", "data-1"])
def test_cut_before_the_first_page(run: Run, project: Path, left: str) -> None:
    """What a run leaves that was cut before it made an index is not an obstacle to the first question."""
    (project / "index_data").mkdir()
    (project / "index_data" / left).mkdir() if left == "data-1" else (project / "index_data" / left).touch()
    done = run("smuggling", "-n0", cwd=project)
    assert done.code == 0, done
    assert "building" in done.err


def test_damaged_manifest(run: Run, project: Path) -> None:
    """A changed byte in the list of files never makes a traceback, and --rebuild mends it."""
    index(run, project)
    data = project / "index_data" / "data-1"
    file = next(path for path in data.glob("manifest-*") if b"seeds/000" in path.read_bytes())
    whole = file.read_bytes()
    spots = [0, 20, 60, len(whole) // 2, len(whole) - 10]
    spots += [at for word in (b"files", b"seeds/000") for at in [whole.index(word) + 5]]
    for at in spots:
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        with pytest.raises(CoopsearchError, match="coopsearch index --rebuild"):
            sync(index_dir=project / "index_data")
    file.write_bytes(whole[:100])
    done = run("index", cwd=project)
    assert (done.code, len(done.err.splitlines())) == (2, 1), done
    assert "coopsearch index --rebuild" in done.err
    assert index(run, project, "--rebuild")["added"] == 1


def cut(project: Path, *, rebuild: bool) -> None:
    """Run as if the power failed before the second file."""
    script = (
        "import os, sys\n"
        "from coopsearch.indexer import sync\n"
        "sync([sys.argv[1]], sys.argv[2], rebuild=sys.argv[3] == 'True',"
        " progress=lambda progress: progress.done and os._exit(9))\n"
    )
    arguments = [str(project / "seeds"), str(project / "index_data"), str(rebuild)]
    done = subprocess.run([sys.executable, "-c", script, *arguments], check=False)
    assert done.returncode == 9


def test_rebuild_after_a_cut_run(run: Run, project: Path) -> None:
    """A first build that was killed and finished later is whole: --rebuild then reads everything anew."""
    (project / "seeds" / "a.txt").write_text("zander", encoding="utf-8")
    for file in (project / "seeds").iterdir():
        os.utime(file, (1_000_000_000, 1_000_000_000))
    cut(project, rebuild=False)
    assert index(run, project)["documents"] == 2
    assert counts(index(run, project, "--rebuild"))[0] == 2


def test_rebuild_over_a_damaged_rebuild(run: Run, project: Path) -> None:
    """What a cut rebuild left, however damaged, does not keep the next one from ending."""
    (project / "seeds" / "a.txt").write_text("zander", encoding="utf-8")
    index(run, project)
    cut(project, rebuild=True)
    for file in (project / "index_data" / "data-2").iterdir():
        if file.is_file() and file.name != "pending.json":
            file.write_bytes(b"")
    assert run("-n0", "zander", cwd=project).err == "1 of 2 documents match; all 2 files searched\n"
    done = run("index", "--rebuild", cwd=project)
    assert (done.code, done.err) == (0, ""), done
    assert run("-n0", "zander", cwd=project).err == "1 of 2 documents match; all 2 files searched\n"


def test_killed_equals_uninterrupted(run: Run, project: Path) -> None:
    """After a killed run the next one makes the index that an uninterrupted one makes."""
    many(project / "seeds", 40)
    cut(project, rebuild=False)
    assert index(run, project)["documents"] == 41
    queries = ("zander word3 word500", "smuggling -zander", "word9*", '"word37 word38"')
    answers = [run("--json", "-n", "50", "--", query, cwd=project).out for query in queries]
    shutil.rmtree(project / "index_data")
    index(run, project)
    assert [run("--json", "-n", "50", "--", query, cwd=project).out for query in queries] == answers
    assert all(answers)


@pytest.mark.parametrize(
    "arguments", [["--index", "~nobody-here/x", "smuggling"], ["index", "~nobody-here/x"]]
)
def test_unknown_home(run: Run, project: Path, arguments: list[str]) -> None:
    """The home of a user that there is not is told in one line."""
    done = run(*arguments, cwd=project)
    assert (done.code, len(done.err.splitlines())) == (2, 1), done


def test_unknown_engine_makes_nothing(run: Run, project: Path) -> None:
    """A wrong option is told before anything is made."""
    done = run("index", "--engine", "paper", cwd=project)
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "whoosh, columns" in done.err
    assert run("smuggling", "-n0", cwd=project).code == 0


def test_never_beside_the_package(
    run: Run, project: Path, repo: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Where nothing says where the index is, it is not the one beside the code."""
    home = tmp_path_factory.mktemp("own")
    done = run("smuggling", cwd=home, env={"HOME": str(home), "XDG_DATA_HOME": None})
    assert done.code == 2
    assert str(home / ".local" / "share" / "coopsearch" / "index_data") in done.err
    assert str(repo) not in done.err


def test_nearest_index(run: Run, project: Path) -> None:
    """Of two index_data folders upwards, the nearer one is asked, and indexed without PATH."""
    index(run, project)
    inner = project / "inner"
    (inner / "seeds").mkdir(parents=True)
    (inner / "seeds" / "a.txt").write_text("zander", encoding="utf-8")
    index(run, inner)
    (inner / "deep").mkdir()
    assert found(run, inner / "deep", "zander smuggling") == [str(inner / "seeds" / "a.txt")]
    assert counts(index(run, inner / "deep"))[-1] == 1


def test_folder_vanishes(project: Path) -> None:
    """A folder that vanishes between the walk and the reading costs nothing but its own files."""
    deep = project / "seeds" / "zz"
    deep.mkdir()
    (deep / "a.txt").write_text("zander", encoding="utf-8")

    def vanish(progress: Progress) -> None:
        shutil.rmtree(deep, ignore_errors=True)

    report = sync([project / "seeds"], project / "index_data", progress=vanish)
    assert (report.added, report.failed, report.documents) == (1, (), 1)


def test_one_long_line(run: Run, project: Path) -> None:
    """A line of a hundred million characters is indexed where the limit allows it, or told in a line."""
    with (project / "seeds" / "sparse.txt").open("wb") as stream:
        stream.truncate(100_000_000)
    report = index(run, project, code=2)
    assert [failure["path"] for failure in report["failed"]] == ["seeds/sparse.txt"]
    assert report["documents"] == 1

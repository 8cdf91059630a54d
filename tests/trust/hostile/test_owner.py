"""An index that others may have changed is named before it is used, and its files are its owner's alone."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.search import CoopsearchError, open_index
from coopsearch.search.engines import NAMES
from coopsearch.search.indexdir.checksummed import sealed
from tests.conftest import Run
from tests.trust.conftest import Ledger

AS_ROOT = pytest.mark.skipif(
    os.name == "nt" or os.geteuid() != 0, reason="only root can give a file to somebody else"
)
POSIX = pytest.mark.skipif(os.name == "nt", reason="modes are of POSIX")
STRANGER = 54321
ASKING: Sequence[Sequence[str]] = (
    ["zander"], ["index"], ["index", "--rebuild"], ["status"], ["verify"], ["similar", "docs/a.txt"],
    ["show", "docs/a.txt"], ["purge", "docs/a.txt"], ["watch"],
)  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with an index of one document."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("zander perch", encoding="utf-8")
    sync([tmp_path / "docs"], tmp_path / "index_data")
    return tmp_path


@AS_ROOT
@pytest.mark.parametrize("place", ["index_data", "index_data/data-1"])
def test_somebody_elses(run: Run, project: Path, place: str, ledger: Ledger) -> None:
    """No command uses an index of somebody else before the user says that they trust it."""
    os.chown(project / place, STRANGER, STRANGER)
    told = [run(*arguments, cwd=project) for arguments in ASKING]
    wrong = [one for one in told if one.code != 2 or f"belongs to user {STRANGER}" not in one.err]
    ledger("owner", f"commands on {place} of another user", tried=len(told), wrong=len(wrong))
    assert wrong == []
    assert all(len(one.err.splitlines()) == 1 and "verify --trust" in one.err for one in told)
    with pytest.raises(CoopsearchError, match="belongs to"):
        open_index(project / "index_data")
    trusted = {"COOPSEARCH_TRUST": str(project / "index_data")}
    assert run("zander", cwd=project, env=trusted).code == 0
    assert run("zander", cwd=project, env={"COOPSEARCH_TRUST": "*"}).code == 0
    assert run("zander", cwd=project, env={"COOPSEARCH_TRUST": str(project)}).code == 2
    assert run("verify", "--trust", cwd=project).code == 0
    assert run("zander", cwd=project).code == 0


@POSIX
@pytest.mark.parametrize(
    ("mode", "words"), [(0o777, "everybody"), (0o1777, "everybody"), (0o770, "the group 4321")]
)
def test_written_by_others(run: Run, project: Path, mode: int, words: str) -> None:
    """An index to whose folder others may write is named; `index --no-group` of its owner mends that."""
    if words != "everybody":
        if os.geteuid() != 0:
            pytest.skip("only root can give a folder to another group")
        os.chown(project / "index_data", -1, 4321)
    (project / "index_data").chmod(mode)
    done = run("zander", cwd=project)
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert words in done.err
    trusted = {"COOPSEARCH_TRUST": str(project / "index_data")}
    assert run("index", "-q", cwd=project, env=trusted).code == 0
    assert run("zander", cwd=project).code == 0


def as_stranger(index: Path) -> str:
    """Search as another user, in a child that has all modules; return what is told, "" for an answer."""
    with open_index(index) as opened:
        opened.search("zander")
    read, write = os.pipe()
    child = os.fork()
    if not child:
        told = "the child failed"
        try:
            os.setgroups([])
            os.setresgid(STRANGER, STRANGER, STRANGER)
            os.setresuid(STRANGER, STRANGER, STRANGER)
            with open_index(index) as opened:
                told = "" if opened.search("zander").total == 1 else "nothing was found"
        except CoopsearchError as error:
            told = f"{type(error).__name__}: {error}"
        finally:
            os.write(write, told.encode())
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as stream:
        found = stream.read().decode()
    os.waitpid(child, 0)
    return found


@AS_ROOT
def test_as_another_user(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another user is told whose index it is, and reads it once they trust it, if they may read it at all."""
    index = project / "index_data"
    for path in [index, *index.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    for path in (project, *project.parents):
        if path.stat().st_uid == 0 and not path.stat().st_mode & stat.S_IXOTH:
            path.chmod(path.stat().st_mode | 0o055)
    assert "belongs to root (user 0)" in as_stranger(index)
    monkeypatch.setenv("COOPSEARCH_TRUST", "*")
    assert as_stranger(index) == ""
    (index / "data-1").chmod(0o700)
    told = as_stranger(index)
    assert told.startswith("IndexUnreadable")
    assert "Permission denied" in told
    assert "damaged" not in told


@POSIX
@pytest.mark.parametrize("engine", NAMES)
@pytest.mark.parametrize("umask", [0o022, 0o002, 0o077, 0, 0o777, 0o377, 0o277])
def test_modes(tmp_path: Path, engine: str, umask: int, ledger: Ledger) -> None:
    """Files are of mode 0600 in folders of 0700, and 0660 in 2770 where the group is to have them."""
    docs = tmp_path / "docs"
    docs.mkdir()
    index = tmp_path / "index"
    if umask & 0o700 == 0:
        index.mkdir(0o755)
    before = os.umask(umask)
    wrong, tried = [], 0
    try:
        for step, group in enumerate((None, None, True, None, False)):
            for number in range(3):
                path = docs / f"{step}-{number}.txt"
                path.write_text(f"zander {step} {number}", encoding="utf-8")
                path.chmod(0o600)
            (docs / f"{max(0, step - 1)}-0.txt").unlink(missing_ok=True)
            sync([docs], index, engine=engine if step == 0 else None, group=group, rebuild=step == 1)
            folder, file = (0o2770, 0o660) if step in {2, 3} else (0o700, 0o600)
            for path in [index, *index.rglob("*")]:
                tried += 1
                if stat.S_IMODE(path.stat().st_mode) != (folder if path.is_dir() else file):
                    wrong.append((step, path.name, oct(path.stat().st_mode)))
    finally:
        os.umask(before)
    ledger("private", f"modes of files, {engine}, umask {umask:03o}", tried=tried, wrong=len(wrong))
    assert wrong == []


@AS_ROOT
def test_files_of_others(run: Run, project: Path, ledger: Ledger) -> None:
    """A file that others own or may write is named too, though the folders are the user's own."""
    index = project / "index_data"
    files = [path for path in index.rglob("*") if path.is_file()]
    wrong = []
    for path in files:
        for spoil in (lambda path: os.chown(path, STRANGER, -1), lambda path: path.chmod(0o666)):
            before = path.stat()
            spoil(path)
            done = [run(command, cwd=project) for command in ("verify", "zander")]
            # A search reads the pages that it needs; verify reads all.
            if done[0].code != 2 or path.name not in done[0].err or "verify --trust" not in done[0].err:
                wrong.append((path.name, done[0]))
            if done[1].code == 2 and path.name not in done[1].err:
                wrong.append((path.name, done[1]))
            os.chown(path, before.st_uid, before.st_gid)
            path.chmod(stat.S_IMODE(before.st_mode))
    ledger("owner", "files of others in folders of the user's own", tried=2 * len(files), wrong=len(wrong))
    assert wrong == []
    assert run("zander", cwd=project).code == 0


@POSIX
@pytest.mark.parametrize("engine", NAMES)
@pytest.mark.parametrize("group", ["false", "true"])
def test_modes_of_nothing_else(run: Run, project: Path, engine: str, group: str) -> None:
    """No mode is changed through a link, and a page alone gives no right to a group."""
    index = project / "index_data"
    sync([], index, engine=engine, rebuild=True)
    (data,) = index.glob("data-*")
    page = index / "index.json"
    text = page.read_bytes()[len(b'{"crc32":"00000000",') :].decode()
    text = text.replace('"group": false', f'"group": {group}')
    page.write_bytes(sealed("{" + text))
    run("index", cwd=project)
    assert stat.S_IMODE(index.stat().st_mode) == 0o700
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    victim = project / "victim"
    victim.mkdir(0o755)
    data.rename(project / "elsewhere")
    data.symlink_to(victim)
    assert run("index", cwd=project).code == 2
    assert stat.S_IMODE(victim.stat().st_mode) == 0o755
    data.unlink()
    (victim / "file").write_text("mine", encoding="utf-8")
    (victim / "file").chmod(0o644)
    os.link(victim / "file", data)
    assert run("index", cwd=project).code == 2
    assert stat.S_IMODE((victim / "file").stat().st_mode) == 0o644


@pytest.mark.parametrize("engine", NAMES)
def test_folders_of_like_names(project: Path, engine: str) -> None:
    """A person's own folder that is called as ours are, with files called so too, is left as it is."""
    ours = ("coverage.json", "manifest.sqlite", "notes.txt", "columns.toc.part", "copies.tsv", "whoosh.json")
    for place in (project / "fresh", project / "index_data"):
        mine = place / "data-7"
        mine.mkdir(parents=True)
        for name in ours:
            (mine / name).write_text("mine", encoding="utf-8")
        for rebuild in (False, True):
            sync([project / "docs"], place, engine=engine if place.name == "fresh" else None, rebuild=rebuild)
            assert sorted(path.name for path in mine.iterdir()) == sorted(ours)
        assert len([path for path in place.iterdir() if path.name.startswith("data-")]) == 2


@POSIX
def test_a_link_to_an_index(run: Run, tmp_path: Path, ledger: Ledger) -> None:
    """An index that is reached by a link has its sources where it lies, and not where the link does."""
    mine, received = tmp_path / "mine", tmp_path / "received"
    for folder in (mine, received):
        (folder / "src").mkdir(parents=True)
    (mine / "src" / "a.txt").write_text("border of mine", encoding="utf-8")
    (received / "src" / "b.txt").write_text("border of theirs", encoding="utf-8")
    assert run("index", "src", "-q", "--index", "index_data", cwd=mine).code == 0
    (received / "index_data").symlink_to(mine / "index_data")
    ways = (
        ["index", "-q"], ["index", "-q", "--index", "index_data"], ["index", "-q", "--rebuild"],
        ["purge", "src/b.txt"], ["watch", "--help"],
    )  # fmt: skip
    wrong = []
    for way in ways:
        run(*way, cwd=received)
        seen = run("border", "--json", cwd=mine).objects()
        if [one["shown"] for one in seen if "path" in one] != ["src/a.txt"]:
            wrong.append((way, seen))
    ledger("data", "an index that a link leads to", tried=len(ways), wrong=len(wrong))
    assert wrong == []
    (found,) = [one for one in run("border", "--json", cwd=received).objects() if "path" in one]
    assert (received / found["shown"]).resolve() == mine / "src" / "a.txt"

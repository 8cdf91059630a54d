"""One writer at a time, whatever becomes of the lock's files, of its holder, or of the folder itself."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from coopsearch.indexer.locking import lock, lock_page
from coopsearch.indexer.locking.lock import holder, locked
from coopsearch.search.errors import IndexLocked, IndexUnwritable, SettingsError
from tests.conftest import Run
from tests.trust.conftest import Ledger, Scale

#: Holds a lock until its input ends, and says when it has it.
HOLD = """
import sys
from pathlib import Path
from coopsearch.indexer.locking.lock import locked
{before}
with locked(Path(sys.argv[1]), wait=float(sys.argv[2])):
    print("held", flush=True)
    sys.stdin.read()
"""
#: A file system that locks files and no folders.
NO_FOLDERS = """
import errno, fcntl, os, stat
flock = fcntl.flock
def refuse(handle, how):
    if stat.S_ISDIR(os.fstat(handle).st_mode):
        raise OSError(errno.ENOLCK, "No locks available")
    return flock(handle, how)
fcntl.flock = refuse
"""
ELSEWHERE = {"process": 4321, "host": "another-host", "since": "2026-01-02 03:04:05"}


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """The folder of an index."""
    folder = tmp_path / "index_data"
    folder.mkdir()
    return folder


@contextmanager
def holding(index: Path, *, before: str = "", wait: float = 0) -> Iterator[subprocess.Popen[str]]:
    """Have another process hold the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD.format(before=before), str(index), str(wait)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            assert stream is not None
            stream.close()


def is_held(index: Path, wait: float = 0) -> str:
    """Return what a second writer is told, "" if it gets in."""
    try:
        with locked(index, wait=wait):
            return ""
    except IndexLocked as error:
        return str(error)


def left(index: Path) -> list[str]:
    """Return what a lock left in the folder."""
    return sorted(path.name for path in index.iterdir() if path.name.startswith("lock"))


#: Which of the files is removed, and whether folders can be locked. Where they cannot, and both files
#: are gone, there is nothing left by which anybody could know.
REMOVED = [
    (gone, before)
    for gone in ([], ["lock"], ["lock.json"], ["lock", "lock.json"])
    for before in ("", NO_FOLDERS)
    if not before or len(gone) < 2
]


@pytest.mark.parametrize(("gone", "before"), REMOVED)
def test_removed_while_held(
    ledger: Ledger, index: Path, monkeypatch: pytest.MonkeyPatch, before: str, gone: list[str]
) -> None:
    """Whatever of the lock's files is removed, no second writer gets in, and nothing is left at the end."""
    if before:
        monkeypatch.setattr(fcntl, "flock", _refusing(fcntl.flock))
    with holding(index, before=before) as process:
        for name in gone:
            (index / name).unlink(missing_ok=True)
        told = is_held(index, wait=0.2)
        process.communicate(timeout=10)
        assert process.returncode == 0
    after = is_held(index, wait=1)
    ledger(
        "crowd", f"a second writer, {' and '.join(gone) or 'nothing'} removed", tried=1, wrong=int(not told)
    )
    assert told
    assert "another process" in told if "lock.json" in gone else f"process {process.pid} on" in told
    assert after == ""
    assert left(index) == []


def _refusing(flock: Callable[[int, int], None]) -> Callable[[int, int], None]:
    def refuse(handle: int, how: int) -> None:
        if Path(f"/proc/self/fd/{handle}").is_dir():
            raise OSError(errno.ENOLCK, "No locks available")
        flock(handle, how)

    return refuse


def test_folder_replaced(index: Path) -> None:
    """After the folder was renamed and made anew, the new one has its own lock, and the old one keeps its."""
    with holding(index):
        moved = index.rename(index.with_name("moved"))
        index.mkdir()
        assert is_held(moved)
        with holding(index) as other:
            assert f"process {other.pid} " in is_held(index)
    assert is_held(index) == ""


def test_waits_for_a_folder_that_is_replaced(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock on a folder that lost its name to another one is not a lock of the index: it is tried again."""
    flock = fcntl.flock
    seen: list[int] = []

    def replaced(handle: int, how: int) -> None:
        flock(handle, how)
        if not seen:
            index.rename(index.with_name("moved"))
            index.mkdir()
        seen.append(os.fstat(handle).st_ino)

    monkeypatch.setattr(fcntl, "flock", replaced)
    with locked(index, wait=2):
        assert seen[-1] == index.stat().st_ino
    assert len(set(seen)) == 2


@pytest.mark.parametrize("before", ["", NO_FOLDERS], ids=["folder", "file"])
def test_dead_holder(
    ledger: Ledger, scale: Scale, index: Path, monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    """After a holder was killed the next one goes on at once, and its page confuses nobody."""
    if before:
        monkeypatch.setattr(fcntl, "flock", _refusing(fcntl.flock))
    wrong, slowest, tries = 0, 0.0, scale(3, 30)
    for _ in range(tries):
        with holding(index, before=before) as process:
            (index / f"lock.json.{'0' * 16}.part").touch()
            process.kill()
            process.wait()
        assert "lock.json" in left(index)
        started = time.monotonic()
        with locked(index, wait=0):
            slowest = max(slowest, time.monotonic() - started)
            assert f"process {os.getpid()} " in holder(index)
        wrong += left(index) != []
    ledger("crowd", "the holder killed", tried=tries, wrong=wrong, note=f"{slowest * 1000:.0f} ms to go on")
    assert wrong == 0
    assert slowest < 1


def test_renewed_elsewhere(ledger: Ledger, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A holder on another machine is believed while it renews its page, and no longer than it should be."""
    monkeypatch.setattr(lock, "FRESH", 2.0)
    monkeypatch.setattr(lock, "_LOOK", 0.1)
    page, stop = index / "lock.json", threading.Event()
    page.write_text(json.dumps(ELSEWHERE), encoding="utf-8")

    def renew() -> None:
        while not stop.wait(0.3):
            os.utime(page)

    thread = threading.Thread(target=renew)
    thread.start()
    try:
        heard: list[str] = []
        with pytest.raises(IndexLocked, match="process 4321 on another-host since 2026-01-02 03:04:05"):
            locked(index, wait=3, waiting=heard.append).__enter__()
    finally:
        stop.set()
        thread.join()
    assert heard == ["process 4321 on another-host since 2026-01-02 03:04:05"]
    assert left(index) == ["lock.json"]
    os.utime(page)
    started = time.monotonic()
    notices: list[str] = []
    with locked(index, wait=20, notice=notices.append):
        taken = time.monotonic() - started
        assert f"process {os.getpid()} " in holder(index)
    ledger(
        "crowd", "a holder on another host", tried=2, note=f"dead page passed over after {taken:.1f} s of 2"
    )
    assert 1.5 < taken < 4
    (told,) = notices
    assert told == f"{heard[0]} gave no sign for 2 seconds; its lock is taken over"
    assert left(index) == []


@pytest.mark.parametrize("offset", [-31, -1e9, 1e9, 60], ids=str)
def test_old_elsewhere(index: Path, offset: float) -> None:
    """A page of another machine that is 30 seconds old, or from the future, keeps nobody out."""
    page = index / "lock.json"
    page.write_text(json.dumps(ELSEWHERE), encoding="utf-8")
    os.utime(page, (time.time() + offset,) * 2)
    assert is_held(index) == ""
    page.write_text(json.dumps(ELSEWHERE), encoding="utf-8")
    os.utime(page, (time.time() - 20,) * 2)
    assert "another-host" in is_held(index)


def test_a_holder_gives_signs(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is renewed while the lock is held, not made again when it was removed, nor after the end."""
    monkeypatch.setattr(lock_page, "BEAT", 0.05)
    page = index / "lock.json"
    with locked(index):
        os.utime(page, (1, 1))
        end = time.monotonic() + 10
        while page.stat().st_mtime < 2:
            assert time.monotonic() < end
            time.sleep(0.02)
        page.unlink()
        time.sleep(0.2)
        assert not page.exists()
        page.write_text("somebody's", encoding="utf-8")
        os.utime(page, (1, 1))
        time.sleep(0.2)
        assert page.stat().st_mtime == 1
    assert page.read_text(encoding="utf-8") == "somebody's"


#: What somebody may lay in the place of the page.
def _fifo(page: Path) -> None:
    os.mkfifo(page)


def _folder(page: Path) -> None:
    page.mkdir()


def _link(page: Path) -> None:
    page.symlink_to("../victim")


def _hard_link(page: Path) -> None:
    os.link(page.parent.parent / "victim", page)


def _large(page: Path) -> None:
    with page.open("wb") as stream:
        stream.truncate(1 << 30)


def _brackets(page: Path) -> None:
    page.write_text("[" * 4000, encoding="utf-8")


def _holding(**changes: object) -> Callable[[Path], None]:
    def write(page: Path) -> None:
        page.write_text(json.dumps({**ELSEWHERE, **changes}), encoding="utf-8")

    return write


TAMPERED: dict[str, Callable[[Path], None]] = {
    "fifo": _fifo,
    "folder": _folder,
    "link": _link,
    "hard link": _hard_link,
    "large": _large,
    "brackets": _brackets,
    "list": lambda page: _ignore(page.write_text("[1]", encoding="utf-8")),
    "bytes": lambda page: _ignore(page.write_bytes(b"\xff\xfe{")),
    "number": lambda page: _ignore(page.write_text(f'{{"process": {"9" * 4000}}}', encoding="utf-8")),
    "text": _holding(process="1; rm"),
    "true": _holding(process=True),
    "negative": _holding(process=-1),
    "float": _holding(process=1e999),
    "escape": _holding(host="\x1b]0;owned\x07"),
    "direction": _holding(host="\u202eevil"),
    "long": _holding(host="a" * 3000),
    "surrogate": _holding(host="\ud800"),
    "nul": _holding(host="a\0b"),
    "none": _holding(host=None),
    "since": _holding(since="\x1b[2J", host=os.uname().nodename),
    "digits": _holding(since="٢٠٢٦-٠١-٠٢ ٠٣:٠٤:٠٥"),
}


def _ignore(_: object) -> None:
    pass


def test_tampered_page(ledger: Ledger, tmp_path: Path) -> None:
    """Whatever lies in the place of the page, who waits is told safe text, nothing is written through."""
    victim = tmp_path / "victim"
    wrong: list[tuple[str, object]] = []
    lost: list[str] = []
    for number, (name, tamper) in enumerate(TAMPERED.items()):
        index = tmp_path / str(number)
        index.mkdir()
        victim.write_text("precious", encoding="utf-8")
        with locked(index):
            (index / "lock.json").unlink()
            tamper(index / "lock.json")
            told = is_held(index)
        if not told or not told.isascii() or not told.isprintable() or len(told) > 400:
            wrong.append((name, told))
        if name in {"direction", "since", "digits"}:
            # Of these something is a holder elsewhere, or its time is not believed; it is young.
            os.utime(index / "lock.json", (1, 1))
        if is_held(index):
            wrong.append((name, "stays"))
        if victim.read_text(encoding="utf-8") != "precious":
            lost.append(name)
        if left(index) not in ([], ["lock.json"] if name == "folder" else []):
            wrong.append((name, left(index)))
    ledger("crowd", "lock.json tampered", tried=len(TAMPERED), wrong=len(wrong), lost=len(lost))
    assert (wrong, lost) == ([], [])


@pytest.mark.parametrize("tamper", [_fifo, _folder, _link, _hard_link], ids=lambda one: one.__name__)
def test_tampered_lock_file(
    tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch, tamper: Callable[[Path], None]
) -> None:
    """Where a file has to be the lock, no link is followed to it, and what is not a plain file is told."""
    monkeypatch.setattr(fcntl, "flock", _refusing(fcntl.flock))
    (tmp_path / "victim").write_text("precious", encoding="utf-8")
    tamper(index / "lock")
    with pytest.raises(SettingsError, match="is not a plain file of one name"):
        is_held(index)
    assert (tmp_path / "victim").read_text(encoding="utf-8") == "precious"


def test_no_locks_at_all(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that keeps no locks is named: without one, two writers could meet."""

    def refuse(handle: int, how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(SettingsError, match=r"keeps no locks \(No locks available\)"):
        is_held(index)


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.EROFS, "read-only"), (errno.ENOSPC, "no space"), (errno.EACCES, "permission")],
)
def test_unwritable(index: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str) -> None:
    """An index on a medium that is only read, that is full, or not ours to write: the cause is named."""
    create = os.open

    def refuse(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if flags & os.O_CREAT:
            raise OSError(number, os.strerror(number))
        return create(path, flags, mode, dir_fd=dir_fd)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        with pytest.raises(IndexUnwritable, match=words):
            is_held(index)
    assert is_held(index) == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_without_permission() -> None:
    """Who may not write the folder is told so by the system itself, and leaves nothing in it."""
    shared = Path(tempfile.mkdtemp())
    try:
        shared.chmod(0o755)
        for mode in (0o755, 0o000):
            (place := shared / f"{mode:o}").mkdir(mode)
            os.seteuid(65534)
            try:
                with pytest.raises(IndexUnwritable, match="permission denied"):
                    is_held(place)
            finally:
                os.seteuid(0)
            assert left(place) == []
    finally:
        shutil.rmtree(shared)


def test_missing_folder(tmp_path: Path) -> None:
    """A folder that is not there, or is a file, is a mistake in the settings."""
    (tmp_path / "file").touch()
    for name in ("none", "file"):
        with pytest.raises(SettingsError, match="cannot be written"):
            is_held(tmp_path / name)


def test_old_lock_file_goes(index: Path) -> None:
    """The empty file that older versions locked is removed; one with content is somebody's."""
    (index / "lock").touch()
    assert is_held(index) == ""
    assert left(index) == []
    (index / "lock").write_text("mine", encoding="utf-8")
    assert is_held(index) == ""
    assert (index / "lock").read_text(encoding="utf-8") == "mine"


def test_two_threads(index: Path) -> None:
    """Two threads of one process are two writers."""
    with locked(index):
        assert f"process {os.getpid()} " in is_held(index)
    assert is_held(index) == ""


def test_worker_does_not_inherit(index: Path) -> None:
    """A process that a holder started does not hold the lock after it."""
    before = "import subprocess, sys as s\nsleeper = None"
    script = HOLD.format(before=before).replace(
        'print("held"', 'subprocess.Popen([s.executable, "-c", "input()"], close_fds=False)\n    print("held"'
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(index), "0"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert is_held(index) == ""
    process.communicate()


def test_ten_writers(
    run: Run, ledger: Ledger, command: list[str], clean_env: dict[str, str], tmp_path: Path
) -> None:
    """Ten runs at once, each with a file of its own, all finish one after the other, and lose nothing."""
    writers = 10
    for number in range(writers):
        (tmp_path / f"{number}.txt").write_text(f"zander number{number}", encoding="utf-8")
    started = time.monotonic()
    processes = [
        subprocess.Popen(
            [*command, "index", "-q", "--wait", "60", f"{number}.txt", "--index", "index_data"],
            cwd=tmp_path,
            env=clean_env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for number in range(writers)
    ]
    ended = [(process.communicate(timeout=120), process.returncode) for process in processes]
    seconds = time.monotonic() - started
    wrong = [one for one in ended if one[1] or "Traceback" in one[0][1]]
    found = run("-n0", "zander", "--index", str(tmp_path / "index_data"))
    lost = writers - int(found.err.split()[0]) if found.code == 0 else writers
    ledger(
        "crowd", "ten writers at once", tried=writers, wrong=len(wrong), lost=lost, note=f"{seconds:.1f} s"
    )
    assert (wrong, lost) == ([], 0), found
    with suppress(FileNotFoundError):
        assert left(tmp_path / "index_data") == []

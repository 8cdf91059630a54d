"""One writer at a time, whatever becomes of the lock's files, of its holder, or of the folder itself."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from coopsearch.indexer.locking.lock import holder, locked
from tests.conftest import Run
from tests.trust.conftest import Ledger, Scale
from tests.trust.locking.holding import HOLD, NO_FOLDERS, holding, is_held, left, refusing

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
        monkeypatch.setattr(fcntl, "flock", refusing(fcntl.flock))
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
        monkeypatch.setattr(fcntl, "flock", refusing(fcntl.flock))
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

"""Holders of a lock in other processes, and what a second writer is told."""

from __future__ import annotations

import errno
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from coopsearch.indexer.locking.lock import locked
from coopsearch.search.errors import IndexLocked

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


def refusing(flock: Callable[[int, int], None]) -> Callable[[int, int], None]:
    def refuse(handle: int, how: int) -> None:
        if Path(f"/proc/self/fd/{handle}").is_dir():
            raise OSError(errno.ENOLCK, "No locks available")
        flock(handle, how)

    return refuse

"""One writer at a time: the second waits, then says who holds the index.

Knows no index format; the lock is a file beside it.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from coopsearch.search.errors import IndexLocked, SettingsError

NAME: Final = "lock"
OWNER: Final = "lock.json"
#: Seconds that a second writer waits unless told otherwise.
PATIENCE: Final = 30.0


@contextmanager
def locked(
    index: Path, *, wait: float = PATIENCE, waiting: Callable[[str], None] = lambda owner: None
) -> Iterator[None]:
    """Hold the index for writing.

    If another process holds it, ``waiting`` is called once with who that is; after ``wait`` seconds
    IndexLocked is raised. The operating system frees the lock of a process that dies.
    """
    # Imported here: only writing needs it.
    from filelock import FileLock, Timeout

    lock = FileLock(index / NAME)
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            waiting(holder(index))
            lock.acquire(timeout=wait)
    except Timeout:
        raise IndexLocked(
            f"the index at {index} is being written by {holder(index)}; "
            f"waited {wait:g} seconds; try again when it is done"
        ) from None
    except OSError as error:
        raise SettingsError(f"the index at {index} cannot be written: {error.strerror or error}") from None
    try:
        owner = {
            "process": os.getpid(),
            "host": socket.gethostname(),
            "since": time.strftime("%Y-%m-%d %H:%M:%S"),
        }
        (index / OWNER).write_text(json.dumps(owner), encoding="utf-8")
        yield
    finally:
        with contextlib.suppress(OSError):
            (index / OWNER).unlink()
        lock.release()


def holder(index: Path) -> str:
    """Say who holds the lock, as far as it can be told."""
    try:
        owner = json.loads((index / OWNER).read_text(encoding="utf-8"))
        return f"process {owner['process']} on {owner['host']} since {owner['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"

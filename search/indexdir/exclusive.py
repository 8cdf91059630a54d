"""One process at a time: a lock on a file, for what is written in a moment, such as a desk or a page.

Whoever comes second waits, for so long and no longer. Does not depend on the terminal.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from coopsearch.search.errors import IndexLocked
from coopsearch.search.indexdir import durable

#: Seconds between two looks.
_AGAIN: Final = 0.02


@contextmanager
def alone(path: Path, wait: float, busy: IndexLocked) -> Iterator[None]:
    """Hold the lock of a file, which is made if it is not there.

    Raises ``busy`` where another process holds it for longer than ``wait`` seconds, and
    IndexUnwritable for what the system refuses.
    """
    with durable.telling(path.parent):
        if os.name == "nt":
            from filelock import FileLock, Timeout

            held = FileLock(path)
            try:
                held.acquire(timeout=wait)
            except Timeout:
                raise busy from None
            try:
                yield
            finally:
                held.release()
            return
        # Imported here: Windows has none; filelock takes longer to load than all else that a desk needs.
        import fcntl

        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
        handle = os.open(path, flags, 0o600)
        try:
            ending = time.monotonic() + wait
            while True:
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                if time.monotonic() >= ending:
                    raise busy
                time.sleep(_AGAIN)
            yield
        finally:
            os.close(handle)

"""Processes that this one starts to read for it: deaf to a terminal's signals, and gone when it is.

Ctrl-C, and a service manager's SIGTERM, reach every process of a group; what they mean is decided by the run
alone, which then ends its children. Knows no tasks and no documents.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_DEAF: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)

#: Seconds between two looks whether the one who started this process still lives.
_LOOK: Final = 0.5


def start(module: str) -> subprocess.Popen[bytes]:
    """Start a process that calls ``main`` of a module of ours with the number of this one.

    It is deaf from its first moment on; ``begin`` is what its ``main`` calls first.
    """
    with _deaf():
        return subprocess.Popen(
            # -P: no file of the folder that one happens to stand in is imported.
            [sys.executable, "-P", "-c", f"from {module} import main; main({os.getpid()})"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )


def begin(parent: int) -> None:
    """Be deaf, in a process that ``start`` started, and end when the one that started it has ended."""
    # Its number comes from itself: it may be gone before this process can ask for it.
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    for number in _DEAF:
        signal.signal(number, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _DEAF)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os._exit(1)


@contextmanager
def _deaf() -> Iterator[None]:
    """Let signals wait, so that they do for a process that is started meanwhile; they come afterwards."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _DEAF)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

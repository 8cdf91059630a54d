"""Processes that this one starts to read for it: started, talked to over pipes, limited in time, ended.

Ctrl-C, and a service manager's SIGTERM, reach every process of a group; what they mean is decided by the
run alone, which then ends its children: so these are deaf to a terminal's signals, and gone when the run
is. Does not depend on the rest of coopsearch.
"""

from __future__ import annotations

import contextlib
import math
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any, Final, NamedTuple

_DEAF: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)

#: Seconds between two looks whether the one who started this process still lives.
_LOOK_UP: Final = 0.5
#: Seconds between two looks at the clock, for the one who waits.
_LOOK: Final = 0.1
#: An answer comes behind its length in bytes, so that it can be refused before it is read.
_HEAD: Final = struct.Struct("<Q")
#: Bytes that are taken from a pipe at least, if there are as many.
_PIECE: Final = 1 << 16


class Exit(NamedTuple):
    """How a process ended."""

    status: int
    """As ``subprocess`` has it: below 0 for a signal."""
    late: bool = False
    """Whether it was killed because it took too long."""

    @property
    def signal(self) -> str:
        """The name of the signal that ended it, "" if none did."""
        if self.status >= 0:
            return ""
        try:
            return signal.Signals(-self.status).name
        except ValueError:  # one of those without a name
            return f"signal {-self.status}"

    def __str__(self) -> str:
        """Return the signal or the status, for a person."""
        return self.signal or f"exit status {self.status}"


class ChildEnded(Exception):
    """A process is gone, or has closed its end of the pipe, and has nothing more to say."""


class Child:
    """A process that was started, as the one who started it has it.

    One thread receives; others may send and end it meanwhile.
    """

    def __init__(self, module: str, seconds: float = math.inf) -> None:
        """Start a process that calls ``main`` of a module of ours with the number of this one.

        It is killed where ``receive`` waits for it for more than ``seconds`` since the last ``renew``.
        """
        self._seconds = seconds
        self._waited = 0.0
        self._since: float | None = None
        self._late = False
        self._busy = threading.Event()
        self._process = _start(module)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._orders = self._process.stdin
        self._answers = _Pipe(self._process.stdout)
        if math.isfinite(seconds):
            threading.Thread(target=self._watch, daemon=True).start()

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def renew(self) -> None:
        """Give it all of its time again."""
        self._waited = 0.0

    def send(self, order: object) -> None:
        """Hand it an order. Raises ChildEnded."""
        try:
            pickle.dump(order, self._orders, pickle.HIGHEST_PROTOCOL)
            self._orders.flush()
        except OSError:
            raise ChildEnded from None

    def receive(
        self, waiting: Callable[[], None] | None = None, check: Callable[[int], None] = lambda _: None
    ) -> bytes:
        """Wait for its next answer, and return that as it was pickled. Raises ChildEnded.

        ``waiting`` is called now and then meanwhile, where the system can tell that nothing comes; it is
        given always or never. ``check`` takes the length of the answer before it is read. What the two raise
        comes through.
        """
        self._since = time.monotonic()
        self._busy.set()
        try:
            (length,) = _HEAD.unpack(self._exactly(_HEAD.size, waiting))
            check(length)
            return self._exactly(length, waiting)
        finally:
            self._busy.clear()
            self._waited += time.monotonic() - self._since
            self._since = None

    def _exactly(self, count: int, waiting: Callable[[], None] | None) -> bytes:
        data = self._answers.read(count, waiting)
        if len(data) < count:
            raise ChildEnded
        return data

    def exit(self) -> Exit:
        """Wait for its end and say how that came."""
        return Exit(self._process.wait(), self._late)

    def kill(self) -> None:
        """Kill it, without waiting until it is gone."""
        self._process.kill()
        self._busy.set()

    def end(self) -> None:
        """Kill it, and let everything go that belongs to it."""
        self.kill()
        self._process.wait()
        for stream in (self._orders, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _watch(self) -> None:
        """Kill the process once it was waited for too long. What becomes of its answers is not its time."""
        while self._process.poll() is None:
            self._busy.wait()
            since = self._since
            if since is not None and self._waited + time.monotonic() - since > self._seconds:
                self._late = True
                self._process.kill()
                return
            time.sleep(_LOOK)


class _Pipe:
    """Reads a pipe, and does something else while nothing comes, where the system can tell of that."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._got = bytearray()
        self._coming = select.poll() if hasattr(select, "poll") else None
        if self._coming is not None:
            self._coming.register(stream.fileno(), select.POLLIN)

    def read(self, count: int, waiting: Callable[[], None] | None) -> bytes:
        """Return so many bytes, fewer at the end."""
        if self._coming is None or waiting is None:
            return self._stream.read(count)
        while len(self._got) < count:
            if not self._coming.poll(_LOOK * 1000):
                waiting()
                continue
            piece = os.read(self._stream.fileno(), max(_PIECE, count - len(self._got)))
            if not piece:
                break
            self._got += piece
        data = bytes(memoryview(self._got)[:count])
        del self._got[:count]
        return data


class Parent:
    """The process that started this one, as this one has it."""

    def __init__(self) -> None:
        """Take over the standard streams: what a library prints must not get among the answers."""
        self._orders = sys.stdin.buffer
        self._answers = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)

    def receive(self) -> Any:
        """Wait for the next order. Raises EOFError when there is none to come."""
        return pickle.load(self._orders)  # noqa: S301 - from the process that started this one

    def send(self, answer: object) -> None:
        """Hand it an answer. Raises BrokenPipeError where it is gone."""
        data = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
        self._answers.write(_HEAD.pack(len(data)))
        self._answers.write(data)
        self._answers.flush()


def begin(parent: int) -> Parent:
    """Return the one who started this process, which is what its ``main`` calls first.

    From then on it is deaf, and ends when that one has ended.
    """
    # Its number comes from itself: it may be gone before this process can ask for it.
    threading.Thread(target=_look_up, args=(parent,), daemon=True).start()
    for number in _DEAF:
        signal.signal(number, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _DEAF)
    return Parent()


def _look_up(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_UP)
    os._exit(1)


def _start(module: str) -> subprocess.Popen[bytes]:
    """Start a process, which is deaf from its first moment on."""
    with _deaf():
        return subprocess.Popen(
            # -P: no file of the folder that one happens to stand in is imported.
            [sys.executable, "-P", "-c", f"from {module} import main; main({os.getpid()})"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )


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

"""The resident process: takes commands, has a forked process run each, and tells how it ended.

It reads nothing of what it is asked; a forked process does, so that nobody keeps another one waiting. One
such process is always there beforehand. Does not depend on an index.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import select
import signal
import socket
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.search.cli.warm import wire

#: Commands that run at a time, by processor, and those that wait their turn; others go the ordinary way.
_RUNNING: Final = 2
_WAITING: Final = 200
#: The system has no descriptor or memory left for another connection.
_SHORT: Final = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
#: Seconds after which the next process is forked, so that it is not in the way of the command at hand.
_PAUSE: Final = 0.03
#: Seconds that a command may go on whose caller is gone: it may just have told its end.
_MERCY: Final = 0.1
#: Seconds after which it is looked whether the socket is still ours.
_LOOK: Final = 10.0


#: How a forked process ends that has done nothing for its caller, which goes the ordinary way then.
REFUSED: Final = 113


class _Child(NamedTuple):
    """A process that we forked: what we hand it a connection by."""

    number: int
    channel: socket.socket


class _Served(NamedTuple):
    """A caller, and the process that runs its command."""

    end: socket.socket
    child: int


class Server:
    """Serves what comes in at a listening socket until it is told to end, or nothing came for a while."""

    def __init__(
        self, listening: socket.socket, lock: int, run: Callable[[socket.socket], None], *,
        rehearse: Callable[[], None], count: Callable[[int], None], idle: float,
        is_current: Callable[[], bool],
    ) -> None:  # fmt: skip
        """``run`` serves one caller in a forked process, where ``rehearse`` is called first.

        It returns only where it has done nothing for its caller. ``count`` is told how many commands were
        run. ``idle`` is in seconds. ``is_current`` says whether what is loaded is still what is installed.
        ``lock`` is a descriptor that forked processes give back.
        """
        self._listening, self._lock, self._run = listening, lock, run
        self._rehearse, self._count, self._done = rehearse, count, 0
        self._idle, self._is_current = idle, is_current
        self._address = Path(listening.getsockname())
        self._place = self._address.stat().st_ino
        self._poll = select.poll()
        self._served: dict[int, _Served] = {}
        self._waiting: deque[tuple[socket.socket, int]] = deque()
        self._lost: dict[int, float] = {}
        self._spare: _Child | None = None
        self._fork_at: float | None = None
        self._ending = False
        self._most = _RUNNING * (os.cpu_count() or 1)

    def serve(self) -> None:
        """Serve. Commands that run when it ends come to their own end."""
        reading, writing = os.pipe()
        for one in (reading, writing):
            os.set_blocking(one, False)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._end)
        self._wake = (reading, writing)
        self._listening.setblocking(False)
        self._poll.register(self._listening, select.POLLIN)
        self._poll.register(reading, select.POLLIN)
        # What was loaded is looked at by no collection here or there, so that its pages stay shared.
        gc.collect()
        gc.freeze()
        self._fork_spare()
        last = looked = time.monotonic()
        while True:
            events = self._poll.poll(self._timeout(last))
            now = time.monotonic()
            for handle, _ in events:
                if handle == self._listening.fileno():
                    last = now
                    self._accept()
                elif handle == reading:
                    _drain(reading)
                elif handle in self._served:
                    self._poll.unregister(handle)
                    self._lost[handle] = now + _MERCY
            self._reap()
            self._finish_lost(now)
            if self._fork_at is not None and now >= self._fork_at:
                self._fork_spare()
            if now - looked > _LOOK:
                looked = now
                self._ending = self._ending or not self._is_ours()
            if self._served or self._waiting:
                last = now
            elif self._ending or now - last >= self._idle:
                break
            if self._ending and self._listening.fileno() >= 0:
                self._close_door()
        self._close_door()
        if self._spare is not None:
            self._spare.channel.close()

    def _end(self, *_: object) -> None:
        self._ending = True

    def _timeout(self, last: float) -> float:
        """Return in how many milliseconds there is something to do."""
        now = time.monotonic()
        times = [last + self._idle, now + _LOOK, *self._lost.values()]
        if self._fork_at is not None:
            times.append(self._fork_at)
        return max(0.0, min(times) - now) * 1000 + 1

    def _is_ours(self) -> bool:
        try:
            return self._address.stat().st_ino == self._place
        except OSError:
            return False

    def _close_door(self) -> None:
        """Take no more. Who waits in front of it goes the ordinary way."""
        if self._listening.fileno() < 0:
            return
        self._poll.unregister(self._listening)
        if self._is_ours():
            with contextlib.suppress(OSError):
                self._address.unlink()
        self._listening.close()

    def _accept(self) -> None:
        while self._listening.fileno() >= 0:
            try:
                end, _ = self._listening.accept()
            except OSError as error:
                if error.errno in _SHORT:
                    time.sleep(_PAUSE)
                return  # nobody is there any more, or somebody waits until there is room
            number, user = wire.peer(end)
            if user != os.geteuid() or not number or self._ending:
                end.close()
                continue
            if not self._is_current():
                # Something else is installed by now.
                end.close()
                self._ending = True
                continue
            if len(self._served) < self._most:
                self._hand(end)
            elif len(self._waiting) < _WAITING:
                with contextlib.suppress(OSError):
                    wire.send_frame(end, wire.QUEUED)
                self._waiting.append((end, number))
            else:
                end.close()

    def _hand(self, end: socket.socket) -> None:
        """Give a caller to the process that waits for one."""
        if self._spare is None:
            self._fork_spare()
        spare, self._spare = self._spare, None
        self._fork_at = time.monotonic() + _PAUSE
        if spare is None:
            end.close()  # there is no memory for another process
            return
        try:
            socket.send_fds(spare.channel, [b"."], [end.fileno()])
        except OSError:
            end.close()
        else:
            self._served[end.fileno()] = _Served(end, spare.number)
            # Nothing is read here: only that the caller is gone.
            self._poll.register(end, 0)
        spare.channel.close()

    def _fork_spare(self) -> None:
        self._fork_at = None
        if self._spare is not None or (self._ending and not self._waiting):
            return
        try:
            ours, its = socket.socketpair()
        except OSError:
            return
        try:
            number = os.fork()
        except OSError:
            ours.close()
            its.close()
            return
        if number:
            its.close()
            self._spare = _Child(number, ours)
            return
        try:
            ours.close()
            self._forget()
            self._rehearse()
            _, handles, *_ = socket.recv_fds(its, 1, 1)
            its.close()
            if handles:
                self._run(socket.socket(fileno=handles[0]))
        finally:
            os._exit(REFUSED)

    def _forget(self) -> None:
        """Close all that is ours alone, in a forked process."""
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        # A session of its own: what a terminal says to us is not meant for it.
        os.setsid()
        self._listening.close()
        os.close(self._lock)
        for handle in self._wake:
            os.close(handle)
        for served in self._served.values():
            served.end.close()
        for end, _ in self._waiting:
            end.close()

    def _reap(self) -> None:
        while True:
            try:
                number, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not number:
                return
            if self._spare is not None and number == self._spare.number:
                self._spare.channel.close()
                self._spare = None
                self._fork_at = time.monotonic() + _PAUSE
            for handle, served in list(self._served.items()):
                if served.child == number:
                    self._told(handle, os.waitstatus_to_exitcode(status))
            if self._waiting and len(self._served) < self._most:
                self._hand(self._waiting.popleft()[0])

    def _told(self, handle: int, code: int) -> None:
        """Say how a command ended, if it has not done so itself, and let its caller go."""
        served = self._served.pop(handle)
        if self._lost.pop(handle, None) is None:
            self._poll.unregister(handle)
        if code != REFUSED:
            self._done += 1
            self._count(self._done)
        with contextlib.suppress(OSError):
            served.end.setblocking(False)
            wire.send_frame(served.end, wire.KILLED if code < 0 else wire.ENDED, abs(code))
        served.end.close()

    def _finish_lost(self, now: float) -> None:
        """End commands whose caller is gone."""
        for handle, until in self._lost.items():
            if now >= until and handle in self._served:
                with contextlib.suppress(OSError):
                    os.killpg(self._served[handle].child, signal.SIGKILL)
                self._lost[handle] = now + _LOOK


def _drain(handle: int) -> None:
    with contextlib.suppress(BlockingIOError):
        while os.read(handle, 4096):
            pass

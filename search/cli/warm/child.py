"""What a forked process does for its caller: become that, run the command, and tell how it ended."""

from __future__ import annotations

import atexit
import os
import socket
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import IO, Final, NoReturn

from coopsearch.search.cli import start
from coopsearch.search.cli.display import pager
from coopsearch.search.cli.warm import takeover, wire
from coopsearch.search.desk import last_answer

#: Seconds in which a caller says what it wants.
_PATIENCE: Final = 2.0
#: Its three streams, and its folder.
_HANDLES: Final = 4
#: The interpreter's own exit code where output could not be written at its end.
_LOST: Final = 120


def run(end: socket.socket) -> None:
    """Serve one caller. Returns only where nothing was done for it."""
    end.settimeout(_PATIENCE)
    try:
        wire.send_frame(end, wire.HELLO)
        fields, handles = wire.receive_request(end, _HANDLES)
        request = takeover.read(fields)
        origin = takeover.become(wire.peer(end)[0], request, handles)
        last_answer.in_session(origin.session)
        pager.opened = _Starting(end).opened
        wire.send_frame(end, wire.READY, os.getpid())
        if wire.receive(end, 1)[0] != wire.GO:
            return
    except (OSError, ValueError, takeover.NotFit):
        return
    end.settimeout(None)
    takeover.take_signals(origin)
    _end(end, start.ordinary())


def _end(end: socket.socket, code: object) -> NoReturn:
    """Do what the interpreter does at its end, and tell it before the memory is taken down."""
    number = code if isinstance(code, int) else 1
    try:
        threading._shutdown()  # type: ignore[attr-defined] # noqa: SLF001 - as at the end of the interpreter
        atexit._run_exitfuncs()  # noqa: SLF001 - the same
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    except (OSError, ValueError):
        number = _LOST
    try:
        wire.send_frame(end, wire.ENDED, number & 0xFF)
    finally:
        os._exit(number & 0xFF)


class _Starting:
    """Has the caller start a pager, as that has the terminal."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    def opened(self, command: Sequence[str], stream: IO[str], environment: Mapping[str, str]) -> _Started:
        """Start a program that writes where the caller's output goes. Raises OSError."""
        del stream  # it is the caller's own output
        fields = [
            b"%d" % len(command),
            *map(os.fsencode, command),
            *(os.fsencode(f"{name}={value}") for name, value in environment.items()),
        ]
        body = b"\0".join(fields)
        reading, writing = os.pipe()
        try:
            wire.send_frame(self._end, wire.START, len(body), reading)
            self._end.sendall(body)
            kind, refused, _ = wire.receive_frame(self._end)
            if kind != wire.STARTED or refused:
                raise FileNotFoundError(command[0])
        except OSError:
            os.close(writing)
            raise
        finally:
            os.close(reading)
        return _Started(self._end, writing)


class _Started:
    """A program that the caller started; as much of ``subprocess.Popen`` as a pager needs."""

    def __init__(self, end: socket.socket, writing: int) -> None:
        self._end, self._writing = end, writing
        self.returncode = 0

    def communicate(self, data: bytes) -> None:
        """Give it all that it reads, and wait for its end."""
        try:
            with open(self._writing, "wb") as stream:  # noqa: PTH123 - a descriptor
                stream.write(data)
        except BrokenPipeError:
            pass  # it ended early, which is not an error
        kind, code, _ = wire.receive_frame(self._end)
        if kind == wire.DONE:
            self.returncode = code

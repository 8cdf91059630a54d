"""A command at a real terminal, whose keys are pressed one by one."""

from __future__ import annotations

import contextlib
import os
import re
import select
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("there are no such terminals", allow_module_level=True)

import fcntl
import pty
import struct
import termios

_STYLE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
PATIENCE = 30.0


class Terminal:
    """A command at a terminal of some columns and lines."""

    def __init__(
        self, command: Sequence[str], folder: Path, env: dict[str, str], size: tuple[int, int]
    ) -> None:
        self._child, self._master = pty.fork()
        if not self._child:
            os.chdir(folder)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
            os.execvpe(command[0], list(command), env)
        self.text = ""

    def until(self, wanted: str) -> str:
        """Read until a text is there; return what came since the last call, without styles."""
        came = ""
        ending = time.monotonic() + PATIENCE
        while wanted not in came:
            assert time.monotonic() < ending, (wanted, came)
            if select.select([self._master], [], [], 0.2)[0]:
                try:
                    data = os.read(self._master, 1 << 16)
                except OSError:
                    data = b""
                assert data, (wanted, came)
                self.text += data.decode("utf-8", "replace")
                came = _STYLE.sub("", (came + data.decode("utf-8", "replace"))).replace("\r\n", "\n")
        return came

    def press(self, keys: str) -> None:
        """Type something."""
        os.write(self._master, keys.encode())

    def ended(self) -> int:
        """Wait for the end; return the exit code."""
        ending = time.monotonic() + PATIENCE
        while True:
            assert time.monotonic() < ending
            if select.select([self._master], [], [], 0.1)[0]:
                with contextlib.suppress(OSError):
                    self.text += os.read(self._master, 1 << 16).decode("utf-8", "replace")
            child, status = os.waitpid(self._child, os.WNOHANG)
            if child:
                os.close(self._master)
                return os.waitstatus_to_exitcode(status)

"""A real terminal for tests: the command in it, keys that are typed, and what stands on the screen."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Self

import pyte

#: Seconds after which what is waited for will not come.
PATIENCE: Final = 40
KEYS: Final = {
    "Up": "\x1b[A", "Down": "\x1b[B", "Enter": "\r", "Esc": "\x1b", "F1": "\x1bOP", "PageDown": "\x1b[6~",
    "PageUp": "\x1b[5~", "Backspace": "\x7f",
}  # fmt: skip


class Terminal:
    """A command in a terminal of its own."""

    def __init__(
        self, command: Sequence[str], *, cwd: Path, env: Mapping[str, str], columns: int = 80, lines: int = 24
    ) -> None:
        """Start it."""
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self.received = b""
        self._master, slave = pty.openpty()
        self.resize(columns, lines)
        clean = {name: value for name, value in env.items() if name not in {"COLUMNS", "LINES"}}
        self.process = subprocess.Popen(
            command, cwd=cwd, env={**clean, "TERM": "xterm-256color"}, start_new_session=True,
            stdin=slave, stdout=slave, stderr=slave,
        )  # fmt: skip
        os.close(slave)

    def resize(self, columns: int, lines: int) -> None:
        """Give the terminal another size, as a user does who pulls at its corner."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self._screen.resize(lines, columns)
        # The system tells those alone whose controlling terminal it is.
        if hasattr(self, "process"):
            self.process.send_signal(signal.SIGWINCH)

    def type(self, text: str) -> None:
        """Type a text."""
        os.write(self._master, text.encode())

    def press(self, *keys: str) -> None:
        """Press keys: of a name in KEYS, or ^X with Ctrl."""
        for key in keys:
            self.type(chr(ord(key[1]) - 64) if key[0] == "^" else KEYS[key])

    @property
    def lines(self) -> list[str]:
        """What stands on the screen."""
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        """The same as one text."""
        return "\n".join(self.lines)

    def wait_for(self, *texts: str, without: str = "") -> str:
        """Read until all of some texts stand on the screen, and another does not; return the screen."""
        ending = time.monotonic() + PATIENCE
        while not all(text in self.text for text in texts) or (without and without in self.text):
            if not self._read(ending - time.monotonic()):
                raise AssertionError(f"{texts!r} did not appear:\n{self.text}")
        return self.text

    def more(self, seconds: float) -> bool:
        """Read what comes next; say whether anything came within so many seconds."""
        return self._read(seconds)

    def wait(self) -> int:
        """Read until the command ends; return its exit code."""
        ending = time.monotonic() + PATIENCE
        while self._read(ending - time.monotonic()):
            pass
        return self.process.wait(timeout=PATIENCE)

    def _read(self, seconds: float) -> bool:
        if seconds <= 0 or not select.select([self._master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:
            return False  # what Linux says when nobody holds the other end
        self.received += data
        self._stream.feed(data)
        if b"\x1b[6n" in data:
            self.type("\x1b[1;1R")  # where the cursor stands, which prompt_toolkit asks for
        return bool(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._master)

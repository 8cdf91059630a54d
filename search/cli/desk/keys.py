"""Single keys of a terminal, read as they are pressed. Does not depend on the rest of coopsearch."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Self

#: What a terminal sends for a key that is not a character.
_SEQUENCE: Final = re.compile(r"\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])")
_NAMED: Final = {"A": "up", "B": "down", "C": "right", "D": "left"}
_BYTES: Final = 256
#: Ctrl-C, where the terminal does not make a signal of it.
_INTERRUPT: Final = "\x03"


class Keys:
    """Reads keys while it is entered; where the system cannot (Windows), Enter follows each."""

    def __init__(self) -> None:
        """Take standard input, which is a terminal."""
        self._waiting: list[str] = []
        self._before: Any = None

    def __enter__(self) -> Self:
        """Have the terminal give each key at once, and not show it."""
        self._raw()
        return self

    def __exit__(self, *error: object) -> None:
        """Put the terminal back."""
        self._cooked()

    def __call__(self) -> str:
        r"""Return the next key: a character in small letters, ``up``, ``down``, ``left`` or ``right``.

        The end of the input is "", and a key that means nothing is "\0".
        """
        if self._before is None:
            return sys.stdin.readline()[:1].lower()
        while not self._waiting:
            data = os.read(sys.stdin.fileno(), _BYTES)
            if not data:
                return ""
            self._waiting = _split(data.decode("utf-8", "replace"))
        key = self._waiting.pop(0)
        if key == _INTERRUPT:
            raise KeyboardInterrupt
        return key

    @contextmanager
    def line(self) -> Iterator[None]:
        """Let a line be typed meanwhile, as usual."""
        self._cooked()
        try:
            yield
        finally:
            self._raw()

    def _raw(self) -> None:
        try:
            import termios
            import tty
        except ImportError:
            return
        self._before = termios.tcgetattr(sys.stdin)
        tty.setcbreak(sys.stdin)

    def _cooked(self) -> None:
        if self._before is not None:
            import termios

            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._before)
            self._before = None


def _split(text: str) -> list[str]:
    keys, at = [], 0
    while at < len(text):
        if found := _SEQUENCE.match(text, at):
            keys.append(_NAMED.get(found[0][-1], "\0"))
            at = found.end()
        else:
            keys.append(text[at].lower())
            at += 1
    return keys

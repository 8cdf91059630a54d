"""What ends a command from outside: Ctrl-C, SIGTERM, SIGHUP. At once, or where the work can be left.

It is loaded before anything else, since until then a signal costs a traceback: so it imports next to
nothing. Does not depend on the rest of coopsearch.
"""

from __future__ import annotations

import os
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any, Final, Self

#: What a shell adds to the number of the signal that ended a program, to make an exit code of it.
_SHELL: Final = 128
#: Seconds in which a run that was told to stop at once may still close what it holds.
_MERCY: Final = 1.0
_NAMES: Final = ("SIGINT", "SIGTERM", "SIGHUP")
_received: int = 0
_is_told: bool = False
#: What a person is told of the work that was interrupted.
_left: str = "what was done is kept"


def numbers() -> list[signal.Signals]:
    """Return the signals that end a command, as far as the system has them."""
    return [number for name in _NAMES if (number := getattr(signal, name, None)) is not None]


def at_once() -> None:
    """Have each signal end the process there and then, with one line: there is nothing that could be kept.

    Nothing is raised, so that nothing is in the middle of an import, a lock or the end of the interpreter.
    A signal that whoever started us had ignored (nohup, a shell's background) stays so.
    """
    for number in numbers():
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)


def ignore() -> None:
    """Have signals do nothing: all is done, and what is left is the end of the interpreter."""
    for number in numbers():
        signal.signal(number, signal.SIG_IGN)


def code() -> int:
    """Return the exit code of a command that was interrupted."""
    return _SHELL + (_received or signal.SIGINT)


def told() -> str:
    """Return the line for a person whose run was interrupted. It is said once."""
    global _is_told
    _is_told = True
    how = "interrupted" if _received in {0, signal.SIGINT} else f"ended by {signal.Signals(_received).name}"
    return f"{how}; {_left}"


def say(message: str) -> None:
    """Write a line to stderr, as a handler of signals may: not through a stream that may be in use."""
    # A bar of progress may stand on the line, and have hidden the cursor.
    begin = "\r\x1b[2K\x1b[?25h" if os.name == "posix" and _is_terminal() else ""
    try:
        os.write(2, f"{begin}coopsearch: {message}\n".encode())
    except OSError:
        return  # Nobody is there to be told.


class Ending:
    """While it lasts, the first signal asks the work to come to an end, and the second ends it at once.

    At its own end, work that was asked to is told apart from work that was left alone, by KeyboardInterrupt.
    With ``ask``, which is called in another thread, a signal is the usual end of the work.
    """

    def __init__(self, ask: Callable[[], object] | None = None, left: str = "") -> None:
        """Take what is to be called when a signal comes, and what a person is told of the work then."""
        global _left
        _left = left or _left
        self.number = 0
        """The signal that came, 0 if none did."""
        self._ask = ask
        self._begun = ask is not None
        self._over = False
        self._before: dict[signal.Signals, Any] = {}

    def check(self, interrupted: type[BaseException]) -> None:
        """Raise what ends the work in good order, if that was asked for. Called where it can be left."""
        self._begun = True
        if self.number:
            raise interrupted

    def whole(self) -> None:
        """Say that the work is done: a signal that came since it could be left last was too late."""
        self.number = 0

    def __enter__(self) -> Self:
        for number in numbers():
            # `nohup` means that a run outlives its terminal.
            if number == signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._came)
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        global _received
        self._over = True
        for number, handler in self._before.items():
            signal.signal(number, handler)
        _received = self.number
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            _abandon()
        if kind is None and self.number and self._ask is None:
            raise KeyboardInterrupt

    def _came(self, number: int, frame: FrameType | None) -> None:
        if self._over:
            _end(number, frame)
        second, self.number = bool(self.number), self.number or number
        if second or not self._begun:
            # Nothing was read yet, or nobody wants to wait for it.
            _in_thread(_end_soon, self.number)
            raise KeyboardInterrupt
        if self._ask is not None:
            # The work may hold a lock that this needs.
            _in_thread(self._ask)
        elif number == signal.SIGINT:
            say("stopping after this document; press Ctrl-C again to stop at once")


class Raising:
    """While it lasts, Ctrl-C raises KeyboardInterrupt: a terminal's mode has to be put back, say."""

    def __enter__(self) -> None:
        self._before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def __exit__(self, *error: object) -> None:
        signal.signal(signal.SIGINT, self._before)


class Lent:
    """While it lasts, another program has the terminal, and Ctrl-C is meant for that one alone."""

    def __enter__(self) -> None:
        names = ("SIGINT", "SIGQUIT")
        mine = [number for name in names if (number := getattr(signal, name, None)) is not None]
        # A handler, and not "ignore", which the other program would inherit.
        self._before = {
            number: signal.signal(number, _pass)
            for number in mine
            if signal.getsignal(number) is not signal.SIG_IGN
        }

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)


def _pass(number: int, frame: FrameType | None) -> None:
    del number, frame


def _in_thread(call: Callable[..., object], *arguments: object) -> None:
    # Not by `threading`: its own locks may be held by what the signal came into.
    import _thread

    _thread.start_new_thread(call, arguments)


def _end(number: int, frame: FrameType | None = None) -> None:
    del frame
    global _received
    _received = _received or number
    _abandon()
    if not _is_told:
        say(told())
    os._exit(code())


def _end_soon(number: int) -> None:
    time.sleep(_MERCY)
    _end(number)


def _abandon() -> None:
    """Leave no page that says that this process holds an index. The lock itself goes with the process."""
    if lock := sys.modules.get("coopsearch.indexer.locking.lock"):
        lock.abandon()


def _is_terminal() -> bool:
    try:
        return os.isatty(2)
    except OSError:
        return False

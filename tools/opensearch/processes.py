"""Processes that are named in a file: whether one is still the same, and how to end it.

A number is given to another process once its own has ended, so each is noted with the time at which it
started.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

#: Seconds for a node to end by itself; it then has written all that it had to write.
_PATIENCE: Final = 20
#: Ctrl-C, what `kill` sends, and the end of the terminal.
INTERRUPTS: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
_PROC: Final = Path("/proc")


class Process(NamedTuple):
    """A process, told from any other that had or will have its number."""

    pid: int
    born: str

    @property
    def runs(self) -> bool:
        """Whether it is still there, and not just waiting for its parent to notice its end."""
        return bool(self.born) and birth(self.pid) == self.born


def process(pid: int) -> Process:
    """Return the process that has this number now."""
    return Process(pid, birth(pid))


def birth(pid: int) -> str:
    """Return when the process of this number started, in the words of the system; empty if there is none."""
    if not _PROC.joinpath("self", "stat").exists():  # macOS
        command = ["ps", "-o", "stat=,lstart=", "-p", str(pid)]
        said = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
        return "" if not said or said[0].startswith("Z") else " ".join(said[1:])
    try:
        stat = _PROC.joinpath(str(pid), "stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    # Behind the name, which may hold anything: the state is first, and the ticks since the boot are 20th.
    fields = stat.rpartition(")")[2].split()
    boot = _PROC.joinpath("sys", "kernel", "random", "boot_id").read_text(encoding="ascii").strip()
    return "" if fields[0] in {"Z", "X"} else f"{boot} {fields[19]}"


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Hold back what would interrupt this process until the end of the block, in which it tidies up."""
    came: list[int] = []
    heeded = [one for one in INTERRUPTS if signal.getsignal(one) is not signal.SIG_IGN]
    before = {one: signal.signal(one, lambda number, _: came.append(number)) for one in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for one in came[:1]:
        signal.raise_signal(one)


def send(one: Process, number: signal.Signals) -> None:
    """Send a signal to a process if it is still there."""
    if one.runs:
        with contextlib.suppress(ProcessLookupError):
            os.kill(one.pid, number)


def end(every: Sequence[Process], patience: float = _PATIENCE) -> None:
    """End processes: all are asked to, and those that go on are killed. Returns when none is left.

    Args:
        every: the processes.
        patience: seconds before they are killed.
    """
    for one in every:
        send(one, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while any(one.runs for one in every) and time.monotonic() < deadline:
        time.sleep(0.05)
    for one in every:
        send(one, signal.SIGKILL)
    while any(one.runs for one in every):
        time.sleep(0.05)

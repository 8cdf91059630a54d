"""Run a command and watch the memory of all the processes it becomes.

Memory is the proportional set size (PSS): a page that several processes share counts once, also one of
a file that is mapped. Linux tells it in /proc; elsewhere nothing is measured.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]
#: Seconds between two looks: the system walks all pages of a process for each, which takes it milliseconds.
_EVERY: Final = 0.25
_PROC: Final = Path("/proc")


class Ran(NamedTuple):
    """How a command went."""

    out: str
    seconds: float
    memory: int | None
    """The highest sum over all its processes at one time, bytes; None where it cannot be measured."""


def environment() -> dict[str, str]:
    """Return the variables for a process of the benchmark: modules are compiled, and ours are found."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    places = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**kept, "PYTHONPATH": os.pathsep.join(places)}


def watched(arguments: Sequence[str], *, memory: bool = True) -> Ran:
    """Run a module of the benchmark. Raises RuntimeError with its last words if it fails.

    Without ``memory`` nobody looks: looking takes a part of a core, and holds up who asks for pages.
    """
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        highest = [0]
        ended = threading.Event()
        watch = threading.Thread(target=_watch, args=(process.pid, highest, ended), daemon=True)
        if memory:
            watch.start()
        try:
            out, err = process.communicate()
        finally:
            ended.set()
            if memory:
                watch.join()
    if process.returncode:
        last = [line for line in err.splitlines() if line.strip()][-1:] or ["without a word"]
        raise RuntimeError(f"{' '.join(arguments[:3])} ended with {process.returncode}: {last[0]}")
    return Ran(out, time.perf_counter() - started, highest[0] or None)


def _watch(session: int, highest: list[int], ended: threading.Event) -> None:
    if not _PROC.is_dir():
        return
    foreign: set[str] = set()
    while not ended.wait(_EVERY):
        highest[0] = max(highest[0], sum(_pss(folder) for folder in _of_session(session, foreign)))


def _of_session(session: int, foreign: set[str]) -> list[Path]:
    """Return the processes of a session: those that it started, and theirs, whoever their parent is now.

    ``foreign`` remembers the others, which need not be looked at again.
    """
    found = []
    folders = {folder.name: folder for folder in _PROC.iterdir() if folder.name.isdigit()}
    foreign &= folders.keys()  # numbers are given again
    for name, folder in folders.items():
        if name not in foreign:
            try:
                # The name in brackets may hold anything; what follows it are numbers.
                fields = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
                if int(fields.split()[3]) == session:
                    found.append(folder)
                else:
                    foreign.add(name)
            except (OSError, IndexError, ValueError):
                continue
    return found


def held(process: int) -> int:
    """Return the bytes that a process holds now, 0 where it cannot be measured."""
    return _pss(_PROC / str(process))


def _pss(folder: Path) -> int:
    try:
        for line in (folder / "smaps_rollup").read_text(encoding="utf-8").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    return 0

"""Has the nodes of a folder end with another process, however that ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import dev
from tools.opensearch.processes import Process, process

_GUARD: Final = Path(__file__).with_name("guard.py")


def start_guard(run: Path, owner: Process) -> Process:
    """Start the process that ends the nodes once another one has ended, however that came about."""
    with (run / "guard.log").open("wb") as out:
        started = subprocess.Popen(
            [sys.executable, _GUARD, run, str(owner.pid), owner.born],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": os.fspath(dev.ROOT)},
            # What ends all processes of a terminal or of a test run must not end this one.
            start_new_session=True,
        )
    return process(started.pid)

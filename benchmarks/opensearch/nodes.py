"""Nodes for a benchmark, started and stopped by the project's own tool. Does not depend on coopsearch."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_DEV: Final = Path(__file__).resolve().parents[2] / "dev.py"
#: As OpenSearch is usually run: nodes for tests do without the compiler that takes long and makes fast code.
_JAVA: Final = "-XX:TieredStopAtLevel=4 -XX:-UseSerialGC -XX:+UseG1GC -XX:InitiatingHeapOccupancyPercent=30"


@contextmanager
def started(nodes: int, heap: str) -> Iterator[list[str]]:
    """Start some nodes and give their addresses; they end with the block, or with this process."""
    try:
        options = ("--nodes", str(nodes), "--heap", heap, "--owner", str(os.getpid()))
        yield asked("start", *options).split()
    finally:
        asked("stop")


def asked(what: str, *arguments: str, check: bool = True) -> str:
    """Have the project's tool do something with the nodes of this process; return what it says."""
    # Root's nodes run as another user, who must get to their folder.
    run = Path(tempfile.gettempdir()) / f"coopsearch-benchmark-{os.getpid()}"
    command = [sys.executable, os.fspath(_DEV), "opensearch", what, *arguments, "--run", os.fspath(run)]
    env = {**os.environ, "DEV_OPENSEARCH_JAVA": _JAVA}
    return subprocess.run(command, check=check, env=env, stdout=subprocess.PIPE, encoding="utf-8").stdout

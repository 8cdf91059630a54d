"""Ends the nodes of a folder once another process has ended, even if that was killed.

    guard.py FOLDER PID BORN

`start --owner PID` starts it. It ends by itself when the folder is gone.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import dev
from tools.opensearch import cluster
from tools.opensearch.processes import Process
from tools.opensearch.state import NAME

#: Seconds between two looks.
_EVERY: Final = 0.5


def main(arguments: Sequence[str]) -> int:
    """Wait, and stop the nodes if there is something to stop then."""
    run, owner = Path(arguments[0]), Process(int(arguments[1]), arguments[2])
    while owner.runs and (run / NAME).exists():
        time.sleep(_EVERY)
    if (run / NAME).exists():
        cluster.stop(run, but_guard=True)
    return 0


if __name__ == "__main__":
    sys.exit(dev.guarded(lambda: main(sys.argv[1:])))

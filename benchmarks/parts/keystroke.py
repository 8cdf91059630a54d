"""How long a keystroke takes in `coopsearch -i`, from the key to the screen. `dev.py keystroke`.

A real terminal of 80 columns, in which queries are typed letter by letter; the time ends when the status line
tells of the answer to what stands on the line. Times are those of the clock, in milliseconds.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.data import unpack
from benchmarks.measure import QUANTILES, quantiles
from benchmarks.steps import machine
from coopsearch.indexer import sync
from tests.interactive.terminal import Terminal

SHARED = Path(__file__).resolve().parents[3] / "shared"
QUERIES = (
    "smuggling routes",
    "human trafficking",
    "climate change",
    '"rule of law"',
    "terrorism AND finance",
)


def main(arguments: Sequence[str]) -> int:
    """Index, type, and print the quantiles."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--corpus", type=Path, default=SHARED / "corpora" / "un_general_debate_passages.jsonl.xz"
    )
    parser.add_argument("--documents", type=int, help="only so many documents")
    given = parser.parse_args(arguments)
    print("  ".join(f"{name} {value}" for name, value in machine().items()))
    with tempfile.TemporaryDirectory(prefix="coopsearch-keystroke-") as scratch:
        corpus = unpack(given.corpus, Path(scratch) / "corpus.jsonl", given.documents)
        sync([corpus.path], Path(scratch) / "index")
        times = _typed(Path(scratch) / "index")
    print(f"{len(times)} keystrokes, milliseconds at " + ", ".join(f"p{one}" for one in QUANTILES))
    print("  ".join(f"{one:.1f}" for one in quantiles(times)))
    return 0


def _typed(index: Path) -> list[int]:
    """Return the nanoseconds of each keystroke but the first, which opens what the others find open."""
    command = [sys.executable, "-P", "-m", "coopsearch.search.cli", "-i", "--index", str(index)]
    times: list[int] = []
    with Terminal(command, cwd=index.parent, env=dict(os.environ)) as screen:
        screen.wait_for("Type a question")
        for query in QUERIES:
            for end in range(1, len(query) + 1):
                before = screen.lines[1]
                started = time.perf_counter_ns()
                screen.type(query[end - 1])
                _settled(screen, query[:end], before)
                times.append(time.perf_counter_ns() - started)
            for _ in query:
                screen.press("Backspace")
            screen.wait_for("Type a question")
    return times[1:]


def _settled(screen: Terminal, typed: str, before: str) -> None:
    """Read until the line is shown and the status line has changed, or until nothing comes any more."""
    screen.wait_for(f"search: {typed.rstrip()}")
    while screen.lines[1] == before and screen.more(0.1):
        pass


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""How long the first phrase takes after an index was opened. `dev.py first-phrase`.

Each phrase is asked in a process of its own, in which the index was just opened and nothing was asked
before; its files are in the memory of the system, as they are for whoever works with them. Times are those of
the clock, in milliseconds: of opening, of the first phrase with ten hits and snippets, and of another phrase
after it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median

from benchmarks.data import unpack
from benchmarks.steps import machine
from coopsearch.indexer import sync
from coopsearch.search import open_index

SHARED = Path(__file__).resolve().parents[3] / "shared"
PHRASES = (
    "human rights", "security council resolution", "smuggling routes", "climate change", "rule of law",
    "the united nations", "weapons of mass destruction", "migrants and refugees", "south africa",
    "free trade",
)  # fmt: skip
AFTER = "european union"

ASK = """
import json, sys, time
from coopsearch.search import open_index
import coopsearch.search.index
times = [time.perf_counter()]
index = open_index(sys.argv[1])
times.append(time.perf_counter())
for text in sys.argv[2:]:
    index.search(f'"{text}"')
    times.append(time.perf_counter())
print(json.dumps(times))
"""


def main(arguments: Sequence[str]) -> int:
    """Index, ask, and print a line for each phrase and one for their medians."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--corpus", type=Path, default=SHARED / "corpora" / "un_general_debate_passages.jsonl.xz"
    )
    parser.add_argument("--documents", type=int, help="only so many documents")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args(arguments)
    print("  ".join(f"{name} {value}" for name, value in machine().items()))
    with tempfile.TemporaryDirectory(prefix="coopsearch-first-") as scratch:
        corpus = unpack(given.corpus, Path(scratch) / "corpus.jsonl", given.documents)
        folder = Path(scratch) / "index"
        sync([corpus.path], folder)
        with open_index(folder) as index:
            print(f"{index.documents:,} documents")
        print(f"{'':32}{'opening':>10}{'first':>10}{'another':>10}")
        every = []
        for phrase in PHRASES:
            rows = [_asked(folder, phrase) for _ in range(given.rounds)]
            every += rows
            _print(phrase, rows)
        _print("all of them", every)
    return 0


def _asked(folder: Path, phrase: str) -> list[float]:
    """Return the milliseconds of opening, of a phrase, and of another one."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", ASK, str(folder), phrase, AFTER], capture_output=True, check=True
    )
    times: list[float] = json.loads(done.stdout)
    return [1000 * (after - before) for before, after in pairwise(times)]


def _print(what: str, rows: Sequence[Sequence[float]]) -> None:
    print(f"{what:32}" + "".join(f"{median(column):10.1f}" for column in zip(*rows, strict=True)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

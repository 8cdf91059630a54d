"""What a command costs from its start to its end, beside `import typer`. `dev.py cold`.

Each command is started anew in every round, side by
side with a Python that imports typer and ends, so that whatever else the machine does falls on all alike. The
processor's time (of the process and of the system for it) depends least on that.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks.steps import machine

SEEDS: Final = Path(__file__).resolve().parents[2] / "seeds"
#: What Python runs for a command line.
RUN: Final = "from coopsearch.search.cli.start import main; import sys; sys.argv[0] = 'coopsearch'; main()"
#: What is measured beside a query of some words: a phrase, and what follows an answer.
COMMANDS: Final[tuple[tuple[str, ...], ...]] = (
    ('"illegal migration"',),
    ("show", "1"),
    ("cite", "1"),
    ("status",),
    ("news",),
    ("--help",),
)


def main(arguments: Sequence[str]) -> int:
    """Index a folder, run each command so often, and print a line for each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--folder", type=Path, default=SEEDS, help="documents (seeds/)")
    parser.add_argument("--query", default="smuggling routes", help="the words that are looked for")
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args(arguments)
    print("  ".join(f"{name} {value}" for name, value in machine().items()))
    with tempfile.TemporaryDirectory(prefix="coopsearch-cold-") as scratch:
        place = Path(scratch)
        shutil.copytree(given.folder, place / "documents")
        environment = {**os.environ, "COLUMNS": "100", "HOME": scratch, "COOPSEARCH_INDEX": "./index_data"}
        # Nobody compiles all modules at every start.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        command = [sys.executable, "-P", "-c", RUN]

        timed([*command, "index", "documents"], place, environment)
        timed([*command, "save", "followed", given.query], place, environment)
        rows = [
            ("import typer", (sys.executable, "-P", "-c", "import typer")),
            ("import typer, numpy", (sys.executable, "-P", "-c", "import typer, numpy")),
            *((" ".join(words), (*command, *words)) for words in ((given.query,), *COMMANDS)),
        ]
        times_of: dict[str, list[float]] = {name: [] for name, _ in rows}
        busy_of: dict[str, list[float]] = {name: [] for name, _ in rows}
        for _, rest in rows:
            timed(rest, place, environment)
        for _ in range(given.rounds):
            for name, rest in rows:
                before = busy()
                times_of[name].append(timed(rest, place, environment))
                busy_of[name].append(busy() - before)
        base, busy_base = times_of["import typer"], sum(busy_of["import typer"])
        print(f"{'command':24}  ms (median)  ratio of medians  of the fastest  of processor time")
        for name, times in times_of.items():
            middle = statistics.median(times)
            ratio, least = middle / statistics.median(base), min(times) / min(base)
            work = sum(busy_of[name]) / busy_base
            print(f"{name:24}  {middle:11.0f}  {ratio:16.2f}  {least:14.2f}  {work:17.2f}")
    return 0


def timed(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> float:
    """Run a command in a folder; return the milliseconds that it took. Ends this program where it fails."""
    started = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    taken = (time.perf_counter() - started) * 1000
    # 1 says that nothing was found.
    if done.returncode > 1:
        raise SystemExit(done.stderr.decode())
    return taken


def busy() -> float:
    """Return the seconds that processors have spent on all processes that we started and that have ended."""
    times = os.times()
    return times.children_user + times.children_system


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

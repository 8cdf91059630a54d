"""What a command costs that the resident process runs, beside one that runs alone. `dev.py warm`.

Each is started anew in every round, side by side with a Python that does nothing, so that whatever else the
machine does falls on all alike. Where Recoll is installed its command answers the same question, of an index
that it makes of the same folder.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks.parts.cold import RUN, SEEDS, timed
from benchmarks.steps import machine

#: What is measured beside a query of some words.
COMMANDS: Final[tuple[tuple[str, ...], ...]] = (
    ('"illegal migration"',), ("show", "1"), ("cite", "1"), ("status",), ("news",),
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Index a folder, run each command so often both ways, and print a line for each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--folder", type=Path, default=SEEDS, help="documents (seeds/)")
    parser.add_argument("--query", default="smuggling routes", help="the words that are looked for")
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args(arguments)
    print("  ".join(f"{name} {value}" for name, value in machine().items()))
    with tempfile.TemporaryDirectory(prefix="cw-") as scratch:
        place = Path(scratch)
        shutil.copytree(given.folder, place / "documents")
        environment = {
            **os.environ, "COLUMNS": "100", "HOME": scratch, "COOPSEARCH_INDEX": "./index_data",
            "XDG_RUNTIME_DIR": scratch,
        }  # fmt: skip
        alone = {**environment, "COOPSEARCH_WARM": "no"}
        command = [sys.executable, "-P", "-c", RUN]
        timed([*command, "index", "documents"], place, alone)
        timed([*command, "save", "followed", given.query], place, alone)
        timed([*command, "warm", "--detach"], place, environment)
        try:
            rows: dict[str, tuple[Sequence[str], Mapping[str, str]]] = {
                "python -c pass": ([sys.executable, "-P", "-c", "pass"], alone),
                "python -I -S -c pass": ([sys.executable, "-I", "-S", "-c", "pass"], alone),
            }
            for words in ((given.query,), *COMMANDS):
                rows[" ".join(words)] = ([*command, *words], environment)
                rows[" ".join(words) + " (alone)"] = ([*command, *words], alone)
            if recoll := _recoll(place, environment):
                rows["recollq"] = ([*recoll, given.query], environment)
            times_of: dict[str, list[float]] = {name: [] for name in rows}
            for _ in range(given.rounds):
                for name, (line, env) in rows.items():
                    times_of[name].append(timed(line, place, env))
        finally:
            timed([*command, "warm", "--stop"], place, environment)
    _print(times_of)
    return 0


def _recoll(place: Path, environment: Mapping[str, str]) -> list[str]:
    """Index the same folder with Recoll; return its command, nothing where it is not installed."""
    if shutil.which("recollq") is None or shutil.which("recollindex") is None:
        return []
    configured = place / "recoll"
    configured.mkdir()
    (configured / "recoll.conf").write_text(f"topdirs = {place / 'documents'}\n", encoding="utf-8")
    subprocess.run(["recollindex", "-c", str(configured)], env=environment, check=True, capture_output=True)
    return ["recollq", "-c", str(configured), "-n", "10"]


def _print(times_of: Mapping[str, Sequence[float]]) -> None:
    base = statistics.median(times_of["python -c pass"])
    recoll = times_of.get("recollq")
    print(f"{'command':32}  ms (median)  to python  to alone" + ("  to recollq" if recoll else ""))
    for name, times in times_of.items():
        middle = statistics.median(times)
        alone = times_of.get(f"{name} (alone)")
        beside = f"{middle / statistics.median(alone):8.2f}" if alone else " " * 8
        last = f"  {middle / statistics.median(recoll):10.2f}" if recoll else ""
        print(f"{name:32}  {middle:11.0f}  {middle / base:9.2f}  {beside}{last}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Whole processes of the command, as a person meets them: search, add a document, look for changes.

Each is the time from the start of the process to its end, modules compiled beforehand. What is compared
takes turns.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.data import Corpus, write_files
from benchmarks.memory import ROOT, environment, watched
from benchmarks.peers.ours import ENGINE

SEARCH: Final = "smuggling routes"


def command(*arguments: str) -> list[str]:
    """Return how to start coopsearch: the installed script, or its module where there is none."""
    name = "coopsearch.exe" if os.name == "nt" else "coopsearch"
    script = Path(sys.executable).with_name(name)
    start = [str(script)] if script.is_file() else [sys.executable, "-m", "coopsearch.search.cli"]
    return [*start, *arguments]


def seconds(words: Sequence[str], folder: Path) -> float:
    """Run a command and return how long it took. Finding nothing is not a failure."""
    started = time.perf_counter()
    done = subprocess.run(
        words, cwd=folder, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    spent = time.perf_counter() - started
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(words)}: {done.stderr.decode('utf-8', 'replace')[-500:]}")
    return spent


def summary(times: Sequence[float]) -> dict[str, float]:
    """Return the median, the fastest and the slowest."""
    return {"median": median(times), "best": min(times), "worst": max(times), "rounds": len(times)}


def starting(big: Path, work: Path, rounds: int) -> dict[str, Any]:
    """Search the big index and one of seeds/ in turn, beside an interpreter that imports typer."""
    small = work / "seeds"
    shutil.rmtree(small, ignore_errors=True)
    shutil.copytree(ROOT / "seeds", small / "seeds")
    seconds(command("index", "--engine", ENGINE), small)
    bare = [sys.executable, "-c", "import typer"]
    search = command(SEARCH)
    times: dict[str, list[float]] = {"typer": [], "seeds": [], "big": []}
    for number in range(rounds + 1):
        for name, words, folder in (("typer", bare, small), ("seeds", search, small), ("big", search, big)):
            spent = seconds(words, folder)
            if number:  # the first round compiles what is not yet compiled
                times[name].append(spent)
    return {name: summary(values) for name, values in times.items()}


def adding(big: Path, rounds: int) -> dict[str, Any]:
    """Add one document to the big index with the command, once and again."""
    times = []
    for number in range(rounds):
        text = f"Report {number}.\n\nA patrol met two boats on one of the known smuggling routes.\n"
        (big / "documents" / f"report-{time.time_ns()}.txt").write_text(text, encoding="utf-8")
        times.append(seconds(command("index"), big))
    return summary(times)


def unchanged(corpus: Corpus, work: Path, workers: int, rounds: int) -> dict[str, Any]:
    """Write the corpus as files, index them, and let the command look for changes where there are none."""
    place = work / "files"
    shutil.rmtree(place, ignore_errors=True)
    files = write_files(corpus, place / "documents")
    ran = watched(["benchmarks.process", str(place), str(workers)])
    looks = [seconds(command("index"), place) for _ in range(rounds)]
    return {"files": files, "index": float(ran.out), "memory": ran.memory, "unchanged": summary(looks)}


def _index(place: str, workers: str) -> None:
    import inspect

    from coopsearch.indexer import sync

    options: dict[str, Any] = (
        {"workers": int(workers)} if "workers" in inspect.signature(sync).parameters else {}
    )
    started = time.perf_counter()
    sync([Path(place, "documents")], Path(place, "index_data"), engine=ENGINE, **options)
    print(time.perf_counter() - started)


if __name__ == "__main__":
    _index(*sys.argv[1:])

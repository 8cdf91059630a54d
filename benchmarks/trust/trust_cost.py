"""What this state of the project costs, beside an earlier one. `python3 dev.py cost [COMMIT]`.

Both are built and installed, each with the packages of its own locks, into an environment of its own, and
each makes its own indexes of the same documents, so that their formats may differ. Then they take turns at
everything: who goes first changes from round to round, and what else the machine does falls on both. Compared
are medians; the bounds are those of docs/reliability.md. Time is that of the clock; on a machine that others
work on, `--clock processor` judges by the time of processors, which does not count waiting for the disk.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

import dev
from benchmarks.data import save
from benchmarks.steps import machine, say
from benchmarks.trust.trust_data import corpus, files, questions

ROOT: Final = Path(__file__).resolve().parents[2]
CORPUS: Final = ROOT.parent / "shared" / "corpora" / "un_general_debate_passages.jsonl.xz"
SEARCH: Final = "smuggling routes"
#: How many times as long something may take.
INDEXING, WARM, COLD = 1.05, 1.03, 1.03


class State(NamedTuple):
    """An environment in which one of the two is installed, and a folder for its indexes."""

    name: str
    python: Path
    place: Path

    def command(self, *arguments: str | Path) -> list[str]:
        """Return how to start coopsearch: the installed script, or its module where there is none."""
        script = self.python.with_name("coopsearch.exe" if os.name == "nt" else "coopsearch")
        start = [str(script)] if script.is_file() else [str(self.python), "-m", "coopsearch.search.cli"]
        return [*start, *(os.fspath(one) for one in arguments)]

    def made(self, name: str) -> Path:
        """Return where its index of something is."""
        return self.place / name / "index_data"


class Row(NamedTuple):
    """What was measured of both, in the order of the states."""

    what: str
    unit: str
    times: tuple[list[float], list[float]]
    bound: float | None = None
    processor: tuple[list[float], list[float]] | None = None

    def judged(self, clock: str) -> float:
        """Return how many times as long the newer state takes, by one of the clocks."""
        times = self.processor if clock == "processor" and self.processor is not None else self.times
        before, now = map(median, times)
        return now / before

    def over(self, clock: str) -> bool:
        """Tell whether that is more than it may be."""
        return self.bound is not None and self.judged(clock) > self.bound

    def line(self, clock: str) -> str:
        """Return its line of the report."""
        before, now = map(median, self.times)
        line = f"{self.what:46} {before:9.3f} {now:9.3f} {self.unit:2}  {now / before:6.3f}"
        if self.processor is not None:
            one, other = map(median, self.processor)
            line += f"  processor {one:.3f} {other:.3f} = {other / one:.3f}"
        if self.bound is not None:
            line += f"  {'OVER' if self.over(clock) else 'within'} {self.bound:.2f}"
        return line


# ------------------------------------------------------------------------------------------- the two states


def build(name: str, commit: str | None, folder: Path) -> State:
    """Install a commit, or this checkout as it is, into an environment of its own."""
    say(f"building {name}")
    source, env = folder / "source", folder / "env"
    source.mkdir(parents=True)
    if commit is None:
        for part in (*dev.SOURCES, "requirements"):
            if (ROOT / part).is_dir():
                shutil.copytree(ROOT / part, source / part, ignore=dev.DROPPINGS)
            else:
                shutil.copy2(ROOT / part, source)
    else:
        packed = subprocess.run(
            ["git", "archive", commit], cwd=ROOT, stdout=subprocess.PIPE, check=True
        ).stdout
        subprocess.run(["tar", "x", "-C", source], input=packed, check=True)
    python = env / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    locks = [f"--requirement={source / 'requirements' / name}" for name in ("run.txt", "build.txt")]
    for command in (
        [sys.executable, "-m", "venv", str(env)],
        [*pip, "--require-hashes", *locks],
        [*pip, "--no-deps", "--no-index", "--no-build-isolation", str(source)],
    ):
        subprocess.run(command, env=surroundings(), check=True)
    return State(name, python, folder)


def surroundings() -> dict[str, str]:
    """Return the variables for a process of either state: none leads to the checkout or another index."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COOPSEARCH_")}
    places = [one for one in kept.pop("PYTHONPATH", "").split(os.pathsep) if one and Path(one) != ROOT]
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, "PYTHONSAFEPATH": "1", **({"PYTHONPATH": os.pathsep.join(places)} if places else {})}


# ------------------------------------------------------------------------------------------------ measuring


def spent(words: Sequence[str], folder: Path) -> tuple[float, float]:
    """Run a command; return its seconds, and those of processors. Finding nothing is not a failure."""
    before, started = processors(), time.perf_counter()
    done = subprocess.run(
        words, cwd=folder, env=surroundings(), stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    seconds = time.perf_counter() - started
    if done.returncode not in (0, 1):
        raise SystemExit(f"dev.py cost: {' '.join(words)}: {done.stderr.decode('utf-8', 'replace')[-500:]}")
    return seconds, processors() - before


def processors() -> float:
    """Return the seconds that processors worked for all processes that this one has waited for."""
    try:
        from resource import RUSAGE_CHILDREN, getrusage
    except ImportError:  # Windows does not tell
        return 0.0
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def turns(
    states: Sequence[State],
    rounds: int,
    one: Callable[[State], Any],
    start: Callable[[int], None] | None = None,
) -> list[list[Any]]:
    """Have both do something in turn; each of them is first in every other round."""
    found: list[list[Any]] = [[], []]
    for number in range(rounds):
        if start is not None:
            start(number)
        for place in (0, 1) if number % 2 == 0 else (1, 0):
            found[place].append(one(states[place]))
    return found


def row(what: str, found: list[list[tuple[float, float]]], bound: float | None = None) -> Row:
    """Return what was measured of whole processes."""
    (one, one_cpu), (other, other_cpu) = (
        [list(column) for column in zip(*pairs, strict=True)] for pairs in found
    )
    told = all(one_cpu) and all(other_cpu)
    return Row(what, "s", (one, other), bound, (one_cpu, other_cpu) if told else None)


@contextmanager
def asking(states: Sequence[State], name: str, queries: Path) -> Iterator[Callable[[State, str], Any]]:
    """Open an index of each state in a process that stays, and yield what asks it."""
    script = Path(__file__).with_name("trust_ask.py")
    processes = {
        state.name: subprocess.Popen(
            [str(state.python), str(script), str(state.made(name)), str(queries)],
            env=surroundings(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        for state in states
    }

    def ask(state: State, order: str) -> Any:
        process = processes[state.name]
        assert process.stdin is not None
        assert process.stdout is not None
        print(order, file=process.stdin, flush=True)
        return json.loads(process.stdout.readline())

    try:
        yield ask
    finally:
        for process in processes.values():
            process.communicate()


def measured(states: Sequence[State], work: Path, given: argparse.Namespace) -> Iterator[Row]:
    """Measure, and yield each row as it is there."""
    passages = corpus(given.corpus, given.documents, work)
    queries = work / "queries.json"
    save(queries, questions(passages, given.queries))
    folder = work / "documents"
    files(passages, folder, given.files)

    def indexing(name: str, source: Path) -> Callable[[State], tuple[float, float]]:
        def one(state: State) -> tuple[float, float]:
            shutil.rmtree(state.made(name).parent, ignore_errors=True)
            state.made(name).parent.mkdir(parents=True)
            words = state.command("index", "--quiet", source, "--index", state.made(name))
            return spent(words, state.place)

        return one

    say("indexing")
    found = turns(states, given.rounds, indexing("passages", passages.path))
    yield row(f"index {passages.documents:,} passages of one file", found, INDEXING)
    found = turns(states, given.rounds, indexing("files", folder))
    yield row(f"index {given.files:,} small files", found, INDEXING)
    turns(states, 1, indexing("seeds", ROOT / "seeds"))

    say("queries")
    with asking(states, "passages", queries) as ask:
        turns(states, 1, lambda state: ask(state, "ask"))
        asked = turns(states, given.passes, lambda state: ask(state, "ask"))
    best = [[min(times) / 1e6 for times in zip(*passes, strict=True)] for passes in asked]
    yield Row(f"warm query, median of {given.queries:,}", "ms", (best[0], best[1]), WARM)

    say("starting")
    for name, what in (("seeds", "one document"), ("passages", "passages")):

        def search(state: State, name: str = name) -> tuple[float, float]:
            return spent(state.command("search", SEARCH, "--index", state.made(name)), state.place)

        turns(states, min(1, given.starts - 1), search)  # the first one reads from the disk
        yield row(f'coopsearch "{SEARCH}", {what}', turns(states, given.starts, search), COLD)

    say("looking for changes")

    def update(state: State) -> tuple[float, float]:
        return spent(state.command("index", "--quiet", "--index", state.made("files")), state.place)

    # What was written a moment ago is not yet believed to be unchanged.
    time.sleep(2.5)
    turns(states, min(1, given.passes - 1), update)
    yield row("index, nothing changed", turns(states, given.passes, update))
    with asking(states, "files", queries) as ask:
        idle = turns(states, 10 * given.passes, lambda state: ask(state, "refresh")[0] / 1e6)
        yield Row("refresh, nothing new", "ms", (idle[0], idle[1]))

        def add(number: int) -> None:
            text = f"Report {number}.\n\nA patrol met two boats on one of the known {SEARCH}.\n"
            (folder / f"report-{number}.txt").write_text(text, encoding="utf-8")

        def added(state: State) -> tuple[tuple[float, float], float]:
            took = update(state)
            nanoseconds, new = ask(state, "refresh")
            assert new, "an open index did not see the document that was added"
            return took, nanoseconds / 1e6

        both = turns(states, given.passes, added, add)
    yield row("index, one document added", [[took for took, _ in one] for one in both])
    before, now = ([fresh for _, fresh in one] for one in both)
    yield Row("refresh, one document added", "ms", (before, now))


def main(arguments: Sequence[str]) -> int:
    """Measure both states in turn; return 1 if a bound is crossed."""
    parser = argparse.ArgumentParser(prog="dev.py cost", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("commit", nargs="?", default="HEAD~1", help="the state to compare with")
    parser.add_argument(
        "--corpus", type=Path, default=CORPUS, help="JSON Lines; the seeds where it is not there"
    )
    parser.add_argument("--documents", type=int, default=20_000, help="passages of the corpus")
    parser.add_argument("--files", type=int, default=3_000, help="small files")
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5, help="of indexing")
    parser.add_argument("--passes", type=int, default=10, help="over the queries, and of updates")
    parser.add_argument("--starts", type=int, default=30, help="of the command")
    parser.add_argument("--clock", choices=("wall", "processor"), default="wall", help="which one judges")
    parser.add_argument(
        "--before", type=Path, help="the Python that the earlier state is installed for already"
    )
    parser.add_argument("--now", type=Path, help="the same for this state")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="coopsearch-cost-") as name:
        work = Path(name)
        states = [
            State(label, python, work / folder) if python else build(label, commit, work / folder)
            for label, python, commit, folder in (
                (given.commit, given.before, given.commit, "before"),
                ("this", given.now, None, "now"),
            )
        ]
        print("  ".join(f"{key} {value}" for key, value in machine().items()))
        print(f"{'':46} {given.commit[:9]:>9} {'this':>9}      ratio", flush=True)
        over = 0
        for one in measured(states, work, given):
            print(one.line(given.clock), flush=True)
            over += one.over(given.clock)
    return int(over > 0)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as error:  # git or pip, which said on stderr what is wrong
        sys.exit(f"dev.py cost: {' '.join(map(str, error.cmd))} ended with {error.returncode}")

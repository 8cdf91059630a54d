"""Signals at random moments of the real command: no document lost or twice, nothing left behind.

Each round changes the sources or asks for a rebuild, starts `coopsearch index`, ends it by a signal, looks
at what it left, lets the next run heal it, and looks again.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from coopsearch.indexer import sync
from coopsearch.indexer.report import Interrupted, Progress
from coopsearch.indexer.verify.integrity import check
from coopsearch.search.errors import CoopsearchError, IndexMissing
from tests.trust.conftest import Ledger, Scale
from tests.trust.crashes.crash_scenarios import ENGINES
from tests.trust.crashes.crash_world import (
    INDEX,
    Shape,
    View,
    age,
    mixed,
    said,
    shape,
    strays,
    view,
    weight,
    world,
    write,
)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="these signals are those of POSIX systems")

FILES: Final = 40
RECORDS: Final = 60
#: What a round does, more often what matters more.
KINDS: Final = ("update", "update", "update", "first build", "rebuild")
SIGNALS: Final = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
#: Of which a run is told, and after which it may clean up.
TOLD: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
#: Seconds that a run and all its workers may need to end after a signal.
PATIENCE: Final = 20.0
#: How many times the bytes of what belongs to it an index may take after the next run.
GROWTH: Final = 1.02
#: How often a killed run is followed by another one that is killed, too.
AGAIN: Final = 0.3
#: A line of a traceback that stands in a module of ours.
_OURS: Final = re.compile(r'File "[^"]*coopsearch/(?:search|indexer)/')


@dataclass
class Rounds:
    """A world, its texts, and what was seen in it."""

    folder: Path
    engine: str
    chance: random.Random
    texts: dict[str, str] = field(default_factory=dict)
    versions: int = 0
    states: list[View | None] = field(default_factory=list)
    """All that the index may hold, by file, since a run came to its end; None for no index."""
    partly: bool = False
    """Whether one of the runs since was told to stop."""
    faults: list[str] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    largest: float = 0.0

    @property
    def index(self) -> Path:
        """Where the index is."""
        return self.folder / INDEX

    def change(self, share: float) -> None:
        """Write a share of the files anew, and remove and add one."""
        self.versions += 1
        names = [f"d{n % 7}/f{n}.txt" for n in range(FILES)]
        some = [name for name in names if self.chance.random() < share]
        for name in some:
            self.texts[f"src/{name}"] = said(name, self.versions)
        write(self.folder / "src", {name: self.texts[f"src/{name}"] for name in some})
        for n in range(RECORDS) if share == 1 or self.chance.random() < 0.3 else ():
            self.texts[f"src/r.jsonl!{n}"] = said(f"r{n}", self.versions if n % 3 == 0 else 1)
        write(self.folder / "src", {"r.jsonl": [self.texts[f"src/r.jsonl!{n}"] for n in range(RECORDS)]})
        gone = self.folder / "src" / self.chance.choice(names)
        if share < 1 and gone.exists():
            gone.unlink()
            del self.texts[f"src/{gone.relative_to(self.folder / 'src').as_posix()}"]

    def state(self) -> View:
        """Return what an index of the sources holds."""
        texts = sorted((path, text.strip(), ()) for path, text in self.texts.items())
        return View(tuple(texts), len(texts), (), ("src",))


class Fresh(NamedTuple):
    """An index that was never killed."""

    shape: Shape
    weight: int
    beyond: int
    """Bytes of files that no check reads."""


def _fresh(rounds: Rounds) -> Fresh:
    index = rounds.folder / "fresh"
    sync([rounds.folder / "src"], index, engine=rounds.engine, workers=1)
    verified = check(index)
    found = Fresh(shape(index, verified), weight(index), weight(index) - verified.size)
    shutil.rmtree(index)
    return found


@pytest.fixture(autouse=True)
def _interruptible() -> Iterator[None]:
    """Let the commands take Ctrl-C, though the tests may run where it is ignored, which is inherited."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def _members(session: int) -> list[int]:
    """Return the processes of a session that still run."""
    found: list[int] = []
    for entry in Path("/proc").iterdir() if Path("/proc").is_dir() else ():
        with contextlib.suppress(OSError, ValueError, IndexError):
            if entry.name.isdigit():
                state, _, _, own, *_ = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(own) == session and state != "Z":
                    found.append(int(entry.name))
    return found


def _cut(rounds: Rounds, command: Sequence[str], after: float, sent: signal.Signals) -> tuple[int, str]:
    """Start a command, send it a signal after some seconds, and wait for it and all its workers."""
    with (rounds.folder / "err").open("wb") as err:
        process = subprocess.Popen(
            command,
            cwd=rounds.folder,
            env={**os.environ, "HOME": str(rounds.folder), "COLUMNS": "80"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=err,
            start_new_session=True,
        )
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(after)
    began = time.monotonic()
    with contextlib.suppress(ProcessLookupError):
        if sent in {signal.SIGINT, signal.SIGHUP}:
            # A terminal sends these to all at once.
            os.killpg(process.pid, sent)
        else:
            process.send_signal(sent)
    try:
        code = process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        rounds.faults.append(f"{sent.name}: the run goes on for {PATIENCE:g} seconds")
        os.killpg(process.pid, signal.SIGKILL)
        code = process.wait()
    while left := _members(process.pid):
        if time.monotonic() - began > PATIENCE:
            rounds.faults.append(f"{sent.name}: {len(left)} workers go on for {PATIENCE:g} seconds")
            os.killpg(process.pid, signal.SIGKILL)
            break
        time.sleep(0.01)
    rounds.slowest = max(rounds.slowest, time.monotonic() - began)
    return code, (rounds.folder / "err").read_text(encoding="utf-8", errors="replace")


def _seen(rounds: Rounds, *, ended: bool) -> list[str]:
    """Say what is wrong with what a run left."""
    try:
        seen = view(rounds.index)
    except IndexMissing as error:
        return [f"the index is gone: {error}"] if ended or None not in rounds.states else []
    except (CoopsearchError, AssertionError) as error:
        return [f"killed, a search fails: {type(error).__name__}: {error}"]
    told = [f"killed, {one}" for one in mixed(seen, *rounds.states, partly=rounds.partly)]
    return told + [f"killed, damaged: {damage}" for damage in check(rounds.index).damages]


def _heal(rounds: Rounds, new: View, fresh: Fresh) -> list[str]:
    """Do the next run, and say what is wrong with what it left."""
    try:
        sync([rounds.folder / "src"], rounds.index, engine=rounds.engine, workers=1)
        seen = view(rounds.index)
    except (CoopsearchError, AssertionError) as error:
        return [f"the next run fails: {type(error).__name__}: {error}"]
    verified = check(rounds.index)
    told = [f"after the next run, {one}" for one in mixed(seen, new)]
    told += [f"after the next run, damaged: {damage}" for damage in verified.damages]
    told += strays(rounds.index, verified, fresh.shape)
    grown = weight(rounds.index) / (verified.size + fresh.beyond)
    rounds.largest = max(rounds.largest, grown)
    if grown > GROWTH:
        told.append(f"after the next run, the folder takes {grown:.2f} times what belongs to the index")
    return told


def _round(
    rounds: Rounds, command: Sequence[str], workers: int, whole: dict[str, float], fresh: Fresh
) -> None:
    """Change something, cut the run off, and look."""
    chance, kind = rounds.chance, rounds.chance.choice(KINDS)
    if kind == "first build":
        shutil.rmtree(rounds.index, ignore_errors=True)
        rounds.states, rounds.partly = [None], False
    else:
        rounds.change(0.0 if kind == "rebuild" else 0.4)
    new = rounds.state()
    rounds.states.append(new)
    sent = chance.choice(SIGNALS)
    early = chance.random() < 0.15
    after = whole[kind] * (chance.uniform(0, 0.4) if early else chance.uniform(0.35, 1.0))
    options = [
        *(["--workers", str(workers)] if workers else ()),
        *(["--rebuild"] if kind == "rebuild" else ()),
    ]
    left = (rounds.index / "lock.json").exists()
    code, err = _cut(
        rounds,
        [*command, "index", "src", "--index", INDEX, "-q", "--engine", rounds.engine, *options],
        after,
        sent,
    )
    rounds.partly |= sent in TOLD
    if code == 0:
        rounds.states, rounds.partly = [new], False
    told = _seen(rounds, ended=code == 0)
    # What Python says of a Ctrl-C before it has read a line of ours is not ours: it names the script that
    # pip wrote, and how Python looks for the module that this asks for.
    if "Traceback" in err and _OURS.search(err):
        told.append(f"a traceback: {' / '.join(err.strip().splitlines()[-3:])}")
    if sent in TOLD and not left and (rounds.index / "lock.json").exists():
        told.append("lock.json is left")
    rounds.ends["to its end" if code == 0 else "cut"] += 1
    healed: list[str] = []
    if told or chance.random() > AGAIN:
        healed = _heal(rounds, new, fresh)
        rounds.states, rounds.partly = [new], False
    if told or healed:
        place = (
            f"{rounds.engine}, {workers} workers, {kind}, {sent.name} after {after:.2f} s, exit code {code}"
        )
        rounds.faults.append(f"{place}:\n    " + "\n    ".join([*told, *healed]))
        if healed:
            # What is broken for good must not be counted in every round that follows.
            shutil.rmtree(rounds.index)
            sync([rounds.folder / "src"], rounds.index, engine=rounds.engine, workers=1)


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("workers", [0, 1, 2])
@pytest.mark.parametrize("engine", ENGINES)
def test_signals_at_any_moment_lose_nothing_and_leave_nothing(
    engine: str, workers: int, command: Sequence[str], ledger: Ledger, scale: Scale
) -> None:
    """After SIGKILL, SIGTERM, SIGHUP or Ctrl-C each document is there once, and the next run heals."""
    times = scale(4, 60)
    with world() as folder:
        rounds = Rounds(folder, engine, random.Random(f"{engine}{workers}{times}"))
        rounds.change(1.0)
        age(folder / "src")
        began = time.monotonic()
        done = subprocess.run(
            [*command, "index", "src", "--index", INDEX, "-q", "--engine", engine],
            cwd=folder, env={**os.environ, "HOME": str(folder)}, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        first = time.monotonic() - began
        whole = {"first build": first, "rebuild": first, "update": 0.85 * first}
        fresh = _fresh(rounds)
        rounds.states = [rounds.state()]
        for _ in range(times):
            _round(rounds, command, workers, whole, fresh)
        if told := _heal(rounds, rounds.state(), fresh):
            rounds.faults.append("\n    ".join(["at last:", *told]))
        sync([folder / "src"], rounds.index, engine=engine, workers=1, rebuild=True)
        grown = weight(rounds.index) / _fresh(rounds).weight
        faults = rounds.faults
        lost = sum("the next run" in one for one in faults)
    ledger(
        "killed",
        f"SIGKILL, SIGTERM, SIGHUP and Ctrl-C at random moments ({engine}, {workers or 'default'} workers)",
        tried=times,
        wrong=len(faults),
        lost=lost,
        note=f"{rounds.ends['cut']} cut off, at most {rounds.slowest:.1f} s to end, "
        f"{rounds.largest:.2f} times the disk of what belongs there, {grown:.2f} after a rebuild",
    )
    assert not faults, f"{len(faults)} of {times} signals are not healed:\n" + "\n".join(faults[:10])
    assert grown < GROWTH


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("engine", ENGINES)
def test_a_run_that_is_stopped_inside_a_file_leaves_its_old_text(
    engine: str, workers: int, ledger: Ledger, scale: Scale
) -> None:
    """Stopped wherever it looks whether to stop, a run leaves each file as it was or as it is."""
    faults: list[str] = []
    lost = tried = 0
    with world() as folder:
        rounds = Rounds(folder, engine, random.Random(7))
        rounds.change(1.0)
        age(folder / "src")
        sync([folder / "src"], rounds.index, engine=engine, workers=1)
        for calls in range(scale(4, 150)):
            old = rounds.state()
            rounds.change(1.0)
            new = rounds.state()
            with contextlib.suppress(Interrupted):
                sync((), rounds.index, workers=workers, progress=_after(calls * scale(13, 1)))
            wrong = mixed(view(rounds.index), old, new)
            sync((), rounds.index, workers=1)
            healed = mixed(view(rounds.index), new)
            tried += 1
            lost += bool(healed)
            if wrong or healed:
                told = [f"stopped, {one}" for one in wrong] + [f"after the next run, {one}" for one in healed]
                faults.append(
                    "\n    ".join([f"{engine}, {workers} workers, stopped at look {calls}:", *told])
                )
                sync((), rounds.index, workers=1, rebuild=True)
    what = f"runs stopped between two documents ({engine}, {workers} workers)"
    ledger("killed", what, tried=tried, wrong=len(faults), lost=lost)
    assert not faults, f"{len(faults)} of {tried}:\n" + "\n".join(faults[:5])


def _after(looks: int) -> Callable[[Progress], None]:
    """Return what ends a run when it has asked some times."""
    left = iter(range(looks))

    def look(progress: Progress) -> None:
        if next(left, None) is None:
            raise Interrupted

    return look

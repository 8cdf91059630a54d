"""Cut off at any moment, an index is the old one or the new one, and the next run leaves it whole and clean.

The real command is recorded call by call while it adds, updates, deletes, merges and rebuilds; the record
is played back to every prefix, and to what a disk may hold of a prefix when the power goes.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from coopsearch.indexer import ingest, sync
from coopsearch.indexer.verify.integrity import check
from tests.trust.conftest import Ledger, Scale
from tests.trust.crashes.crash_disk import Crash, Tree, all_crashes, played, read_tree, umask, write_tree
from tests.trust.crashes.crash_recorder import STRACE, Op, record
from tests.trust.crashes.crash_scenarios import ENGINES, SCENARIOS, Scenario, arguments, heal, other
from tests.trust.crashes.crash_world import INDEX, Goal, Shape, View, judged, shape, view, view_or_none, world

#: Runs the command several times, with all that a process of its own would do but for the start: (arguments,
#: documents after which a run commits).
_COMMANDS: Final = """
import json, os, sys
from coopsearch.indexer import ingest
from coopsearch.search.cli.command_line import main
usual, codes = ingest._DOCUMENTS, []
for arguments, batch in json.loads(sys.argv[1]):
    ingest._DOCUMENTS = batch or usual
    sys.argv, sys.stdout = ["coopsearch", *arguments], open(os.devnull, "w")
    try:
        main()
    except SystemExit as ended:
        codes.append(ended.code)
    except BaseException as error:
        codes.append(repr(error))
print(json.dumps(codes), file=sys.__stdout__)
"""


class Recorded(NamedTuple):
    """A run, and what it made of what."""

    scenario: Scenario
    engine: str
    folder: Path
    before: Tree
    ops: list[Op]
    goal: Goal


@pytest.fixture(scope="module")
def worlds() -> Iterator[Path]:
    """A folder for all worlds of these tests."""
    if STRACE is None:
        reason = "there is no strace, which records what a run does to its folder"
        if os.environ.get("COOPSEARCH_REQUIRE_SHARED") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with world() as folder:
        yield folder


def _recorded(top: Path, engine: str, faults: list[str]) -> list[Recorded]:
    """Record all scenarios with one engine; what fails without being cut off is a fault."""
    top.mkdir()
    folders = [top / f"world{n}" for n in range(len(SCENARIOS))]
    old: list[View | None] = []
    trees: list[Tree] = []
    for scenario, folder in zip(SCENARIOS, folders, strict=True):
        folder.mkdir()
        if scenario.before is not None:
            scenario.before(folder, engine)
        scenario.change(folder)
        trees.append(_index_of(folder))
        old.append(view_or_none(folder / INDEX))
    assert hasattr(ingest, "_DOCUMENTS")
    # What a command prints goes where it cannot be taken for the exit codes.
    commands = [
        (arguments(scenario, folder, engine), scenario.batch)
        for scenario, folder in zip(SCENARIOS, folders, strict=True)
    ]
    ops, done = record(
        [sys.executable, "-c", _COMMANDS, json.dumps(commands)],
        top,
        {**os.environ, "HOME": str(top)},
        top / "record",
    )
    codes = json.loads(done.stdout)
    failed = [(one.name, code) for one, code in zip(SCENARIOS, codes, strict=True) if code != 0]
    faults += [
        f"{name}, {engine}: not cut off, it ends with {code}: {done.stderr.decode()}" for name, code in failed
    ]
    shapes = {name: _whole(top / f"whole-{name}", name) for name in ENGINES}
    found: list[Recorded] = []
    for scenario, folder, before, state, code in zip(SCENARIOS, folders, trees, old, codes, strict=True):
        if code != 0:
            continue
        own = [one for op in ops if (one := _within(op, folder.name)) is not None]
        assert all(op.path.split("/")[0] in {"", INDEX} for op in own), (
            f"{scenario.name}: not ours is changed"
        )
        assert played(before, own, umask()) == _index_of(folder), (
            f"{scenario.name}: the record is not what was done"
        )
        new = view(folder / INDEX)
        kept = other(engine) if scenario.other_engine else engine
        sync([folder / name for name in scenario.sources], folder / "fresh", engine=kept, workers=1)
        fresh = view(folder / "fresh")
        whole = dict(shapes)
        whole[kept] = shape(folder / "fresh", check(folder / "fresh"))
        shutil.rmtree(folder / "fresh")
        whole = {name: _with_copies(one, whole[kept]) for name, one in whole.items()}
        goal = Goal(state, new, fresh, whole, scenario.in_steps, partial(heal, scenario, folder, engine))
        found.append(Recorded(scenario, engine, folder, before, own, goal))
    return found


def _whole(folder: Path, engine: str) -> Shape:
    """Return the files of an index that was never cut off."""
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "a.txt").write_text("A border.\n")
    sync([folder / "src"], folder / INDEX, engine=engine, workers=1)
    return shape(folder / INDEX, check(folder / INDEX))


def _with_copies(one: Shape, like: Shape) -> Shape:
    """Return a shape with pages of copies where another has them."""
    kinds = {kind: count for kind, count in one.kinds if "copies" not in kind}
    kinds |= {kind: count for kind, count in like.kinds if "copies" in kind}
    return one._replace(kinds=tuple(sorted(kinds.items())))


def _within(op: Op, name: str) -> Op | None:
    """Return an operation with paths below one of the worlds."""
    if op.path != name and not op.path.startswith(name + "/"):
        return None
    return op._replace(path=op.path[len(name) + 1 :], to=op.to[len(name) + 1 :])


def _index_of(folder: Path) -> Tree:
    tree = read_tree(folder)
    return {path: held for path, held in tree.items() if path.split("/")[0] == INDEX}


def _crashes(run: Recorded, most: int | None, seed: int) -> list[Crash]:
    """Return all crashes of a run, or some: half of them kills, half power cuts, a few after the end."""
    last = len(run.ops)
    if most is None:
        return all_crashes(run.before, run.ops, umask(), seed)
    chance = random.Random(seed)
    at = {last, *chance.sample(range(last), min(most, last))}
    crashes = all_crashes(run.before, run.ops, umask(), seed, at)
    ended = [crash for crash in crashes if crash.after == last]
    kills = [crash for crash in crashes if crash.after != last and not crash.power]
    cuts = [crash for crash in crashes if crash.after != last and crash.power]
    some = ended[:2] + chance.sample(ended[2:], min(1, len(ended[2:])))
    some += chance.sample(kills, min((most - len(some)) // 2, len(kills)))
    return some + chance.sample(cuts, min(most - len(some), len(cuts)))


def _judged(run: Recorded, crash: Crash, place: int) -> list[str]:
    """Put a simulated disk in the place of the index, under a name never used before, and judge it."""
    name = f"i{place}"
    index = run.folder / name
    write_tree({name + path[len(INDEX) :]: held for path, held in crash.tree.items()}, run.folder)
    try:
        return judged(index, run.goal, ended=crash.after == len(run.ops), twice=place % 4 == 0)
    finally:
        shutil.rmtree(index, ignore_errors=True)


def _told(run: Recorded, crash: Crash, wrong: list[str]) -> str:
    done = run.ops[crash.after - 1] if crash.after else "nothing"
    place = f"after operation {crash.after} of {len(run.ops)} ({done}), {crash.what}"
    return f"{run.scenario.name}, {run.engine}: {place}:\n    " + "\n    ".join(wrong)


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("engine", ENGINES)
def test_cut_off_anywhere_it_is_the_old_index_or_the_new_one_and_the_next_run_cleans_up(
    engine: str, worlds: Path, ledger: Ledger, scale: Scale
) -> None:
    """Every prefix of a run's operations, with what was not synced dropped or torn, leaves a whole state."""
    faults: list[str] = []
    counts: Counter[str] = Counter()
    tried = operations = lost = 0
    runs = _recorded(worlds / engine, engine, faults)
    began = time.monotonic()
    for number, run in enumerate(runs):
        operations += len(run.ops)
        for place, crash in enumerate(_crashes(run, scale(3, 0) or None, number)):
            tried += 1
            if wrong := _judged(run, crash, place):
                faults.append(_told(run, crash, wrong))
                counts[run.scenario.name] += 1
                lost += any("after the next run, not" in one or "next run fails" in one for one in wrong)
    each = (time.monotonic() - began) / tried
    ledger(
        "killed",
        f"power cut or kill between two operations of {len(runs)} kinds of runs ({engine})",
        tried=tried,
        wrong=len(faults),
        lost=lost,
        note=f"{operations} operations recorded, {1000 * each:.0f} ms for each crash",
    )
    shown = "\n".join(random.Random(1).sample(faults, min(12, len(faults))))
    assert not faults, f"{len(faults)} of {tried} crashes are not healed: {dict(counts)}\n{shown}"

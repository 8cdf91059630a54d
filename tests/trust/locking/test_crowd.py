"""One writer, many readers: every answer is of one committed state, and none fails, goes back or waits."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

import pytest

from coopsearch.indexer import compare, sync
from coopsearch.indexer.locking.lock import locked
from tests.trust.conftest import Ledger, Scale
from tests.trust.locking import crowding

#: What eight readers do.
ROLES: Final = {
    "columns": ["refresh"] * 4 + ["anew"] * 2 + ["codec"] * 2,
    "whoosh": ["refresh"] * 5 + ["anew"] * 3,
}
#: Of so many questions one may wait for longer than it should: for the disk, on a machine that others use.
DISK: Final = 200
#: KiB by which a reader's own memory may grow once it is warm: what the allocator does not give back.
GROWTH: Final = 8 * 1024
#: Descriptors that a reader may hold: those of its state, and of states whose last array is still to go.
DESCRIPTORS: Final = 400


def crowd(
    project: Path, engine: str, roles: list[str], seconds: int, commits: int
) -> tuple[dict[str, Any], list[Any]]:
    """Write and read for some seconds; return what the writer and each reader say."""
    (project / "docs").mkdir()
    crowding.write(project / "docs", 0)
    sync([project / "docs"], project / "index_data", engine=engine)
    processes = [
        subprocess.Popen(
            [sys.executable, crowding.__file__, role, project, engine, str(seconds), str(commits)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for role in ["writer", *roles]
    ]
    until = time.monotonic() + 60
    while len(list(project.glob(f"{crowding.READY}-*"))) < len(roles) and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(seconds / 8)
    (project / crowding.START).touch()
    told = []
    for process in processes:
        out, err = process.communicate(timeout=seconds * 10 + 120)
        assert (process.returncode, err) == (0, "")
        told.append(json.loads(out))
    return told[0], told[1:]


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_crowd(engine: str, tmp_path: Path, ledger: Ledger, scale: Scale) -> None:
    """Eight readers at full speed see whole states alone, in their order, while one writer commits many."""
    columns = engine == "columns"
    seconds = scale(6, 60) if columns else scale(5, 30)
    commits = scale(20, 200) if columns else scale(8, 40)
    writer, readers = crowd(tmp_path, engine, ROLES[engine], seconds, commits)
    failed = [one for one in [writer, *readers] if "failed" in one]
    assert not failed
    answers = sum(one["answers"] for one in readers)
    wrong = [told for one in readers for told in one["wrong"]]
    blocked = max(one["blocked"] for one in readers)
    quiet = max(one["quiet"] for one in readers)
    late = sum(one["late"] for one in readers)
    grown = max(one["grown"] for one in readers)
    left = max(one["left"] for one in readers)
    most = max(one["most"] for one in readers)
    states = min(one["states"] for one in readers)
    after = compare(tmp_path / "index_data")
    ledger(
        "crowd",
        f"8 readers beside a writer, {engine}",
        tried=answers,
        wrong=sum(one["count"] for one in readers) + (late > answers / DISK) + (grown > GROWTH) + (left > 0),
        lost=after.faults,
        note=f"{writer['commits']} commits of {writer['states']} states and {writer['rebuilt']} rebuilds "
        f"in {writer['seconds']:.0f} s; each reader saw {states} states or more, was blocked "
        f"{blocked * 1000:.1f} ms at most ({quiet * 1000:.1f} without a writer), "
        f"grew by {max(0, grown) / 1024:.1f} MiB and held {most} descriptors at most",
    )
    assert wrong == []
    assert late <= answers / DISK, (blocked, quiet)
    assert grown <= GROWTH
    assert left == 0
    assert most <= DESCRIPTORS
    assert states > 1
    assert {one["last"] for one in readers} <= {writer["states"]}
    assert after.counts == {}


#: What could make a reader wait for a writer: locks of files, sleeping until something is there, processes.
WAITING: Final = frozenset({"fcntl.flock", "fcntl.lockf", "msvcrt.locking", "subprocess.Popen"})
WATCH: Final = """
import os, sys, time
met = []
time.sleep = lambda seconds: met.append(("time.sleep", seconds))
def hook(event, arguments):
    if event in WAITING or (event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR)):
        met.append((event, repr(arguments)))
from coopsearch.search import open_index
WAITING = set(sys.argv[2].split(","))
with open_index(sys.argv[1]) as index:
    index.search("marker")
    sys.addaudithook(hook)
    index.refresh()
    index.search("marker", facets=["lang"], sort="newest", fold=True)
    with open_index(sys.argv[1]) as other:
        other.search("churning OR zand* OR state0~")
print(*met)
"""


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_readers_take_no_lock(engine: str, tmp_path: Path, ledger: Ledger) -> None:
    """Neither opening nor refreshing nor asking takes a lock or writes, so that no writer can hold it up."""
    (tmp_path / "docs").mkdir()
    crowding.write(tmp_path / "docs", 1)
    sync([tmp_path / "docs"], tmp_path / "index_data", engine=engine)
    with locked(tmp_path / "index_data", wait=0):
        done = subprocess.run(
            [sys.executable, "-c", WATCH, tmp_path / "index_data", ",".join(WAITING)],
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
    ledger("crowd", f"locks that a reader takes, {engine}", tried=4, wrong=len(done.stdout.split()))
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")

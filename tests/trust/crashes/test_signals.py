"""A signal ends a command in good order at whatever moment it comes."""

from __future__ import annotations

import json
import random
import signal
import time
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from tests.trust.conftest import Ledger, Scale
from tests.trust.crashes.signalled import HOW, Start, remove, wrong_after


def test_first_moments(ledger: Ledger, scale: Scale, start: Start, docs: Path) -> None:
    """Ctrl-C while a command starts, works or ends gives no traceback; the exit code says what happened."""
    sync([docs], start.cwd / "index_data")
    steps = scale(5, 80)
    tried = wrong = early = 0
    told = []
    for arguments in (["zander", "-n1"], ["--help"], ["index", "-q"]):
        began = time.monotonic()
        with start(*arguments) as process:
            whole = process.communicate()
        assert process.returncode == 0, whole
        seconds = time.monotonic() - began
        for step in range(steps):
            for how in HOW[: scale(1, 3)]:
                ended = start.signalled(how, seconds * 1.1 * (step + 1) / steps, *arguments)
                tried += 1
                early += ended.is_early
                right = ended.code == 128 + how or (ended.code == 0 and ended.out == whole[0])
                if ended.fault or not (right or ended.is_early or arguments[0] == "index"):
                    wrong += 1
                    told.append((arguments, step, ended))
    assert not (start.cwd / "index_data" / "lock.json").exists()
    note = f"{early} of them before the interpreter had read a line of ours"
    ledger("killed", "Ctrl-C in the first moments", tried=tried, wrong=wrong, note=note)
    assert told == []
    assert early < tried


@pytest.mark.parametrize("workers", ["1", "2"])
def test_any_moment_of_a_run(ledger: Ledger, scale: Scale, start: Start, docs: Path, workers: str) -> None:
    """A signal at any moment of a run gives its exit code and no traceback, and the next run is whole."""
    index = start.cwd / "index"
    arguments = ["index", "-q", "docs", "--index", "index", "--workers", workers]
    began = time.monotonic()
    with start(*arguments) as process:
        process.communicate()
    seconds = time.monotonic() - began
    dice = random.Random(int(workers))
    wrong: list[object] = []
    lost = 0
    tries = scale(4, 60)
    for number in range(tries):
        remove(index)
        how = (*HOW, signal.SIGKILL)[number % 4]
        ended = start.signalled(
            how, dice.uniform(0.2, 1.0) * seconds, *arguments, group=how != signal.SIGKILL
        )
        right = {-9, 0} if how == signal.SIGKILL else {128 + how, 0}
        if ended.fault or (ended.code not in right and not ended.is_early):
            wrong.append((how, ended))
        if how == signal.SIGKILL:
            (index / "lock.json").unlink(missing_ok=True)
        if index.exists() and (after := wrong_after(docs, index)):
            lost += 1
            wrong.append((how, after))
    ledger(
        "killed", f"signals at random moments, {workers} workers", tried=tries, wrong=len(wrong), lost=lost
    )
    assert wrong == []


@pytest.mark.parametrize(("how", "lines"), [(signal.SIGINT, 2), (signal.SIGTERM, 1), (signal.SIGHUP, 1)])
def test_what_is_told(
    ledger: Ledger, scale: Scale, start: Start, docs: Path, how: signal.Signals, lines: int
) -> None:
    """A run that is under way says that it ends and what became of it, and keeps what it read."""
    big = docs / "big.jsonl"
    with big.open("w", encoding="utf-8") as stream:
        for number in range(scale(30_000, 900_000)):
            stream.write(json.dumps({"_id": f"b{number}", "text": f"perch {number} " * 20}) + "\n")
    index = start.cwd / "index"
    arguments = ("index", "-q", "docs", "--index", "index", "--workers", "2")
    ended = start.signalled(how, 0.7, *arguments, until=index / "index.json")
    note = f"{ended.seconds:.1f} s to keep what was read of {big.stat().st_size / 1e6:.0f} MB"
    wrong = int(ended.code != 128 + how)
    ledger("large", f"{how.name} in a large file of records", tried=1, wrong=wrong, note=note)
    assert ended.code == 128 + how, ended
    told = ended.err.splitlines()
    assert len(told) == lines, told
    assert told[-1].endswith("; what was done is kept")
    assert not (index / "lock.json").exists()
    big.unlink()
    assert wrong_after(docs, index) == []


def test_second_signal(start: Start, docs: Path) -> None:
    """A second signal ends a run at once, and waiting for the lock ends at the first."""
    from coopsearch.indexer.locking.lock import locked

    index = start.cwd / "index"
    index.mkdir()
    with locked(index), start("index", "docs", "--index", "index") as waiting:
        assert waiting.stderr is not None
        assert "waiting for process" in waiting.stderr.readline()
        sent = time.monotonic()
        waiting.send_signal(signal.SIGINT)
        out, err = waiting.communicate(timeout=20)
        assert (waiting.returncode, out) == (130, "")
        assert err == "coopsearch: interrupted; what was done is kept\n"
        assert time.monotonic() - sent < 5
    with start("index", "docs", "--index", "index", "--workers", "2") as twice:
        while not (index / "index.json").exists():
            time.sleep(0.005)
        twice.send_signal(signal.SIGTERM)
        time.sleep(0.01)
        twice.send_signal(signal.SIGTERM)
        _, err = twice.communicate(timeout=20)
    assert twice.returncode == 143
    assert err == "coopsearch: ended by SIGTERM; what was done is kept\n"
    assert wrong_after(docs, index) == []


def test_nohup(start: Start, docs: Path) -> None:
    """A run that `nohup` started goes on when its terminal is gone."""
    del docs
    held = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        process = start("index", "-q", "docs", "--index", "index")
    finally:
        signal.signal(signal.SIGHUP, held)
    with process:
        while not (start.cwd / "index" / "index.json").exists():
            time.sleep(0.005)
        process.send_signal(signal.SIGHUP)
        assert process.communicate(timeout=60) == ("", "")
    assert process.returncode == 0

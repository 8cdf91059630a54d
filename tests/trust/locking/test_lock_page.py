"""The page that says who holds an index goes with its process, at whatever moment that is told to end."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType
from typing import Any

from coopsearch.indexer.locking import lock, lock_page
from coopsearch.indexer.locking.lock import abandon, locked
from tests.trust.conftest import Ledger


class Ended(BaseException):
    """Stands for the end of the process."""


def ended_at(step: int, index: Path) -> bool:
    """Hold an index and let it go; end the process at a step of that. Say whether there was such a step."""
    steps = 0

    def watch(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal steps
        if frame.f_code.co_filename != lock_page.__file__ or event not in {"call", "line"}:
            return watch if event == "call" else None
        if frame.f_code.co_name not in {"remove", "unlink"} or (
            not (index / "lock.json").exists() and steps == 0
        ):
            return watch
        steps += 1
        if steps == step:
            sys.settrace(None)
            abandon()
            raise Ended
        return watch

    try:
        with locked(index, wait=0):
            assert (index / "lock.json").exists()
            sys.settrace(watch)
    except Ended:
        return True
    finally:
        sys.settrace(None)
    return False


def interrupted_at(step: int, index: Path) -> bool:
    """Raise Ctrl-C at a step of holding an index, and end. Say whether there was such a step."""
    steps = 0

    def watch(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal steps
        if frame.f_code.co_filename not in {lock.__file__, lock_page.__file__}:
            return watch if event == "call" else None
        if event == "line" and frame.f_code.co_name not in {"written", "_beat"}:
            steps += 1
            if steps == step:
                sys.settrace(None)
                raise KeyboardInterrupt
        return watch

    try:
        sys.settrace(watch)
        with locked(index, wait=0):
            pass
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(None)
        # As every command does at its end.
        abandon()
    return False


def test_interrupted_while_it_holds(tmp_path: Path, ledger: Ledger) -> None:
    """Ctrl-C at any line of taking or letting go an index leaves no page, and no stray after the next run."""
    left: list[int] = []
    strays: list[tuple[int, str]] = []
    step = 1
    while True:
        index = tmp_path / str(step)
        index.mkdir()
        if not interrupted_at(step, index):
            break
        if (index / "lock.json").exists():
            left.append(step)
        # A process that was interrupted ends, and its lock with it; here the garbage of this one holds it.
        copy = index.rename(tmp_path / f"{step}-moved")
        index.mkdir()
        for name in copy.iterdir():
            name.rename(index / name.name)
        with locked(index, wait=0):
            pass
        strays.extend((step, name.name) for name in index.iterdir())
        step += 1
    ledger(
        "killed",
        "Ctrl-C at each line of taking an index and of letting it go",
        tried=step - 1,
        wrong=len(left) + len(strays),
    )
    assert step > 60
    assert left == []
    assert strays == []


def test_ended_while_it_lets_go(tmp_path: Path, ledger: Ledger) -> None:
    """A process that ends at any line of letting an index go leaves no page that says that it holds it."""
    left = []
    step = 1
    while True:
        index = tmp_path / str(step)
        index.mkdir()
        if not ended_at(step, index):
            break
        if (index / "lock.json").exists():
            left.append(step)
        step += 1
    ledger("killed", "ended at each line of letting an index go", tried=step - 1, wrong=len(left))
    assert step > 6
    assert left == []

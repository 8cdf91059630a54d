"""The page that says who holds an index goes with its process, at whatever moment that is told to end."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType
from typing import Any

from coopsearch.indexer.locking import lock_page
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

"""A holder on another machine is believed while it gives signs, and no longer."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path

import pytest

from coopsearch.indexer.locking import lock, lock_page
from coopsearch.indexer.locking.lock import holder, locked
from coopsearch.search.errors import IndexLocked
from tests.trust.conftest import Ledger
from tests.trust.locking.holding import ELSEWHERE, is_held, left


def test_renewed_elsewhere(ledger: Ledger, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A holder on another machine is believed while it renews its page, and no longer than it should be."""
    monkeypatch.setattr(lock, "FRESH", 2.0)
    monkeypatch.setattr(lock, "_LOOK", 0.1)
    page, stop = index / "lock.json", threading.Event()
    page.write_text(json.dumps(ELSEWHERE), encoding="utf-8")

    def renew() -> None:
        while not stop.wait(0.3):
            os.utime(page)

    thread = threading.Thread(target=renew)
    thread.start()
    try:
        heard: list[str] = []
        with pytest.raises(IndexLocked, match="process 4321 on another-host since 2026-01-02 03:04:05"):
            locked(index, wait=3, waiting=heard.append).__enter__()
    finally:
        stop.set()
        thread.join()
    assert heard == ["process 4321 on another-host since 2026-01-02 03:04:05"]
    assert left(index) == ["lock.json"]
    os.utime(page)
    started = time.monotonic()
    notices: list[str] = []
    with locked(index, wait=20, notice=notices.append):
        taken = time.monotonic() - started
        assert f"process {os.getpid()} " in holder(index)
    ledger(
        "crowd", "a holder on another host", tried=2, note=f"dead page passed over after {taken:.1f} s of 2"
    )
    assert 1.5 < taken < 4
    (told,) = notices
    assert told == f"{heard[0]} gave no sign for 2 seconds; its lock is taken over"
    assert left(index) == []


@pytest.mark.parametrize("offset", [-31, -1e9, 1e9, 60], ids=str)
def test_old_elsewhere(index: Path, offset: float) -> None:
    """A page of another machine that is 30 seconds old, or from the future, keeps nobody out."""
    page = index / "lock.json"
    page.write_text(json.dumps(ELSEWHERE), encoding="utf-8")
    os.utime(page, (time.time() + offset,) * 2)
    assert is_held(index) == ""
    page.write_text(json.dumps(ELSEWHERE), encoding="utf-8")
    os.utime(page, (time.time() - 20,) * 2)
    assert "another-host" in is_held(index)


def test_a_holder_gives_signs(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is renewed while the lock is held, not made again when it was removed, nor after the end."""
    monkeypatch.setattr(lock_page, "BEAT", 0.05)
    page = index / "lock.json"
    with locked(index):
        os.utime(page, (1, 1))
        end = time.monotonic() + 10
        while page.stat().st_mtime < 2:
            assert time.monotonic() < end
            time.sleep(0.02)
        page.unlink()
        time.sleep(0.2)
        assert not page.exists()
        page.write_text("somebody's", encoding="utf-8")
        os.utime(page, (1, 1))
        time.sleep(0.2)
        assert page.stat().st_mtime == 1
    assert page.read_text(encoding="utf-8") == "somebody's"

"""A clock that is wrong: a machine without a battery begins in 1970, and one that was set badly before."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from coopsearch.indexer import check, compare, sync
from coopsearch.search import open_index
from tests.trust.conftest import Ledger

#: Seconds that the clock is off: to 1970, to years before, to beyond what 64 bits of nanoseconds hold.
OFF = (-time.time(), -2 * time.time(), -9_000_000_000.0, 8_000_000_000.0)


def _shifted(clock: Callable[[], float], by: float) -> Callable[[], float]:
    return lambda: clock() + by


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
@pytest.mark.parametrize("off", OFF, ids=("1970", "before 1970", "long before 1970", "after 2262"))
def test_a_clock_that_is_wrong(
    engine: str, off: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ledger: Ledger
) -> None:
    """Whatever the clock says, an index is written that can be read, updated and verified, then and later."""
    sources = tmp_path / "src"
    sources.mkdir()
    (sources / "a.txt").write_text("border first")
    index = tmp_path / "index"
    nanoseconds = time.time_ns
    with monkeypatch.context() as patched:
        patched.setattr(time, "time", _shifted(time.time, off))
        patched.setattr(time, "time_ns", lambda: nanoseconds() + int(off * 1e9))
        sync([sources], index, engine=engine, workers=1)
        (sources / "b.txt").write_text("border second")
        sync([sources], index, workers=1)
        then = check(index).damages, compare(index).counts
    (sources / "a.txt").write_text("border changed")
    sync([sources], index, workers=1)
    with open_index(index) as opened:
        found = sorted(hit.snippet for hit in opened.search("border"))
    later = check(index).damages, compare(index).counts
    right = found == ["border changed", "border second"] and not any([*then, *later])
    ledger("lost", "clocks that are wrong", tried=1, wrong=not right, note="before 1970 and after 2200")
    assert found == ["border changed", "border second"]
    assert then == later == ((), {})

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
OFF = {
    "at 1970": -time.time(),
    "before 1970": -2 * time.time(),
    "long before 1970": -9_000_000_000.0,
    "after 2262": 8_000_000_000.0,
}


def _shifted(clock: Callable[[], float], by: float) -> Callable[[], float]:
    return lambda: clock() + by


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
@pytest.mark.parametrize("when", OFF)
def test_a_clock_that_is_wrong(
    engine: str, when: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ledger: Ledger
) -> None:
    """Whatever the clock says, an index is written that can be read, updated and verified, then and later."""
    sources = tmp_path / "src"
    sources.mkdir()
    (sources / "a.txt").write_text("border first")
    index = tmp_path / "index"
    nanoseconds, off = time.time_ns, OFF[when]
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
    wrong = int(found != ["border changed", "border second"]) + sum(map(bool, [*then, *later]))
    ledger("lost", f"a clock that stands {when} ({engine})", tried=1, wrong=wrong)
    assert found == ["border changed", "border second"]
    assert then == later == ((), {})

"""Whoever reads for a run ends with it, and can be left in the middle of a file."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from coopsearch.indexer import Interrupted
from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.sandbox.host import Isolation, Limits
from tests.trust.conftest import Ledger, Scale
from tests.trust.crashes.signalled import Start, remove, slow_pdf


def _children(pid: int) -> list[int]:
    """Return the processes that a process started, and those that these did."""
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    return [each for child in map(int, told) for each in (child, *_children(child))]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks Linux for the children of a process")
def test_workers_end_with_a_killed_run(ledger: Ledger, scale: Scale, start: Start, docs: Path) -> None:
    """When the run is killed its workers are gone in a moment, and nothing was printed."""
    (docs / "slow.pdf").write_bytes(slow_pdf(60_000))
    left, slowest = 0, 0.0
    tries = scale(1, 20)
    for _ in range(tries):
        remove(start.cwd / "index")
        with start("index", "-q", "docs", "--index", "index", "--workers", "2") as process:
            children: list[int] = []
            until = time.monotonic() + 20
            while len(children) < 3 and process.poll() is None and time.monotonic() < until:
                children = _children(process.pid)
                time.sleep(0.01)
            assert len(children) >= 2
            time.sleep(0.3)
            process.kill()
            began = time.monotonic()
            assert process.communicate(timeout=20) == ("", "")
            while any(_runs(child) for child in children) and time.monotonic() < began + 10:
                time.sleep(0.02)
        slowest = max(slowest, time.monotonic() - began)
        left += sum(map(_runs, children))
    ledger("killed", "workers of a killed run", tried=tries, wrong=left, note=f"gone after {slowest:.1f} s")
    assert left == 0


def _runs(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


@pytest.mark.parametrize("workers", ["1", "2"])
def test_inside_a_slow_page(ledger: Ledger, start: Start, workers: str) -> None:
    """Ctrl-C is answered while the reader of a format is inside a page that takes it long."""
    (start.cwd / "docs").mkdir()
    (start.cwd / "docs" / "slow.pdf").write_bytes(slow_pdf(200_000))
    arguments = ("index", "docs", "--index", "index", "--workers", workers)
    ended = start.signalled(signal.SIGINT, 1.0, *arguments, until=start.cwd / "index" / "index.json")
    note = f"{ended.seconds:.2f} s"
    ledger(
        "large",
        f"Ctrl-C inside a slow page, {workers} workers",
        tried=1,
        wrong=int(ended.code != 130),
        note=note,
    )
    assert (ended.code, ended.out, "Traceback" in ended.err) == (130, "", False), ended
    # It is well under a second where nothing else runs.
    assert ended.seconds < 5


def test_waiting_for_a_reader_can_be_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for the other process is asked now and then, and what that raises ends the process."""
    (tmp_path / "sleeper.py").write_text("import time\ndef sleeps(source):\n    time.sleep(1000)\n    yield")
    monkeypatch.syspath_prepend(str(tmp_path))
    import sleeper  # type: ignore[import-not-found]

    reading = Isolation(Limits())
    asked: list[float] = []

    def waiting() -> None:
        asked.append(time.monotonic())
        if len(asked) == 3:
            raise Interrupted

    with pytest.raises(Interrupted):
        list(reading.read(sleeper.sleeps, Source(tmp_path / "a", "a", "2020-01-01", 10), waiting))
    assert reading._child is None
    assert asked[2] - asked[0] < 5

"""What a state costs beside another is measured, so that nobody finds that broken when it is wanted."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROWS = (
    "index 300 passages of one file", "index 40 small files", "warm query, median of 12",
    'coopsearch "smuggling routes", one document', 'coopsearch "smuggling routes", passages',
    "index, nothing changed", "refresh, nothing new",
    "index, one document added", "refresh, one document added",
)  # fmt: skip


def test_a_state_beside_itself(repo: Path, tmp_path: Path) -> None:
    """Every row is measured for both states, and the three promised ones are judged."""
    sizes = ("--documents=300", "--files=40", "--queries=12", "--rounds=1", "--passes=1", "--starts=1")
    done = subprocess.run(
        [
            *(sys.executable, repo / "benchmarks" / "trust" / "trust_cost.py", "same", *sizes),
            *(f"--before={sys.executable}", f"--now={sys.executable}", f"--corpus={tmp_path / 'none'}"),
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(repo), os.environ.get("PYTHONPATH", "")])},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode in (0, 1), done.stderr  # so small an amount can cross a bound by chance
    lines = done.stdout.splitlines()[2:]
    assert [line[:46].strip() for line in lines] == [name[:46] for name in ROWS]
    for line in lines:
        figures = re.match(r" +(\d+\.\d+) +(\d+\.\d+) +(?:s |ms) +(\d+\.\d+)", line[46:])
        assert figures is not None, line
        before, now, _ = map(float, figures.groups())
        assert before > 0
        assert now > 0
    judged = [line for line in lines if " within " in line or " OVER " in line]
    assert judged == lines[:5]
    assert (done.returncode == 1) == any(" OVER " in line for line in judged)

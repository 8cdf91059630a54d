"""Runs of `coopsearch index`: what they report, what is found afterwards, and runs that are met or cut."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.conftest import Run

KEYS = {"added", "updated", "removed", "unchanged", "failed", "documents", "seconds"}
#: Files enough for a run to be met while it is at work.
FILES = 400


def index(run: Run, project: Path, *arguments: str | Path, code: int = 0) -> dict[str, Any]:
    """Bring the index up to date and return the report."""
    done = run("index", "--json", *arguments, cwd=project)
    assert done.code == code, done
    (report,) = done.objects()
    assert report.keys() >= KEYS
    return report


def counts(report: dict[str, Any]) -> tuple[int, ...]:
    """Return added, updated, moved, removed, unchanged, failed and documents."""
    names = ("added", "updated", "moved", "removed", "unchanged")
    return (*(report[name] for name in names), len(report["failed"]), report["documents"])


def found(run: Run, project: Path, query: str) -> list[str]:
    """Return the paths of the hits, each with those of its copies."""
    hits = run("--json", "-n", "100", "--", query, cwd=project).objects()
    base = os.path.join(os.path.abspath(project), "")  # noqa: PTH100, PTH118 - addresses need not be paths
    return [path.removeprefix(base) for hit in hits for path in (hit["path"], *hit.get("also", ()))]


def start(
    command: Sequence[str], *arguments: str | Path, cwd: Path, env: dict[str, str]
) -> subprocess.Popen[str]:
    """Start the command and go on."""
    return subprocess.Popen(
        [*command, *map(str, arguments)],
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def many(folder: Path, files: int) -> None:
    """Write files that take a while to index."""
    for number in range(files):
        words = " ".join(f"word{number * 37 % 1000 + i}" for i in range(300))
        (folder / f"{number:05}.txt").write_text(f"zander n{number} {words}", encoding="utf-8")


def all_found(files: int) -> str:
    """Return what a search says that finds all of ``many`` and not the seed document."""
    return f"{files:,} of {files + 1:,} documents match; all {files + 1:,} files searched\n"


def wait_for(path: Path, seconds: float = 30) -> None:
    """Wait until a file is there."""
    end = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < end, f"{path} did not appear"
        time.sleep(0.01)


def cut(project: Path, *, rebuild: bool) -> None:
    """Run as if the power failed before the second file."""
    script = (
        "import os, sys\n"
        "from coopsearch.indexer import sync\n"
        "sync([sys.argv[1]], sys.argv[2], rebuild=sys.argv[3] == 'True',"
        " progress=lambda progress: progress.done and os._exit(9))\n"
    )
    arguments = [str(project / "seeds"), str(project / "index_data"), str(rebuild)]
    done = subprocess.run([sys.executable, "-c", script, *arguments], check=False)
    assert done.returncode == 9

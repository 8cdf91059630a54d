"""The whole process of one search, beside `python -c "import typer"`: `python benchmarks/startup.py`.

Run with the Python that coopsearch is installed for. Both are started in turn, so that what else the
machine does falls on both; the ratio is of the medians, and of the fastest.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

ROUNDS = 40
SEEDS = Path(__file__).resolve().parents[1] / "seeds"


def seconds(command: list[str], folder: str, environment: dict[str, str]) -> float:
    """Run a command and return how long it took."""
    started = time.perf_counter()
    subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True
    )
    return time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    script = Path(sys.executable).with_name("coopsearch")
    start = [str(script)] if script.is_file() else [sys.executable, "-m", "coopsearch.search.cli"]
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    print(f"{today}, Python {platform.python_version()}, {os.cpu_count()} cores, {ROUNDS} rounds")
    for engine in ("whoosh", "columns"):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(SEEDS, Path(folder) / "seeds")
            seconds([*start, "index", "--engine", engine], folder, environment)
            bare, search = [], []
            for _ in range(ROUNDS):
                bare.append(seconds([sys.executable, "-c", "import typer"], folder, environment))
                search.append(seconds([*start, "smuggling routes"], folder, environment))
            print(
                f'{engine:8} import typer {median(bare) * 1e3:4.0f} ms, coopsearch "smuggling routes" '
                f"{median(search) * 1e3:4.0f} ms; ratio {median(search) / median(bare):.2f} of medians, "
                f"{min(search) / min(bare):.2f} of the fastest"
            )


if __name__ == "__main__":
    main()

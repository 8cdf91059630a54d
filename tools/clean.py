"""Remove the environment, the caches and what was built. The index stays. `python3 dev.py clean`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence

import dev

MADE = (".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", "build", "dist")
COMPILED = (*dev.CODE, "tests", "benchmarks", "docs", "tools")


def main(arguments: Sequence[str]) -> int:
    """Remove what is there of it."""
    if arguments:
        raise dev.Failure("clean takes no arguments")
    caches = [dev.ROOT / name for name in (*MADE, "__pycache__")]
    if dev.STAMP.is_file():  # else it is not ours
        caches.append(dev.VENV)
    if (dev.ROOT / ".fuzz" / "pyvenv.cfg").is_file():
        caches.append(dev.ROOT / ".fuzz")
    for name in COMPILED:
        caches += (dev.ROOT / name).rglob("__pycache__")
    for cache in caches:
        if cache.is_dir():
            shutil.rmtree(cache)
    return 0


if __name__ == "__main__":
    sys.exit(dev.guarded(lambda: main(sys.argv[1:])))

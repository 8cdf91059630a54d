"""Build the wheel and the sdist, and print where they are. `python3 dev.py wheel [FOLDER]`."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import dev


def main(arguments: Sequence[str]) -> int:
    """Build both into a folder, in the place of those of before."""
    if len(arguments) > 1:
        raise dev.Failure("wheel takes one folder at most")
    target = Path(os.environ[dev.CALLED_IN], arguments[0]) if arguments else dev.ROOT / "dist"
    for old in target.glob("coopsearch-*"):
        old.unlink()
    target.mkdir(parents=True, exist_ok=True)
    for kind in ("sdist", "wheel"):
        print(build(kind, target))
    return 0


def build(kind: str, target: Path) -> Path:
    """Build a "wheel" or an "sdist" with the packages of the lock, and return where it is."""
    with tempfile.TemporaryDirectory(prefix="coopsearch-build-") as folder:
        dev.copy_sources(Path(folder))
        code = f"import sys; from setuptools import build_meta as b; print(b.build_{kind}(sys.argv[1]))"
        # A fixed date: the same sources give the same wheel.
        extra = {"SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", "315532800")}
        command: list[str | Path] = [sys.executable, "-P", "-c", code, target]
        out = dev.quietly(command, f"could not build the {kind}", folder=Path(folder), extra=extra)
    return target / out.splitlines()[-1].strip()


if __name__ == "__main__":
    sys.exit(dev.guarded(lambda: main(sys.argv[1:])))

"""Resolve the dependencies for every platform and Python, with hashes, by uv. `python3 dev.py lock`.

Versions stay unless asked for: `lock --upgrade` takes the newest that pyproject.toml allows. Needs no
environment: it says what the next one holds.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence

import dev

#: The runtime first: the larger sets have to agree with it, so that an environment can grow.
SETS = {
    "run.txt": ["pyproject.toml"],
    "build.txt": ["--group=pyproject.toml:build"],
    "dev.txt": ["pyproject.toml", "--group=dev", "-crequirements/run.txt", "-crequirements/build.txt"],
    "fuzz.txt": ["--group=pyproject.toml:fuzz", "-crequirements/dev.txt"],
    "bench.txt": ["--group=pyproject.toml:bench", "-crequirements/dev.txt"],
}


def main(arguments: Sequence[str]) -> int:
    """Write the locks anew."""
    uv = os.environ.get("UV") or shutil.which("uv")
    if not uv:
        raise dev.Failure(
            "uv is needed to lock and is not there: `python3 -m pip install uv`, or name it in UV"
        )
    oldest = ".".join(map(str, dev.OLDEST))
    general = ["--quiet", "--universal", "--generate-hashes", f"--python-version={oldest}", *arguments]
    general += ["--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command=python3 dev.py lock"]
    dev.LOCKS.mkdir(exist_ok=True)
    for name, inputs in SETS.items():
        output = dev.LOCKS / name
        # Relative to the checkout, where uv is run.
        command = [uv, "pip", "compile", *inputs, *general, "-o", f"requirements/{name}"]
        dev.quietly(command, "uv could not lock")
        if "://" in output.read_text(encoding="utf-8"):
            raise dev.Failure(
                f"requirements/{name} names a host; take the address of the index out of uv's settings"
            )
    return 0


if __name__ == "__main__":
    sys.exit(dev.guarded(lambda: main(sys.argv[1:])))

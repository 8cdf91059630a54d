"""Check the types of everything, under the names that the installed packages have. `python3 dev.py types`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import dev

#: Folders whose files are found under the names that they have here.
OTHERS = ("tests", "benchmarks", "docs", "tools")


def main(arguments: Sequence[str]) -> int:
    """Run mypy over a copy and return its exit code."""
    with tempfile.TemporaryDirectory(prefix="coopsearch-types-") as folder:
        tree = Path(folder)
        for name in dev.CODE:
            shutil.copytree(dev.ROOT / name, tree / "coopsearch" / name, ignore=dev.DROPPINGS)
        for name in OTHERS:
            for path in sorted((dev.ROOT / name).rglob("*.py")):
                copy = tree / path.relative_to(dev.ROOT)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, copy)
        shutil.copy2(dev.ROOT / "dev.py", tree)
        settings = [f"--config-file={dev.ROOT / 'pyproject.toml'}", f"--cache-dir={dev.ROOT / '.mypy_cache'}"]
        targets = sorted(path.name for path in tree.iterdir())
        done = subprocess.run(
            [sys.executable, "-P", "-m", "mypy", *settings, *arguments, *targets],
            cwd=tree,
            env=dev.environment({"MYPYPATH": folder}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            check=False,
        )
    # An editor opens search/model.py, not the copy that has its installed name.
    out = done.stdout.decode("utf-8", "replace")
    for name in dev.CODE:
        out = out.replace(os.path.join("coopsearch", name) + os.sep, name + os.sep)  # noqa: PTH118 - text, no path
    print(out, end="")
    return done.returncode


if __name__ == "__main__":
    sys.exit(dev.guarded(lambda: main(sys.argv[1:])))

"""Check the rules and the layout of every file with ruff, or mend them. `python3 dev.py lint`, `format`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import dev


def main(arguments: Sequence[str]) -> int:
    """Say both, rules and layout, before failing."""
    mend = arguments[:1] == ["--mend"]
    paths = arguments[1:] if mend else arguments
    rules = ruff("check", *(["--fix"] if mend else []), *(paths or ["."]))
    layout = ruff("format", *([] if mend else ["--check"]), *(paths or ["."]))
    if layout and not mend:
        dev.say("`python3 dev.py format` lays the files out")
    return layout or rules if mend else rules or layout


def ruff(*arguments: str) -> int:
    """Run ruff, its output in view, and return its exit code."""
    command = [sys.executable, "-P", "-m", "ruff", *arguments]
    return subprocess.run(command, cwd=dev.ROOT, env=dev.environment(), check=False).returncode


if __name__ == "__main__":
    sys.exit(dev.guarded(lambda: main(sys.argv[1:])))

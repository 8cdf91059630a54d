"""What a benchmark says, line by line: shown at once, and kept for a file. Does not depend on coopsearch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.steps import machine


class Report:
    """Lines that are printed as they come."""

    def __init__(self, command: str, arguments: Sequence[str]) -> None:
        """Begin with how the benchmark was started, and on which machine."""
        self._lines: list[str] = []
        self.say(f"python3 dev.py {command} {' '.join(arguments)}")
        self.say("  ".join(f"{name} {value}" for name, value in machine().items()))

    def say(self, line: str) -> None:
        """Print a line, and keep it."""
        self._lines.append(line)
        print(line, flush=True)

    def write(self, path: Path | None) -> None:
        """Write all lines into a file, if one is wanted."""
        if path is not None:
            path.write_text("".join(f"{line}\n" for line in self._lines), encoding="utf-8")

"""Started by `python3 dev.py bench`: makes the package of the benchmark importable, and goes on there."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    """Run the benchmark's command."""
    # A script's own folder would be searched for modules, not the one above it.
    sys.path[:1] = [str(Path(__file__).resolve().parents[1])]
    from benchmarks.command import main as command

    return command()


if __name__ == "__main__":
    sys.exit(main())

"""The short benchmarks, one after the other: `python3 dev.py bench`. Keep what it prints in runs/, dated.

`engines.py` is the long one: columns beside tantivy and SQLite over a corpus that is named to it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run each in a process of its own; return the first exit code that is not 0."""
    here = Path(__file__).resolve().parent
    scripts = [here / "startup.py", here / "parsing.py"]
    codes = [subprocess.run([sys.executable, script], check=False).returncode for script in scripts]
    return next(filter(None, codes), 0)


if __name__ == "__main__":
    sys.exit(main())

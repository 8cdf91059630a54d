"""Write docs/commands.md from what each command says of itself; with --check, only compare.

Run by ``python3 dev.py docs``, with the Python that coopsearch is installed for.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).resolve().parent / "commands.md"
HEAD: Final = """# The commands

Written by `python3 dev.py docs` from the commands themselves.

`coopsearch QUERY...` is `coopsearch search QUERY...`. To search for the name of a command, write that out:
`coopsearch search index`.
"""


def page() -> str:
    """Return the page as it should be."""
    parts = [HEAD]
    for command in ((), ("search",), ("index",), ("watch",), ("status",), ("verify",)):
        environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
        done = subprocess.run(
            [sys.executable, "-m", "coopsearch.search.cli", *command, "--help"],
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        name = " ".join(("coopsearch", *command))
        parts.append(f"\n## {name}\n\n```text\n{done.stdout.rstrip()}\n```\n")
    return "".join(parts)


def main() -> int:
    """Write the page, or say whether it is stale: 1 if it is."""
    wanted = page()
    if sys.argv[1:] != ["--check"]:
        PAGE.write_text(wanted, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == wanted:
        return 0
    print(f"{PAGE.name} is stale; run `python3 dev.py docs`")
    return 1


if __name__ == "__main__":
    sys.exit(main())

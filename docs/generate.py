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

What documents, their names and the query say is shown as text and never acts: controls, escape sequences,
overrides of the direction and private characters appear as `�`, invisible ones (soft hyphens, zero-width
blanks, tags) are left out, and a letter keeps six marks at most. The joiners that Persian needs stay between
letters. Very long titles and addresses are cut, which an ellipsis shows. Without colour, `*` stands on both
sides of a match, or another sign where the text itself holds that one.

`--json` prints ASCII alone, an object a line, with escapes for all else; nothing is left out or cut there.

Ctrl-C ends a command with exit code 130, SIGTERM with 143 and SIGHUP with 129, at any moment and without a
traceback; `watch`, whose usual end that is, with 0. `coopsearch index` first brings the document at hand to
its end and keeps what it read; a second signal ends it at once, and even then the index is whole. A run
that `nohup` started goes on without its terminal.

An error is one line and exit code 2. With `COOPSEARCH_DEBUG=1` in the environment a traceback stands before
it.

One process writes an index at a time; a second one waits for `--wait` seconds and then says who holds it,
and since when. The lock is on the folder itself: no file of it can be removed while it is held, and it goes
with a process that is killed. `lock.json` is there meanwhile to say who it is. On a folder of a network
that does not share locks, the page of another machine is believed while it is renewed, which its holder
does every three seconds; one that was not for 30 seconds belongs to a run that died, and is taken over.
"""


def page() -> str:
    """Return the page as it should be."""
    parts = [HEAD]
    for command in (
        (),
        ("search",),
        ("index",),
        ("watch",),
        ("status",),
        ("verify",),
        ("pack",),
        ("unpack",),
    ):
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

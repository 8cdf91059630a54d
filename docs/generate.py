"""Write docs/commands.md, the manual page, the table of docs/settings.md, and the description of the API.

Run by ``python3 dev.py docs``, with the Python that coopsearch is installed for.
"""

from __future__ import annotations

import importlib.util
import json
import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Final

from coopsearch.search.cli.commands import COMMANDS

HERE: Final = Path(__file__).resolve().parent
PAGE: Final = HERE / "commands.md"
MANUAL: Final = HERE / "coopsearch.1"
SETTINGS: Final = HERE / "settings.md"
#: What stands around the table in the page on settings.
BEGIN: Final = "<!-- options: written by `python3 dev.py docs` -->"
END: Final = "<!-- end of options -->"
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
    for command in ((), *((name,) for name in COMMANDS)):
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


def settings() -> str:
    """Return the page on settings as it should be, with the table of all options."""
    done = subprocess.run(
        [sys.executable, "-m", "coopsearch.search.cli", "config", "--json"],
        env={**os.environ, "COOPSEARCH_CONFIG": ""},
        cwd=PAGE.parent,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    rows = ["| setting | takes | default | in a project | what it does |", "|---|---|---|---|---|"]
    for row in map(json.loads, done.stdout.splitlines()):
        if row["source"] == "default" and row["takes"] and row["name"] != "index.folder":
            value = "" if row["value"] in (None, []) else f"`{json.dumps(row['value'])}`"
            about = " ".join(row["help"].split()).replace("|", "\\|").replace("<", "&lt;")
            allowed = "no" if row["own"] else "yes"
            rows.append(f"| `{row['name']}` | {row['takes']} | {value} | {allowed} | {about} |")
    head, mark, rest = SETTINGS.read_text(encoding="utf-8").partition(BEGIN)
    return "".join((head, mark, "\n\n", "\n".join(rows), "\n\n", END, rest.partition(END)[2]))


def _manual() -> str:
    """Return the manual page as it should be."""
    text: str = runpy.run_path(os.fspath(HERE / "manpage.py"))["page"]()
    return text


def _described() -> tuple[Path, str] | None:
    """Return the description of the API and its path, None where the libraries of the service are missing."""
    if importlib.util.find_spec("starlette") is None:
        print("the description of the API is left as it is: starlette is not installed")
        return None
    made = runpy.run_path(os.fspath(HERE / "openapi.py"))
    return made["PATH"], made["page"]()


def main() -> int:
    """Write the pages, or say which are stale: 1 if one is."""
    stale = 0
    pages = [(PAGE, page()), (MANUAL, _manual()), (SETTINGS, settings())]
    if (described := _described()) is not None:
        pages.append(described)
    for path, wanted in pages:
        if sys.argv[1:] != ["--check"]:
            path.write_text(wanted, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != wanted:
            print(f"{path.name} is stale; run `python3 dev.py docs`")
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main())

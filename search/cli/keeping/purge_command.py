"""``coopsearch purge``: take documents out of an index, with all that its files hold of them.

Reads the options and prints what was done; the indexer purges, and looks for what remains.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coopsearch.search.cli.app import Command, IndexOption, ResultOption, WaitOption, app
from coopsearch.search.cli.display.render import as_json, counted
from coopsearch.search.cli.display.terminal import ADDRESS, safe, shown_path, wrapped
from coopsearch.search.cli.exits import Exit
from coopsearch.search.cli.keeping.index_command import notice
from coopsearch.search.indexdir.addresses import is_added
from coopsearch.search.indexdir.location import index_folder

if TYPE_CHECKING:
    from coopsearch.indexer import Purged


@app.command(
    "purge",
    cls=Command,
    epilog="Examples: coopsearch purge reports/secret.pdf; coopsearch purge reports/old --wait 60. Exit "
    "code: 0 when nothing is left, 2 for an error. What a file system, a snapshot or a backup keeps of "
    "removed files is beyond this command.",
)
def purge(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Files, or folders with all files that lie in them."),
    ],
    as_json_: ResultOption = False,
    wait: WaitOption = 30.0,
    index: IndexOption = None,
) -> int:
    """Take documents out of the index, with the words that they alone brought, and look that none is left."""
    # Imported here: a search must not pay for the indexer.
    from coopsearch.indexer import purge as take_out

    done = take_out(paths, index, wait=wait, notice=notice)
    if as_json_:
        print(
            as_json(
                {
                    "files": [shown_path(path) for path in done.files],
                    "documents": done.documents,
                    "words": done.words,
                    "looked": done.looked,
                    "left": list(done.left),
                    "there": [shown_path(path) for path in done.there],
                }
            )
        )
    else:
        taken = _taken(done)
        if not done.files:
            taken = "purged what documents had left that were deleted before"
        alone = f"{counted(done.words, 'word')} that no other document holds"
        found = "nothing of it is left" if not done.left else "something is left"
        print(wrapped(f"{taken}, {alone}; looked into {counted(done.looked, 'file')}: {found}", sys.stdout))
    _tell_saved(index_folder(index))
    for name in done.left:
        print(f"left: {safe(name)} still holds something; run `coopsearch index --rebuild`", file=sys.stderr)
    for path in done.there:
        where = safe(shown_path(path))
        print(
            wrapped(
                f"coopsearch: {where} is there still, so the next run reads it again; delete it, or name it "
                "in a .coopsearchignore",
                sys.stderr,
            ),
            file=sys.stderr,
        )
    return Exit.ERROR if done.left else Exit.FOUND


def _taken(done: Purged) -> str:
    """Return what was taken out: a document that a script added has none."""
    added = sum(map(is_added, done.files))
    scripts = f"{counted(added, 'document')} that {'a script' if added == 1 else 'scripts'} added"
    files = counted(len(done.files) - added, "file")
    if added == len(done.files):
        return f"purged {scripts}"
    what = f"{files} and {scripts}" if added else files
    return f"purged {what}: {counted(done.documents, 'document')}"


def _tell_saved(index: Path) -> None:
    """Say that saved searches stay as they were typed, whatever words they hold."""
    from coopsearch.search.desk import store
    from coopsearch.search.desk.saved import saved

    if store.exists(index) and (names := [one.name for one in saved(index)]):
        told = f"note: saved searches keep the words that you typed: {', '.join(names)}; "
        step = "`coopsearch save --remove NAME` removes one"
        print(wrapped(safe(told + step, ADDRESS), sys.stderr), file=sys.stderr)

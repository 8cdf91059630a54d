"""`coopsearch verify`: read all of an index and say whether it is as it was written.

Knows how to ask and how to print; what is checked is the engine's and the manifest's affair.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from coopsearch.search.cli.app import Command, Exit, app
from coopsearch.search.cli.render import as_json
from coopsearch.search.cli.terminal import ADDRESS, safe


@app.command("verify", cls=Command)
def verify(
    folder: Annotated[
        Path | None,
        typer.Option("--index", metavar="DIR", help="The index; the one that a search from here would ask."),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")] = False,
    trust: Annotated[
        bool,
        typer.Option(
            "--trust", help="Note that you trust this index, though somebody else owns it or may write to it."
        ),
    ] = False,
) -> int:
    """Read every byte of the index and compare it with its checksums."""
    # Imported here: a search must not pay for it.
    from coopsearch.indexer import check

    if trust:
        from coopsearch.search.indexdir.owner import trust as note
        from coopsearch.search.settings import index_folder

        note(index_folder(folder))
    found = check(folder)
    if json_:
        print(as_json({"files": found.files, "bytes": found.size, "damages": list(found.damages)}))
    for damage in found.damages:
        print(safe(damage, ADDRESS), file=sys.stderr)
    if not json_ and not found.damages:
        files = f"{found.files:,} file{'' if found.files == 1 else 's'}"
        print(f"the index is whole: {files}, {found.size / 1e6:,.1f} MB read")
    return Exit.ERROR if found.damages else Exit.FOUND

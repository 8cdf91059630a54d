"""``coopsearch unpack FILE``: an index of a file that a partner packed.

Reads the options and says what was unpacked; ``search.packing`` checks and unpacks.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from coopsearch.search.cli.app import Command, ResultOption, app
from coopsearch.search.cli.display.render import as_json, counted
from coopsearch.search.cli.display.terminal import ADDRESS, QUOTED, safe, wrapped
from coopsearch.search.cli.exits import Exit
from coopsearch.search.cli.keeping.pack_command import inside
from coopsearch.search.errors import SettingsError
from coopsearch.search.indexdir.location import absolute, file_text
from coopsearch.search.model import shown_path


@app.command(
    "unpack",
    cls=Command,
    epilog="Example: coopsearch unpack partner.coopsearch, then coopsearch WORDS --index partner/index_data. "
    "Exit code: 0 unpacked, 2 error; after an error nothing is left.",
)
def unpack(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A file that `coopsearch pack` made.")],
    folder: Annotated[
        str | None,
        typer.Argument(
            metavar="[FOLDER]",
            show_default=False,
            help="The folder to make for it. Default: one of the file's name, here.",
        ),
    ] = None,
    as_json_: ResultOption = False,
) -> int:
    """Make an index of a packed one: checked before anything of it is used, and whole or not at all."""
    # Imported here: no search unpacks anything.
    from coopsearch.search.packing.unpacking import unpack as make

    if not file or folder == "":
        raise SettingsError("a path is empty; give the file, and a folder or none")
    place: Path | None = None if folder is None else absolute(file_text(folder))
    done = make(absolute(file_text(file)), place)
    manifest = done.manifest
    if as_json_:
        print(
            as_json(
                {
                    "index": str(done.place),
                    "name": manifest.name,
                    "note": manifest.note,
                    "created": manifest.created,
                    "documents": manifest.documents,
                    "texts": manifest.texts,
                    "desk": manifest.desk,
                    "sha256": done.digest,
                }
            )
        )
        return Exit.FOUND
    where = safe(shown_path(str(done.place)), ADDRESS)
    what = counted(manifest.documents, "document")
    named = safe(manifest.name, QUOTED)
    told = f"unpacked {named}, packed {safe(manifest.created)}: {what}; {inside(manifest)}"
    print(wrapped(told, sys.stdout))
    if manifest.note:
        print(wrapped(f"note: {safe(manifest.note, QUOTED)}", sys.stdout))
    print(f"sha256: {done.digest}")
    print(f"ask it with: coopsearch WORDS --index {where}")
    return Exit.FOUND

"""``coopsearch pack OUT``: one file of an index, to be handed to a partner.

Reads the options and says what was packed; ``search.packing`` packs.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from coopsearch.search.cli.app import Command, IndexOption, ResultOption, app
from coopsearch.search.cli.display.render import as_json, counted
from coopsearch.search.cli.display.terminal import ADDRESS, safe, wrapped
from coopsearch.search.cli.exits import Exit
from coopsearch.search.errors import SettingsError
from coopsearch.search.indexdir.location import absolute, file_text, index_folder
from coopsearch.search.model import shown_path

#: Characters of the longest name, and of the longest note.
_NAME, _NOTE = 200, 10_000


@app.command(
    "pack",
    cls=Command,
    epilog="Examples: coopsearch pack reports.coopsearch; coopsearch pack reports.coopsearch --without-texts "
    '--name "Reports 2023". The partner runs `coopsearch unpack FILE`. Exit code: 0 packed, 2 error.',
)
def pack(
    out: Annotated[str, typer.Argument(metavar="OUT.coopsearch", help="The file to make.")],
    without_texts: Annotated[
        bool,
        typer.Option(
            "--without-texts",
            help="Keep the texts here: the partner can search and sees titles and places. The words and "
            "their places are inside all the same.",
        ),
    ] = False,
    relative: Annotated[
        bool,
        typer.Option(
            "--relative",
            help="Do not tell where sources lie that are outside of the folder of the index: paths begin "
            "with their names.",
        ),
    ] = False,
    with_desk: Annotated[
        bool, typer.Option("--with-desk", help="Hand on the saved searches, marks and notes too.")
    ] = False,
    name: Annotated[
        str, typer.Option("--name", help="What the index is called. Default: the folder that holds it.")
    ] = "",
    note: Annotated[str, typer.Option("--note", help="A text for the partner.")] = "",
    as_json_: ResultOption = False,
    index: IndexOption = None,
) -> int:
    """Make one file of an index, to be handed to a partner; the index itself is only read."""
    # Imported here: no search packs anything.
    from coopsearch.search.packing.making import pack as make

    if not out:
        raise SettingsError("the path is empty; name a file that ends in .coopsearch")
    for option, text, most in (("--name", name, _NAME), ("--note", note, _NOTE)):
        if len(text) > most or (not text.isprintable() and not text.replace("\n", "").isprintable()):
            raise SettingsError(f"{option} takes a text of at most {most:,} characters without control codes")
    done = make(
        index_folder(index),
        absolute(file_text(out)),
        texts=not without_texts,
        relative=relative,
        desk=with_desk,
        name=name,
        note=note,
    )
    manifest = done.manifest
    if as_json_:
        print(
            as_json(
                {
                    "file": str(done.path),
                    "documents": manifest.documents,
                    "texts": manifest.texts,
                    "desk": manifest.desk,
                    "absolute_sources": list(done.absolute),
                    "bytes": done.size,
                    "sha256": done.digest,
                }
            )
        )
        return Exit.FOUND
    place = safe(shown_path(str(done.path)), ADDRESS)
    what = counted(manifest.documents, "document")
    print(wrapped(f"packed {what} into {place} ({done.size:,} bytes); {inside(manifest)}", sys.stdout))
    if done.absolute:
        named = safe(done.absolute[0], ADDRESS)
        told = "the paths inside tell where the sources lie on this computer"
        print(
            wrapped(f"{told}: {named}{' ...' if len(done.absolute) > 1 else ''} (see --relative)", sys.stdout)
        )
    print(f"sha256: {done.digest}")
    return Exit.FOUND


def inside(manifest: object) -> str:
    """Return what of the documents a packed index holds, for a person."""
    if getattr(manifest, "texts", False):
        texts = "their texts, titles and places are inside"
    else:
        texts = "their texts are not inside; their titles, places and words are, with where each word stands"
    return f"{texts}, and the desk too" if getattr(manifest, "desk", False) else texts

"""`coopsearch verify`: read all of an index and say whether it is as it was written, and as its sources are.

Reads the options and prints the findings; the indexer checks and compares.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coopsearch.search.cli.app import Command, ResultOption, app, folder_of
from coopsearch.search.cli.display.render import as_json, counted
from coopsearch.search.cli.display.terminal import ADDRESS, safe, shown_path, wrapped
from coopsearch.search.cli.exits import Exit
from coopsearch.search.cli.keeping.index_command import shown
from coopsearch.search.values.hits import addresses

if TYPE_CHECKING:
    from coopsearch.indexer import Compared

_EXIT = (
    "Examples: coopsearch verify; coopsearch verify --sources --json. Exit code: 0 if all is as it should "
    "be; 1 if files merely changed since the last run, or cannot be read now; 2 for damage, for documents "
    "that are lost, doubled or other than their files, and for an error."
)


@app.command("verify", cls=Command, epilog=_EXIT)
def verify(
    folder: Annotated[
        str | None,
        typer.Option(
            "--index",
            metavar="DIR",
            callback=folder_of,
            help="The index; the one that a search from here would ask.",
        ),
    ] = None,
    sources: Annotated[
        bool,
        typer.Option(
            "--sources",
            help="Read all files of the sources too, and compare what they give with the index, document by "
            "document.",
        ),
    ] = False,
    json_: ResultOption = False,
    trust: Annotated[
        bool,
        typer.Option(
            "--trust", help="Note that you trust this index, though somebody else owns it or may write to it."
        ),
    ] = False,
) -> int:
    """Read every byte of the index and compare it with its checksums; with --sources also with the files."""
    # Imported here: a search must not pay for it.
    from coopsearch.indexer import check, compare

    if trust:
        from coopsearch.search.indexdir.location import index_folder
        from coopsearch.search.indexdir.owner import trust as note

        note(index_folder(folder))
    found = check(folder)
    compared: Compared | None = None
    for damage in found.damages:
        kind = "unreadable" if damage in found.unreadable else "damaged"
        print(f"{kind}: {safe(damage, ADDRESS)}", file=sys.stderr)
    if not json_ and not found.damages:
        files = counted(found.files, "file")
        print(f"the index is whole: {files}, {found.size / 1e6:,.1f} MB read", flush=True)
    if sources and not found.damages:
        with shown(silent=json_, doing="Comparing") as show:
            compared = compare(folder, progress=show)
    if json_:
        value: dict[str, Any] = {
            "files": found.files,
            "bytes": found.size,
            "damages": list(found.damages),
        }
        if sources:
            value["sources"] = _value(compared) if compared is not None else None
        print(as_json(value))
    elif compared is not None:
        _print(compared)
    if found.damages or (compared is not None and compared.faults):
        return Exit.ERROR
    return Exit.NOTHING if compared is not None and compared.counts else Exit.FOUND


def _value(compared: Compared) -> dict[str, Any]:
    return {
        "files": compared.files,
        "documents": compared.documents,
        "copies": compared.copies,
        "faults": compared.faults,
        "counts": dict(compared.counts),
        "differences": [
            {**addresses(path), "kind": kind, "reason": reason} for path, kind, reason in compared.differences
        ],
    }


def _print(compared: Compared) -> None:
    for path, kind, reason in compared.differences:
        print(f"{kind}: {safe(shown_path(path), ADDRESS)}: {safe(reason, ADDRESS)}", file=sys.stderr)
    for kind, count in compared.counts.items():
        told = sum(one.kind == kind for one in compared.differences)
        if count > told:
            print(f"{kind}: {count - told:,} more", file=sys.stderr)
    same = f"{counted(compared.files, 'file')}, {counted(compared.documents, 'document')} compared"
    copies = f"{compared.copies:,} cop{'y' if compared.copies == 1 else 'ies'}"
    sys.stderr.flush()
    if compared.faults:
        faults = counted(compared.faults, "fault")
        end = f"the index has {faults}: run `coopsearch index --rebuild`"
    elif compared.counts:
        changes = ", ".join(f"{count:,} {kind}" for kind, count in compared.counts.items())
        end = f"no fault; since the last run {changes}: run `coopsearch index`"
    else:
        end = "the index holds what its sources give"
    print(wrapped(f"{end} ({same}, {copies})" if compared.copies else f"{end} ({same})", sys.stdout))

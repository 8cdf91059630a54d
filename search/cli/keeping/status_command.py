"""``coopsearch status``: what the index covers, how old it is, and whether the sources changed since.

Reads the options and prints the answer; the indexer counts.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Final

import typer

from coopsearch.search.cli.app import Command, app, folder_of
from coopsearch.search.cli.display import render
from coopsearch.search.cli.display.terminal import (
    ADDRESS,
    BOLD,
    DIM,
    PATH,
    QUOTED,
    has_colour,
    safe,
    shown_path,
    styled,
)
from coopsearch.search.cli.exits import Exit
from coopsearch.search.errors import FileState, SettingsError
from coopsearch.search.indexdir.addresses import is_added
from coopsearch.search.indexdir.coverage import STATES, as_value, by_state
from coopsearch.search.values.hits import addresses

if TYPE_CHECKING:
    from coopsearch.indexer import Problem, Status

#: Endings and rules that are shown; the rest is a number.
_SHOWN: Final = 8
#: Columns of the longest label.
_LABEL: Final = 11


@app.command(
    "status",
    cls=Command,
    epilog="Examples: coopsearch status; coopsearch status --state failed; coopsearch status --state "
    "no-text -0 | xargs -0 ls -l. Exit code: 0; 1 if --state or --unread finds none; 2 for damage and for "
    "an error.",
)
def status(
    state: Annotated[
        str | None,
        typer.Option(
            "--state",
            metavar="STATE",
            help="List the files of a state instead, with reasons: indexed, in-part, no-text, encrypted, "
            "unsupported, too-large, failed.",
        ),
    ] = None,
    json_: Annotated[
        bool, typer.Option("--json", help="Print one JSON object; with --state one a line for each file.")
    ] = False,
    unread: Annotated[
        bool,
        typer.Option(
            "--unread", help="List what is attached to mails or lies in archives and is not read instead."
        ),
    ] = False,
    null: Annotated[
        bool, typer.Option("-0", "--null", help="With --state: paths alone, each ended by a NUL.")
    ] = False,
    folder: Annotated[
        str | None,
        typer.Option(
            "--index",
            metavar="DIR",
            callback=folder_of,
            help="The index; the one that a search from here would ask.",
        ),
    ] = None,
) -> int:
    """Say what the index covers: files by state, format and language, its age, and what changed since."""
    # Imported here: a search must not pay for it.
    from coopsearch.indexer import files
    from coopsearch.indexer import status as covered
    from coopsearch.indexer import unread as members

    if unread:
        if state is not None or null:
            raise SettingsError("--unread lists parts of files; leave --state and --null out with it")
        return _listed(members(folder), json_=json_)
    if state is None:
        if null:
            raise SettingsError("--null lists the files of a state; give one with --state")
        found = covered(folder)
        print(render.as_json(status_value(found)) if json_ else "\n".join(_lines(found)))
        sys.stdout.flush()
        for damage in found.damages:
            print(f"damaged: {safe(damage, ADDRESS)}", file=sys.stderr)
        return Exit.ERROR if found.damages else Exit.FOUND
    wanted = state.replace("-", " ").strip().lower()
    if wanted not in STATES.values():
        names = ", ".join(name.replace("_", "-") for name in STATES)
        raise SettingsError(f"{state!r} is not a state of a file; there are: {names}")
    listed = files(wanted, folder)
    if null and sys.stdout.isatty():
        raise SettingsError("--null gives names as they are, to a program; leave it out on a terminal")
    if null:
        # A program that takes names opens files; what scripts added has none.
        paths = dict.fromkeys(one.file for one in listed if not is_added(one.file))
        sys.stdout.write("".join(f"{shown_path(path)}\0" for path in paths))
        return Exit.FOUND if listed else Exit.NOTHING
    return _listed(listed, json_=json_)


def _listed(listed: list[Problem], *, json_: bool) -> int:
    for one in listed:
        print(render.as_json(file_value(one)) if json_ else _line(one))
    return Exit.FOUND if listed else Exit.NOTHING


def file_value(one: Problem) -> dict[str, object]:
    """Return a file of a state as JSON has it."""
    value = {**addresses(one.path), "file": shown_path(one.file)}
    return {**value, "state": one.state, "reason": one.reason}


def _line(one: Problem) -> str:
    path = styled(safe(shown_path(one.path), ADDRESS), PATH, colour=has_colour(sys.stdout))
    return f"{path}: {safe(one.reason, QUOTED)}" if one.reason else path


def status_value(found: Status) -> dict[str, object]:
    """Return what an index covers as JSON has it."""
    return {
        "index": str(found.index),
        "engine": found.engine,
        "sources": list(found.sources),
        "bytes": found.size,
        "documents": found.documents,
        "copies": found.copies,
        "recognised": found.recognised,
        "languages": found.languages,
        **as_value(found.coverage, found.changed),
        "formats": found.formats,
        "unsupported": found.unsupported,
        "pictures": found.pictures,
        "ignored": found.ignored,
        "damages": list(found.damages),
        "handed_on": found.handed_on,
    }


def _lines(found: Status) -> list[str]:
    colour = has_colour(sys.stdout)
    covered = found.coverage

    def row(label: str, text: str) -> str:
        return f"{styled(f'{label:{_LABEL}}', BOLD, colour=colour)}  {text}"

    def dim(text: str) -> str:
        return styled(text, DIM, colour=colour)

    count = "its first run is not at its end" if found.documents is None else f"{found.documents:,} documents"
    about = f"{count}, {found.size / 1e6:,.1f} MB, kept with {safe(found.engine, QUOTED)}"
    lines = [
        row("index", f"{safe(shown_path(str(found.index)))}  {dim(about)}"),
        *(
            row("" if number else "sources", safe(shown_path(source), ADDRESS))
            for number, source in enumerate(found.sources)
        ),
        *([row("sources", "with whoever packed it; these are their counts")] if found.handed_on else []),
        *([row("updated", _age(found))] if found.sources or found.handed_on else []),
        *([row("damaged", _damaged(found))] if found.damages else []),
        "",
    ]
    width = len(f"{covered.files:,}")
    for name, files in by_state(covered).items():
        what = "" if name in {FileState.INDEXED, FileState.IN_PART} else dim("  not searched")
        lines.append(row(name, f"{files:>{width},}{what}"))
    lines.append(row("files", f"{covered.files:>{width},}"))
    if found.copies:
        lines.append(
            row("", dim(f"{found.copies:,} of them hold what another holds, and are indexed with it"))
        )
    if covered.added:
        what = render.counted(covered.added, "document")
        lines.append(row("", dim(f"besides, {what} added by scripts")))
    if found.recognised:
        lines.append(
            row(
                "", dim(f"{found.recognised:,} of them have text from OCR, which may be wrong here and there")
            )
        )
    if found.coverage.unread:
        what = render.counted(found.coverage.unread, "attached or archived file")
        lines.append(row("", dim(f"{what} not read: `coopsearch status --unread` lists them")))
    lines.append("")
    if found.formats:
        formats = {name: sum(one.values()) for name, one in found.formats.items()}
        lines.append(row("formats", _counts(formats)))
    if found.unsupported:
        lines.append(row("not read", _counts(found.unsupported)))
    if found.pictures:
        are = "1 of them is a picture" if found.pictures == 1 else f"{found.pictures:,} of them are pictures"
        lines.append(row("", dim(f"{are}: `coopsearch index --ocr` reads what is written there")))
    if found.ignored:
        lines.append(row("ignored", _counts(found.ignored)))
    if found.languages:
        named = {name or "undecided": count for name, count in found.languages.items()}
        lines.append(row("languages", _counts(named)))
    return lines


def _age(found: Status) -> str:
    updated = found.coverage.updated
    when = "not to the end yet" if updated is None else render.ago(time.time() - updated)
    if found.handed_on:
        return f"{when}, by whoever packed it"
    if found.changed is None:
        return f"{when}; the sources are too many to say at once what changed since"
    if not any(found.changed):
        return f"{when}; nothing changed since"
    return f"{when}; changed since: {render.changes(found.changed)}; run `coopsearch index`"


def _damaged(found: Status) -> str:
    files = "1 file" if len(found.damages) == 1 else f"{len(found.damages):,} files"
    return f"{files} of the index, named below; run `coopsearch index`"


def _counts(counts: Mapping[str, int]) -> str:
    shown = [f"{count:,} {safe(name, QUOTED)}" for name, count in list(counts.items())[:_SHOWN]]
    more = sum(list(counts.values())[_SHOWN:])
    others = f"{more:,} other{'' if more == 1 else 's'}"
    return ", ".join([*shown, *([others] if more else [])])

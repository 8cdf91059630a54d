"""``coopsearch open``: the file of a hit or a document, at its page or line, in the program that one likes.

Reads the options and starts the program that ``viewers`` chooses, never through a shell.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from coopsearch.search.cli.answers.target import (
    Asked,
    asked,
    document_of,
    file_of,
    held_twice,
    is_stale,
    span_of,
)
from coopsearch.search.cli.answers.viewers import VARIABLE, Opening, Spot, Surroundings, opening
from coopsearch.search.cli.app import Command, IndexesOption, app
from coopsearch.search.cli.display.terminal import ADDRESS, page_text, safe, shown_path, wrapped
from coopsearch.search.cli.exits import Exit
from coopsearch.search.errors import CoopsearchError, SettingsError
from coopsearch.search.index import Index
from coopsearch.search.indexdir.addresses import is_added, original
from coopsearch.search.model import Document
from coopsearch.search.page_labels import label_of

#: Files of records whose lines are those of their records, by the end of their names.
_RECORDS: Final = (".jsonl", ".ndjson", ".json")
#: Seconds in which a program that cannot begin says so.
_BEGINS: Final = 0.5


@app.command(
    "open",
    cls=Command,
    epilog=f"Examples: coopsearch open 3; {VARIABLE}='code -g {{path}}:{{line}}' coopsearch open 3; "
    "coopsearch open 3 --print. Exit code: 0 opened, 2 error.",
)
def open_file(
    what: Annotated[
        str,
        typer.Argument(
            metavar="N|ADDRESS",
            help="The number of a hit of the last answer in this terminal, or a document as hits name it; "
            "./3 for a file called 3.",
        ),
    ],
    only_print: Annotated[
        bool, typer.Option("--print", help="Print the command line that would open it, and do nothing.")
    ] = False,
    index: IndexesOption = None,
) -> int:
    """Open the file of a hit or of a document, at its page or line.

    With $COOPSEARCH_OPEN if that is set; else text with $VISUAL, $EDITOR or $PAGER, and other files with a
    viewer that can be told the page, or with the program of the desktop.
    """
    one = asked(what, index)
    with Index(one.folder) as opened:
        try:
            document = document_of(opened, one)
        except SettingsError:
            # A file of several documents can be opened, if none of them in particular.
            file = _container(opened, one)
            if file is None:
                raise
            spot, place, member = Spot(str(file)), "", ""
        else:
            span_of(document, one)
            spot, place, member = _spot(opened, document, one)
        stale = is_stale(opened, one)
    shown = shown_path(spot.path)
    if not os.path.lexists(spot.path):
        raise SettingsError(
            f"{shown} is no longer there; run `coopsearch index`, or read its text as the index holds it: "
            f"coopsearch show {shlex.quote(what)}"
        )
    chosen = _chosen(spot, shown, what)
    if only_print:
        print(safe(_line(chosen)))
        return Exit.FOUND
    if stale:
        _say("note: the index was updated since that answer; search again for the hits of now")
    for note in held_twice(one):
        _say(f"note: {note}")
    if member:
        _say(f"note: what was found is in it as {member}")
    elif place and not chosen.is_placed:
        _say(f"note: {_program(chosen)} opens {shown} at its beginning; look for {place}")
    elif not chosen.waits:
        _say(f"opening {shown}{f', {place},' if place else ''} with {_program(chosen)}")
    _start(chosen)
    return Exit.FOUND


def _container(index: Index, one: Asked) -> Path | None:
    """Return the file of an address that holds several documents, None where it is not one."""
    if one.hit is not None or not index.holds(one.path):
        return None
    path = os.path.abspath(one.path)  # noqa: PTH100 - links stay as they are
    return next((found for name in (path, original(path)) if (found := Path(name)).exists()), None)


def _spot(index: Index, document: Document, one: Asked) -> tuple[Spot, str, str]:
    """Return the file and the place in it, how that is called, and the member that is meant, if one is."""
    if is_added(document.file):
        raise SettingsError(
            f"{document.path} was added by a script, and there is no file to open; read its text: "
            f"coopsearch show {one.number or shlex.quote(document.path)}"
        )
    path = str(file_of(index, document))
    hit, member = one.hit, ""
    line, page = (hit.line, hit.page) if hit is not None else (None, None)
    has_lines = any(passage.line is not None for passage in document.passages)
    if document.path != document.file:
        inside = document.path.removeprefix(f"{document.file}!")
        if not (has_lines and inside.isdigit() and path.lower().endswith(_RECORDS)):
            # Its lines and pages are not those of the file.
            return Spot(path), "", inside
        if line is None:
            line = document.passages[0].line
    label = label_of(document.type, document.fields, page)
    spot = Spot(path, line, page, label, is_text=has_lines, is_pdf=document.type == "pdf")
    place = page_text(page, label) if page is not None else f"line {line}" if line is not None else ""
    return spot, place, member


def _chosen(spot: Spot, shown: str, what: str) -> Opening:
    """Return how a file is opened. Raises SettingsError where nothing is there to do it."""
    around = Surroundings(os.environ, shutil.which, sys.platform, sys.stdin.isatty() and sys.stdout.isatty())
    try:
        chosen = opening(spot, around)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    variable = "EDITOR" if spot.is_text else VARIABLE
    step = f"set {variable} to a program, or read its text: coopsearch show {shlex.quote(what)}"
    if chosen is None:
        raise SettingsError(f"there is no program to open {shown} with; {step}")
    if chosen.by_ending:
        # Imported here: the desktop might run a file that only looks like a document.
        from coopsearch.indexer.extract.formats import known_suffixes

        if not spot.path.lower().endswith(known_suffixes()):
            raise SettingsError(f"the ending of {shown} does not say which program opens it; {step}")
    return chosen


def _start(chosen: Opening) -> None:
    """Start the program. Raises SettingsError where it cannot begin, CoopsearchError where it fails."""
    # Imported here: who only asks for the command line needs none of it.
    import subprocess

    from coopsearch.search.cli.signals import Lent

    sys.stdout.flush()
    program = _program(chosen)
    try:
        if chosen.is_start:
            _by_windows(chosen.arguments[0])
            return
        if chosen.waits:
            with Lent():
                code = subprocess.run(chosen.arguments, check=False).returncode
        else:
            no = subprocess.DEVNULL
            process = subprocess.Popen(
                chosen.arguments, start_new_session=True, stdin=no, stdout=no, stderr=no
            )
            try:
                code = process.wait(_BEGINS)
            except subprocess.TimeoutExpired:
                return
    except OSError as error:
        raise SettingsError(
            f"{program} cannot be started: {error.strerror or error}; set {VARIABLE} to another program"
        ) from None
    if code:
        how = f"exit code {code}" if code > 0 else f"signal {-code}"
        raise CoopsearchError(
            f"{program} ended with {how}; set {VARIABLE} to another program if it is the wrong one"
        )


def _by_windows(path: str) -> None:
    if sys.platform == "win32":
        os.startfile(path)  # noqa: S606 - Windows has no other way


def _program(chosen: Opening) -> str:
    return "Windows" if chosen.is_start else chosen.arguments[0]


def _line(chosen: Opening) -> str:
    """Return the command line as it could be typed."""
    if chosen.is_start:
        return f'start "" "{chosen.arguments[0]}"'
    if sys.platform == "win32":
        import subprocess

        return subprocess.list2cmdline(chosen.arguments)
    return shlex.join(chosen.arguments)


def _say(message: str) -> None:
    print(wrapped(safe(message, ADDRESS), sys.stderr), file=sys.stderr)

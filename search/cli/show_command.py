"""``coopsearch show``: the whole text of one document, as the index holds it.

Reads the options and lays out what the index holds.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import IO, Annotated, Any

import typer

from coopsearch.search.cli.app import Command, Exit, IndexOption, app
from coopsearch.search.cli.display.answer_json import addresses
from coopsearch.search.cli.display.render import as_json
from coopsearch.search.cli.display.terminal import (
    ADDRESS,
    BOLD,
    DIM,
    PATH,
    QUOTED,
    TITLE,
    has_colour,
    safe,
    shown_path,
    styled,
)
from coopsearch.search.errors import SettingsError
from coopsearch.search.index import Index
from coopsearch.search.indexdir.location import index_folder
from coopsearch.search.model import Document


@app.command("show", cls=Command, epilog="Exit code: 0 shown, 2 error.")
def show(
    path: Annotated[
        str,
        typer.Argument(
            metavar="ADDRESS",
            help="A document as hits name it: report.pdf, 'a.zip!mail.eml!annex.pdf' (in single quotes, as "
            "shells take ! for their own).",
        ),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object, with the passages and their places.")
    ] = False,
    index: IndexOption = None,
) -> int:
    """Show the text of a document, also of one inside of an archive or a mail."""
    if not path:
        raise SettingsError("the address is empty; give it as hits name it")
    with Index(index_folder(index)) as opened:
        document = opened.document(path)
    for line in [_json(document)] if as_json else _lines(document, sys.stdout):
        print(line)
    return Exit.FOUND


def _lines(document: Document, stream: IO[str]) -> Iterator[str]:
    colour = has_colour(stream)
    yield styled(safe(document.title, QUOTED), TITLE, colour=colour)
    yield styled(safe(shown_path(document.path), ADDRESS), PATH, colour=colour)
    said = [document.type, document.date]
    yield styled(safe("  ".join(filter(None, said)), QUOTED), DIM, colour=colour)
    for name, value in document.fields.items():
        yield f"{styled(safe(name), DIM, colour=colour)}  {safe(value)}"
    at, page = 0, None
    for passage in document.passages:
        # What stands between passages (rules, marks) is text too.
        yield from _text(document.text[at : passage.start])
        yield ""
        if passage.page is not None and passage.page != page:
            page = passage.page
            yield from (styled(f"page {page}", DIM, colour=colour), "")
        for line in document.text[passage.start : passage.end].splitlines():
            yield styled(safe(line), BOLD, colour=colour) if passage.level else safe(line)
        at = passage.end
    yield from _text(document.text[at:])


def _text(text: str) -> Iterator[str]:
    return (safe(line) for line in text.splitlines() if line and not line.isspace())


def _json(document: Document) -> str:
    value: dict[str, Any] = {
        **addresses(document.path),
        "title": document.title,
        "type": document.type,
        "date": document.date,
        "modified": document.modified,
        "fields": dict(document.fields),
        "text": document.text,
        "passages": [{**one._asdict(), "heading": list(one.heading)} for one in document.passages],
    }
    return as_json(value)

"""``coopsearch names``: the names in an index, or in the answer to a query, with their spellings."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from coopsearch.search.cli.answers.asked_indexes import open_asked
from coopsearch.search.cli.answers.given_line import joined
from coopsearch.search.cli.app import IndexesOption, QueryCommand, SkipOption, app
from coopsearch.search.cli.display.render import counted
from coopsearch.search.cli.display.terminal import safe, wrapped
from coopsearch.search.cli.exits import Exit

if TYPE_CHECKING:
    from coopsearch.search.names.listing import Name


@app.command(
    "names",
    cls=QueryCommand,
    epilog="Examples: coopsearch names; coopsearch names smuggling routes -n 50; coopsearch names --csv > "
    "names.csv. The texts are read for it: those of a large index take some tens of seconds. Exit code: 0 "
    "found, 1 no name, 2 error.",
)
def names(
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="[QUERY]...", help="Only names in documents that match; all without."),
    ] = None,
    limit: Annotated[
        int,
        typer.Option("-n", "--limit", metavar="N", min=1, max=100_000, help="Show at most so many names."),
    ] = 30,
    require_all: Annotated[bool, typer.Option("--all", help="Only documents that hold all words.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line for each name.")
    ] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print a table of comma-separated values.")] = False,
    csv_excel: Annotated[
        bool, typer.Option("--csv-excel", help="The same with the mark by which Excel knows UTF-8.")
    ] = False,
    index: IndexesOption = None,
    skip_unreadable: SkipOption = False,
) -> int:
    """List the names of people and places: in how many documents, and how they are spelt."""
    # Imported here: `coopsearch --help` imports every command.
    from coopsearch.search.cli.forms.form import only_form, put

    only_form(json=as_json, csv=csv, csv_excel=csv_excel)
    with open_asked(index, skip_unreadable=skip_unreadable) as opened:
        found = opened.names(joined(query) if query else None, limit=limit, require_all=require_all)
        documents = opened.documents
    if csv or csv_excel:
        put("".join(_rows(found, mark=csv_excel)))
    else:
        for one in found:
            print(_json(one) if as_json else _line(one))
    if not (as_json or csv or csv_excel):
        sys.stdout.flush()
        where = "in the documents that match" if query else f"in {counted(documents, 'document')}"
        shown = f"the {len(found):,} most frequent names {where}" if len(found) == limit else ""
        told = shown or f"{counted(len(found), 'name')} {where}"
        print(wrapped(told, sys.stderr), file=sys.stderr)
    return Exit.FOUND if found else Exit.NOTHING


def _line(one: Name) -> str:
    others = ", ".join(f"{safe(name)} {documents:,}" for name, documents in one.spellings[1:])
    return f"{one.documents:>7,}  {safe(one.name)}" + (f"  (also {others})" if others else "")


def _json(one: Name) -> str:
    spellings = [{"name": name, "documents": documents} for name, documents in one.spellings]
    return json.dumps({"name": one.name, "documents": one.documents, "spellings": spellings})


def _rows(found: list[Name] | tuple[Name, ...], *, mark: bool) -> Iterator[str]:
    from coopsearch.search.cli.forms.cells import MARK, row

    yield (MARK if mark else "") + row(("name", "documents", "spelling", "spelling_documents"))
    for one in found:
        for name, documents in one.spellings:
            yield row((one.name, one.documents, name, documents))

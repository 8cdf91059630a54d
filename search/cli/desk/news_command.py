"""``coopsearch news``: what saved searches find that was not known when somebody last looked.

Reads the options and holds the order of the steps; ``search.desk.news`` compares.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from coopsearch.search.cli.app import Command, Exit, IndexOption, app, fail
from coopsearch.search.errors import QueryError
from coopsearch.search.indexdir.location import index_folder
from coopsearch.search.indexdir.meta import check_there

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from coopsearch.search.desk.known import News
    from coopsearch.search.desk.saved import Saved
    from coopsearch.search.index import Index


@app.command(
    "news",
    cls=Command,
    epilog="The first look takes all that matches as known. Exit code, as for cron: 0 there is news, 1 there "
    "is none, 2 error. Examples: coopsearch news; coopsearch news boats --json; coopsearch news -q --exec "
    "'mail -s news desk@example.org'.",
)
def news(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]...", show_default=False, help="Saved searches. Default: all of this index."
        ),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Only look: the same is news the next time, too.")
    ] = False,
    every: Annotated[
        bool, typer.Option("--all", help="On the first look, list all documents that match as new.")
    ] = False,
    limit: Annotated[
        int,
        typer.Option(
            "-n",
            "--limit",
            metavar="N",
            min=0,
            max=100_000,
            help="Show passages of at most so many documents.",
        ),
    ] = 20,
    exec_: Annotated[
        str | None,
        typer.Option(
            "--exec",
            metavar="COMMAND",
            help="Run a program if there is news, without a shell: it reads the lines of --json, and "
            "COOPSEARCH_NEWS says how many. If it fails, the news are not taken as told.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object a line for each document that is news.")
    ] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print nothing but errors.")] = False,
    index: IndexOption = None,
) -> int:
    """Say what is new, changed or gone among all documents that saved searches find."""
    # Imported here: the general help needs none of it.
    from coopsearch.search.cli.display import news_text
    from coopsearch.search.desk import alerts, known
    from coopsearch.search.desk.saved import named

    folder = check_there(index_folder(index))
    arguments = None if exec_ is None else alerts.parsed(exec_)
    searches = named(folder, names or ())
    told = [one for search in searches if (one := known.unchanged(folder, search)) is not None]
    failed = False
    if len(told) < len(searches):
        told, failed = _asked(folder, searches, limit, every=every, shown=not (as_json or quiet))
    lines = [line for one in told for line in news_text.json_lines(one)]
    if as_json and not quiet:
        for line in lines:
            print(line)
        _print([one for one in told if one.is_first and not one.items], kept=keep)
    elif not quiet:
        _print(told, kept=keep)
    sys.stdout.flush()
    if arguments is not None and lines:
        alerts.run(arguments, lines, len(lines))
    if not keep:
        for one in told:
            if one.is_new:
                known.take(folder, one)
    if failed:
        return Exit.ERROR
    return Exit.FOUND if lines else Exit.NOTHING


def _asked(
    folder: Path, searches: Sequence[Saved], limit: int, *, every: bool, shown: bool
) -> tuple[list[News], bool]:
    """Ask the saved searches; return what is new, and whether any of them cannot be asked any more."""
    # Imported here: where nothing was committed, the index is not opened at all.
    from coopsearch.search.desk.known import known
    from coopsearch.search.desk.news import news as news_of
    from coopsearch.search.index import open_index

    told: list[News] = []
    with open_index(folder) as opened:
        for search in searches:
            try:
                before = known(folder, search.name)
                told.append(news_of(opened, search, before, shown=limit, every=every))
            except QueryError as error:
                # A field may be gone with the documents that had it; the other searches are not to suffer.
                fail(f"the saved search {search.name!r} cannot be asked any more: {error}")
        failed = len(told) < len(searches)
        told = _numbered(told)
        if shown:
            _remember(opened, told)
    return told, failed


def _print(told: Sequence[News], *, kept: bool) -> None:
    from coopsearch.search.cli.display import news_text
    from coopsearch.search.cli.display.terminal import wrapped

    gap = False
    for one in told:
        if one.items:
            if gap:
                print()
            for line in news_text.news_lines(one, sys.stdout):
                print(line)
            gap = True
        elif one.is_first:
            print(wrapped(news_text.first_look(one, kept=not kept), sys.stderr), file=sys.stderr)
        else:
            print(wrapped(news_text.heading(one, sys.stderr), sys.stderr), file=sys.stderr)


def _numbered(told: Sequence[News]) -> list[News]:
    """Return the same with the hits of all searches numbered in one row, by which they can be named."""
    number, numbered = 0, []
    for one in told:
        items = []
        for item in one.items:
            hit = item.hit
            if hit is not None:
                number += 1
                hit = hit._replace(rank=number)
            items.append(item._replace(hit=hit))
        numbered.append(one._replace(items=tuple(items)))
    return numbered


def _remember(opened: Index, told: Sequence[News]) -> None:
    """Keep what is shown as the last answer: `coopsearch mark 2 relevant` means its second hit."""
    from coopsearch.search.desk.last_answer import remember

    hits = [item.hit for one in told for item in one.items if item.hit is not None]
    if not hits:
        return
    queries = [one.search.query for one in told if one.items]
    remember(
        queries[0] if len(queries) == 1 else " OR ".join(f"({query})" for query in queries),
        hits,
        index=opened.folder,
        generations={str(opened.folder): opened.generation},
        total=len(hits),
    )

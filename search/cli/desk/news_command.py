"""``coopsearch news``: what saved searches find that was not known when somebody last looked.

Reads the options and holds the order of the steps; ``search.desk.news`` compares.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from coopsearch.search.cli.app import Command, IndexesOption, app
from coopsearch.search.cli.exits import Exit, fail
from coopsearch.search.errors import (
    IndexMissing,
    IndexUnreadable,
    IndexUntrusted,
    IndexUnwritable,
    QueryError,
    SettingsError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coopsearch.search.desk.known import News
    from coopsearch.search.desk.saved import Saved
    from coopsearch.search.index import Index


#: What can be wrong with one of several indexes while other searches can be asked.
_UNREADABLE: Final = (IndexMissing, IndexUnreadable, IndexUntrusted)


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
    index: IndexesOption = None,
) -> int:
    """Say what is new, changed or gone among all documents that saved searches find."""
    # Imported here: the general help needs none of it.
    from coopsearch.search import added
    from coopsearch.search.cli.answers.asked_indexes import folders_there, labels_of
    from coopsearch.search.cli.display import news_text
    from coopsearch.search.desk import alerts, known
    from coopsearch.search.desk.saved import named_in

    folders = folders_there(index)
    arguments = None if exec_ is None else alerts.parsed(exec_)
    searches = named_in(folders, names or ())
    # Before anything is asked: what comes meanwhile is told once more.
    looked = {} if names or keep else {folder: added.newest(folder) for folder in folders}
    told = [one for home, search in searches if (one := known.unchanged(home, search)) is not None]
    failed = False
    if len(told) < len(searches):
        told, failed = _asked(searches, limit, every=every, shown=not (as_json or quiet))
    homes = labels_of(folders)
    lines = [line for one in told for line in news_text.json_lines(one, homes=homes)]
    if as_json and not quiet:
        for line in lines:
            print(line)
        _print([one for one in told if one.is_first and not one.items], kept=keep, homes=homes)
    elif not quiet:
        _print(told, kept=keep, homes=homes)
    sys.stdout.flush()
    if arguments is not None and lines:
        alerts.run(arguments, lines, len(lines))
    if not keep:
        _take([one for one in told if one.is_new], {} if failed else looked, quiet=quiet)
    if failed:
        return Exit.ERROR
    return Exit.FOUND if lines else Exit.NOTHING


def _take(told: Sequence[News], looked: Mapping[Path, int], *, quiet: bool) -> None:
    """Keep what was told as known, and up to when; where nothing can be kept beside an index, say so."""
    from coopsearch.search.added import look
    from coopsearch.search.cli.display.terminal import ADDRESS, safe, wrapped
    from coopsearch.search.desk.known import take

    refused: dict[Path, str] = {}
    jobs = [(one.home, partial(take, one.home, one)) for one in told]
    jobs += [(folder, partial(look, folder, moment)) for folder, moment in looked.items()]
    for folder, job in jobs:
        try:
            job()
        except IndexUnwritable as error:
            refused.setdefault(folder, str(error))
    for reason in refused.values() if not quiet else ():
        said = f"note: this look cannot be remembered, so the next one tells the same again: {reason}"
        print(wrapped(safe(said, ADDRESS), sys.stderr), file=sys.stderr)


def _asked(
    searches: Sequence[tuple[Path, Saved]], limit: int, *, every: bool, shown: bool
) -> tuple[list[News], bool]:
    """Ask the saved searches; return what is new, and whether any of them cannot be asked any more."""
    # Imported here: where nothing was committed, no index is opened at all.
    from coopsearch.search.cli.answers.asked_indexes import open_asked
    from coopsearch.search.desk.known import known
    from coopsearch.search.desk.news import news as news_of

    told: list[News] = []
    with ExitStack() as stack:
        opened: dict[tuple[Path, ...], Index] = {}
        for home, search in searches:
            try:
                folders = tuple(search.folders(home))
                if folders not in opened:
                    opened[folders] = stack.enter_context(open_asked(folders))
                before = known(home, search.name)
                told.append(news_of(opened[folders], search, before, home=home, shown=limit, every=every))
            except (QueryError, SettingsError) as error:
                # A field may be gone with the documents that had it; the other searches are not to suffer.
                fail(f"the saved search {search.name!r} cannot be asked any more: {error}")
            except _UNREADABLE as error:
                if len(search.folders(home)) == 1:
                    raise
                fail(f"the saved search {search.name!r} cannot be asked now: {error}")
        failed = len(told) < len(searches)
        told = _numbered(told)
        if shown:
            _remember(list(opened.values()), told)
    return told, failed


def _print(told: Sequence[News], *, kept: bool, homes: Mapping[str, str]) -> None:
    from coopsearch.search.cli.answers.asked_indexes import labels_of
    from coopsearch.search.cli.display import news_text
    from coopsearch.search.cli.display.terminal import wrapped

    gap = False
    for one in told:
        if one.items:
            if gap:
                print()
            labels = labels_of(one.search.folders(one.home))
            for line in news_text.news_lines(one, sys.stdout, homes=homes, labels=labels):
                print(line)
            gap = True
        elif one.is_first:
            print(
                wrapped(news_text.first_look(one, kept=not kept, homes=homes), sys.stderr),
                file=sys.stderr,
            )
        else:
            print(wrapped(news_text.heading(one, sys.stderr, homes=homes), sys.stderr), file=sys.stderr)


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


def _remember(opened: Sequence[Index], told: Sequence[News]) -> None:
    """Keep what is shown as the last answer: `coopsearch mark 2 relevant` means its second hit."""
    from coopsearch.search.desk.last_answer import remember

    hits = [
        item.hit._replace(index_folder=item.hit.index_folder or str(one.home))
        for one in told
        for item in one.items
        if item.hit is not None
    ]
    if not hits:
        return
    queries = [one.search.query for one in told if one.items]
    generations = {at: state for index in opened for at, state in index.generations.items()}
    remember(
        queries[0] if len(queries) == 1 else " OR ".join(f"({query})" for query in queries),
        hits,
        index=list(map(Path, generations)),
        generations=generations,
        total=len(hits),
    )

"""``coopsearch search``, which is what a bare ``coopsearch QUERY...`` means.

Reads the options and holds the order of the steps; ``search.index`` searches, and ``display.render``
renders.
"""

from __future__ import annotations

import sys
import time
from itertools import chain
from typing import TYPE_CHECKING, Annotated, cast

import typer

from coopsearch.search.cli.app import Exit, IndexesOption, QueryCommand, SkipOption, app
from coopsearch.search.cli.asked_indexes import open_asked
from coopsearch.search.cli.display import render
from coopsearch.search.cli.display.terminal import ADDRESS, safe, wrapped
from coopsearch.search.desk.last_answer import remember
from coopsearch.search.errors import IndexMissing, QueryError, SettingsError
from coopsearch.search.index import Index
from coopsearch.search.indexdir.location import index_folder, project_seeds
from coopsearch.search.indexdir.meta import is_other
from coopsearch.search.model import Results, shown_path

#: Documents up to which an answer may be that to a word that few writers spell so.
_FEW = 2
#: Documents of an index from which on another spelling may be much more frequent.
_MANY = 6

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coopsearch.search.engines.base import Facet, Order


@app.command(
    "search",
    cls=QueryCommand,
    epilog='Examples: coopsearch "smuggling routes"; coopsearch title:migration -tunisia; '
    "coopsearch --all réfugiés lang:fr. Exit code: 0 found, 1 nothing found, 2 error.",
)
def search(
    query: Annotated[
        list[str],
        typer.Argument(
            metavar="QUERY...",
            show_default=False,
            help='Words (any of them), "a phrase", AND OR NOT + -, ( ), field:word, wild*, fuzzy~, =exact. '
            "Fields: title heading path lang type date.",
        ),
    ],
    limit: Annotated[
        int,
        typer.Option("-n", "--limit", min=0, max=100_000, help="Show at most so many hits; 0 only counts."),
    ] = 10,
    require_all: Annotated[bool, typer.Option("--all", help="Only documents that hold all words.")] = False,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json",
            help="Print a JSON object a line for each hit; with -n 0 one of the totals.",
        ),
    ] = False,
    coverage: Annotated[
        bool,
        typer.Option("--coverage", help="With --json: say on a last line what of the sources was searched."),
    ] = False,
    sort: Annotated[
        str,
        typer.Option(
            "--sort",
            metavar="ORDER",
            help="Which hits come first: relevance, newest (or date), oldest, path, title.",
        ),
    ] = "relevance",
    facet: Annotated[
        list[str] | None,
        typer.Option(
            "--facet",
            metavar="NAME",
            help="Count all documents that match by lang, type, year or folder. May be repeated; with --json "
            "on a last line.",
        ),
    ] = None,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="Say how each part of the query was read (on stderr), and why each hit is one."
        ),
    ] = False,
    fold: Annotated[
        bool, typer.Option("--fold", help="Show documents that say nearly the same as one hit.")
    ] = False,
    why_not: Annotated[
        str | None,
        typer.Option(
            "--why-not",
            metavar="PATH",
            help="Say why this document is not a hit, or at which rank it is one.",
        ),
    ] = None,
    index: IndexesOption = None,
    skip_unreadable: SkipOption = False,
) -> int:
    """Ask the index: the best documents, each with the passage that answers and where it stands."""
    text = " ".join(_rejoined(query))
    with _opened(index, skip_unreadable=skip_unreadable) as opened:
        if why_not is not None:
            return _why_not(opened, text, why_not, require_all=require_all, as_json=as_json)
        results = opened.search(
            text,
            limit=limit,
            require_all=require_all,
            explain=explain,
            sort=cast("Order", "newest" if sort == "date" else sort),
            facets=cast("list[Facet]", facet or []),
            fold=fold,
        )
        if limit:
            remember(
                text,
                results.hits,
                index=opened.folders,
                generations=opened.generations,
                total=results.total,
                options={"require_all": require_all},
            )
        lack: list[str] = []
        if as_json and not limit:
            lack.append(_totals(opened, results, text, require_all=require_all))
        elif not as_json:
            lack += _lack(opened, results, text, require_all=require_all)
        changed = opened.changed() if not as_json or coverage else None
    for line in results.explanation:
        print(safe(line, ADDRESS), file=sys.stderr)
    if as_json:
        lines: Iterable[str] = chain(lack, (render.json_line(hit, results.notes) for hit in results))
    else:
        lines = render.text_lines(results, sys.stdout)
    for line in lines:
        print(line)
    if facet and as_json:
        print(render.as_json({"facets": results.facets}))
    elif facet:
        print(*render.facet_lines(results.facets, after_hits=bool(results.hits)), sep="\n")
    if as_json and coverage:
        print(render.coverage_line(results.coverage, changed, results.warning))
    if not as_json:
        sys.stdout.flush()
        covered = render.coverage(results.coverage, changed, time.time())
        parts = [render.summary(results, require_all=require_all), *([covered] if covered else [])]
        gap = "\n" if results.hits and sys.stderr.isatty() else ""
        print(gap + wrapped("; ".join(parts), sys.stderr), file=sys.stderr)
        for note in results.notes:
            print(wrapped(safe(f"note: {note}", ADDRESS), sys.stderr), file=sys.stderr)
        for line in lack:
            print(line, file=sys.stderr)
    if results.warning:
        unknown = "how much was searched" if results.coverage is None else "what changed since the last run"
        told = f"coopsearch: it is not known {unknown}: {results.warning}"
        print(wrapped(safe(told), sys.stderr), file=sys.stderr)
    return Exit.FOUND if results.total else Exit.NOTHING


def _totals(opened: Index, results: Results, query: str, *, require_all: bool) -> str:
    """Return how much was found, and why not all of it, as a line of JSON."""
    from coopsearch.search.cli.display.answer_json import totals_line

    diagnosis = None if results.total_all else opened.diagnose(query, require_all=require_all)
    return totals_line(results, diagnosis)


def _lack(opened: Index, results: Results, query: str, *, require_all: bool) -> list[str]:
    """Return what to say of an answer in which next to no document holds all that was asked for."""
    if results.total_all > _FEW or (results.total_all and results.documents < _MANY):
        return []
    # Imported here: most searches find what they ask for.
    from coopsearch.search.cli.display.diagnosis_text import lack_lines

    return list(lack_lines(opened.diagnose(query, require_all=require_all), results))


def _why_not(opened: Index, query: str, path: str, *, require_all: bool, as_json: bool) -> int:
    if not path:
        raise SettingsError("the path of --why-not is empty; name a file")
    reason = opened.why_not(query, path, require_all=require_all)
    if as_json:
        from coopsearch.search.cli.display.answer_json import why_not_line

        print(why_not_line(reason))
    else:
        from coopsearch.search.cli.display.diagnosis_text import why_lines

        print(*why_lines(reason), sep="\n")
    return Exit.FOUND if reason.rank else Exit.NOTHING


def _rejoined(words: list[str]) -> list[str]:
    """Return the arguments as one query.

    The shell takes quotes away: a single argument is a query as it stands, but among several one with a
    blank was quoted on purpose and is a phrase, unless it holds query syntax of its own.
    """
    for number, word in enumerate(words, 1):
        if "\0" in word:
            raise QueryError(f"word {number} of the query holds a NUL; remove it")
    if len(words) == 1:
        return words
    return [f'"{word}"' if " " in word and not set(word) & set('"()[]:') else word for word in words]


def _opened(options: list[str] | None, *, skip_unreadable: bool) -> Index:
    folder = index_folder(options[0] if options else None)
    try:
        return open_asked(options, skip_unreadable=skip_unreadable)
    except IndexMissing:
        seeds = project_seeds(folder)
        if seeds is None or is_other(folder) or (options and len(options) > 1):
            raise
    # The first question in a fresh project is answered, not sent away.
    place, source = safe(shown_path(str(folder))), safe(shown_path(str(seeds)))
    print(f"coopsearch: no index yet; building {place} from {source}", file=sys.stderr)
    from coopsearch.indexer import Interrupted, sync
    from coopsearch.search.cli.signals import Ending

    with Ending() as ending:
        sync([seeds], folder, progress=lambda _: ending.check(Interrupted))
    return Index(folder)

"""``coopsearch export``: a dossier of all hits of a query, as one file.

Reads the options and asks; ``search.dossier`` makes the file.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import typer

from coopsearch.search.cli.answers.asked_indexes import open_asked
from coopsearch.search.cli.answers.given_line import expansion, joined, narrowing
from coopsearch.search.cli.answers.search_options import (
    InOption,
    LangOption,
    NamesOption,
    QueryLanguageOption,
    SinceOption,
    TranslateOption,
    TypeOption,
    UntilOption,
)
from coopsearch.search.cli.app import IndexesOption, QueryCommand, app
from coopsearch.search.cli.display import render
from coopsearch.search.cli.display.terminal import ADDRESS, safe, shown_path, wrapped
from coopsearch.search.cli.exits import Exit
from coopsearch.search.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coopsearch.search.dossier.dossier import Dossier
    from coopsearch.search.engines.base import Order

#: The options that narrow an answer, and what each is to ``Index.search``.
_NARROWING: Final = {
    "--since": "since",
    "--until": "until",
    "--type": "types",
    "--lang": "languages",
    "--in": "folders",
}


@app.command(
    "export",
    cls=QueryCommand,
    epilog='Examples: coopsearch export "smuggling routes" routes.html; coopsearch export smuggling fr.docx '
    "--lang fr --since 2019. The ending says which format: .html "
    "(one page without script or network, to read and print), .docx, .md or .csv. Exit code: 0 written, 1 "
    "nothing found and nothing written, 2 error.",
)
def export(
    query: Annotated[
        list[str], typer.Argument(metavar="QUERY...", show_default=False, help="As `coopsearch QUERY...`.")
    ],
    target: Annotated[
        str, typer.Argument(metavar="FILE", show_default=False, help="What to write, by its ending.")
    ],
    limit: Annotated[
        int, typer.Option("-n", "--limit", metavar="N", min=1, max=100_000, help="The best so many hits.")
    ] = 50,
    all_hits: Annotated[bool, typer.Option("--all-hits", help="All hits, up to 100,000.")] = False,
    require_all: Annotated[bool, typer.Option("--all", help="Only documents that hold all words.")] = False,
    sort: Annotated[
        str,
        typer.Option("--sort", metavar="ORDER", help="relevance, newest (or date), oldest, path, title."),
    ] = "relevance",
    title: Annotated[
        str, typer.Option("--title", metavar="TEXT", help="What stands above it. Default: the query.")
    ] = "",
    since: SinceOption = None,
    until: UntilOption = None,
    types: TypeOption = None,
    languages: LangOption = None,
    folders: InOption = None,
    translate: TranslateOption = None,
    query_language: QueryLanguageOption = None,
    names: NamesOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
    index: IndexesOption = None,
) -> int:
    """Write all hits of a query into one file: quotes with marks, their sources, and SHA-256 of each."""
    # Imported here: to say what is wrong with the query needs none of it.
    from coopsearch.search.desk.store import now
    from coopsearch.search.dossier.collecting import Sources, collected
    from coopsearch.search.dossier.writing import check_target, write_whole

    path = Path(target)
    write = _format(path)
    check_target(path, force=force)
    text = joined(query)
    narrowed = narrowing(since, until, types, languages, folders)
    with open_asked(index, expansion=expansion(translate, query_language, names)) as opened:
        order = cast("Order", "newest" if sort == "date" else sort)
        most = None if all_hits else limit
        results = opened.search(text, limit=most, require_all=require_all, sort=order, **narrowed)
        changed = opened.changed()
        updated = {at: one.updated if one is not None else None for at, one in opened.coverages.items()}
        states = [(opened.labels.get(at, ""), state) for at, state in opened.generations.items()]
    summary = "; ".join(filter(None, [render.summary(results, require_all=require_all), _told(narrowed)]))
    covered = render.coverage(results.coverage, changed, time.time())
    if results:
        dossier = collected(
            results,
            Sources(updated),
            title=title,
            made=now(),
            found=summary,
            coverage=covered,
            generation="; ".join(" ".join(filter(None, one)) for one in states),
        )
        write_whole(path, write(dossier), force=force)
        hits = render.counted(len(dossier.entries), "hit")
        files = render.counted(len(dossier.sources), "file")
        print(wrapped(f"{safe(shown_path(str(path)), ADDRESS)}: {hits} from {files}", sys.stdout))
        sys.stdout.flush()
        lacking = [one for one in dossier.sources if one.remark]
        for source in lacking[:5]:
            print(wrapped(f"note: {source.path}: {source.remark}", sys.stderr), file=sys.stderr)
        if len(lacking) > 5:  # noqa: PLR2004 - as many as were named
            more = f"note: and {len(lacking) - 5:,} more; the table of sources names them"
            print(more, file=sys.stderr)
    print(wrapped("; ".join(filter(None, [summary, covered])), sys.stderr), file=sys.stderr)
    return Exit.FOUND if results else Exit.NOTHING


def _told(narrowed: Mapping[str, Any]) -> str:
    """Return what an answer was narrowed to: whoever reads the dossier must know that there may be more."""
    given = []
    for option, name in _NARROWING.items():
        value = narrowed.get(name, ())
        values = [value] if isinstance(value, str) else value
        given += [f"{option} {shown_path(one) if option == '--in' else one}" for one in values]
    return safe(f"narrowed with {' '.join(given)}", ADDRESS) if given else ""


def _format(path: Path) -> Callable[[Dossier], bytes]:
    """Return what writes a dossier in the format of an ending. Raises SettingsError for another one."""
    from coopsearch.search.dossier.writing import ENDINGS, writer

    ending = path.suffix.lower().removeprefix(".")
    if ending not in ENDINGS:
        named = ", ".join(f".{one}" for one in ENDINGS)
        raise SettingsError(
            f"{path.name!r:.80} does not say what to write; name a file that ends with {named}"
        )
    return writer(ending)

"""``coopsearch similar N|PATH``: documents like one.

A file that is not in the index is read by the indexer's extractors.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coopsearch.search.cli.answers.asked_indexes import open_asked
from coopsearch.search.cli.answers.given_line import expansion
from coopsearch.search.cli.answers.hit_numbers import are_numbers
from coopsearch.search.cli.answers.search_options import NoPagerOption, PageOption, TranslateOption
from coopsearch.search.cli.answers.target import asked
from coopsearch.search.cli.app import Command, IndexesOption, SkipOption, app
from coopsearch.search.cli.display import render
from coopsearch.search.cli.display.terminal import ADDRESS, safe, wrapped
from coopsearch.search.cli.exits import Exit
from coopsearch.search.desk.last_answer import remember
from coopsearch.search.errors import SettingsError
from coopsearch.search.index import MOST_HITS
from coopsearch.search.indexdir.addresses import files_in
from coopsearch.search.model import shown_path

if TYPE_CHECKING:
    from coopsearch.search.model import Document


@app.command(
    "similar",
    cls=Command,
    epilog="Examples: coopsearch similar 3; coopsearch similar report.pdf; coopsearch similar 'mails.mbox!3' "
    "-n 5 --explain. A file that is not in the index is read for this and not kept. The hits can be named by "
    "their numbers then, as those of a search. Exit code: 0 found, 1 nothing found, 2 error.",
)
def similar(
    what: Annotated[
        str,
        typer.Argument(
            metavar="N|PATH",
            help="The number of a hit of the last answer in this terminal, or a file, or a member of one as "
            "hits name it: mails.mbox!3; ./3 for a file called 3.",
        ),
    ],
    limit: Annotated[
        int, typer.Option("-n", "--limit", metavar="N", min=0, max=100_000, help="Show at most so many hits.")
    ] = 10,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line for each hit.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say which terms were asked for, and which met.")
    ] = False,
    page: PageOption = 1,
    no_pager: NoPagerOption = False,
    translate: TranslateOption = None,
    index: IndexesOption = None,
    skip_unreadable: SkipOption = False,
) -> int:
    """Find documents like a given one, by the words that say most of it."""
    if page * limit > MOST_HITS:
        raise SettingsError(
            f"--page {page} with -n {limit} goes beyond the first {MOST_HITS:,} hits; give a lower page"
        )
    indexes, path = _meant(what, index)
    chosen = expansion(translate)
    with open_asked(indexes, skip_unreadable=skip_unreadable, expansion=chosen) as opened:
        given: str | Document = path if opened.holds(path) else _read(path)
        results = opened.similar(given, limit=limit, explain=explain, offset=(page - 1) * limit)
        changed = opened.changed() if not as_json else None
        if limit:
            like = given if isinstance(given, str) else given.path
            remember(
                results.words,
                results.hits,
                index=opened.folders,
                generations=opened.generations,
                total=results.total,
                options={"plain": True, "like": shown_path(like), **chosen},
            )
    for line in results.explanation:
        print(safe(line, ADDRESS), file=sys.stderr)
    if as_json:
        for hit in results:
            print(render.json_line(hit))
        return Exit.FOUND if results.total else Exit.NOTHING
    # Imported here, as a program that reads JSON needs no layout.
    from coopsearch.search.cli.display.answer_text import show

    said = [f"{results.total:,} of {results.documents:,} documents share words with it"]
    if results.hits and results.hits[0].rank > 1:
        said.append(f"hits {results.hits[0].rank:,} to {results.hits[-1].rank:,} shown")
    elif results.total and not results.hits and limit:
        said.append(f"there is no page {page:,}; the last one is --page {-(-results.total // limit):,}")
    said.append(render.coverage(results.coverage, changed, time.time()))
    status = [wrapped("; ".join(filter(None, said)), sys.stderr)]
    status += [wrapped(safe(f"note: {note}", ADDRESS), sys.stderr) for note in results.notes]
    show(list(render.text_lines(results, sys.stdout)), status, pager=not no_pager)
    return Exit.FOUND if results.total else Exit.NOTHING


def _meant(what: str, options: list[str] | None) -> tuple[list[str] | None, str]:
    """Return the indexes that are asked, and the address that is meant by a number or an address.

    For a hit, those are asked that its answer is of, unless others are named.
    """
    if not what:
        raise SettingsError("the path is empty; name a file, or a hit by its number")
    if not are_numbers(what):
        return options, what
    one = asked(what, options)
    return options or (list(one.answer.generations) if one.answer is not None else None), one.path


def _read(address: str) -> Document:
    """Read a file that is not in the index. Raises SettingsError if it gives no document, or several."""
    # Imported here: what is indexed needs no extractor.
    from coopsearch.indexer import read_documents

    path, member = _opened(address)
    if not path.is_file():
        raise SettingsError(f"{address} is neither in the index nor a file; name one that is")
    found = read_documents(path)
    wanted = [one for one in found if one.path.removeprefix(one.file) == member]
    if len(found) == 1:
        return found[0]
    if len(wanted) == 1:
        return wanted[0]
    members = ", ".join(f"{path}{one.path.removeprefix(one.file)}" for one in found[:3])
    raise SettingsError(f"{path} holds {len(found):,} documents; name one of them: {members}, ...")


def _opened(address: str) -> tuple[Path, str]:
    """Return the file that an address leads to, and the rest of it: "!" and what is meant in the file."""
    named = list(files_in(address))
    file = next((one for one in named if Path(one).exists()), named[-1])
    return Path(file), address.removeprefix(file)

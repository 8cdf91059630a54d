"""``coopsearch similar PATH``: documents like one.

A file that is not in the index is read by the indexer's extractors.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coopsearch.search.cli.answers.asked_indexes import open_asked
from coopsearch.search.cli.app import Command, Exit, IndexesOption, SkipOption, app
from coopsearch.search.cli.display import render
from coopsearch.search.cli.display.terminal import ADDRESS, safe, wrapped
from coopsearch.search.errors import SettingsError
from coopsearch.search.indexdir.addresses import files_in

if TYPE_CHECKING:
    from coopsearch.search.model import Document


@app.command(
    "similar",
    cls=Command,
    epilog="Examples: coopsearch similar report.pdf; coopsearch similar 'mails.mbox!3' -n 5 --explain. A "
    "file that is not in the index is read for this and not kept. Exit code: 0 found, 1 nothing found, 2 "
    "error.",
)
def similar(
    path: Annotated[
        str,
        typer.Argument(metavar="PATH", help="A file, or a member of one as hits name it: mails.mbox!3."),
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
    index: IndexesOption = None,
    skip_unreadable: SkipOption = False,
) -> int:
    """Find documents like a given one, by the words that say most of it."""
    if not path:
        raise SettingsError("the path is empty; name a file")
    with open_asked(index, skip_unreadable=skip_unreadable) as opened:
        given: str | Document = path if opened.holds(path) else _read(path)
        results = opened.similar(given, limit=limit, explain=explain)
        changed = opened.changed() if not as_json else None
    for line in results.explanation:
        print(safe(line, ADDRESS), file=sys.stderr)
    lines = map(render.json_line, results) if as_json else render.text_lines(results, sys.stdout)
    for line in lines:
        print(line)
    if not as_json:
        sys.stdout.flush()
        what = f"{results.total:,} of {results.documents:,} documents share words with it"
        covered = render.coverage(results.coverage, changed, time.time())
        what = f"{what}; {covered}" if covered else what
        gap = "\n" if results.hits and sys.stderr.isatty() else ""
        print(gap + wrapped(what, sys.stderr), file=sys.stderr)
    return Exit.FOUND if results.total else Exit.NOTHING


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

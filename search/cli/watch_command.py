"""``coopsearch watch``: keep the index in step with its folders until it is told to stop.

Reads the options, heeds signals and prints a line for each run; the indexer follows the folders.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Annotated

import typer

from coopsearch.search.cli.app import Command, Exit, IndexOption, app
from coopsearch.search.cli.index_command import LISTED, counts, notice, tell
from coopsearch.search.cli.signals import Ending

if TYPE_CHECKING:
    from coopsearch.indexer import Problem, Report


@app.command(
    "watch",
    cls=Command,
    epilog="Ctrl-C, SIGTERM or SIGHUP ends it between two documents; what was done is kept. Exit code: 0 "
    "when it was ended so, 2 for an error; a second signal ends it at once, with 130, 143 or 129.",
)
def watch(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH]...",
            show_default=False,
            help="Folders or files to index and follow, with those the index knows.",
        ),
    ] = None,
    folder: IndexOption = None,
    poll: Annotated[
        float | None,
        typer.Option(
            "--poll",
            min=0.1,
            metavar="SECONDS",
            help="Look through the folders every so many seconds: for folders of other machines, of whose "
            "changes the system does not tell.",
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print nothing but failures.")] = False,
) -> int:
    """Follow the folders: the index is up to date within two seconds of a change."""
    # Imported here: a search must not pay for the indexer.
    from coopsearch.indexer import watch as follow

    stop = threading.Event()
    with Ending(stop.set):
        follow(
            paths or (),
            folder,
            poll=poll,
            stop=stop,
            done=_Told(quiet=quiet),
            notice=(lambda message: None) if quiet else notice,
        )
    return Exit.FOUND


class _Told:
    """Prints what a run did, if it did anything; a failure once, until it is another."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._failed: set[Problem] | None = None

    def __call__(self, report: Report) -> None:
        first, before = self._failed is None, self._failed or set()
        self._failed = {*report.failed, *report.lacking}
        tell(one for one in report.failed if one not in before)
        if not self._quiet:
            tell((one for one in report.lacking if one not in before), most=LISTED)
        changed = report.added or report.updated or report.removed or report.moved
        if not self._quiet and (first or changed):
            print(f"{time.strftime('%H:%M:%S')}  {counts(report)}", flush=True)

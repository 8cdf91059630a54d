"""``coopsearch watch``: keep the index in step with its folders until it is told to stop.

Reads the options, heeds signals and prints a line for each run; the indexer follows the folders.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Annotated

import typer

from coopsearch.search.cli.app import Command, IndexOption, app
from coopsearch.search.cli.exits import Exit
from coopsearch.search.cli.keeping.index_command import LISTED, counts, follow_moves, notice, tell
from coopsearch.search.cli.signals import Ending
from coopsearch.search.errors import SettingsError
from coopsearch.search.indexdir.location import index_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from coopsearch.indexer import Problem, Report
    from coopsearch.search.cli.desk.alerting import Alerts


@app.command(
    "watch",
    cls=Command,
    epilog="Examples: coopsearch watch reports; coopsearch watch --alert; coopsearch watch --poll 60 -q. "
    "Ctrl-C, SIGTERM or SIGHUP ends it between two documents; what was done is kept. Exit code: 0 when it "
    "was ended so, 2 for an error; a second signal ends it at once, with 130, 143 or 129.",
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
    alert: Annotated[
        bool,
        typer.Option(
            "--alert",
            help="Tell of news of the saved searches as soon as a file arrives: by a notification on the "
            "desktop, or by --exec.",
        ),
    ] = False,
    alert_for: Annotated[
        list[str] | None,
        typer.Option(
            "--alert-for", metavar="NAME", help="The same for this saved search alone. May be repeated."
        ),
    ] = None,
    exec_: Annotated[
        str | None,
        typer.Option(
            "--exec",
            metavar="COMMAND",
            help="With --alert: run a program instead, without a shell: it reads the lines of `coopsearch "
            "news --json`, and COOPSEARCH_NEWS says how many.",
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print nothing but failures.")] = False,
) -> int:
    """Follow the folders: the index is up to date within two seconds of a change."""
    # Imported here: a search must not pay for the indexer.
    from coopsearch.indexer import watch as follow

    alerts = (
        _alerts(index_folder(folder), alert_for or (), exec_, quiet=quiet) if alert or alert_for else None
    )
    if exec_ is not None and alerts is None:
        raise SettingsError("--exec belongs to --alert; give that, too")
    stop = threading.Event()
    with Ending(stop.set):
        follow(
            paths or (),
            folder,
            poll=poll,
            stop=stop,
            done=_RunProgress(index_folder(folder), alerts, quiet=quiet),
            notice=(lambda message: None) if quiet else notice,
        )
    return Exit.FOUND


class _RunProgress:
    """Prints what a run did, if it did anything; a failure once, until it is another."""

    def __init__(self, index: Path, alerts: Alerts | None, *, quiet: bool) -> None:
        self._index, self._alerts, self._quiet = index, alerts, quiet
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
        follow_moves(self._index, report)
        if self._alerts is not None and (first or changed):
            self._alerts()


def _alerts(index: Path, names: Sequence[str], command: str | None, *, quiet: bool) -> Alerts:
    # Imported here: watching alone needs no searches.
    from coopsearch.search.cli.desk.alerting import Alerts
    from coopsearch.search.desk import alerts
    from coopsearch.search.desk.saved import named

    named(index, names)
    if command is None and alerts.notifier() is None:
        raise SettingsError(alerts.NO_NOTIFIER)

    def say(line: str) -> None:
        if not quiet:
            print(f"{time.strftime('%H:%M:%S')}  {line}", flush=True)

    return Alerts(index, names, None if command is None else alerts.parsed(command), say, notice)

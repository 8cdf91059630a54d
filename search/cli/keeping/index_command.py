"""``coopsearch index``: bring an index in step with its sources, and say how it went.

Reads the options and prints the report; the indexer does the work.
"""

from __future__ import annotations

import contextlib
import sys
import time
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Annotated, Final, Self

import typer

from coopsearch.search.cli.app import Command, IndexOption, WaitOption, app
from coopsearch.search.cli.display.render import as_json, counted
from coopsearch.search.cli.display.terminal import ADDRESS, QUOTED, safe, shown_path, wrapped
from coopsearch.search.cli.exits import Exit
from coopsearch.search.cli.keeping.cluster_options import (
    CaOption,
    EngineOption,
    ReplicasOption,
    ShardsOption,
    TimeoutOption,
    UrlOption,
    cluster_of,
)
from coopsearch.search.cli.signals import Ending
from coopsearch.search.errors import CoopsearchError, FileState
from coopsearch.search.indexdir.location import index_folder
from coopsearch.search.values.hits import addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from coopsearch.indexer import Problem, Progress, Report

#: Seconds between two lines of progress where there is no terminal.
_EVERY: Final = 10.0
#: Files without text, or encrypted, that are named.
LISTED: Final = 5
#: Files of a kind that --verbose names.
_FILES: Final = 20
#: Characters of a path that the bar has room for.
_ROOM: Final = 40


@app.command(
    "index",
    cls=Command,
    epilog="Examples: coopsearch index reports; coopsearch index; coopsearch index reports --ocr; "
    "coopsearch index --rebuild -q. Only what changed is read. Exit code: 0, also where files are scans or "
    "open with a password only (which is reported); 2 for an error, or where a file failed or is over a "
    "limit (others are indexed). Ctrl-C, SIGTERM and SIGHUP end it between two documents, with 130, 143 "
    "and 129, and what was read is kept; a second one ends it at once.",
)
def index(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH]...",
            show_default=False,
            help="Folders or files to index. Default: those the index knows; for a new index seeds/, "
            "if there is one.",
        ),
    ] = None,
    folder: IndexOption = None,
    rebuild: Annotated[
        bool,
        typer.Option(
            "--rebuild", help="Read everything anew; the old index serves until the new one is whole."
        ),
    ] = False,
    engine: EngineOption = None,
    url: UrlOption = None,
    shards: ShardsOption = None,
    replicas: ReplicasOption = None,
    ca: CaOption = None,
    timeout: TimeoutOption = None,
    json_: Annotated[bool, typer.Option("--json", help="Print the report as one JSON object.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print nothing but failures.")] = False,
    verbose: Annotated[
        bool,
        typer.Option(
            "-v", "--verbose", help="Name the files that were added, updated, moved and removed, 20 of each."
        ),
    ] = False,
    wait: WaitOption = 30.0,
    max_size: Annotated[
        int,
        typer.Option(
            "--max-size", min=1, max=4096, metavar="MIB", help="The most MiB one document may have."
        ),
    ] = 64,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            min=1,
            max=64,
            metavar="N",
            help="Processes that read side by side; by default as many as there are processors, at most 4.",
        ),
    ] = None,
    limit: Annotated[
        list[str] | None,
        typer.Option(
            "--limit",
            metavar="NAME=NUMBER",
            help="What the reading of one PDF, office document or member of an archive may take: cpu=60 "
            "(seconds of processor time), seconds=1200 (by the clock), memory=2048, output=256 (MiB); what "
            "archives may hold: members=1000000, depth=8, member=256, unpacked=4096 (MiB), ratio=100; what "
            "OCR reads of one file: pages=1000. May be repeated.",
        ),
    ] = None,
    ocr: Annotated[
        bool | None,
        typer.Option(
            "--ocr/--no-ocr",
            show_default=False,
            help="Whether to recognise the text of scanned pages of PDFs and of pictures, with the program "
            "tesseract. The index remembers it for later runs and for `coopsearch watch`.",
        ),
    ] = None,
    any_text: Annotated[
        bool | None,
        typer.Option(
            "--any-text/--no-any-text",
            show_default=False,
            help="Whether to read every file that is text, whatever its ending (the default), or only files "
            "of known endings and those without one. The index remembers it.",
        ),
    ] = None,
    group: Annotated[
        bool | None,
        typer.Option(
            "--group/--no-group",
            show_default=False,
            help="Whether the group of the index's folder may read and write it, too; otherwise its owner "
            "alone may. The index remembers it.",
        ),
    ] = None,
) -> int:
    """Bring the index up to date with folders of documents."""
    # Imported here: a search must not pay for the indexer.
    from coopsearch.indexer import Interrupted, sync
    from coopsearch.indexer.problem import A_PICTURE
    from coopsearch.indexer.sandbox.host import parse_limits

    silent = quiet or json_
    with shown(silent=silent) as show, Ending() as ending:

        def progress(one: Progress) -> None:
            ending.check(Interrupted)
            # A terminal that is gone costs its progress, not the run.
            with contextlib.suppress(OSError, ValueError):
                show(one)

        report: Report = sync(
            paths or (),
            folder,
            rebuild=rebuild,
            engine=engine,
            cluster=cluster_of(url, shards, replicas, ca, timeout),
            wait=wait,
            max_size=max_size * 1024 * 1024,
            workers=workers,
            limits=parse_limits(tuple(limit or ())),
            ocr=ocr,
            group=group,
            any_text=any_text,
            progress=progress,
            notice=(lambda message: None) if quiet else notice,
        )
    follow_moves(index_folder(folder), report)
    if json_:
        value = report.as_dict()
        for one in [*value["failed"], *value["lacking"], *value["unread"]]:
            one.update(addresses(one["path"]))
        print(as_json(value))
    else:
        tell(report.failed)
    if not silent:
        tell(report.lacking, most=LISTED)
        others = [one for one in report.unread if one.reason != A_PICTURE]
        tell(others, most=LISTED, listing="--unread")
        if verbose:
            _name(report)
        _print(report)
    return Exit.ERROR if report.failed else Exit.FOUND


def follow_moves(index: Path, report: Report) -> None:
    """Have marks and notes follow files that were moved; where they cannot, the run is sound all the same."""
    if not report.moved_files:
        return
    from coopsearch.search.desk.moves import follow

    try:
        follow(index, report.moved_files)
    except CoopsearchError as error:
        notice(f"the marks of files that were moved stay where they were: {error}")


def counts(report: Report) -> str:
    """Return what a run did, in a line."""
    # What tells of a part names its file, which is indexed and counted above.
    whole = [one for one in report.failed if not one.file]
    parts = [
        f"{count:,} {name}"
        for name, count in (
            ("added", report.added),
            ("updated", report.updated),
            ("moved", report.moved),
            ("removed", report.removed),
            ("unchanged", report.unchanged),
            ("without text", _count(report.lacking, FileState.NO_TEXT)),
            ("encrypted", _count(report.lacking, FileState.ENCRYPTED)),
            ("too large", _count(whole, FileState.TOO_LARGE)),
            ("failed", _count(whole, FileState.FAILED)),
            ("in part", len({one.file for one in report.failed if one.file})),
        )
        if count
    ]
    documents = counted(report.documents, "document")
    return f"{', '.join(parts) or 'nothing to index'}: {documents} in {report.seconds:.1f} s"


def _name(report: Report) -> None:
    """Print which files the index took in, moved or lost."""
    moved = [f"{shown_path(before)} -> {shown_path(after)}" for before, after in report.moved_files]
    for what, files in (
        ("added", map(shown_path, report.added_files)),
        ("updated", map(shown_path, report.updated_files)),
        ("moved", moved),
        ("removed", map(shown_path, report.removed_files)),
    ):
        every = list(files)
        for file in every[:_FILES]:
            print(f"{what}: {safe(file, ADDRESS)}")
        if len(every) > _FILES:
            print(f"{what}: {len(every) - _FILES:,} more; --json names them all")


def _count(told: Sequence[Problem], state: FileState) -> int:
    return sum(one.state == state for one in told)


def _print(report: Report) -> None:
    print(wrapped(counts(report), sys.stdout))
    others = {ending: count for ending, count in report.unsupported.items() if ending not in report.pictures}
    if others:
        print(wrapped(f"not read, as their format is not supported: {_kinds(others)}", sys.stdout))
    if report.unread_members:
        found = f"{counted(report.unread_members, 'attached or archived file')}"
        print(wrapped(f"not read in mails, archives and documents: {found}", sys.stdout))
    scanned = []
    if report.scans:
        files = "1 file holds" if report.scans == 1 else f"{report.scans:,} files hold"
        scanned.append(f"{files} scanned pages")
    if pictures := sum(report.pictures.values()):
        are = "1 file is a picture" if pictures == 1 else f"{pictures:,} files are pictures"
        scanned.append(f"{are} ({_kinds(report.pictures)})")
    if report.with_pictures:
        hold = "1 file holds" if report.with_pictures == 1 else f"{report.with_pictures:,} files hold"
        scanned.append(f"{hold} pictures")
    if scanned:
        how = "`coopsearch index --ocr` reads them, with the program tesseract"
        print(wrapped(f"{', '.join(scanned)}: {how}", sys.stdout))


def _kinds(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {safe(ending, QUOTED)}" for ending, count in counts.items())


def notice(message: str) -> None:
    """Tell the user something on stderr at once."""
    _say(f"coopsearch: {safe(message, ADDRESS)}")


def tell(told: Iterable[Problem], most: int | None = None, listing: str = "") -> None:
    """Tell the user of what gives no text, a line for each, and for ``most`` of a state at most.

    ``listing`` is the option of `status` that lists them all, if that is not their state.
    """
    counts: dict[str, int] = {}
    for one in told:
        counts[one.state] = counts.get(one.state, 0) + 1
        if most is not None and counts[one.state] > most:
            continue
        # Most reasons begin with the state, as they have to stand alone.
        reason = one.reason.removeprefix(one.state).lstrip(": ")
        _say(f"{one.state}: {safe(shown_path(one.path), ADDRESS)}: {safe(reason, QUOTED)}")
    for state, count in counts.items():
        if most is not None and count > most:
            how = listing or f"--state {state.replace(' ', '-')}"
            where = f"`coopsearch status {how}` lists them"
            _say(f"{state}: {count - most:,} more; {where}")


def _say(line: str) -> None:
    """Print a line to stderr; where that is full or gone, the work goes on."""
    with contextlib.suppress(OSError, ValueError):
        print(line, file=sys.stderr, flush=True)


def shown(
    *, silent: bool, doing: str = "Indexing", what: str = "files"
) -> AbstractContextManager[Callable[[Progress], None]]:
    """Return what shows progress: a bar on a terminal, a line now and then in a pipe, or nothing."""
    if silent:
        return nullcontext(lambda progress: None)
    return _Bar(doing) if sys.stderr.isatty() else nullcontext(_Lines(what))


class _Lines:
    """Progress for a log: a line every few seconds."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._last = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        if time.monotonic() - self._last >= _EVERY:
            self._last = time.monotonic()
            print(f"{progress.done:,} of {progress.total:,} {self._what}", file=sys.stderr, flush=True)


class _Bar:
    """Progress for a person."""

    def __init__(self, doing: str) -> None:
        self._doing = doing

    def __enter__(self) -> Self:
        # Imported on a terminal alone.
        from rich import progress
        from rich.console import Console

        self._bar = progress.Progress(
            progress.TextColumn(self._doing),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TimeRemainingColumn(),
            progress.TextColumn("{task.fields[path]}", markup=False),
            console=Console(stderr=True),
            transient=True,
        )
        self._task: progress.TaskID | None = None
        self._bar.start()
        return self

    def __call__(self, progress: Progress) -> None:
        path = safe(progress.path)
        path = path if len(path) <= _ROOM else f"…{path[1 - _ROOM :]}"
        if self._task is None:
            self._task = self._bar.add_task("", total=progress.total, path=path)
        self._bar.update(self._task, completed=progress.done, path=path)

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

"""What ``coopsearch serve`` has done to its indexes meanwhile: they are followed, and indexed when asked for.

Does not depend on the web's libraries.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coopsearch.search.cli.keeping.index_command import counts, follow_moves, notice, tell
from coopsearch.search.errors import CoopsearchError
from coopsearch.search.model import shown_path

if TYPE_CHECKING:
    from coopsearch.indexer import Problem, Progress, Report
    from coopsearch.search.serving.outside import Indexed

#: Seconds after which an index is followed again that could not be.
_AGAIN: Final = 60.0
#: Seconds that a run which somebody asked for waits for another that writes, before it says so.
_WAIT: Final = 3.0


def index_now(folder: Path, stop: threading.Event, told: Callable[[int, int, str], object]) -> Indexed | None:
    """Bring an index up to date in a process of its own, as ``Outside.bring`` has it."""
    # Imported here: a service that indexes nothing needs no indexer.
    from coopsearch.indexer.beside import index_beside
    from coopsearch.search.serving.outside import Indexed

    def progress(one: Progress) -> None:
        told(one.done, one.total, one.path)

    notes: list[str] = []
    report = index_beside(folder, wait=_WAIT, stop=stop, progress=progress, notice=notes.append)
    if report is None:
        return None
    follow_moves(folder, report)
    failed = tuple((str(one.state), shown_path(one.path), one.reason) for one in report.failed)
    return Indexed(counts(report), failed, tuple(notes))


@contextmanager
def following(folders: Sequence[Path], say: Callable[[str], object]) -> Iterator[None]:
    """Follow the sources of some indexes, each in a process of its own, and end that at the end.

    ``say`` is told why one cannot be followed, once for each reason; it is tried again each minute.
    """
    stop = threading.Event()
    threads = [
        threading.Thread(target=_follow, args=(folder, stop, say), name="watch", daemon=True)
        for folder in folders
    ]
    for one in threads:
        one.start()
    try:
        yield
    finally:
        stop.set()
        for one in threads:
            one.join()


def _follow(folder: Path, stop: threading.Event, say: Callable[[str], object]) -> None:
    # Imported here: a service that follows nothing needs no indexer.
    from coopsearch.indexer.beside import follow_beside

    done, told = _Told(folder), ""
    while not stop.is_set():
        try:
            follow_beside(folder, stop=stop, done=done, notice=notice)
        except (CoopsearchError, OSError) as error:
            if str(error) != told:
                told = str(error)
                say(f"the folders of {folder} are not followed: {error}")
            stop.wait(_AGAIN)


class _Told:
    """Says which files fail, each once until it is another failure, and has marks follow what was moved."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before: set[Problem] = set()

    def __call__(self, report: Report) -> None:
        """Take the report of a run."""
        tell(one for one in report.failed if one not in self._before)
        self._before = set(report.failed)
        follow_moves(self._folder, report)

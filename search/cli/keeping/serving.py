"""What ``coopsearch serve`` has done to its indexes while it answers: they are followed, in a process each.

Does not depend on the web's libraries.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coopsearch.search.cli.keeping.index_command import follow_moves, notice, tell
from coopsearch.search.errors import CoopsearchError

if TYPE_CHECKING:
    from coopsearch.indexer import Problem, Report

#: Seconds after which an index is followed again that could not be.
_AGAIN: Final = 60.0


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

"""Following folders: an index that is brought up to date whenever its sources change.

Waits for the system to tell of changes, or looks for them where it cannot; the work is ``sync``'s, which
looks through all sources each time. Does not depend directly on the terminal or signals.
"""

from __future__ import annotations

import os
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from coopsearch.indexer.pipeline import sync
from coopsearch.indexer.report import Interrupted, Progress, Report
from coopsearch.indexer.walk.sources import PathMapper, all_absolute
from coopsearch.indexer.walk.walk import File, walk
from coopsearch.search.arguments import duration
from coopsearch.search.errors import IndexLocked
from coopsearch.search.indexdir.location import index_folder
from coopsearch.search.indexdir.meta import read_meta

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent

#: Seconds without another change after which a run begins, and the most that changes can put it off.
_QUIET: Final = 0.3
_PATIENCE: Final = 1.0
#: Seconds between two looks where the system tells nothing, and between two where it should have told.
POLL: Final = 1.0
_ANYHOW: Final = 60.0
#: The least and the most that a caller can ask for between two looks: a tenth of a second, and a year.
_SHORTEST: Final = 0.1
_LONGEST: Final = 365 * 86_400.0
#: Seconds of waiting for another writer before the next look whether to stop.
_LOCK: Final = 0.5
#: What the system tells of reading is not a change.
_CHANGES: Final = frozenset({"created", "modified", "moved", "deleted", "closed"})


def watch(
    sources: Iterable[str | os.PathLike[str]] = (),
    index_dir: str | os.PathLike[str] | None = None,
    *,
    poll: float | None = None,
    stop: threading.Event | None = None,
    done: Callable[[Report], None] = lambda report: None,
    notice: Callable[[str], None] = lambda message: None,
    **options: Any,
) -> None:
    """Keep an index in step with folders or files until ``stop`` is set.

    ``sources`` and ``index_dir`` are those of ``sync``, and so are ``options``. ``done`` is called with the
    report of each run, ``notice`` with lines for a person. With ``poll`` the sources are looked through every
    so many seconds; without it the system tells of changes, if watchdog is installed and it can. While
    another process writes the index, it waits. Raises what ``sync`` raises, but for IndexLocked.
    """
    poll = None if poll is None else duration("poll", poll, _SHORTEST, _LONGEST)
    stop = threading.Event() if stop is None else stop
    index = index_folder(index_dir)
    given = all_absolute(sources)
    run = _Runs(index, stop, done, notice, options)
    if not run(given):
        return
    while not stop.is_set():
        changed, sources = threading.Event(), _sources(index)
        followed = _identities(sources)
        with _told(index, changed, poll, notice) as seconds:
            # What changed between the first run and now was told to nobody.
            while not stop.is_set():
                before = 0 if seconds is None else _picture(index)
                if not run():
                    return
                if seconds is not None:
                    _polled(index, before, seconds, stop)
                    continue
                # The system tells of a folder, and not of the one that takes its place.
                if _sources(index) != sources or _identities(sources) != followed:
                    break
                _settled(changed, stop, lambda: _identities(sources) != followed)  # noqa: B023 - called at once


class _Runs:
    """Runs of ``sync``, one after the other."""

    def __init__(
        self,
        index: Path,
        stop: threading.Event,
        done: Callable[[Report], None],
        notice: Callable[[str], None],
        options: dict[str, Any],
    ) -> None:
        self._index = index
        self._stop = stop
        self._done = done
        self._notice = notice
        self._options = options

    def __call__(self, sources: Sequence[Path] = ()) -> bool:
        """Bring the index up to date; return whether that was done before the end."""
        told = False

        def notice(message: str) -> None:
            nonlocal told
            if not told:
                self._notice(message)
            told = True

        while not self._stop.is_set():
            try:
                self._done(
                    sync(
                        sources,
                        self._index,
                        wait=_LOCK,
                        progress=self._go_on,
                        notice=notice,
                        **self._options,
                    )
                )
            except IndexLocked:
                continue
            except Interrupted:
                return False
            return True
        return False

    def _go_on(self, _: Progress) -> None:
        if self._stop.is_set():
            raise Interrupted


@contextmanager
def _told(
    index: Path, changed: threading.Event, poll: float | None, notice: Callable[[str], None]
) -> Iterator[float | None]:
    """Have changes set an event; give the seconds between two looks where nobody tells, else None."""
    if poll is not None:
        yield poll
        return
    try:
        from watchdog.observers import Observer
    except ImportError:
        notice(
            f"watchdog is not installed, so the folders are looked through every {POLL:g} s; "
            "`pip install coopsearch[watch]` saves that"
        )
        yield POLL
        return
    # It warns, to whoever looks at stderr, that it follows a folder that it follows already.
    warnings.filterwarnings("ignore", message="Callback with id", category=RuntimeWarning)
    own = f"{index}{os.sep}"

    class _Handler:
        def dispatch(self, event: FileSystemEvent) -> None:
            paths = [os.fsdecode(path) for path in (event.src_path, event.dest_path) if path]
            outside = [path for path in paths if path != str(index) and not path.startswith(own)]
            if event.event_type in _CHANGES and outside:
                changed.set()

    observer = Observer()
    try:
        for folder, deep in _folders(_sources(index)):
            observer.schedule(_Handler(), folder, recursive=deep)  # type: ignore[arg-type]
        observer.start()
    except OSError as error:
        notice(
            f"the system does not tell of changes ({error.strerror or error}), so the folders are looked "
            f"through every {POLL:g} s"
        )
        yield POLL
        return
    try:
        yield None
    finally:
        observer.stop()
        observer.join()


def _sources(index: Path) -> list[Path]:
    """Return what the index is made of."""
    mapper = PathMapper(index.parent)
    return [mapper.path(source) for source in read_meta(index).sources]


def _folders(sources: Sequence[Path]) -> Iterator[tuple[str, bool]]:
    """Yield the folders to follow, and whether what is below them counts too."""
    for path in sources:
        if path.is_dir():
            yield os.fspath(path), True
        elif (above := next((one for one in path.parents if one.is_dir()), None)) is not None:
            # A file, or what is not there: it comes into the nearest folder that is.
            yield os.fspath(above), False


def _identities(sources: Sequence[Path]) -> list[tuple[str, bool, int, int]]:
    """Return which folders are to be followed, and what tells each from another in its place."""
    found = []
    for folder, deep in _folders(sources):
        with suppress(OSError):
            status = Path(folder).stat()
            found.append((folder, deep, status.st_dev, status.st_ino))
    return found


def _settled(changed: threading.Event, stop: threading.Event, is_other: Callable[[], bool]) -> None:
    """Wait for a change, and until nothing more changes; also where other folders are to be followed.

    Nobody tells of a folder that one above it was moved away, or that a disk was mounted there.
    """
    until = time.monotonic() + _ANYHOW
    look = time.monotonic() + POLL
    while not changed.wait(0.1):
        now = time.monotonic()
        if stop.is_set() or now > until or (now > look and is_other()):
            return
        look = look if now < look else now + POLL
    until = time.monotonic() + _PATIENCE
    while changed.is_set() and time.monotonic() < until and not stop.is_set():
        changed.clear()
        stop.wait(_QUIET)
    # What comes from here on may be missed by the next run, and asks for another.
    changed.clear()


def _polled(index: Path, before: int, seconds: float, stop: threading.Event) -> None:
    """Wait until names, sizes or times are others than before the last run."""
    while not stop.wait(seconds) and _picture(index) == before:
        pass


def _picture(index: Path) -> int:
    seen = 0
    for source in _sources(index):
        for item in walk(source, exclude={index}):
            stamp = (item.size, item.mtime_ns, item.inode) if isinstance(item, File) else item.reason
            seen ^= hash((os.fspath(item.path), stamp))
    return seen

"""Which documents were added to an index, or changed in it, and when: what ``added:`` means in a query.

The moments are those of the files, which the index keeps beside its books; since when somebody last looked is
in the desk. Does not depend on query syntax or a particular engine.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.search.desk.store import exists, now, reading, writing
from coopsearch.search.indexdir.meta import read_meta
from coopsearch.search.indexdir.names import TABLES
from coopsearch.search.indexdir.pages import Page
from coopsearch.search.indexdir.times import Times, read_times

#: What stands in the place of the name of a search where all were asked: no search can be called so.
_ALL: Final = ""
_MS: Final = 1_000_000
#: Later than every moment.
_NEVER: Final = 1 << 62
#: A first and a last day, as YYYYMMDD.
Days = tuple[int, int]


class Found(NamedTuple):
    """The files whose documents were added or changed in a span of time."""

    key: tuple[object, ...]
    """Equal where the files are, in one state of an index."""
    files: tuple[str, ...]
    """Sorted addresses, as the index has them."""
    unknown: int = 0
    """Files of which it is not known whether they belong to these."""
    silent: bool = False
    """Whether the index says nothing of its files at all."""
    since: str = ""
    """What "since the last look" means there, for a person; "" for a span of days."""
    of: tuple[str, ...] = ()
    """Which of several indexes say nothing."""


class Added:
    """The files of one state of an index, by when they were added. Safe for many threads."""

    def __init__(self, index: Path, data: Path, pages: Mapping[str, Page]) -> None:
        """Take the folders of the index and of the state, and the pages of that. Nothing is read."""
        self._index, self._data, self._pages = index, data, pages
        self._times: Times | None = None

    def __call__(self, days: Days | None) -> Found:
        """Return the files of a span of days of the calendar here, or with None since the last look.

        Raises what reading the pages and ``store.reading`` raise.
        """
        if self._times is None:
            self._times = read_times(self._data, self._pages)
        times = self._times
        if times is None:
            return Found((days,), (), silent=True)
        if days is not None:
            return _between(times, _start(days[0]), _start(days[1], after=True), (days,))
        looked = looked_at(self._index)
        if looked:
            return _between(
                times, looked + 1, _NEVER, (looked,), f"{_told(looked)}, when all news were asked for"
            )
        if not times.brought:
            return Found((0,), (), silent=True)
        what = f"{_told(times.brought)}, when the last run that brought something began"
        return _between(times, times.brought, _NEVER, (times.brought,), what)


def _between(times: Times, low: int, end: int, key: tuple[object, ...], since: str = "") -> Found:
    files, unknown = [], 0
    for file, (added, changed, read) in times.files.items():
        if low <= added < end or low <= changed < end:
            files.append(file)
        elif not added and read >= low:
            unknown += 1
    return Found(key, tuple(sorted(files)), unknown, since=since)


def _start(day: int, *, after: bool = False) -> int:
    """Return the moment at which a day begins here, or the one after it."""
    year, month, number = day // 10_000, day // 100 % 100, day % 100
    try:
        return round(time.mktime((year, month, number + after, 0, 0, 0, 0, 0, -1)) * 1000)
    except (ValueError, OverflowError):
        return _NEVER if year > 1970 else 0  # noqa: PLR2004 - the first year of the clock


def _told(moment: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(moment / 1000))


def looked_at(index: Path) -> int:
    """Return the moment up to which the news of all searches were told, 0 where they never were."""
    if not exists(index):
        return 0
    with reading(index) as desk:
        row = desk.execute("SELECT generation FROM looked WHERE name = ?", (_ALL,)).fetchone()
    return int(row[0]) if row is not None and str(row[0]).isdecimal() else 0


def newest(index: Path) -> int:
    """Return the moment of the newest state of an index: all that it holds was added before, or then.

    To be asked for before what is told of the state: what comes in between is told once more, and not lost.
    Raises what ``read_meta`` raises.
    """
    data = index / read_meta(index).data
    moments = [0]
    for name in TABLES:
        try:
            moments.append(os.lstat(data / name).st_mtime_ns)
        except OSError:
            continue
    return max(moments) // _MS


def look(index: Path, moment: int) -> None:
    """Keep the moment up to which all news were told. Raises what ``store.writing`` raises."""
    if moment <= looked_at(index):
        return
    with writing(index) as desk:
        desk.execute("INSERT OR REPLACE INTO looked VALUES (?, ?, ?)", (_ALL, now(), str(moment)))

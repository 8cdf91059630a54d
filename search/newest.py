"""Opening the newest state of an index while others commit and rebuild.

An index is opened in steps: its first page, the engine's files, the pages beside them. Another process may
replace the state between two of these steps and remove what it held; then the steps are taken again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final, TypeVar

from coopsearch.search.analysis import ANALYSIS_VERSION
from coopsearch.search.engines import engine_of
from coopsearch.search.engines.base import Reader
from coopsearch.search.indexdir.meta import Marker, check_versions, read_marker
from coopsearch.search.ranking import DEFAULT, Parameters

T = TypeVar("T")

#: States that may replace one another while an index is opened before that is given up.
LOOKS: Final = 100


def open_newest(
    index: Path,
    look: Callable[[Marker, Reader], T],
    *,
    is_whole: Callable[[T], bool] = lambda _: True,
    parameters: Parameters = DEFAULT,
) -> tuple[T, Reader]:
    """Open the newest state of an index and return what ``look`` makes of it, with the reader to be closed.

    ``look`` is called again, with another reader, where it raises an error, or where ``is_whole`` says no to
    what it returned, if another state took the place of the one that it looked at. What it returns or raises
    otherwise stands. Raises IndexMissing where there is no index, IndexOutdated for one
    of another version, and what the engine raises.
    """
    looks = 0
    while True:
        looks += 1
        marker = read_marker(index)
        check_versions(index, marker, ANALYSIS_VERSION)
        reader: Reader | None = None
        with ExitStack() as opened:
            try:
                reader = opened.enter_context(
                    engine_of(marker.engine, index).open(index / marker.data, parameters)
                )
                found = look(marker, reader)
                if is_whole(found) or looks == LOOKS or not _is_replaced(index, marker, reader):
                    opened.pop_all()
                    return found, reader
            except Exception:
                if looks == LOOKS or not _is_replaced(index, marker, reader):
                    raise


def _is_replaced(index: Path, marker: Marker, reader: Reader | None) -> bool:
    """Say whether the state that was looked at is not the newest any more."""
    if reader is not None and not reader.is_current():
        return True
    return read_marker(index).data != marker.data

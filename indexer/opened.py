"""The books of an index, for those who only read them: beside any run, as of one committed state.

Knows how a state is found and that another may take its place meanwhile; knows no row.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from coopsearch.indexer.manifest import Manifest
from coopsearch.search.coverage import read_values
from coopsearch.search.engines import engine_of
from coopsearch.search.errors import IndexUnreadable
from coopsearch.search.marker import Marker, read_marker

#: Commits that may come one after the other between two looks before the books are given up.
_LOOKS: Final = 100


class Opened(NamedTuple):
    """One committed state of the books."""

    marker: Marker
    data: Path
    manifest: Manifest
    left: Mapping[str, Any]
    """What the run that left them counted besides; empty where that cannot be read."""


def open_books(index: Path) -> Opened:
    """Read the books of an index.

    Raises IndexMissing where there is none, IndexUnreadable where they cannot be read.
    """
    looks = 0
    while True:
        looks += 1
        marker = read_marker(index)
        data = index / marker.data
        with engine_of(marker.engine, index).open(data) as reader:
            try:
                manifest = Manifest(data, reader.pages)
                return Opened(marker, data, manifest, _left(data, reader.pages))
            except IndexUnreadable:
                # A page that is missing may be of a state that was replaced meanwhile.
                if looks == _LOOKS or (reader.is_current() and read_marker(index) == marker):
                    raise


def _left(data: Path, named: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return read_values(data, named) or {}
    except IndexUnreadable:
        return {}

"""The books of an index, for those who only read them: beside any run, as of one committed state."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from coopsearch.indexer.manifest.manifest import Manifest
from coopsearch.search.engines.base import Reader
from coopsearch.search.errors import IndexUnreadable
from coopsearch.search.indexdir.coverage import read_values
from coopsearch.search.indexdir.meta import Marker
from coopsearch.search.newest import open_newest


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

    def look(marker: Marker, reader: Reader) -> Opened:
        data = index / marker.data
        return Opened(marker, data, Manifest(data, reader.pages), _left(data, reader.pages))

    opened, reader = open_newest(index, look, is_whole=lambda one: bool(one.left))
    reader.close()
    return opened


def _left(data: Path, named: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return read_values(data, named) or {}
    except IndexUnreadable:
        return {}

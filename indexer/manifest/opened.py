"""The books of an index, for those who only read them: beside any run, as of one committed state."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from coopsearch.indexer.handed_on import is_handed_on
from coopsearch.indexer.manifest.damages import damages, spare_damages
from coopsearch.indexer.manifest.manifest import Manifest
from coopsearch.search.engines.base import Reader
from coopsearch.search.errors import IndexUnreadable
from coopsearch.search.indexdir.coverage import ROLE, language_counts, read_values
from coopsearch.search.indexdir.meta import IndexMeta
from coopsearch.search.newest import open_newest
from coopsearch.search.schema import FILE


class Opened(NamedTuple):
    """One committed state of the books."""

    meta: IndexMeta
    data: Path
    manifest: Manifest
    counted: Mapping[str, Any]
    """What was counted besides; without ``documents`` while the first run is not at its end."""
    damages: tuple[IndexUnreadable, ...]
    """What cannot be read beside them, and the next run writes anew."""
    held: tuple[str, ...] = ()
    """The files of an index that somebody handed on without its books, sorted."""


def open_books(index: Path) -> Opened:
    """Read the books of an index.

    Raises IndexMissing where there is none, IndexUnreadable where they cannot be read.
    """

    def look(meta: IndexMeta, reader: Reader) -> Opened:
        data = index / meta.data
        manifest = Manifest(data, reader.pages)
        beside = damages(data, reader.pages)
        counted = {} if ROLE in beside else read_values(data, reader.pages) or {}
        # A page that a run left in its middle, or that is damaged, does not say it; the documents do.
        if "documents" not in counted and (manifest.has_looked() or meta.added):
            counted = {"documents": reader.documents, "languages": language_counts(reader)}
        handed_on = is_handed_on(meta, reader.pages, reader.documents)
        held = tuple(file for file, _ in reader.terms(FILE)) if handed_on else ()
        told = (*beside.values(), *spare_damages(data, reader.spare))
        return Opened(meta, data, manifest, counted, told, held)

    opened, reader = open_newest(index, look, is_whole=lambda one: bool(one.counted) and not one.damages)
    reader.close()
    return opened

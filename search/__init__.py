"""Search an index from a script.

    from coopsearch.search import open_index

    with open_index() as index:
        for hit in index.search("smuggling routes", limit=5):
            print(hit.path, hit.line, hit.snippet)

These names are all there is; everything else may change.
"""

from __future__ import annotations

from coopsearch.search.errors import (
    CoopsearchError,
    ExtractionError,
    IndexDamaged,
    IndexLocked,
    IndexMissing,
    IndexOutdated,
    IndexUnreadable,
    QueryError,
    SettingsError,
)
from coopsearch.search.index import Index, open_index
from coopsearch.search.model import Hit, Results

__all__ = [
    "CoopsearchError",
    "ExtractionError",
    "Hit",
    "Index",
    "IndexDamaged",
    "IndexLocked",
    "IndexMissing",
    "IndexOutdated",
    "IndexUnreadable",
    "QueryError",
    "Results",
    "SettingsError",
    "open_index",
]

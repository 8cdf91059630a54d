"""Search an index from a script.

    from coopsearch.search import open_index

    with open_index() as index:
        for hit in index.search("smuggling routes", limit=5):
            print(hit.path, hit.line, hit.snippet)

These names are all there is; everything else may change.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from coopsearch.search.batch import Answer, ask_each
    from coopsearch.search.engines.base import Facet, Order
    from coopsearch.search.engines.columns.codec import open_index as open_whoosh
    from coopsearch.search.engines.columns.codec.searcher import ColumnSearcher
    from coopsearch.search.errors import (
        CoopsearchError,
        ExtractionError,
        FileState,
        IndexDamaged,
        IndexLocked,
        IndexMissing,
        IndexOutdated,
        IndexUnreadable,
        IndexUntrusted,
        IndexUnwritable,
        QueryError,
        SettingsError,
    )
    from coopsearch.search.federation.indexes import open_indexes
    from coopsearch.search.index import Index, open_index
    from coopsearch.search.model import (
        Changed,
        Coverage,
        Diagnosis,
        Document,
        Explanation,
        Hit,
        HitPassage,
        PartCount,
        Passage,
        Results,
        TermMatch,
        WhyNot,
    )
    from coopsearch.search.results.places import Place, Places
    from coopsearch.search.walk import Walk

__all__ = [
    "Answer",
    "Changed",
    "ColumnSearcher",
    "CoopsearchError",
    "Coverage",
    "Diagnosis",
    "Document",
    "Explanation",
    "ExtractionError",
    "Facet",
    "FileState",
    "Hit",
    "HitPassage",
    "Index",
    "IndexDamaged",
    "IndexLocked",
    "IndexMissing",
    "IndexOutdated",
    "IndexUnreadable",
    "IndexUntrusted",
    "IndexUnwritable",
    "Order",
    "PartCount",
    "Passage",
    "Place",
    "Places",
    "QueryError",
    "Results",
    "SettingsError",
    "TermMatch",
    "Walk",
    "WhyNot",
    "ask_each",
    "open_index",
    "open_indexes",
    "open_whoosh",
]

#: Where the names are that are neither errors nor what a search returns.
_HOMES = {
    "ColumnSearcher": "engines.columns.codec.searcher",
    "Facet": "engines.base",
    "FileState": "errors",
    "Index": "index",
    "Order": "engines.base",
    "ask_each": "batch",
    "Place": "results.places",
    "Places": "results.places",
    "Answer": "batch",
    "Walk": "walk",
    "open_index": "index",
    "open_indexes": "federation.indexes",
    "open_whoosh": "engines.columns.codec",
}
#: What a name is called there, where that is another: seen from Whoosh, one opens an index, too.
_THERE = {"open_whoosh": "open_index"}


def __getattr__(name: str) -> object:
    """Load a name when it is asked for: the command has to answer to signals before it loads all of that."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOMES.get(name, "errors" if name.startswith("Index") or name.endswith("Error") else "model")
    # Imported here: until what answers to signals is loaded, each import is a moment for a traceback.
    import importlib

    value: object = getattr(importlib.import_module(f"{__name__}.{home}"), _THERE.get(name, name))
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

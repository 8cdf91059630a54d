"""Keep an index in step with folders of files, from a script.

from coopsearch.indexer import sync

report = sync(["reports"], "index_data")
print(report.added, report.failed)

These names are all there is; everything else may change.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from coopsearch.indexer.added.writer import IndexWriter, open_writer
    from coopsearch.indexer.copying import CopiedIndex, copy_index
    from coopsearch.indexer.extract.budget import Bounds
    from coopsearch.indexer.one_file import read_documents
    from coopsearch.indexer.overview import Status, files, status, unread
    from coopsearch.indexer.pipeline import sync
    from coopsearch.indexer.problem import Problem, Unread
    from coopsearch.indexer.purging import Purged, purge
    from coopsearch.indexer.report import Interrupted, Progress, Report
    from coopsearch.indexer.sandbox.host import Limits
    from coopsearch.indexer.verify.comparison import Compared, Difference
    from coopsearch.indexer.verify.integrity import check
    from coopsearch.indexer.verify.sources import compare
    from coopsearch.indexer.watching import watch
    from coopsearch.search.engines import Cluster
    from coopsearch.search.engines.base import Verified

__all__ = [
    "Bounds",
    "Cluster",
    "Compared",
    "CopiedIndex",
    "Difference",
    "IndexWriter",
    "Interrupted",
    "Limits",
    "Problem",
    "Progress",
    "Purged",
    "Report",
    "Status",
    "Unread",
    "Verified",
    "check",
    "compare",
    "copy_index",
    "files",
    "open_writer",
    "purge",
    "read_documents",
    "status",
    "sync",
    "unread",
    "watch",
]

#: Where the names are. None is the name of a file of this folder: importing that would take the name's place.
_HOMES = {
    "Bounds": "extract.budget",
    "Cluster": "settings",
    "Compared": "verify.comparison",
    "CopiedIndex": "copying",
    "Difference": "verify.comparison",
    "IndexWriter": "added.writer",
    "Interrupted": "report",
    "Limits": "sandbox.host",
    "Problem": "problem",
    "Progress": "report",
    "Purged": "purging",
    "Report": "report",
    "Status": "overview",
    "Unread": "problem",
    "Verified": "verify.integrity",
    "check": "verify.integrity",
    "compare": "verify.sources",
    "copy_index": "copying",
    "files": "overview",
    "open_writer": "added.writer",
    "purge": "purging",
    "read_documents": "one_file",
    "status": "overview",
    "sync": "pipeline",
    "unread": "overview",
    "watch": "watching",
}


def __getattr__(name: str) -> object:
    """Load a name when it is asked for: a process that reads a file needs nothing of what keeps an index."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Imported here, as in ``coopsearch.search``.
    import importlib

    value: object = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

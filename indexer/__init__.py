"""Keep an index in step with folders of files, from a script.

from coopsearch.indexer import sync

report = sync(["reports"], "index_data")
print(report.added, report.failed)
"""

from __future__ import annotations

from coopsearch.indexer.checking import check
from coopsearch.indexer.comparing import compare
from coopsearch.indexer.comparison import Compared, Difference
from coopsearch.indexer.pipeline import sync
from coopsearch.indexer.purging import Purged, purge
from coopsearch.indexer.report import Failure, Interrupted, Progress, Report
from coopsearch.indexer.single import read_documents

__all__ = [
    "Compared",
    "Difference",
    "Failure",
    "Interrupted",
    "Progress",
    "Purged",
    "Report",
    "check",
    "compare",
    "purge",
    "read_documents",
    "sync",
]

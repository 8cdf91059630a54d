"""Keep an index in step with folders of files, from a script.

from coopsearch.indexer import sync

report = sync(["reports"], "index_data")
print(report.added, report.failed)
"""

from __future__ import annotations

from coopsearch.indexer.pipeline import sync
from coopsearch.indexer.problem import Problem
from coopsearch.indexer.purging import Purged, purge
from coopsearch.indexer.read_documents import read_documents
from coopsearch.indexer.report import Interrupted, Progress, Report
from coopsearch.indexer.verify.comparison import Compared, Difference
from coopsearch.indexer.verify.integrity import check
from coopsearch.indexer.verify.sources import compare

__all__ = [
    "Compared",
    "Difference",
    "Interrupted",
    "Problem",
    "Progress",
    "Purged",
    "Report",
    "check",
    "compare",
    "purge",
    "read_documents",
    "sync",
]

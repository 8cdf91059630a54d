"""How many read the files of a run, and who.

Weighs how much there is to read against what the machine has. Does not depend directly on the manifest or
file formats.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from coopsearch.indexer.settings import Settings
from coopsearch.indexer.workers.pool import InProcess, Pool
from coopsearch.indexer.workers.processes import Workers, prefix
from coopsearch.indexer.workers.task import Reading
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines.base import Engine, Writer

#: Bytes of files that are read sooner by this process alone than workers are started.
_IN_PROCESS: Final = 6_000_000
#: Workers that are started without being asked for: each takes some 400 MB.
_MOST: Final = 4


def worker_count(asked: int | None, size: int, backend: Engine) -> int:
    """Return how many processes are to read ``size`` bytes of files; one where the engine has no parts."""
    if not backend.capabilities.parts or not sys.executable:
        return 1
    if asked is not None:
        return max(1, asked)
    if size < _IN_PROCESS:
        return 1
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(here, _MOST)


def pool_of(count: int, backend: Engine, writer: Writer, data: Path, settings: Settings) -> Pool:
    """Return who reads for a writer of the index in ``data``: ``count`` processes, or this one."""
    if count > 1:
        return Workers(count, backend.capabilities.name, data, settings.limits, settings.recogniser)
    table = StemTable(writer.stems)
    parts = backend.parts(data, prefix(), table)
    return InProcess(Reading(parts, table, settings.limits, settings.recogniser))

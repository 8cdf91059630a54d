"""Checking an index from one end to the other, without changing it.

Knows which files belong to an index and who can check each of them; knows no format of any.
"""

from __future__ import annotations

import os

from coopsearch.indexer.manifest import NAME as MANIFEST
from coopsearch.indexer.manifest import check_manifest
from coopsearch.search.analysis import ANALYSIS_VERSION
from coopsearch.search.engines import engine_of
from coopsearch.search.engines.base import Verified
from coopsearch.search.marker import check_versions, read_marker
from coopsearch.search.settings import index_folder


def check(index_dir: str | os.PathLike[str] | None = None) -> Verified:
    """Read all of an index and compare it with what was written; found as for a search if not given.

    Others may search and write at the same time. Raises IndexMissing where there is none, IndexUnreadable
    where the first page cannot be read, so that the rest cannot be looked for.
    """
    index = index_folder(index_dir)
    marker = read_marker(index)
    check_versions(index, marker, ANALYSIS_VERSION)
    data = index / marker.data
    found = engine_of(marker.engine, index).verify(data)
    manifest = data / MANIFEST
    damage = check_manifest(manifest)
    size = manifest.stat().st_size if manifest.exists() else 0
    return Verified(
        found.files + (size > 0), found.size + size, (*found.damages, *([damage] if damage else []))
    )

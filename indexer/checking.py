"""Checking an index from one end to the other, without changing it.

Knows which files belong to an index and who can check each of them; knows no format of any.
"""

from __future__ import annotations

import os
from pathlib import Path

from coopsearch.indexer.manifest import NAME as MANIFEST
from coopsearch.indexer.manifest import check_manifest
from coopsearch.search.analysis import ANALYSIS_VERSION
from coopsearch.search.copies import NAME as COPIES
from coopsearch.search.copies import checked_lines
from coopsearch.search.coverage import LISTING, NAME
from coopsearch.search.engines import engine_of
from coopsearch.search.engines.base import Verified
from coopsearch.search.errors import IndexDamaged
from coopsearch.search.marker import check_versions, read_marker
from coopsearch.search.sealed import unsealed
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
    damages = [*found.damages, check_manifest(manifest)]
    files = [manifest, *(data / name for name in (NAME, LISTING, COPIES))]
    damages += [_check(path) for path in files[1:]]
    there = [path.stat().st_size for path in files if path.exists()]
    return Verified(found.files + len(there), found.size + sum(there), tuple(filter(None, damages)))


def _check(path: Path) -> str:
    """Return what is wrong with one of the pages that a run leaves, "" if nothing is or there is none."""
    try:
        if path.name == COPIES:
            checked_lines(path)
        else:
            unsealed(path.read_bytes())
    except FileNotFoundError:
        return ""
    except IndexDamaged as damage:
        return str(damage)
    except ValueError:
        return f"the index is damaged: {path} differs from what was written; run `coopsearch index`"
    return ""

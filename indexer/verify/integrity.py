"""Checking an index from one end to the other, without changing it.

Each file is checked by the code that reads it: the engine's, the manifest's, that of the pages.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from coopsearch.indexer.manifest.damages import damages
from coopsearch.indexer.manifest.manifest import Manifest
from coopsearch.search.analysis import ANALYSIS_VERSION
from coopsearch.search.engines import engine_of
from coopsearch.search.engines.base import Reader, Verified
from coopsearch.search.errors import RUN_OR_REBUILD, IndexDamaged, IndexUnreadable, IndexUntrusted
from coopsearch.search.indexdir.coverage import COPIES
from coopsearch.search.indexdir.duplicates import copies_of
from coopsearch.search.indexdir.location import index_folder
from coopsearch.search.indexdir.meta import IndexMeta, check_versions, read_meta
from coopsearch.search.indexdir.names import META_FILE
from coopsearch.search.indexdir.pages import Page
from coopsearch.search.newest import open_newest


def check(index_dir: str | os.PathLike[str] | None = None) -> Verified:
    """Read all of an index and compare it with what was written; found as for a search if not given.

    Every file that the table of contents names is read, and so are the pages beside it: none of them can be
    changed, cut, removed or swapped for another without being told. Others may search and write at the same
    time. Raises IndexMissing where there is none, IndexUnreadable where the first page cannot be read, so
    that the rest cannot be looked for, and IndexUntrusted for one that is kept where the user never named.
    """
    index = index_folder(index_dir)

    def look(meta: IndexMeta, reader: Reader) -> Verified:
        data = index / meta.data
        found = engine_of(meta.engine, index).verify(data)
        return found.with_errors(_pages(data, reader.pages))

    meta = read_meta(index)
    check_versions(index, meta, ANALYSIS_VERSION)
    try:
        found, reader = open_newest(index, look, is_whole=lambda one: not one.damages)
        reader.close()
    except IndexUnreadable as error:
        found = Verified.of(0, 0, [error])
    except IndexUntrusted:
        raise  # nobody looked, so nothing is known to be damaged
    except Exception as error:  # noqa: BLE001 - anybody may have made the index
        found = Verified.of(0, 0, [_cannot_be_read(index / meta.data, error)])
    # It was read a moment ago; should it be gone by now, its size is no fault of what was read.
    with contextlib.suppress(OSError):
        found = found._replace(size=found.size + (index / META_FILE).stat().st_size)
    return found._replace(files=found.files + 1)


def _pages(data: Path, named: Mapping[str, Page]) -> Iterator[IndexUnreadable]:
    """Yield what is wrong with the pages beside the documents, an error for each that cannot be read."""
    beside = damages(data, named)
    for error in beside.values():
        yield error.with_step(RUN_OR_REBUILD) if isinstance(error, IndexDamaged) else error
    looks: list[Callable[[], object]] = [lambda: Manifest(data, named)]
    if COPIES not in beside:
        looks.append(lambda: _all_copies(data, named))
    for look in looks:
        try:
            look()
        except IndexUnreadable as error:
            yield error
        except Exception as error:  # noqa: BLE001 - anybody may have made the index
            yield _cannot_be_read(data, error)


def _cannot_be_read(data: Path, error: Exception) -> IndexDamaged:
    return IndexDamaged(f"the index is damaged: {data} cannot be read ({type(error).__name__}: {error})")


def _all_copies(data: Path, named: Mapping[str, Page]) -> object:
    copies = copies_of(data, named)
    return None if copies is None else list(copies.pairs())

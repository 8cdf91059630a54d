"""The data folders of an index: beginning a new one, putting it in the place of the old, and clearing away.

A rebuild fills a new folder while the old one serves; ``index.json`` then names the new one, in one step.
What a run that was cut leaves is gone on with by the next rebuild, or removed. Nothing is removed but
files of our own names in folders of our own names. Knows folders and pages; reads no source.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from pathlib import Path

from coopsearch.indexer.manifest import Manifest
from coopsearch.search.engines import engine as engine_named
from coopsearch.search.errors import CoopsearchError
from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.names import MARKER, PART, PENDING, is_data, is_ours
from coopsearch.search.indexdir.opening import names_in
from coopsearch.search.marker import Marker, read_pending, write_marker, write_pending


def begin(index: Path, fresh: Marker, *, served: str) -> Marker:
    """Make a new data folder, or go on with one that an interrupted rebuild left; return its marker.

    ``served`` is the folder that answers until the new one is whole, "" if there is none: then the new one
    is there to be searched from the first batch on.
    """
    names = [name for name in names_in(index.resolve()) if is_data(name)]
    left = next((name for name in names if name != served and _is_left(index, name, fresh)), "")
    sweep(index, {served, left})
    if left:
        marker = fresh._replace(data=left)
    else:
        number = 1 + max((int(name.removeprefix("data-")) for name in names), default=0)
        marker = fresh._replace(data=f"data-{number}")
        engine_named(marker.engine).create(index / marker.data)
        write_pending(index, marker)
    if not served:
        finish(index, marker)
    return marker


def finish(index: Path, marker: Marker) -> None:
    """Put a data folder in the place of the one before, and clear that away."""
    write_marker(index, marker)
    durable.remove(index / marker.data, [PENDING])
    sweep(index, {marker.data})


def sweep(index: Path, kept: Collection[str]) -> None:
    """Remove what no state of the index needs: older data folders, and pages that were not finished."""
    top = index.resolve()
    for name in names_in(top):
        if name == MARKER + PART:
            durable.remove(top, [name])
        elif is_data(name) and name not in kept:
            _drop(top / name)


def _drop(folder: Path) -> None:
    """Remove our files of a data folder, and the folder if nothing else lies in it."""
    try:
        names = names_in(folder)
    except CoopsearchError:
        # A link, or something that is no folder: not of our making.
        return
    durable.remove(folder, filter(is_ours, names))
    with contextlib.suppress(OSError):
        folder.rmdir()


def _is_left(index: Path, data: str, fresh: Marker) -> bool:
    """Say whether a data folder is what an interrupted rebuild of this kind left, and can be gone on with."""
    pending = read_pending(index, data)
    if pending is None or pending._replace(sources=(), ocr=False, group=False) != fresh._replace(
        data=data, sources=(), ocr=False, group=False
    ):
        return False
    try:
        with engine_named(fresh.engine).open(index / data) as reader:
            Manifest(index / data, reader.pages)
    except (CoopsearchError, OSError):
        return False
    return True

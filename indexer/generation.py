"""The data folders of an index: beginning a new one, putting it in the place of the old, and clearing away.

A rebuild fills a new folder while the old one serves; ``index.json`` then names the new one, in one step.
What a run that was cut leaves is gone on with by the next rebuild, or removed. Nothing is removed but files
of our own names in folders of our own names.
"""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Collection
from pathlib import Path
from typing import Final

from coopsearch.indexer.manifest.manifest import Manifest
from coopsearch.search.engines import Cluster, kept_elsewhere
from coopsearch.search.engines import engine as engine_named
from coopsearch.search.errors import CoopsearchError
from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.checksummed import content, is_sealed, sealed
from coopsearch.search.indexdir.meta import IndexMeta, read_pending, write_meta, write_pending
from coopsearch.search.indexdir.names import (
    META_FILE,
    PART,
    PENDING,
    TABLES,
    is_data,
    is_first,
    is_older,
    is_ours,
)
from coopsearch.search.indexdir.opening import names_in, read_file

#: Bytes of the second line of a table of columns, and of the ends of both.
_TAIL: Final = 10
#: The pages by which a data folder is known as one of ours.
_KNOWN: Final = frozenset({*TABLES, PENDING, "seal.json"})


def begin(index: Path, fresh: IndexMeta, *, served: str, cluster: Cluster | None = None) -> IndexMeta:
    """Make a new data folder, or go on with one that an interrupted rebuild left; return its first page.

    ``served`` is the folder that answers until the new one is whole, "" if there is none: then the new one
    is there to be searched from the first batch on. ``cluster`` is where a new one goes, for an engine that
    has a cluster keep it.
    """
    names = [name for name in names_in(index.resolve()) if is_data(name)]
    left = next((name for name in names if name != served and _is_left(index, name, fresh)), "")
    sweep(index, {served, left}, live=served)
    if left:
        meta = fresh._replace(data=left)
    else:
        meta = fresh._replace(data=_after(names))
        engine_named(meta.engine, cluster).create(index / meta.data)
        write_pending(index, meta)
    if not served:
        finish(index, meta)
    return meta


def fresh_data(index: Path) -> str:
    """Return the name of a data folder that is not there yet."""
    return _after([name for name in names_in(index.resolve()) if is_data(name)])


def _after(names: Collection[str]) -> str:
    number = 1 + max((int(name.removeprefix("data-")) for name in names), default=0)
    return f"data-{number}"


def finish(index: Path, meta: IndexMeta, *, before: str = "") -> None:
    """Put a data folder in the place of the one before, and clear that away."""
    write_meta(index, meta)
    if before and before != meta.data:
        drop(index.resolve() / before, named=True)
    sweep(index, {meta.data}, live=meta.data)


def sweep(index: Path, kept: Collection[str], *, live: str) -> None:
    """Remove what no state of the index needs: older data folders, and pages that were not finished.

    ``live`` is the folder that answers, "" if there is none: it is not to become anything any more.
    """
    top = index.resolve()
    if live:
        durable.remove(top / live, [PENDING])
    for name in names_in(top):
        if name == META_FILE + PART:
            durable.remove(top, [name])
        elif is_data(name) and name not in kept:
            drop(top / name)


def drop(folder: Path, *, named: bool = False) -> None:
    """Remove our files of a data folder, and the folder if nothing else lies in it.

    A folder of such a name can be a person's own, with files of such names. It is one of ours if the index
    ``named`` it, if a table or a pending page of ours is in it, or if nothing is in it but what a new one
    begins with.
    """
    try:
        names = names_in(folder)
        known = any(_is_table(folder / name) for name in names)
        if named or known:
            if not _is_dropped(folder, names):
                return
            if not known:
                # Its table is damaged: another page says to the next run whose it is, if this one is cut off.
                with contextlib.suppress(CoopsearchError):
                    durable.replace(folder / PENDING, sealed('{"dropped": true}'))
            ours = {name for name in names if is_ours(name) or is_older(name)}
            durable.remove(folder, ours - _KNOWN)
            # What the folder is known by goes last, and only when the rest is gone for good.
            durable.sync_folder(folder)
            if ours.isdisjoint(set(names_in(folder)) - _KNOWN):
                durable.remove(folder, _KNOWN)
        elif all(map(is_first, names)):
            durable.remove(folder, names)
        else:
            return
    except CoopsearchError:
        # A link, or something that is not a folder: not of our making.
        return
    with contextlib.suppress(OSError):
        folder.rmdir()


def _is_dropped(folder: Path, names: Collection[str]) -> bool:
    """Have what is kept elsewhere removed; say whether it is gone. As long as it is not, its folder knows it.

    Raises what the engine raises.
    """
    name = kept_elsewhere(names)
    return name is None or engine_named(name).drop(folder)


def _is_table(path: Path) -> bool:
    """Say whether a file is a page of this or of an older version, which only this program writes."""
    if path.name not in _KNOWN:
        return False
    try:
        data = read_file(path)
    except (OSError, CoopsearchError):
        return False
    if path.name == "columns.toc":
        body = data[:-_TAIL]
        return bool(body) and data[-_TAIL:] == b"\n%08x\n" % zlib.crc32(body)
    try:
        return is_sealed(data) and bool(content(data))
    except ValueError:
        return False


def _is_left(index: Path, data: str, fresh: IndexMeta) -> bool:
    """Say whether a data folder is what an interrupted rebuild of this kind left, and can be gone on with."""
    pending = read_pending(index, data)
    if pending is None or _kind(pending) != _kind(fresh._replace(data=data)):
        return False
    try:
        with engine_named(fresh.engine).open(index / data) as reader:
            Manifest(index / data, reader.pages)
    except (CoopsearchError, OSError):
        return False
    return True


def _kind(meta: IndexMeta) -> IndexMeta:
    """Return what two runs must have in common for the one to go on with what the other began."""
    return meta._replace(sources=(), ocr=False, group=False, added=False)

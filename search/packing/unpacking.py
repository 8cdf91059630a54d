"""Making an index of a packed one: whole and checked, or not at all.

What comes from somebody else is data: nothing of it is used before its digests, its names and its sizes are
known to be right, and the index is checked as any other before it gets its place. Does not depend on the
terminal.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.search.analysis import ANALYSIS_VERSION
from coopsearch.search.engines import CLUSTERED, engine_of
from coopsearch.search.errors import (
    CoopsearchError,
    IndexDamaged,
    IndexOutdated,
    IndexUnwritable,
    SettingsError,
)
from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.location import FOLDER
from coopsearch.search.indexdir.meta import read_meta
from coopsearch.search.indexdir.names import DESK
from coopsearch.search.newest import open_newest
from coopsearch.search.packing.bundle import SUFFIX, Manifest, Opened, damaged, opened
from coopsearch.search.schema import SCHEMA_VERSION

#: Bytes that are left free on the disk beside what is unpacked.
_SPARE: Final = 16 << 20


class Unpacked(NamedTuple):
    """What was unpacked."""

    place: Path
    """The folder of the index."""
    manifest: Manifest
    digest: str
    """SHA-256 of the packed file."""


def unpack(file: Path, folder: Path | None = None) -> Unpacked:
    """Make an index of a packed one, in ``folder/index_data``; by default in a folder of the file's name.

    The folder must not be there yet: the addresses of the documents are relative to it, so they never seem
    to be files of one's own. Raises what ``bundle.opened`` raises, SettingsError for a folder that is there,
    IndexOutdated for an index of another version, and IndexUnwritable.
    """
    with opened(file) as packed:
        _check_versions(file, packed.manifest)
        place = Path.cwd() / (file.name.removesuffix(SUFFIX) or "index") if folder is None else folder
        place = Path(os.path.abspath(place))  # noqa: PTH100 - links stay as they are
        if os.path.lexists(place):
            raise SettingsError(f"{place} is there already; give another folder, or remove it first")
        if not place.parent.is_dir():
            raise SettingsError(f"there is no folder {place.parent}; make it, or give another place")
        with _telling(place):
            _check_room(place, packed.manifest)
            made = tempfile.mkdtemp(prefix=".coopsearch-unpack-", dir=place.parent)
        try:
            with _telling(place):
                index = Path(made, FOLDER)
                _write(packed, index)
            _check(packed, index)
            with _telling(place):
                durable.sync_folder(index)
                Path(made).rename(place)
                durable.sync_folder(place.parent)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
        return Unpacked(place / FOLDER, packed.manifest, packed.digest)


def _check_versions(file: Path, manifest: Manifest) -> None:
    for name, found, wanted in (
        ("schema", manifest.schema, SCHEMA_VERSION),
        ("analysis", manifest.analysis, ANALYSIS_VERSION),
    ):
        if found != wanted:
            step = "update coopsearch" if found > wanted else "ask for one that was packed by a newer version"
            raise IndexOutdated(
                f"the index packed in {file} has {name} version {found}, and this coopsearch reads version "
                f"{wanted}; {step}"
            )
    if manifest.engine == CLUSTERED:
        # Its documents would be wherever the file says: no packed index is of this kind.
        raise IndexDamaged(
            f"{file} says that a cluster keeps its documents, so it holds none", "ask for another"
        )
    engine_of(manifest.engine, file)


def _check_room(place: Path, manifest: Manifest) -> None:
    free = shutil.disk_usage(place.parent).free
    if manifest.size + _SPARE > free:
        raise IndexUnwritable(
            f"unpacked, the index has {manifest.size:,} bytes, and {place.parent} has {free:,} free; make "
            "room there, or give another place"
        )


def _write(packed: Opened, index: Path) -> None:
    durable.make_folder(index)
    for name in packed.manifest.files:
        path = index / name
        if path.parent != index and not path.parent.is_dir():
            durable.make_folder(path.parent)
        with durable.creating(path) as out:
            for piece in packed.chunks(name):
                out.write(piece)
    for folder in {(index / name).parent for name in packed.manifest.files}:
        durable.sync_folder(folder)


def _check(packed: Opened, index: Path) -> None:
    """Raise IndexDamaged unless what was unpacked is an index that is whole, and the one promised."""
    manifest = packed.manifest
    try:
        meta = read_meta(index)
        found = engine_of(meta.engine, index).verify(index / meta.data).damages
        documents, reader = open_newest(index, lambda _, reader: reader.documents)
        reader.close()
        if manifest.desk:
            # Imported here: few hand on what they marked.
            from coopsearch.search.desk.store import read_desk

            read_desk(index / DESK).close()
    except (CoopsearchError, OSError) as error:
        raise damaged(packed.path, f"it does not hold an index ({type(error).__name__})") from None
    if found:
        raise damaged(packed.path, f"the index in it has {len(found):,} damaged files")
    said = (manifest.schema, manifest.analysis, manifest.engine, manifest.documents, manifest.desk)
    if said != (meta.schema, meta.analysis, meta.engine, documents, (index / DESK).exists()):
        raise damaged(packed.path, "the index in it is not the one that its manifest describes")
    if meta.sources:
        raise damaged(packed.path, "the index in it names sources, which a packed index never does")


class _telling:  # noqa: N801 - used as a function
    """Have what the system refuses name the place, with a next step."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        cause = error.__cause__ if isinstance(error, IndexUnwritable) else error
        if isinstance(cause, OSError):
            raise IndexUnwritable(
                f"{self._place} cannot be written: {(cause.strerror or str(cause)).lower()}; make room "
                "there, or give another place"
            ) from None

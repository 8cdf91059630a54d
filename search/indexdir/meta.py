"""The page that says what an index folder is: its versions, its engine, where its data lies.

``index.json`` is replaced in one step, so a rebuilt index takes the place of the old one at once or not at
all. It holds the sources too, so that they outlive a change of everything else. Does not depend on engines
or documents.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final, NamedTuple

from coopsearch.search.errors import IndexDamaged, IndexMissing, IndexOutdated
from coopsearch.search.indexdir import durable, pages
from coopsearch.search.indexdir.checksummed import content, is_sealed, sealed
from coopsearch.search.indexdir.names import META_FILE, PENDING, is_data, is_foreign
from coopsearch.search.indexdir.opening import names_in, read_file
from coopsearch.search.indexdir.owner import check_owner
from coopsearch.search.schema import SCHEMA_VERSION

FORMAT: Final = "coopsearch-index"
#: Bytes of the page: a thousand sources have some 100,000.
_MOST: Final = 16 << 20
#: What to do where the page is lost, and the sources with it.
_NAME_SOURCES: Final = "run `coopsearch index --rebuild FOLDER`"


class IndexMeta(NamedTuple):
    """What ``index.json`` says."""

    schema: int
    analysis: int
    engine: str
    data: str
    """The folder, inside the index's, that holds the engine's files and the pages."""
    sources: tuple[str, ...] = ()
    """Addresses of what is indexed: relative to the index's parent where they lie in it, else absolute."""
    ocr: bool = False
    """Whether scans are to be read by OCR."""
    group: bool = False
    """Whether the group of the folder may read and write the index."""
    any_text: bool = True
    """Whether files are read whose ending nobody knows, if they are text."""
    added: bool = False
    """Whether scripts have added documents, which no source gives anew."""
    paths: tuple[str, ...] = ()
    """Rules that make days and fields out of the paths of files."""


def _format(value: Any) -> str:
    if value != FORMAT:
        raise ValueError(value)
    return FORMAT


def _data(value: Any) -> str:
    if not (isinstance(value, str) and is_data(value)):
        raise ValueError(value)
    return value


_whole: Final = pages.whole
_KEYS: Final = frozenset({"format", *IndexMeta._fields})
_page_record: Final = pages.record(
    {
        "format": _format, "schema": pages.whole, "analysis": pages.whole, "engine": pages.text,
        "data": _data, "sources": pages.every(pages.text),
    },
    {
        "ocr": pages.flag, "group": pages.flag, "any_text": pages.flag, "added": pages.flag,
        "paths": pages.every(pages.text),
    },
)  # fmt: skip


def read_meta(index: Path) -> IndexMeta:
    """Read what an index folder says of itself, whatever its versions. Nothing of an index is read before.

    Raises IndexMissing where there is no index, IndexUntrusted for one that others may have changed,
    IndexDamaged where the page cannot be read, IndexUnreadable for what the system refuses.
    """
    check_owner(index)
    try:
        data = read_file(index / META_FILE, most=_MOST, follow_folder=True)
    except FileNotFoundError:
        raise IndexMissing(missing(index)) from None
    except IndexDamaged as error:
        # Not `index.is_dir`, which raises for a name that no folder can have.
        if not os.path.isdir(index):  # noqa: PTH112
            raise IndexMissing(missing(index)) from None
        raise IndexDamaged(error.fault, _NAME_SOURCES) from None
    meta = _read(index / META_FILE, data)
    check_owner(index, index / meta.data)
    return meta


def _read(path: Path, data: bytes) -> IndexMeta:
    try:
        # Pages of before have no checksum.
        value = json.loads(content(data) if is_sealed(data) else data)
        if _whole(value["schema"]) != SCHEMA_VERSION:
            # Told as what it is later on; its page may say more than this version knows.
            value = {key: one for key, one in value.items() if key in _KEYS}
        return IndexMeta(**{key: one for key, one in _page_record(value).items() if key != "format"})
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        raise IndexDamaged(f"the index is damaged: {path} cannot be read", _NAME_SOURCES) from None


def check_versions(index: Path, meta: IndexMeta, analysis: int) -> None:
    """Raise IndexOutdated if the index was made by a version that wrote otherwise than this one reads."""
    for name, found, wanted in (
        ("schema", meta.schema, SCHEMA_VERSION),
        ("analysis", meta.analysis, analysis),
    ):
        if found != wanted:
            raise IndexOutdated(
                f"the index at {index} has {name} version {found}, this coopsearch reads version {wanted}; "
                "run `coopsearch index --rebuild`"
            )


def write_meta(index: Path, meta: IndexMeta) -> None:
    """Write the page durably and in one step. Raises IndexUnwritable."""
    durable.replace(index / META_FILE, _page(meta))


def write_pending(index: Path, meta: IndexMeta) -> None:
    """Note in a new data folder what it is to become. Raises IndexUnwritable."""
    durable.replace(index / meta.data / PENDING, _page(meta))


def read_pending(index: Path, data: str) -> IndexMeta | None:
    """Return what a data folder is to become, None if it is whole or of no use."""
    path = index / data / PENDING
    try:
        return _read(path, read_file(path, most=_MOST))
    except (OSError, IndexDamaged):
        return None


def _page(meta: IndexMeta) -> bytes:
    return sealed(json.dumps({"format": FORMAT, **meta._asdict()}, indent=1) + "\n")


def is_other(index: Path) -> bool:
    """Say whether a folder without an index serves something else."""
    return os.path.isdir(index) and any(map(is_foreign, names_in(index.resolve())))  # noqa: PTH112 - see read_meta


def check_there(index: Path) -> Path:
    """Return the folder of an index. Raises IndexMissing where there is none, whatever is wrong with it."""
    if not os.path.lexists(index / META_FILE):
        raise IndexMissing(missing(index))
    return index


def missing(index: Path) -> str:
    """Return the message for a place without an index, with the command that makes one."""
    if index.name.endswith(".coopsearch") and os.path.isfile(index):  # noqa: PTH113 - raises for no name
        return f"{index} is a packed index; run `coopsearch unpack {index}`, and ask the folder that it makes"
    if is_other(index):
        return f"{index} is not a coopsearch index; give another folder with --index, or leave it out"
    return f"there is no index at {index}; run `coopsearch index FOLDER` to make one"

"""The table of contents: which files are the index. Replaced in one step, so a commit is all or nothing.

It names the pages that belong to a state beside the engine's own files, each with its size and checksum: so
documents, books and counts change together. One line of JSON and one with its checksum. It holds data only.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from coopsearch.search.errors import IndexMissing, IndexOutdated
from coopsearch.search.indexdir import durable, pages
from coopsearch.search.indexdir.names import COLUMNS, PAGE, PENDING, is_ours
from coopsearch.search.indexdir.opening import damaged, names_in, read_file
from coopsearch.search.indexdir.pages import Page

NAME: Final = "columns.toc"
#: The table that Whoosh asks for, which is never read here.
WHOOSH: Final = "_MAIN_1.toc"
#: The layout of the table and of the files that it names.
VERSION: Final = 2
SUFFIX: Final = ".col"
#: Bytes of the second line, and of the ends of both.
_TAIL: Final = 10
#: Bytes of a table: one of a thousand segments has some 200,000.
_MOST: Final = 64 << 20
#: Documents and tokens are counted in 32 and 64 bits.
_FEW: Final = (1 << 31) - 1


class SegmentEntry(NamedTuple):
    """A segment of the index."""

    name: str
    """File name."""
    documents: int
    """Deleted ones included."""
    tokens: int
    size: int
    """Bytes of the file."""
    seal: int
    """What the file begins with, as one checksum; as that holds those of all else, it stands for the file."""
    deleted: int = 0
    """Documents that are deleted."""
    deletions: str = ""
    """Name of the file that says which; "" for none."""
    deletions_seal: int = 0


class StemEntry(NamedTuple):
    """A file of learned stems."""

    name: str
    words: int
    seal: int


class Toc(NamedTuple):
    """One state of an index."""

    generation: int = 0
    segments: tuple[SegmentEntry, ...] = ()
    stems: tuple[StemEntry, ...] = ()
    pages: Mapping[str, Page] = {}
    """By role."""
    whoosh: Page = Page(WHOOSH, 0, 0)
    """The table for Whoosh."""

    def files(self) -> set[str]:
        """Return the names of all files of columns of this state."""
        return {
            *(entry.name for entry in self.segments),
            *(entry.name for entry in self.stems),
            *(entry.deletions for entry in self.segments if entry.deletions),
        }

    def every(self) -> set[str]:
        """Return the names of all files of this state, pages and the table itself included."""
        return {*self.files(), *(page.name for page in self.pages.values()), self.whoosh.name, NAME}


def _few(value: Any) -> int:
    if pages.whole(value) > _FEW:
        raise ValueError(value)
    return int(value)


_columns: Final = pages.fitting(COLUMNS)
_columns_or_none: Final = pages.fitting(re.compile(f"({COLUMNS.pattern})?", re.ASCII))
_segment: Final = pages.record(
    {
        "name": _columns, "documents": _few, "tokens": pages.whole, "size": pages.whole, "seal": pages.whole,
        "deleted": _few, "deletions": _columns_or_none, "deletions_seal": pages.whole,
    }
)  # fmt: skip
_stem: Final = pages.record({"name": _columns, "words": _few, "seal": pages.whole})
_whoosh: Final = pages.row(pages.fitting(re.compile(re.escape(WHOOSH))), pages.whole, pages.whole)
_table: Final = pages.record(
    {
        "version": _few,
        "generation": pages.whole,
        "segments": pages.every(lambda value: SegmentEntry(**_segment(value))),
        "stems": pages.every(lambda value: StemEntry(**_stem(value))),
        "pages": pages.table(pages.text, pages.page),
        "whoosh": lambda value: Page(*_whoosh(value)),
    }
)


def read_toc(folder: Path) -> Toc:
    """Read the table. Raises IndexMissing, IndexDamaged, IndexOutdated or IndexUnreadable."""
    path = folder / NAME
    try:
        data = read_file(path, most=_MOST)
    except FileNotFoundError:
        names = names_in(folder)
        ours = any(map(COLUMNS.fullmatch, names)) or any(map(PAGE.fullmatch, names))
        if ours and "whoosh.json" not in names:
            raise damaged(path, "is missing") from None
        if any(name.endswith(".toc") for name in names):
            raise IndexOutdated(
                f"{folder} holds an index in Whoosh's own files, which is kept otherwise; "
                "run `coopsearch index --rebuild`"
            ) from None
        raise IndexMissing(f"{folder} holds no index; run `coopsearch index --rebuild`") from None
    body = data[:-_TAIL]
    if not body or data[-_TAIL:] != b"\n%08x\n" % zlib.crc32(body):
        raise damaged(path, "differs from what was written")
    value = pages.parse(path, body, partial(_known, folder))
    toc = Toc(value["generation"], value["segments"], value["stems"], value["pages"], value["whoosh"])
    if len(toc.files()) != len(toc.segments) + len(toc.stems) + sum(bool(s.deletions) for s in toc.segments):
        raise damaged(path, "names a file twice")
    if any(entry.deleted > entry.documents or bool(entry.deletions) != bool(entry.deleted)
           for entry in toc.segments):  # fmt: skip
        raise damaged(path, "counts more deleted documents than there are, or does not say which")
    if sum(entry.documents for entry in toc.segments) > _FEW:
        raise damaged(path, "counts more documents than an index can have")
    return toc


def _known(folder: Path, value: Any) -> Any:
    """Tell another version first: its table may have other keys."""
    version = _few(value["version"])
    if version != VERSION:
        raise other_version(folder, version, VERSION)
    return _table(value)


def other_version(path: Path, found: int, known: int) -> IndexOutdated:
    """Return the error for what another version of coopsearch wrote."""
    if found > known:
        return IndexOutdated(
            f"{path} has format {found}, of a newer coopsearch: this one reads {known}; "
            "update coopsearch, or run `coopsearch index --rebuild`"
        )
    return IndexOutdated(
        f"{path} has format {found}, of an older coopsearch: this one reads {known}; "
        "run `coopsearch index --rebuild`"
    )


def write_toc(folder: Path, toc: Toc) -> None:
    """Make a state the index's. Its files are complete and fsynced; their names are made durable first.

    Raises IndexUnwritable.
    """
    durable.sync_folder(folder)
    value = {
        "version": VERSION,
        "generation": toc.generation,
        "segments": [entry._asdict() for entry in toc.segments],
        "stems": [entry._asdict() for entry in toc.stems],
        "pages": toc.pages,
        "whoosh": toc.whoosh,
    }
    body = json.dumps(value, separators=(",", ":")).encode()
    durable.replace(folder / NAME, b"%b\n%08x\n" % (body, zlib.crc32(body)))


def stamp(folder: Path) -> tuple[int, int, int]:
    """Return what changes whenever the table is replaced."""
    try:
        status = (folder / NAME).lstat()
    except OSError:
        return (0, 0, 0)
    return status.st_mtime_ns, status.st_ino, status.st_size


def strays(folder: Path, toc: Toc) -> set[str]:
    """Return the names of files that a writer left behind when it was killed."""
    return {name for name in names_in(folder) if is_ours(name)} - toc.every() - {PENDING}

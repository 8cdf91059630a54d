"""The table of a state: which files are the index. Replaced in one step, so a commit is all or nothing.

JSON with a checksum, read by a schema, since anybody may have written it. It names every file of the state:
segments, learned stems, what Whoosh itself wants, and the pages beside the documents.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from coopsearch.search.errors import IndexDamaged, IndexMissing, IndexOutdated
from coopsearch.search.indexdir import durable, pages
from coopsearch.search.indexdir.checksummed import sealed, unsealed
from coopsearch.search.indexdir.names import PENDING, WHOOSH, is_ours
from coopsearch.search.indexdir.opening import damaged, names_in, read_file
from coopsearch.search.indexdir.pages import Page, fitting, maybe, record, row, table, text, whole

NAME: Final = "whoosh.json"
#: The layout of the table and of the files that it names.
VERSION: Final = 2
#: What stood in its place in version 1.
BEFORE: Final = "seal.json"
#: Documents of a segment: Whoosh has 32 bits for each number.
_DOCUMENTS: Final = (1 << 31) - 1
_FORMS: Final = re.compile(r"forms-[0-9a-f]{1,16}-[0-9a-f]{1,8}-[0-9a-f]{1,8}\.tsv", re.ASCII)
_SEGMENT: Final = re.compile(r"[0-9a-z]{1,32}", re.ASCII)


class SegmentEntry(NamedTuple):
    """A segment, whose file is ``MAIN_NAME.seg``."""

    name: str
    documents: int
    """Deleted ones included."""
    deleted: tuple[int, ...]
    """Those that are deleted, in order."""
    lengths: dict[str, int]
    """The sum of each field's lengths."""

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"MAIN_{self.name}.seg"


class Table(NamedTuple):
    """One state of an index."""

    generation: int
    segments: tuple[SegmentEntry, ...]
    toc: Page
    """What Whoosh's ``open_dir`` reads, and nobody else."""
    forms: Page | None
    """The learned stems."""
    files: dict[str, Page]
    """The files of the segments, by name."""
    pages: dict[str, Page]
    """The pages beside the documents, by role."""

    def every(self) -> list[Page]:
        """Return all files of this state, but for the table itself."""
        forms = [self.forms] if self.forms is not None else []
        return [*self.files.values(), self.toc, *forms, *self.pages.values()]

    def names(self) -> set[str]:
        """Return the names of all files of this state."""
        return {NAME, *(page.name for page in self.every())}


class Found(NamedTuple):
    """A table, and its bytes, which tell whether it has been replaced since."""

    table: Table
    data: bytes


def _segment(value: Any) -> SegmentEntry:
    entry = SegmentEntry(*_row(value))
    places = pairwise((-1, *entry.deleted, entry.documents))
    if entry.documents > _DOCUMENTS or any(before >= after for before, after in places):
        raise ValueError(value)
    return entry


_row = row(fitting(_SEGMENT), whole, pages.every(whole), table(text, whole))
_toc = row(fitting(re.compile(r"_MAIN_[0-9]{1,18}\.toc", re.ASCII)), whole, whole)
_forms = row(fitting(_FORMS), whole, whole)
_file = row(fitting(WHOOSH), whole, whole)
_record = record(
    {
        "crc32": text,
        "version": whole,
        "generation": whole,
        "segments": pages.every(_segment),
        "toc": lambda value: Page(*_toc(value)),
        "forms": maybe(lambda value: Page(*_forms(value))),
        "files": pages.every(lambda value: Page(*_file(value))),
        "pages": table(text, pages.page),
    }
)


def _checked(value: Any) -> Table:
    """Accept what a table says. Raises ValueError."""
    found = _record(value)
    files = {page.name: page for page in found["files"]}
    segments = found["segments"]
    if sorted(files) != sorted(entry.file for entry in segments) or len(files) != len(found["files"]):
        raise ValueError(files)
    return Table(found["generation"], segments, found["toc"], found["forms"], files, found["pages"])


def read_table(folder: Path) -> Found:
    """Read the table. Raises IndexMissing, IndexDamaged, IndexOutdated or IndexUnreadable."""
    path = folder / NAME
    try:
        data = read_file(path)
    except FileNotFoundError:
        raise _absent(folder) from None
    try:
        value = unsealed(data)
    except (ValueError, RecursionError):
        raise damaged(path, "differs from what was written") from None
    version = value.get("version")
    if type(version) is int and version != VERSION:
        raise _outdated(path, version)
    try:
        return Found(_checked({**value, "crc32": ""}), data)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        raise damaged(path, "cannot be read, as it does not hold what such a page holds") from None


def write_table(folder: Path, state: Table) -> None:
    """Make a state the index's. Its files are complete and durable, their names too."""
    value = {
        "version": VERSION,
        "generation": state.generation,
        "segments": state.segments,
        "toc": state.toc,
        "forms": state.forms,
        "files": list(state.files.values()),
        "pages": state.pages,
    }
    durable.replace(folder / NAME, sealed(json.dumps(value, separators=(",", ":"))))


def is_newest(folder: Path, data: bytes) -> bool:
    """Say whether the table is still the one that was read."""
    try:
        return read_file(folder / NAME) == data
    except (OSError, IndexDamaged):
        return False


def strays(folder: Path, state: Table) -> list[str]:
    """Return the names of files of our making that a state does not name."""
    # The page of an index that is being rebuilt is not the engine's.
    held = {*state.names(), PENDING}
    return [name for name in names_in(folder) if is_ours(name) and name not in held]


def segment_entry(name: str, documents: int, deleted: list[int], lengths: Mapping[str, int]) -> SegmentEntry:
    """Return what a table says of a segment."""
    return SegmentEntry(name, documents, tuple(deleted), dict(lengths))


def _absent(folder: Path) -> Exception:
    names = names_in(folder)
    if BEFORE in names:
        return _outdated(folder / BEFORE, 1)
    if any(WHOOSH.fullmatch(name) for name in names):
        return damaged(folder / NAME, "is missing")
    return IndexMissing(f"{folder} holds no index; run `coopsearch index --rebuild`")


def _outdated(path: Path, found: int) -> IndexOutdated:
    if found > VERSION:
        return IndexOutdated(
            f"{path} has format {found}, of a newer coopsearch: this one reads {VERSION}; "
            "update coopsearch, or run `coopsearch index --rebuild`"
        )
    return IndexOutdated(
        f"{path} has format {found}, of an older coopsearch: this one reads {VERSION}; "
        "run `coopsearch index --rebuild`"
    )

"""What an index covers, asked beside any run: the books, and a quick look at the sources.

Reads the manifest and names, sizes and times on disk; opens no document, and writes nothing.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coopsearch.indexer.extract import may_be_read, picture_suffixes
from coopsearch.indexer.manifest.coverage_writer import tally
from coopsearch.indexer.manifest.entry import Entry, problems
from coopsearch.indexer.manifest.manifest import Manifest
from coopsearch.indexer.manifest.opened import open_books
from coopsearch.indexer.manifest.unread import unread_in
from coopsearch.indexer.problem import A_PICTURE, Problem, Unsupported
from coopsearch.indexer.walk.sources import PathMapper
from coopsearch.indexer.walk.walk import File, walk
from coopsearch.search.arguments import duration
from coopsearch.search.errors import FileState, SettingsError
from coopsearch.search.indexdir.addresses import is_added
from coopsearch.search.indexdir.coverage import coverage_of
from coopsearch.search.indexdir.location import index_folder
from coopsearch.search.indexdir.meta import IndexMeta
from coopsearch.search.indexdir.opening import names_in
from coopsearch.search.model import Changed, Coverage

#: What a person is told of files that are unsupported.
TOLD: Final = {
    Unsupported.UNKNOWN: "not text, and of no format that is read",
    Unsupported.PICTURE: A_PICTURE,
    Unsupported.ENDING: "its ending is not known; `coopsearch index --any-text` reads it if it is text",
}
_UNSUPPORTED: Final = frozenset(Unsupported)
#: Seconds that the look at the sources may take.
DEADLINE: Final = 10.0


@dataclass(frozen=True, slots=True)
class Status:
    """What an index covers, how large it is and how old."""

    index: Path
    engine: str
    sources: tuple[str, ...]
    """Absolute, for a person."""
    coverage: Coverage
    formats: dict[str, dict[str, int]]
    """Files of each format that is read, by state."""
    unsupported: dict[str, int]
    """Files of formats that are not read, by ending, the most first."""
    pictures: int
    """How many of them OCR, which was not wanted, could read."""
    ignored: dict[str, int]
    """Files and folders that are left out, by rule."""
    documents: int | None
    """None while the first run is not at its end."""
    languages: dict[str, int]
    """Documents with passages of each language, the most first; "" stands for undecided."""
    copies: int
    """Files that hold the same as another, which was indexed for them."""
    recognised: int
    """Files with text from OCR."""
    size: int
    """Bytes of the index's files."""
    changed: Changed | None
    """What is different on disk; None if that was not asked for, or took too long to find out."""
    damages: tuple[str, ...] = ()
    """What is damaged beside the documents and the books, a line each with the file and the next step."""
    handed_on: bool = False
    """Whether somebody else packed it: its sources lie elsewhere, and the counts are theirs."""


def status(
    index_dir: str | os.PathLike[str] | None = None, *, check: bool = True, deadline: float = DEADLINE
) -> Status:
    """Return what an index covers. ``check`` compares the sources with it, for ``deadline`` seconds at most.

    Raises IndexMissing where there is none, IndexUnreadable where it cannot be read, SettingsError for a
    deadline below 0 or none at all.
    """
    deadline = duration("deadline", deadline)
    index = index_folder(index_dir)
    meta, data, manifest, counted, damages, held = open_books(index)
    mapper = PathMapper(index.parent)
    # Of an index that was handed on, only its counts are known.
    value = counted if held and "states" in counted else tally(manifest, meta.sources)
    return Status(
        index=index,
        engine=meta.engine,
        sources=tuple(mapper.shown(source) for source in meta.sources),
        coverage=coverage_of(value),
        formats={name: _ordered(counts) for name, counts in value["formats"].items()},
        unsupported=value["unsupported"],
        pictures=sum(
            one.state == FileState.UNSUPPORTED and _unsupported(one.reason) is Unsupported.PICTURE
            for one in manifest.outside.values()
        ),
        ignored=_ordered(value["ignored"]),
        documents=counted.get("documents"),
        languages=dict(sorted(counted.get("languages", {}).items(), key=lambda one: (-one[1], one[0]))),
        copies=value["copies"],
        recognised=value["recognised"],
        size=sum(_sizes(data)),
        changed=_changed(index, meta, mapper, manifest, deadline) if check and not held else None,
        damages=tuple(map(str, damages)),
        handed_on=bool(held),
    )


def _ordered(counts: Mapping[str, int]) -> dict[str, int]:
    """Return counts, the most first."""
    return dict(sorted(counts.items(), key=lambda one: -one[1]))


def _sizes(data: Path) -> Iterator[int]:
    """Yield the bytes of each file of a data folder; a commit may remove some meanwhile."""
    for name in names_in(data):
        with contextlib.suppress(OSError):
            found = (data / name).lstat()
            if stat.S_ISREG(found.st_mode):
                yield found.st_size


def files(state: str | None = None, index_dir: str | os.PathLike[str] | None = None) -> list[Problem]:
    """Return the files of a state, or all, by path; one with several problems stands there for each.

    A file without any stands there too, with "" for the reason. Raises SettingsError for a state that there
    is not, and lists those that there are.
    """
    if state is not None and state not in set(FileState):
        raise SettingsError(f"{state!r:.60} is not a state of a file; there are: {', '.join(FileState)}")
    index = index_folder(index_dir)
    mapper = PathMapper(index.parent)
    books = open_books(index)
    manifest = books.manifest
    found = [Problem(file, "", FileState.INDEXED, file) for file in books.held]
    found += [
        one._replace(reason=_outside(one.state, one.reason), file=file)
        for file, one in manifest.outside.items()
    ]
    for entry in manifest:
        if entry.file not in manifest.outside:
            found += [one._replace(state=entry.state, file=entry.file) for one in _told(entry)]
    return sorted(
        (
            one._replace(path=mapper.shown(one.path), file=mapper.shown(one.file))
            for one in found
            if state in {None, one.state}
        ),
        key=lambda one: one.path,
    )


def unread(index_dir: str | os.PathLike[str] | None = None) -> list[Problem]:
    """Return what is attached to mails or lies in archives and documents and is not read, by path.

    Of one file a hundred are named; one more problem, whose path is the file's, stands for all others.
    """
    index = index_folder(index_dir)
    mapper = PathMapper(index.parent)
    return [
        one._replace(path=mapper.shown(one.path), file=mapper.shown(one.file))
        for entry in sorted(open_books(index).manifest, key=lambda one: one.file)
        for one in unread_in(entry.file, entry.unread)
    ]


def _told(entry: Entry) -> tuple[Problem, ...]:
    cut = "a run was cut inside of it; the next goes on" if not entry.complete else ""
    return problems(entry) or (Problem(entry.file, cut),)


def _outside(state: FileState, reason: str) -> str:
    return TOLD[_unsupported(reason)] if state == FileState.UNSUPPORTED else reason


def _unsupported(reason: str) -> Unsupported:
    """Return why nobody looks into a file. Books of before have its ending in that place."""
    if reason in _UNSUPPORTED:
        return Unsupported(reason)
    return Unsupported.PICTURE if reason in picture_suffixes() else Unsupported.UNKNOWN


def _changed(
    index: Path, meta: IndexMeta, mapper: PathMapper, manifest: Manifest, deadline: float
) -> Changed | None:
    """Compare names, sizes and times. None if it takes too long."""
    until = time.monotonic() + deadline
    new = changed = 0
    seen: set[str] = set()
    unlooked = False
    for source in meta.sources:
        for item in walk(mapper.path(source), exclude={index}):
            if time.monotonic() > until:
                return None
            if not isinstance(item, File):
                unlooked = True
                continue
            place = mapper.address(item.place)
            if place in seen:
                continue
            seen.add(place)
            known = manifest.get(place)
            if known is not None:
                changed += _stamp(item) != (known.size, known.mtime_ns)
            elif place not in manifest.outside:
                # By its name a format may read it.
                new += may_be_read(item.path.name, ocr=meta.ocr, any_text=meta.any_text)
    missing = [entry.file for entry in manifest if entry.file not in seen and not is_added(entry.file)]
    # What cannot be looked into is not gone for that.
    gone = sum(not _exists(mapper.path(file)) for file in missing) if unlooked else len(missing)
    return Changed(new, changed, gone)


def _stamp(file: File) -> tuple[int, int]:
    return file.size, file.mtime_ns


def _exists(path: Path) -> bool:
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return True

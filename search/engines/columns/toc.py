"""The table of contents: which files are the index. Replaced in one step, so a commit is all or nothing.

One line of JSON and one with its checksum. Data only. Knows files and numbers, not what is in them.
"""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.search.errors import IndexDamaged, IndexMissing, IndexOutdated

NAME: Final = "columns.toc"
#: The layout of the table and of the files that it names.
VERSION: Final = 1
SUFFIX: Final = ".col"
#: Bytes of the second line, and of the ends of both.
_TAIL: Final = 10


class SegmentEntry(NamedTuple):
    """A segment of the index."""

    name: str
    """File name."""
    documents: int
    """Deleted ones included."""
    tokens: int
    size: int
    """Bytes of the file."""
    deleted: int = 0
    """Documents that are deleted."""
    deletions: str = ""
    """Name of the file that says which; "" for none."""


class StemEntry(NamedTuple):
    """A file of learned stems."""

    name: str
    words: int


class Toc(NamedTuple):
    """One state of an index."""

    generation: int = 0
    segments: tuple[SegmentEntry, ...] = ()
    stems: tuple[StemEntry, ...] = ()

    def files(self) -> set[str]:
        """Return the names of all files of this state, but for the table itself."""
        return {
            *(entry.name for entry in self.segments),
            *(entry.name for entry in self.stems),
            *(entry.deletions for entry in self.segments if entry.deletions),
        }


def read_toc(folder: Path) -> Toc:
    """Read the table. Raises IndexMissing, IndexDamaged or IndexOutdated."""
    path = folder / NAME
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        if folder.is_dir() and any(path.suffix == ".toc" for path in folder.iterdir()):
            raise IndexOutdated(
                f"{folder} holds an index in Whoosh's own files, which is kept otherwise; "
                "run `coopsearch index --rebuild`"
            ) from None
        raise IndexMissing(f"{folder} holds no index; run `coopsearch index --rebuild`") from None
    body = data[:-_TAIL]
    if not body or data[-_TAIL:] != b"\n%08x\n" % zlib.crc32(body):
        raise IndexDamaged(
            f"the index is damaged: {path} differs from what was written; run `coopsearch index --rebuild`"
        )
    value = json.loads(body)
    if value["version"] != VERSION:
        raise other_version(folder, value["version"], VERSION)
    return Toc(
        value["generation"],
        tuple(SegmentEntry(**entry) for entry in value["segments"]),
        tuple(StemEntry(**entry) for entry in value["stems"]),
    )


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
    """Make a state the index's. Its files are complete and fsynced; their names are made durable first."""
    sync_folder(folder)
    value = {
        "version": VERSION,
        "generation": toc.generation,
        "segments": [entry._asdict() for entry in toc.segments],
        "stems": [entry._asdict() for entry in toc.stems],
    }
    body = json.dumps(value, separators=(",", ":")).encode()
    part = folder / f"{NAME}.part"
    with part.open("wb") as stream:
        stream.write(b"%b\n%08x\n" % (body, zlib.crc32(body)))
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(folder / NAME)
    sync_folder(folder)


def stamp(folder: Path) -> tuple[int, int, int]:
    """Return what changes whenever the table is replaced."""
    try:
        status = (folder / NAME).stat()
    except FileNotFoundError:
        return (0, 0, 0)
    return status.st_mtime_ns, status.st_ino, status.st_size


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def remove(folder: Path, names: set[str]) -> None:
    """Remove files that no state needs. One that cannot go now (it is open on Windows) goes later."""
    for name in names:
        try:
            (folder / name).unlink(missing_ok=True)
        except OSError:
            continue


def orphans(folder: Path, toc: Toc) -> set[str]:
    """Return the names of files that a writer left behind when it was killed."""
    names = {path.name for path in folder.iterdir() if path.name.endswith((SUFFIX, ".part"))}
    return names - toc.files()

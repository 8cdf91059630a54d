"""Opening the files of an index, which anybody may have made: regular files of one folder, and no links.

A link could lead out of the folder, a pipe would never answer, a device could do anything. Whatever keeps a
file from being read is reported as what it is: damage where the file is not what an index holds, otherwise
the system's reason.
"""

from __future__ import annotations

import errno
import mmap
import os
import stat
from pathlib import Path
from typing import Final

from coopsearch.search.errors import CoopsearchError, IndexDamaged, IndexUnreadable
from coopsearch.search.indexdir.owner import check_file

_NOFOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)
#: A pipe that nobody writes to must not be waited for.
_FILE: Final = (
    os.O_RDONLY | _NOFOLLOW | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)  # fmt: skip
_FOLDER: Final = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
#: Whether a name can be opened in a folder that is held open.
BESIDE: Final = os.open in os.supports_dir_fd
#: Bytes of the largest page that is read as a whole; a page of the books of a million files has 200 MB.
MOST: Final = 1 << 30


def open_folder(folder: str | os.PathLike[str], *, follow: bool = False) -> int:
    """Return a descriptor of a folder; a link in its place is followed only if ``follow`` says so.

    Raises FileNotFoundError where there is none, IndexDamaged where something else is in its place.
    """
    try:
        return os.open(folder, _FOLDER | (0 if follow else _NOFOLLOW))
    except OSError as error:
        raise _told(error, Path(folder), "is a link or no folder") from None


def open_file(path: Path, *, follow_folder: bool = False) -> int:
    """Return a descriptor of a regular file, opened in its folder without following a link.

    ``follow_folder`` allows the folder itself to be reached by a link, as a person may choose. Raises
    FileNotFoundError where there is none, IndexDamaged for a link, a pipe, a folder or a device, and
    IndexUnreadable for what the system refuses.
    """
    if not BESIDE:
        return _open_by_path(path)
    folder = open_folder(path.parent, follow=follow_folder)
    try:
        handle = os.open(path.name, _FILE, dir_fd=folder)
    except OSError as error:
        raise _told(error, path, "is a link or no regular file") from None
    except ValueError:
        raise damaged(path, "has a name that no file has") from None
    finally:
        os.close(folder)
    return _regular(handle, path)


def read_file(path: Path, *, most: int = MOST, follow_folder: bool = False) -> bytes:
    """Return the content of a file of ``most`` bytes at most. Raises what ``open_file`` raises."""
    handle = open_file(path, follow_folder=follow_folder)
    try:
        size = os.fstat(handle).st_size
        if size > most:
            raise damaged(path, f"has {size:,} bytes, more than such a file ever has")
        pieces = []
        left = most + 1
        while left and (piece := os.read(handle, min(left, max(size, 1 << 16) + 1))):
            pieces.append(piece)
            left -= len(piece)
        if not left:
            raise damaged(path, "grows while it is read")
        return b"".join(pieces)
    except OSError as error:
        raise _told(error, path, "cannot be read") from None
    finally:
        os.close(handle)


def map_file(path: Path) -> mmap.mmap | bytes:
    """Return the content of a file as a memory map, b"" for an empty one. Raises as ``open_file``."""
    handle = open_file(path)
    try:
        return mmap.mmap(handle, 0, access=mmap.ACCESS_READ) if os.fstat(handle).st_size else b""
    except (OSError, ValueError) as error:
        raise IndexUnreadable(f"{path} cannot be read: {error}") from None
    finally:
        os.close(handle)


def names_in(folder: Path) -> list[str]:
    """Return the names in a folder, sorted; none where there is no folder. Raises IndexUnreadable."""
    try:
        handle = open_folder(folder)
    except FileNotFoundError:
        return []
    try:
        return sorted(os.listdir(handle if BESIDE else folder))  # noqa: PTH208 - by a descriptor
    except OSError as error:
        raise _told(error, folder, "cannot be listed") from None
    finally:
        os.close(handle)


def _open_by_path(path: Path) -> int:
    """Open where folders have no descriptors (Windows): look first, and once more at what was opened."""
    try:
        if stat.S_ISREG(os.lstat(path).st_mode):
            return _regular(os.open(path, _FILE), path)
    except OSError as error:
        raise _told(error, path, "is not a regular file") from None
    raise damaged(path, "is a link or no regular file")


def _regular(handle: int, path: Path) -> int:
    status = os.fstat(handle)
    try:
        if not stat.S_ISREG(status.st_mode):
            raise damaged(path, "is not a regular file")
        check_file(path, status)
    except CoopsearchError:
        os.close(handle)
        raise
    return handle


def _told(error: OSError, path: Path, otherwise: str) -> Exception:
    """Return an error of the system as ours; a missing file stays what it is."""
    if isinstance(error, FileNotFoundError):
        return FileNotFoundError(error.errno, error.strerror, str(path))
    if error.errno in {errno.ELOOP, errno.ENOTDIR, errno.ENXIO, errno.EISDIR, errno.ENAMETOOLONG}:
        return damaged(path, otherwise)
    return IndexUnreadable(f"{path} cannot be read: {error.strerror or error}{_remedy(error)}")


def _remedy(error: OSError) -> str:
    if error.errno in {errno.EMFILE, errno.ENFILE}:
        return "; allow more open files (`ulimit -n 256`) and try again"
    if error.errno in {errno.EACCES, errno.EPERM}:
        return "; ask its owner for the permission to read it, or give another index with --index"
    return "; try again, and look at the disk if it happens again"


def damaged(path: Path, what: str) -> IndexDamaged:
    """Return the error for a file of an index that is not what was written, with the next step."""
    return IndexDamaged(f"the index is damaged: {path} {what}")

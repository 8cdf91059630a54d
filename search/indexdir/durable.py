"""Writing the files of an index so that they last: whole or not at all, whatever is cut off when.

What replaces a page is written beside it, forced to the disk, renamed, and the folder is forced to the
disk. Nothing is ever written in place, so a link or a second name of an old file leads nowhere, and names
are looked up in a folder that is held open, which is never reached by a link in its place. Files are for
their owner alone, and for the group where the folder is. This is the one way by which pages come to the
disk.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from coopsearch.search.errors import CoopsearchError, IndexUnwritable
from coopsearch.search.indexdir.names import PART
from coopsearch.search.indexdir.opening import BESIDE, damaged, open_folder

#: Folders and files of an index that is its owner's alone, and what a group is given beside.
PRIVATE: Final = 0o700
_GROUP: Final = 0o070
_EXCLUSIVE: Final = (
    os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)  # fmt: skip


@contextmanager
def creating(path: Path) -> Iterator[IO[bytes]]:
    """Give a stream to a new file of a name that is not in use; forced to the disk at the end.

    The name itself is durable after the next ``sync_folder``. What an error leaves is removed.
    Raises IndexUnwritable.
    """
    with telling(path.parent), _names_of(path.parent) as names:
        handle = os.open(names.of(path.name), _EXCLUSIVE, 0o600, dir_fd=names.handle)
        try:
            with os.fdopen(handle, "wb") as stream:
                _share(stream.fileno(), path.parent)
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
        except BaseException:
            with contextlib.suppress(OSError):
                names.unlink(path.name)
            raise


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Give a stream to what takes the place of a file at the end, in one step. Raises IndexUnwritable.

    The new file is durable by then; that it has the name is durable after the next ``sync_folder``.
    """
    part = path.with_name(path.name + PART)
    with telling(path.parent), _names_of(path.parent) as names:
        # One that a killed run left, or a link that somebody laid there: its target is not touched.
        with contextlib.suppress(FileNotFoundError):
            names.unlink(part.name)
        with creating(part) as stream:
            yield stream
        try:
            names.rename(part.name, path.name)
        except OSError:
            with contextlib.suppress(OSError):
                names.unlink(part.name)
            raise


def create(path: Path, data: bytes) -> None:
    """Write a new file; its name is durable after the next ``sync_folder``. Raises IndexUnwritable."""
    with creating(path) as stream:
        stream.write(data)


def replace(path: Path, data: bytes) -> None:
    """Replace a page durably and in one step. Raises IndexUnwritable."""
    with replacing(path) as stream:
        stream.write(data)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system can. Raises IndexUnwritable."""
    if os.name == "posix":
        with telling(folder):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            except OSError as error:
                # Some file systems of networks have no such call for folders.
                if error.errno not in {errno.EINVAL, errno.ENOTSUP, errno.EBADF}:
                    raise
            finally:
                os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder inside another, for the same people as that, and durably. Raises IndexUnwritable."""
    with telling(folder.parent):
        folder.mkdir(PRIVATE)
        wanted = PRIVATE | (folder.parent.stat().st_mode & (_GROUP | stat.S_ISGID))
        if wanted & _GROUP or not _is_owners(folder):
            folder.chmod(wanted)
    sync_folder(folder.parent)


def remove(folder: Path, names: Iterable[str]) -> None:
    """Remove files that no state needs. One that cannot go now (it is open on Windows) goes later."""
    # What cannot be opened as a folder, a link above all, holds nothing of ours.
    with contextlib.suppress(OSError, CoopsearchError), _names_of(folder) as held:
        for name in names:
            with contextlib.suppress(OSError):
                held.unlink(name)


def make_top(folder: Path) -> None:
    """Make the folder of an index if it is not there, and those above it, durably. Raises IndexUnwritable."""
    if not os.path.exists(folder.parent) and folder.parent != folder:  # noqa: PTH110 - raises for no name
        make_top(folder.parent)
    if not os.path.isdir(folder):  # noqa: PTH112
        with telling(folder.parent):
            # Another process may make it at this moment.
            folder.mkdir(PRIVATE, exist_ok=True)
            if not _is_owners(folder):
                folder.chmod(PRIVATE)
        sync_folder(folder.parent)


@contextmanager
def telling(folder: Path) -> Iterator[None]:
    """Turn what the system refuses into one error that names the folder and the cause."""
    try:
        yield
    except (CoopsearchError, BrokenPipeError):
        # A closed pipe is that of whoever listens to the run.
        raise
    except OSError as error:
        raise IndexUnwritable(unwritable(folder, error)) from error


def unwritable(folder: Path, error: OSError) -> str:
    """Return what to tell of an error of the system while an index was written."""
    reason = (error.strerror or str(error)).lower()
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        step = "make room and run the command again; the index is as it was"
    elif error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        step = "get the permission to write there, or give another place with --index"
    elif error.errno in {errno.EMFILE, errno.ENFILE}:
        step = "allow more open files (`ulimit -n 256`) and run the command again"
    else:
        step = "look at the disk and run the command again; the index is as it was"
    return f"the index cannot be written in {folder}: {reason}; {step}"


def _is_owners(folder: Path) -> bool:
    """Say whether its owner has all rights in a folder that was just made: a umask can take them away."""
    return os.name != "posix" or folder.stat().st_mode & PRIVATE == PRIVATE


class _Names:
    """The names in one folder, which is held open where the system can: nothing takes its place meanwhile."""

    def __init__(self, folder: Path, handle: int | None) -> None:
        self._folder, self.handle = folder, handle

    def of(self, name: str) -> str:
        return name if self.handle is not None else os.fspath(self._folder / name)

    def unlink(self, name: str) -> None:
        os.unlink(self.of(name), dir_fd=self.handle)

    def rename(self, name: str, to: str) -> None:
        os.replace(self.of(name), self.of(to), src_dir_fd=self.handle, dst_dir_fd=self.handle)


@contextmanager
def _names_of(folder: Path) -> Iterator[_Names]:
    """Hold a folder open. Raises IndexDamaged for a link in its place, OSError for what else is refused."""
    if not BESIDE:
        if folder.is_symlink():
            raise damaged(folder, "is a link or no folder")
        yield _Names(folder, None)
        return
    handle = open_folder(folder)
    try:
        yield _Names(folder, handle)
    finally:
        os.close(handle)


def _share(handle: int, folder: Path) -> None:
    """Give its owner the file, whatever the umask says, and a group where it has the folder."""
    if os.name == "posix":
        wanted = 0o600 | folder.stat().st_mode & 0o060
        if stat.S_IMODE(os.fstat(handle).st_mode) != wanted:
            os.fchmod(handle, wanted)

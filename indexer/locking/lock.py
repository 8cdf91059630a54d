"""One writer at a time: the second waits, then says who holds the index.

The lock is on the index's folder itself, which nobody can take away from under its holder as they can a
file. Where the file system locks no folders it is on a file, and on Windows on filelock's. Beside it lies a
page that says who holds it (``lock_page.py``). Does not depend on engines.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coopsearch.indexer.locking.lock_page import Page, Said, clear, nobody, read
from coopsearch.search.errors import IndexLocked, SettingsError
from coopsearch.search.indexdir.durable import telling

if TYPE_CHECKING:
    from filelock import FileLock

NAME: Final = "lock"
#: Seconds that a second writer waits unless told otherwise.
PATIENCE: Final = 30.0
#: Seconds between two tries to get the lock, and between two looks at the page of another machine.
_AGAIN: Final = 0.05
_LOOK: Final = 0.5
#: Seconds, by the clock of the file system, for which the page of a holder on another machine is believed.
#: It is renewed ten times in that time.
FRESH: Final = 30.0
#: What a file system says that cannot lock a folder, or cannot lock at all.
_REFUSED: Final = frozenset(
    {errno.ENOLCK, errno.EBADF, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EISDIR, errno.ENOSYS}
)


@contextmanager
def locked(
    index: Path,
    *,
    wait: float = PATIENCE,
    waiting: Callable[[str], None] = lambda owner: None,
    notice: Callable[[str], None] = lambda message: None,
) -> Iterator[None]:
    """Hold the index for writing.

    If another process holds it, ``waiting`` is called once with who that is; after ``wait`` seconds
    IndexLocked is raised. The operating system frees the lock of a process that dies. Of a holder on another
    machine it may not know: its page is believed as long as it is renewed, and ``notice`` is called with a
    line for a person when the lock is taken over from one that was not. Raises IndexUnwritable where a page
    cannot be written, SettingsError where there is no folder, or none that can be locked.
    """
    held = _acquired(index, wait, waiting, notice)
    try:
        with telling(index):
            page = Page(index, held.folder)
        # From here on: a signal that comes while the page is being written must not leave it.
        try:
            with telling(index):
                page.write()
            held.tidy()
            yield
        finally:
            page.remove()
    finally:
        held.release()


def abandon() -> None:
    """Remove the pages of all locks that this process holds: it is about to end, and at once."""
    for page in Page.written():
        page.unlink()


def holder(index: Path) -> str:
    """Say who holds the lock, as far as it can be told. The text holds nothing but plain ASCII."""
    said = read(index)
    return nobody() if said is None else said.who


class _Lock:
    """The lock, held. ``folder`` is a descriptor of the index's folder, None on Windows."""

    def __init__(self, index: Path, folder: int | None, file: int | None = None) -> None:
        self._index = index
        self.folder = folder
        self._file = file
        self._other: FileLock | None = None

    @classmethod
    def attempt(cls, index: Path) -> _Lock | None:
        """Take the lock if it is free."""
        if os.name == "nt":
            return cls._on_windows(index)
        import fcntl  # nowhere but here: Windows has none

        folder: int | None
        file: int | None = None
        folder = opened = os.open(index, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
                ours = _is_named(opened, index)
            except OSError as error:
                if error.errno not in _REFUSED:
                    raise
                file = _lock_file(index, opened)
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # Whoever held it before may have taken the name away meanwhile.
                ours = _is_named(file, NAME, opened)
            if ours:
                held = cls(index, folder, file)
                folder = file = None
                return held
        except BlockingIOError:
            pass
        finally:
            for handle in (file, folder):
                if handle is not None:
                    os.close(handle)
        return None

    @classmethod
    def _on_windows(cls, index: Path) -> _Lock | None:
        # Imported here: only writing needs it, and only there.
        from filelock import FileLock, Timeout

        held = cls(index, None)
        held._other = FileLock(index / NAME)
        try:
            held._other.acquire(timeout=0)
        except Timeout:
            return None
        return held

    def believed(self) -> Said | None:
        """Return what a page says whose process may be alive although the lock was free."""
        said = read(self._index, self.folder)
        if said is None or not (said.is_foreign or (self._file is not None and said.is_alive)):
            return None
        return said

    def tidy(self) -> None:
        """Remove what a killed run or an older version left."""
        clear(self._index, self.folder)
        if self.folder is None or self._file is not None:
            return
        with contextlib.suppress(OSError):
            old = os.stat(NAME, dir_fd=self.folder, follow_symlinks=False)
            if stat.S_ISREG(old.st_mode) and old.st_size == 0 and old.st_nlink == 1:
                os.unlink(NAME, dir_fd=self.folder)

    def release(self) -> None:
        """Let it go, and leave nothing."""
        if self._other is not None:
            self._other.release()
        if self._file is not None:
            # The name goes first: who waits for the file sees that it has none, and makes another.
            with contextlib.suppress(OSError):
                if _is_named(self._file, NAME, self.folder):
                    os.unlink(NAME, dir_fd=self.folder)
            os.close(self._file)
        if self.folder is not None:
            os.close(self.folder)


def _acquired(
    index: Path, wait: float, waiting: Callable[[str], None], notice: Callable[[str], None]
) -> _Lock:
    """Wait for the lock. Raises IndexLocked, SettingsError and IndexUnwritable."""
    until = time.monotonic() + wait
    told = False
    while True:
        pause = _AGAIN
        held = _attempt(index)
        if held is not None:
            try:
                said = held.believed()
                with telling(index):
                    believed = said is not None and said.age(index, held.folder) < FRESH
            except BaseException:
                held.release()
                raise
            if not believed:
                if said is not None:
                    notice(f"{said.who} gave no sign for {FRESH:g} seconds; its lock is taken over")
                return held
            held.release()
            pause = _LOOK
        if not told:
            told = True
            waiting(holder(index))
        left = until - time.monotonic()
        if left <= 0:
            raise IndexLocked(
                f"the index at {index} is being written by {holder(index)}; "
                f"waited {wait:g} seconds; try again when it is done"
            )
        time.sleep(min(pause, left))


def _attempt(index: Path) -> _Lock | None:
    with telling(index):
        try:
            return _Lock.attempt(index)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise SettingsError(
                f"the index at {index} cannot be written: {str(error.strerror).lower()}; "
                "give the folder of an index with --index"
            ) from None
        except OSError as error:
            if error.errno not in _REFUSED:
                raise
            raise SettingsError(
                f"the index at {index} cannot be locked: its file system keeps no locks "
                f"({error.strerror}); give a folder on another disk with --index"
            ) from None


def _lock_file(index: Path, folder: int) -> int:
    """Open the file that stands for a folder that cannot be locked. Nothing is written to it."""
    try:
        file = os.open(
            NAME,
            os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC,
            0o600,
            dir_fd=folder,
        )
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENXIO, errno.EISDIR}:
            raise _odd(index) from None
        raise
    found = os.fstat(file)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        os.close(file)
        raise _odd(index)
    if found.st_mode & 0o600 != 0o600 and found.st_uid == os.geteuid():  # noqa: PLR2004 - a umask took it
        os.fchmod(file, 0o600)
    return file


def _odd(index: Path) -> SettingsError:
    return SettingsError(f"{index / NAME} is not a plain file of one name, so it is not a lock; remove it")


def _is_named(handle: int, name: str | Path, folder: int | None = None) -> bool:
    """Say whether a name still leads to what was opened."""
    try:
        named = os.stat(name, dir_fd=folder, follow_symlinks=folder is None)
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(handle), named)

"""``lock.json``: who holds an index, for those who wait.

Anybody may have written what lies there, so of what it says only what has the form of a number, a host's
name and a time is ever repeated; and it is replaced, never written through.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
import threading
import time
from pathlib import Path
from typing import Any, Final, NamedTuple

OWNER: Final = "lock.json"
#: Seconds between two signs that the holder lives.
BEAT: Final = 3.0
#: Bytes of a page that are looked at; ours has some hundred.
_MOST: Final = 4_096
_NOFOLLOW: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_READ: Final = os.O_RDONLY | _NOFOLLOW | getattr(os, "O_NONBLOCK", 0)
_NEW: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | _NOFOLLOW
_PART: Final = re.compile(r"lock\.json\.[0-9a-f]{16}\.part", re.ASCII)
_HOST: Final = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_SINCE: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)
_PROCESSES: Final = 1 << 32


class Said(NamedTuple):
    """What a page says, as far as it can be believed to be one."""

    process: int
    host: str
    since: str
    renewed: float
    """When it last gave a sign, by the clock of the file system."""

    @property
    def who(self) -> str:
        """The holder, for a person."""
        return f"process {self.process} on {self.host}{f' since {self.since}' if self.since else ''}"

    @property
    def is_foreign(self) -> bool:
        """Whether it is a process of another machine."""
        return self.host != _here()

    @property
    def is_alive(self) -> bool:
        """Whether a process of its number runs on this machine."""
        try:
            os.kill(self.process, 0)
        except (ProcessLookupError, OverflowError):
            return False
        except OSError:
            return True
        return True

    def age(self, index: Path, folder: int | None) -> float:
        """Return the seconds since its last sign, by the clock of the file system.

        One from the future is as old as can be: no holder made it. Raises OSError.
        """
        name, handle = _create(index, folder)
        try:
            now = os.fstat(handle).st_mtime
        finally:
            os.close(handle)
            os.unlink(_place(index, folder, name), dir_fd=folder)
        # File systems that count in whole seconds.
        return max(0.0, now - self.renewed) if self.renewed < now + 2 else float("inf")


class Page:
    """A page of this process. It is renewed until it is removed.

    It is made before its file is, so that whoever made it can remove it, wherever writing was interrupted.
    """

    _written: Final[dict[int, Page]] = {}

    def __init__(self, index: Path, folder: int | None) -> None:
        """Take the descriptor of the index's folder, if there is one. Nothing is written. Raises OSError."""
        self._index = index
        # A descriptor of its own: the page is removed even if the lock is let go before.
        self._folder = None if folder is None else os.dup(folder)
        self._identity: os.stat_result | None = None
        self._removing = threading.Lock()
        self._removed = threading.Event()
        self._handle: int | None = None
        self._beats = threading.Thread(target=self._beat, name="coopsearch-lock", daemon=True)
        self._written[id(self)] = self

    @classmethod
    def written(cls) -> list[Page]:
        """Return all that this process has not removed yet."""
        return list(cls._written.values())

    def write(self) -> None:
        """Say that this process holds the index, and go on saying it.

        What has the name of the page is replaced and not followed. Raises OSError; the page is to be removed
        then, too.
        """
        said = {"process": os.getpid(), "host": _here(), "since": time.strftime("%Y-%m-%d %H:%M:%S")}
        name, self._handle = _create(self._index, self._folder)
        self._identity = os.fstat(self._handle)
        part = _place(self._index, self._folder, name)
        try:
            os.write(self._handle, json.dumps(said).encode())
            os.fsync(self._handle)
            if os.utime not in os.supports_fd:
                # Windows renames and removes no file that is open.
                os.close(self._handle)
                self._handle = None
            # Not os.replace by paths: the folder is the one that is locked, whatever has its name by now.
            place = _place(self._index, self._folder, OWNER)
            os.replace(part, place, src_dir_fd=self._folder, dst_dir_fd=self._folder)
        except BaseException as error:
            with contextlib.suppress(OSError):
                os.unlink(part, dir_fd=self._folder)
            # Where somebody has a folder of the name, the lock holds without a page.
            if not isinstance(error, IsADirectoryError):
                raise
        if self._handle is not None:
            # It is this file that is renewed, whatever has its name by now.
            self._beats.start()

    def unlink(self) -> None:
        """Remove it if it is still this one. Takes no lock: a signal's handler may call it at any moment."""
        if self._identity is None:
            return
        with contextlib.suppress(OSError):
            place = _place(self._index, self._folder, OWNER)
            if os.path.samestat(os.stat(place, dir_fd=self._folder, follow_symlinks=False), self._identity):
                os.unlink(place, dir_fd=self._folder)

    def remove(self) -> None:
        """Remove it, and end what renews it. May be called again."""
        # The file goes first: a process that ends meanwhile removes what is among those that are written.
        self.unlink()
        if self._written.pop(id(self), None) is None:
            return
        self._removed.set()
        if self._folder is not None:
            os.close(self._folder)
        # A file system that answers no more must not keep the run from its end.
        if self._removing.acquire(timeout=1.0):
            try:
                if self._handle is not None:
                    os.close(self._handle)
                    self._handle = None
            finally:
                self._removing.release()
            if self._beats.is_alive() and self._beats is not threading.current_thread():
                # It ends at once; a process that still has a thread takes itself apart, which takes longer.
                self._beats.join(timeout=1.0)

    def _beat(self) -> None:
        while not self._removed.wait(BEAT):
            with self._removing:
                if self._handle is None:
                    return
                # Without a time: the file system sets its own.
                with contextlib.suppress(OSError):
                    os.utime(self._handle)


def nobody() -> str:
    """Return what to call a holder of whom nothing is known."""
    return "another process"


def read(index: Path, folder: int | None = None) -> Said | None:
    """Return what the page says, None where there is none or it is not a page."""
    try:
        handle = os.open(_place(index, folder, OWNER), _READ, dir_fd=folder)
    except (OSError, ValueError):
        return None
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > _MOST:
            return None
        value: Any = json.loads(os.read(handle, _MOST))
    except (OSError, ValueError, RecursionError):
        return None
    finally:
        os.close(handle)
    if not isinstance(value, dict):
        return None
    process, host, since = (value.get(name) for name in ("process", "host", "since"))
    if type(process) is not int or not 0 < process < _PROCESSES:
        return None
    if not isinstance(host, str) or not _HOST.fullmatch(host):
        return None
    known = isinstance(since, str) and _SINCE.fullmatch(since)
    return Said(process, host, str(since) if known else "", found.st_mtime)


def clear(index: Path, folder: int | None) -> None:
    """Remove the beginnings of pages that killed runs left. The caller holds the lock."""
    with contextlib.suppress(OSError):
        for name in os.listdir(index if folder is None else folder):  # noqa: PTH208 - by a descriptor
            if _PART.fullmatch(name):
                with contextlib.suppress(OSError):
                    os.unlink(_place(index, folder, name), dir_fd=folder)


def _create(index: Path, folder: int | None) -> tuple[str, int]:
    """Make a new file of a name that nobody can guess."""
    name = f"{OWNER}.{os.urandom(8).hex()}.part"
    handle = os.open(_place(index, folder, name), _NEW, 0o600, dir_fd=folder)
    if os.name == "posix":
        os.fchmod(handle, 0o600)  # a umask may have taken that away
    return name, handle


def _place(index: Path, folder: int | None, name: str) -> str | Path:
    """Return what to open: a name in the folder that is held open, or a path where none can be."""
    return index / name if folder is None else name


def _here() -> str:
    """Return this machine's name, as a page can say it, without the module for networks."""
    if hasattr(os, "uname"):
        name = os.uname().nodename
    else:
        import platform  # slow to load, and needed on Windows alone

        name = platform.node()
    return re.sub(r"[^A-Za-z0-9._-]", "-", name)[:64] or "localhost"

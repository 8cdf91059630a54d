"""``lock.json``: who holds an index, for those who wait.

Anybody may have written what lies there, so of what it says only what has the form of a number, a host's
name and a time is ever repeated; and it is replaced, never written through. Knows no lock.
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
    """A page of this process. It is renewed until it is removed."""

    _written: Final[dict[int, Page]] = {}

    def __init__(self, index: Path, folder: int | None, handle: int) -> None:
        """Take the descriptor of the new page; it is closed in the end."""
        self._index, self._folder = index, folder
        self._identity = os.fstat(handle)
        self._removing = threading.Lock()
        self._removed = threading.Event()
        self._handle: int | None = handle
        if os.utime not in os.supports_fd:
            # Windows removes no file that is open.
            os.close(handle)
            self._handle = None
        self._written[id(self)] = self
        self._beats = threading.Thread(target=self._beat, name="coopsearch-lock", daemon=True)

    @classmethod
    def written(cls) -> list[Page]:
        """Return all that this process has not removed yet."""
        return list(cls._written.values())

    def begin(self) -> None:
        """Begin to renew it: its own file, whatever has its name by now."""
        if self._handle is not None:
            self._beats.start()

    def unlink(self) -> None:
        """Remove it if it is still this one. Takes no lock: a signal's handler may call it at any moment."""
        with contextlib.suppress(OSError):
            place = _place(self._index, self._folder, OWNER)
            if os.path.samestat(os.stat(place, dir_fd=self._folder, follow_symlinks=False), self._identity):
                os.unlink(place, dir_fd=self._folder)

    def remove(self) -> None:
        """Remove it, and end what renews it. May be called again."""
        # The file goes first: a process that ends meanwhile removes what is among those that are written.
        self.unlink()
        self._written.pop(id(self), None)
        self._removed.set()
        # A file system that answers no more must not keep the run from its end.
        if self._removing.acquire(timeout=1.0):
            try:
                if self._handle is not None:
                    os.close(self._handle)
                    self._handle = None
            finally:
                self._removing.release()

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


def write(index: Path, folder: int | None) -> Page:
    """Say that this process holds the index; what has the name is replaced, not followed. Raises OSError."""
    said = {"process": os.getpid(), "host": _here(), "since": time.strftime("%Y-%m-%d %H:%M:%S")}
    name, handle = _create(index, folder)
    part = _place(index, folder, name)
    try:
        os.write(handle, json.dumps(said).encode())
        os.fsync(handle)
        page = Page(index, folder, handle)
    except BaseException:
        os.close(handle)
        with contextlib.suppress(OSError):
            os.unlink(part, dir_fd=folder)
        raise
    try:
        # Not os.replace by paths: the folder is the one that is locked, whatever has its name by now.
        os.replace(part, _place(index, folder, OWNER), src_dir_fd=folder, dst_dir_fd=folder)
    except IsADirectoryError:
        # Somebody's folder. The lock holds without a page, too.
        os.unlink(part, dir_fd=folder)
    except BaseException:
        page.remove()
        with contextlib.suppress(OSError):
            os.unlink(part, dir_fd=folder)
        raise
    page.begin()
    return page


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

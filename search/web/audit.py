"""Who asked what: a line of JSON for each question and each opened document, at the end of a file.

A line is handed to a thread before its answer leaves, so no answer waits for a disk. Where the file cannot be
written, that is said once, answers go on, and the lines wait in memory, as many as there is room for.

Does not depend on the web's libraries.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from coopsearch.search.errors import SettingsError

#: Lines that wait for a disk; a line has 10 kB at most.
_WAITING: Final = 10_000
#: Seconds between two tries where the file cannot be written, and after which lines are on the disk itself.
_AGAIN: Final = 1.0
_SYNCED: Final = 1.0
#: Seconds that the end of the service may take for the last lines.
_MERCY: Final = 3.0
_OPEN: Final = (
    os.O_WRONLY | os.O_APPEND | os.O_CREAT
    | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
)  # fmt: skip
_MODE: Final = 0o600


class Audit:
    """A file to which lines are added, by one thread."""

    def __init__(self, path: Path, say: Callable[[str], object]) -> None:
        """Open a file, or make it, with mode 0600. Raises SettingsError where that cannot be.

        ``say`` is told, once, that it cannot be written any more, and that it can again.
        """
        self._path, self._say = path, say
        self._lines: deque[bytes] = deque()
        self._rest = b""
        self._lost = 0
        self._trouble = ""
        self._changed = threading.Condition()
        self._over = False
        try:
            self._handle = self._opened()
        except OSError as error:
            raise SettingsError(
                f"{path}: the audit log cannot be written: {(error.strerror or str(error)).lower()}; "
                "give another --audit"
            ) from None
        self._thread = threading.Thread(target=self._work, name="audit", daemon=True)
        self._thread.start()

    def record(self, value: Mapping[str, Any]) -> None:
        """Have a line written: the time, then what is given."""
        line = _line(value)
        with self._changed:
            if len(self._lines) >= _WAITING:
                self._lost += 1
            else:
                self._lines.append(line)
            self._changed.notify()

    def close(self) -> None:
        """Write what waits, as long as that takes no longer than three seconds, and close the file."""
        with self._changed:
            self._over = True
            self._changed.notify()
        self._thread.join(_MERCY)
        left = len(self._lines) + self._lost + self._rest.count(b"\n")
        if left:
            lines = "line" if left == 1 else "lines"
            self._say(f"{self._path}: {left:,} {lines} of the audit log could not be written")

    def _opened(self) -> int:
        handle = os.open(self._path, _OPEN, _MODE)
        try:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                raise SettingsError(f"{self._path} is not a file; give another --audit")
            if os.name == "posix" and found.st_mode & 0o077:
                raise SettingsError(
                    f"others may read or write {self._path}; run `chmod 600` on it, or give another --audit"
                )
            if found.st_size and not self._ends_whole():
                # Whoever wrote it before was stopped within a line.
                self._rest = b"\n" + self._rest
        except BaseException:
            os.close(handle)
            raise
        return handle

    def _ends_whole(self) -> bool:
        with self._path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read() == b"\n"

    def _work(self) -> None:
        synced, dirty = time.monotonic(), False
        while True:
            with self._changed:
                while not (self._lines or self._rest or self._lost or self._over):
                    if not self._changed.wait(_SYNCED if dirty else None):
                        break
                if not self._rest:
                    self._rest = b"".join(self._lines)
                    self._lines.clear()
                    if self._lost:
                        self._rest += _line({"what": "lost", "lines": self._lost})
                        self._lost = 0
                over = self._over
            if self._rest:
                dirty = self._wrote() or dirty
            if dirty and (over or time.monotonic() - synced >= _SYNCED):
                with contextlib.suppress(OSError):
                    os.fsync(self._handle)
                synced, dirty = time.monotonic(), False
            if over and (self._trouble or not (self._rest or self._lines)):
                os.close(self._handle)
                return
            if self._rest:
                time.sleep(_AGAIN)

    def _wrote(self) -> bool:
        """Write as much of what waits as can be written; return whether that was anything."""
        before = len(self._rest)
        try:
            self._follow()
            while self._rest:
                self._rest = self._rest[os.write(self._handle, self._rest) :]
        except (OSError, SettingsError) as error:
            why = (getattr(error, "strerror", "") or str(error)).lower()
            if not self._trouble:
                self._say(
                    f"{self._path}: the audit log cannot be written: {why}; questions are answered, and "
                    "written down as soon as that is possible"
                )
            self._trouble = why
            return len(self._rest) < before
        if self._trouble:
            self._trouble = ""
            self._say(f"{self._path}: the audit log is written again")
        return True

    def _follow(self) -> None:
        """Open the file anew where it was moved away, as is done with long logs."""
        try:
            found = self._path.lstat()
            held = os.fstat(self._handle)
            is_same = (found.st_dev, found.st_ino) == (held.st_dev, held.st_ino)
        except FileNotFoundError:
            is_same = False
        if not is_same:
            handle = self._opened()
            os.close(self._handle)
            self._handle = handle


def _line(value: Mapping[str, Any]) -> bytes:
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"at": at, **value}).encode("ascii") + b"\n"

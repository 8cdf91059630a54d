"""Failures of the system, put into a process: the N-th call that touches a folder fails, or ends the process.

What is counted are the calls that Python makes of the system for names and streams below one folder. Does
not depend on coopsearch. Writes of streams are caught below their buffers.
"""

from __future__ import annotations

import _io
import builtins
import errno
import io
import os
import signal
from collections.abc import Callable
from typing import Any, Final

#: Calls by name: what they do to a folder, told from what only looks.
CHANGING: Final = (
    "replace",
    "rename",
    "mkdir",
    "unlink",
    "remove",
    "rmdir",
    "chmod",
    "fchmod",
    "link",
    "symlink",
)
LOOKING: Final = ("scandir", "listdir", "stat", "lstat")
STREAMS: Final = ("write", "fsync", "ftruncate", "truncate")
#: The name of an error that is none: the process is killed before the call is made.
KILLED: Final = "KILLED"


class Injection:
    """The calls that were made so far, one of which fails."""

    def __init__(self, folder: str, at: int, error: int, kinds: tuple[str, ...]) -> None:
        """Count calls of some kinds below a folder; the one at ``at`` (from 1) fails, none if that is 0."""
        self.folder = os.path.realpath(folder)
        self.at, self.error, self.kinds = at, error, kinds
        self.calls: list[str] = []
        self.is_on = True
        self._handles: dict[int, str] = {}

    def stop(self) -> None:
        """Count no more."""
        self.is_on = False

    def touch(self, kind: str, path: object) -> None:
        """Count a call; raise if it is its turn."""
        if not self.is_on or kind not in self.kinds:
            return
        if isinstance(path, int):
            path = self._of(path)
        try:
            name = os.fsdecode(path)  # type: ignore[arg-type]
        except TypeError:
            return
        name = os.path.join(os.getcwd(), name)  # noqa: PTH109, PTH118 - pathlib makes calls of its own
        if name != self.folder and not name.startswith(self.folder + os.sep):
            return
        self.calls.append(f"{kind} {name[len(self.folder) :]}")
        if len(self.calls) == self.at:
            if not self.error:
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(self.error, os.strerror(self.error), os.fsdecode(path))  # type: ignore[arg-type]

    def _of(self, handle: int) -> str:
        try:
            return os.readlink(f"/proc/self/fd/{handle}")  # noqa: PTH115 - the same
        except OSError:
            return ""

    def path_of(self, path: object, dir_fd: int | None) -> object:
        """Return a path that may be relative to an open folder as a whole one."""
        if dir_fd is not None and isinstance(path, (str, bytes, os.PathLike)):
            return os.path.join(self._of(dir_fd), os.fsdecode(path))  # noqa: PTH118 - the same
        return path


def inject(folder: str, at: int, error: str = "EIO", kinds: tuple[str, ...] = ()) -> Injection:
    """Patch this process: from now on calls below a folder are counted, and one fails. It is never undone."""
    wanted = tuple(kinds) or ("open", "create", *CHANGING, *LOOKING[:2], *STREAMS)
    fault = Injection(folder, at, 0 if error == KILLED else getattr(errno, error), wanted)
    for name in (*CHANGING, *LOOKING, "fsync", "ftruncate", "truncate", "write"):
        setattr(os, name, _counted(fault, name, getattr(os, name)))
    os.open = _opened(fault, os.open)
    opened = _stream(fault, io.open)
    io.open = builtins.open = _io.open = opened
    return fault


def _counted(fault: Injection, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def call(path: Any = ".", *more: Any, **named: Any) -> Any:
        fault.touch(name, fault.path_of(path, named.get("dir_fd") or named.get("src_dir_fd")))
        return real(path, *more, **named)

    return call


def _opened(fault: Injection, real: Callable[..., int]) -> Any:
    def open_(path: Any, flags: int, *more: Any, **named: Any) -> int:
        kind = "create" if flags & os.O_CREAT else "open"
        fault.touch(kind, fault.path_of(path, named.get("dir_fd")))
        return real(path, flags, *more, **named)

    return open_


class _Raw(io.FileIO):
    """A file whose writes can fail."""

    fault: Injection

    def write(self, data: Any) -> int | None:  # type: ignore[override]
        self.fault.touch("write", self.fileno())
        return super().write(data)

    def truncate(self, size: int | None = None) -> int:
        self.fault.touch("truncate", self.fileno())
        return super().truncate(size)


def _stream(fault: Injection, real: Callable[..., Any]) -> Any:
    class Raw(_Raw):
        pass

    Raw.fault = fault

    def open_(file: Any, mode: str = "r", buffering: int = -1, *more: Any, **named: Any) -> Any:
        if not isinstance(file, int):
            kind = "open" if set(mode).isdisjoint("wax") else "create"
            fault.touch(kind, file)
        if "b" not in mode and not set(mode).isdisjoint("wax+"):
            encoding = more[0] if more else named.get("encoding")
            binary = open_(file, mode.replace("t", "") + "b", -1, closefd=named.get("closefd", True))
            return io.TextIOWrapper(binary, encoding, named.get("errors"), named.get("newline"))
        if set(mode).isdisjoint("wax+"):
            return real(file, mode, buffering, *more, **named)
        raw = Raw(file, mode.replace("b", ""), closefd=named.get("closefd", True), opener=named.get("opener"))
        if buffering == 0:
            return raw
        return io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)

    return open_

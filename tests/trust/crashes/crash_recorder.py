"""What a command does to a folder, call by call, in the order in which the calls end.

Runs it under strace and reads the record: all processes and threads. Does not depend on coopsearch. What it
gives is checked by playing it back: the outcome must be what the command left (``crash_disk``).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

STRACE: Final = shutil.which("strace")
_CALLS: Final = (
    "open,openat,creat,write,pwrite64,writev,pwritev,pwritev2,rename,renameat,renameat2,link,linkat,symlink,"
    "symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir,truncate,ftruncate,fallocate,fsync,fdatasync,sync,syncfs,"
    "chmod,fchmod,fchmodat,close,lseek,dup,dup2,dup3,fcntl,clone,clone3,fork,vfork,copy_file_range,sendfile,"
    "splice"
)
_HEX: Final = re.compile(r"(?:\\x[0-9a-f]{2})+")
_LINE: Final = re.compile(r"(\d+) +(.*)")
_CALL: Final = re.compile(r"(\w+)\((.*)\) += (-?\d+)(?: .*|<.*)?", re.DOTALL)
_RESUMED: Final = re.compile(r"<\.\.\. \w+ resumed>,? ?(.*)", re.DOTALL)
_FD: Final = re.compile(r"(-?\d+|AT_FDCWD)(?:<([^>]*)>(\(deleted\))?)?")
_BASE: Final = re.compile(r'iov_base="([^"]*)"')
#: What nothing here does with files of its own.
_UNKNOWN: Final = ("symlink", "symlinkat", "copy_file_range", "sendfile", "splice", "fallocate")
_UNFINISHED: Final = " <unfinished ...>"


class Op(NamedTuple):
    """One change of the folder. Paths are relative to it, "" is the folder itself."""

    kind: str
    """open, write, truncate, rename, link, unlink, mkdir, rmdir, chmod, sync."""
    path: str
    to: str = ""
    """rename, link: the new path."""
    data: bytes = b""
    at: int = 0
    """write: where; -1 for the end. truncate: the size. open, mkdir, chmod: the mode."""
    fresh: bool = False
    """open: whether the file is made if there is none."""
    cut: bool = False
    """open: whether it is emptied."""

    def __str__(self) -> str:
        """Say it in a few words."""
        match self.kind:
            case "open":
                return f"{'empty' if self.cut else 'make'} {self.path}"
            case "write":
                return f"write {len(self.data)} bytes to {self.path}"
            case "rename" | "link":
                return f"{self.kind} {self.path} to {self.to}"
            case "truncate":
                return f"cut {self.path} to {self.at} bytes"
            case _:
                return f"{self.kind} {self.path or 'the folder'}"


def record(
    command: Sequence[str], root: Path, env: Mapping[str, str], record_at: Path
) -> tuple[list[Op], subprocess.CompletedProcess[bytes]]:
    """Run a command and return what it did to all below a folder, and how it ended."""
    assert STRACE is not None
    traced = [STRACE, "-f", "-y", "-xx", "-s", "100000000", "-o", str(record_at), "-e", f"trace={_CALLS}"]
    done = subprocess.run(
        [*traced, *command],
        env=dict(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=240,
        check=False,
    )
    with record_at.open(encoding="ascii") as stream:
        return list(read_record(stream, root)), done


def read_record(lines: Iterator[str], root: Path) -> Iterator[Op]:
    """Read what strace wrote."""
    reader = _Reader(os.path.realpath(root))
    begun: dict[str, str] = {}
    for line in lines:
        found = _LINE.match(line.rstrip("\n"))
        if found is None:
            continue
        process, text = found.groups()
        if text.endswith(_UNFINISHED):
            begun[process] = text.removesuffix(_UNFINISHED)
            continue
        if resumed := _RESUMED.match(text):
            text = begun.pop(process) + resumed[1]
        if call := _CALL.match(text):
            name, arguments, result = call.groups()
            yield from reader.call(_Call(int(process), name, _split(arguments), int(result)))


@dataclass
class _Opened:
    """An open file; copies of its number share its place."""

    place: int = 0
    append: bool = False


class _Call(NamedTuple):
    """A system call that has ended; what is done with its arguments takes them from the list."""

    process: int
    name: str
    arguments: list[str]
    result: int


class _Reader:
    """Keeps, for each process, which files are open and where they are written next."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._tables: dict[int, dict[int, _Opened]] = {}
        self._calls: dict[str, Callable[[_Call], Iterator[Op]]] = {
            **dict.fromkeys(("open", "openat", "creat"), self._open),
            **dict.fromkeys(("write", "writev"), self._write),
            **dict.fromkeys(("pwrite64", "pwritev", "pwritev2"), self._write_at),
            **dict.fromkeys(("rename", "renameat", "renameat2", "link", "linkat"), self._renamed),
            **dict.fromkeys(("unlink", "unlinkat", "rmdir", "mkdir", "mkdirat"), self._named),
            **dict.fromkeys(("chmod", "fchmod", "fchmodat"), self._mode),
            **dict.fromkeys(("fsync", "fdatasync"), self._sync),
            **dict.fromkeys(("truncate", "ftruncate"), self._truncate),
            **dict.fromkeys(("clone", "clone3", "fork", "vfork"), self._child),
            **dict.fromkeys(("dup", "dup2", "dup3", "fcntl"), self._copy),
            **dict.fromkeys(_UNKNOWN, self._unknown),
            "lseek": self._seek,
        }  # fmt: skip

    def call(self, call: _Call) -> Iterator[Op]:
        """Take one call that has ended."""
        if call.result >= 0 and call.name in self._calls:
            yield from self._calls[call.name](call)

    def _files(self, process: int) -> dict[int, _Opened]:
        return self._tables.setdefault(process, {})

    def _inside(self, path: str) -> str | None:
        if path == self._root:
            return ""
        return path[len(self._root) + 1 :] if path.startswith(self._root + "/") else None

    def _path(self, arguments: list[str]) -> str | None:
        """Return the path that the first one or two arguments name, if it lies inside; they are removed."""
        first = arguments.pop(0)
        base = ""
        if not first.startswith('"'):
            base = _descriptor(first)[1]
            first = arguments.pop(0)
        path = os.path.normpath(Path(base) / _text(first))
        assert path.startswith("/"), f"{path}: a relative path, and the folder it starts from is not known"
        return self._inside(path)

    def _held(self, argument: str) -> str | None:
        """Return the path of an open file that lies inside and still has a name."""
        _, path, deleted = _descriptor(argument)
        return None if deleted else self._inside(path)

    def _open(self, call: _Call) -> Iterator[Op]:
        path = self._path(call.arguments)
        flags = "O_CREAT|O_TRUNC|O_WRONLY" if call.name == "creat" else call.arguments.pop(0)
        self._files(call.process)[call.result] = _Opened(append="O_APPEND" in flags)
        if path is not None and ("O_CREAT" in flags or "O_TRUNC" in flags):
            mode = int(call.arguments[0], 8) if call.arguments else 0o666
            yield Op("open", path, at=mode, fresh="O_CREAT" in flags, cut="O_TRUNC" in flags)

    def _write(self, call: _Call) -> Iterator[Op]:
        number = _descriptor(call.arguments[0])[0]
        held = self._files(call.process).setdefault(number, _Opened())
        path = self._held(call.arguments[0])
        if path is not None:
            yield Op(
                "write",
                path,
                data=_data(call.arguments[1])[: call.result],
                at=-1 if held.append else held.place,
            )
        held.place += call.result

    def _write_at(self, call: _Call) -> Iterator[Op]:
        path = self._held(call.arguments[0])
        if path is not None:
            yield Op("write", path, data=_data(call.arguments[1])[: call.result], at=int(call.arguments[3]))

    def _renamed(self, call: _Call) -> Iterator[Op]:
        path, to = self._path(call.arguments), self._path(call.arguments)
        if path is not None or to is not None:
            assert path is not None, f"{call.name} of a file from elsewhere to {to}"
            assert to is not None, f"{call.name} of {path} to elsewhere"
            yield Op("link" if "link" in call.name else "rename", path, to)

    def _named(self, call: _Call) -> Iterator[Op]:
        path = self._path(call.arguments)
        if path is not None:
            kind = "rmdir" if "AT_REMOVEDIR" in call.arguments else call.name.removesuffix("at")
            yield Op(kind, path, at=int(call.arguments[0], 8) if kind == "mkdir" else 0)

    def _mode(self, call: _Call) -> Iterator[Op]:
        path = self._held(call.arguments.pop(0)) if call.name == "fchmod" else self._path(call.arguments)
        if path is not None:
            yield Op("chmod", path, at=int(call.arguments[0], 8))

    def _sync(self, call: _Call) -> Iterator[Op]:
        path = self._held(call.arguments[0])
        if path is not None:
            yield Op("sync", path)

    def _truncate(self, call: _Call) -> Iterator[Op]:
        path = self._path(call.arguments) if call.name == "truncate" else self._held(call.arguments.pop(0))
        if path is not None:
            yield Op("truncate", path, at=int(call.arguments[0]))

    def _child(self, call: _Call) -> Iterator[Op]:
        own = self._files(call.process)
        # What a thread opened is there already if it was quicker than the call that made it.
        early = self._tables.get(call.result, {})
        if any("CLONE_FILES" in argument for argument in call.arguments):
            own.update(early)
            self._tables[call.result] = own
        else:
            self._tables[call.result] = {**own, **early}
        yield from ()

    def _copy(self, call: _Call) -> Iterator[Op]:
        if call.name != "fcntl" or call.arguments[1].startswith("F_DUPFD"):
            files = self._files(call.process)
            files[call.result] = files.setdefault(_descriptor(call.arguments[0])[0], _Opened())
        yield from ()

    def _seek(self, call: _Call) -> Iterator[Op]:
        self._files(call.process).setdefault(_descriptor(call.arguments[0])[0], _Opened()).place = call.result
        yield from ()

    def _unknown(self, call: _Call) -> Iterator[Op]:
        for argument in call.arguments:
            path = _text(argument) if argument.startswith('"') else _descriptor(argument)[1]
            assert not path or self._inside(path) is None, f"{call.name} of {path} is not understood"
        yield from ()


def _split(arguments: str) -> list[str]:
    """Return the arguments of a call; in strings every character is a number, so no comma stands there."""
    found: list[str] = []
    depth = start = 0
    for place, sign in enumerate(arguments) if "[" in arguments or "{" in arguments else ():
        depth += (sign in "[{") - (sign in "]}")
        if sign == "," and depth == 0:
            found.append(arguments[start:place].strip())
            start = place + 1
    if not found and start == 0:
        return [] if not arguments else [one.strip() for one in arguments.split(", ")]
    return [*found, arguments[start:].strip()]


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _text(argument: str) -> str:
    return os.fsdecode(_bytes(argument.strip('"')))


def _data(argument: str) -> bytes:
    if argument.startswith('"'):
        return _bytes(argument.strip('"'))
    return b"".join(map(_bytes, _BASE.findall(argument)))


def _descriptor(argument: str) -> tuple[int, str, bool]:
    """Return the number of an open file, its path ("" if it has none) and whether that is gone."""
    found = _FD.fullmatch(argument)
    if found is None:
        return -1, "", False
    number, path, deleted = found.groups()
    shown = _HEX.sub(lambda run: os.fsdecode(_bytes(run[0])), path or "")
    return -1 if number == "AT_FDCWD" else int(number), shown, deleted is not None

"""How a forked process becomes the one that asked: its streams, folder, environment, rights, limits, signals.

What cannot be taken over is refused before anything was done, and then the command runs the ordinary way.
Does not depend on an index.
"""

from __future__ import annotations

import io
import locale
import os
import resource
import signal
import sys
import time
from collections.abc import Mapping
from typing import Final, NamedTuple

from coopsearch.search.cli.warm import place

#: Lines of the system's page on a process which say what it may do. They must be the same as ours: one that
#: was put into a jail must not reach out of it through us.
_RIGHTS: Final = (
    "Uid", "Gid", "Groups", "NoNewPrivs", "Seccomp", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb",
)  # fmt: skip
#: What else must be the same: the files, users and processes that it sees. So must the label of a security
#: module.
_SAME: Final = ("ns/mnt", "ns/user", "ns/pid", "ns/net", "root")
_LABEL: Final = "attr/current"
_LIMITS: Final = tuple(
    number for name, number in vars(resource).items() if name.startswith("RLIMIT_") and name != "RLIMIT_OFILE"
)
#: The interpreter gives these no default action when it starts.
_IGNORED: Final = (signal.SIGPIPE, signal.SIGXFSZ)
_ENCODINGS: Final = 6
#: Looked up while the environment is our own.
_IDENTITY: Final = place.identity()


class NotFit(Exception):
    """We cannot stand in for that process."""


class Request(NamedTuple):
    """What is to be run, and as whom."""

    folder: str
    """The folder of the script: the first of the path, or "" for none."""
    streams: list[str]
    """Encoding and errors of each of the three streams, and "1" where output is not buffered."""
    arguments: list[str]
    environment: dict[bytes, bytes]


def read(fields: list[bytes]) -> Request:
    """Read a request. Raises NotFit for that of another kind of interpreter, or what is not a request."""
    if len(fields) < 4 or fields[0] != _IDENTITY:  # noqa: PLR2004 - the fields that each has
        raise NotFit
    streams, count = fields[2].decode().split(" "), int(fields[3])
    if len(streams) != _ENCODINGS + 1 or not 0 < count <= len(fields) - 4:
        raise NotFit
    arguments, rest = fields[4 : 4 + count], fields[4 + count :]
    environment = dict(one.split(b"=", 1) for one in rest if b"=" in one)
    return Request(os.fsdecode(fields[1]), streams, [os.fsdecode(one) for one in arguments], environment)


class Origin(NamedTuple):
    """A process as the system describes it."""

    rights: tuple[str, ...]
    umask: int
    ignored: int
    """The signals that it ignores, and those that it blocks: a bit each, the first for number 1."""
    blocked: int
    session: int
    nice: int
    processors: frozenset[int]

    @classmethod
    def of(cls, number: int) -> Origin:
        """Look at a process of this user. Raises NotFit."""
        try:
            with open(f"/proc/{number}/status", encoding="utf-8", errors="replace") as stream:  # noqa: PTH123
                lines = dict(line.split(":", 1) for line in stream if ":" in line)
            same = [os.readlink(f"/proc/{number}/{one}") for one in _SAME]  # noqa: PTH115
            return cls(
                (*(lines.get(one, "").strip() for one in _RIGHTS), *same, _label(number)),
                int(lines["Umask"], 8),
                int(lines["SigIgn"], 16),
                int(lines["SigBlk"], 16),
                os.getsid(number),
                os.getpriority(os.PRIO_PROCESS, number),
                frozenset(os.sched_getaffinity(number)),
            )
        except (OSError, ValueError, KeyError):
            raise NotFit from None


def _label(number: int) -> str:
    try:
        with open(f"/proc/{number}/{_LABEL}", encoding="utf-8", errors="replace") as stream:  # noqa: PTH123
            return stream.read()
    except OSError:
        return ""  # no such module is in force


def become(number: int, request: Request, handles: list[int]) -> Origin:
    """Take over all that the process of a number has. Raises NotFit.

    ``handles`` are its three streams and its folder; they are closed. Our own streams are lost, whatever
    comes of it.
    """
    origin, own = Origin.of(number), Origin.of(os.getpid())
    if origin.rights != own.rights or os.sched_getscheduler(number) != os.sched_getscheduler(0):
        raise NotFit
    try:
        _take_limits(number, origin, own)
        for target, handle in enumerate(handles[:3]):
            os.dup2(handle, target)
        os.fchdir(handles[3])
        for handle in handles:
            os.close(handle)
    except (OSError, ValueError):
        raise NotFit from None
    os.umask(origin.umask)
    _take_environment(request.environment)
    if place.first():
        sys.path[0] = request.folder
    sys.argv = [*request.arguments]
    _take_streams(request.streams)
    return origin


def _take_limits(number: int, origin: Origin, own: Origin) -> None:
    # A process can lower what it has, and hardly ever raise it; who may not is refused by the system.
    for limit in _LIMITS:
        wanted = resource.prlimit(number, limit)
        if wanted != resource.getrlimit(limit):
            resource.setrlimit(limit, wanted)
    if origin.nice != own.nice:
        os.setpriority(os.PRIO_PROCESS, 0, origin.nice)
    if origin.processors != own.processors:
        os.sched_setaffinity(0, origin.processors)


def _take_environment(environment: Mapping[bytes, bytes]) -> None:
    # In place: many have a reference to it.
    os.environb.clear()
    os.environb.update(environment)
    time.tzset()
    try:
        locale.setlocale(locale.LC_CTYPE, "")
    except locale.Error:
        # As the interpreter does when it starts.
        locale.setlocale(locale.LC_CTYPE, "C")


def _take_streams(told: list[str]) -> None:
    """Make the streams of the interpreter anew, as it makes them when it starts."""
    is_direct = told[_ENCODINGS] == "1"
    sys.stdin = _stream(0, "r", told[0], told[1], direct=False)
    sys.stdout = _stream(1, "w", told[2], told[3], direct=is_direct)
    sys.stderr = _stream(2, "w", told[4], told[5], direct=is_direct)
    for name in ("stdin", "stdout", "stderr"):
        setattr(sys, f"__{name}__", getattr(sys, name))


def _stream(number: int, mode: str, encoding: str, errors: str, *, direct: bool) -> io.TextIOWrapper:
    name = ("<stdin>", "<stdout>", "<stderr>")[number]
    raw = io.FileIO(number, mode, closefd=False)
    raw.name = name
    buffer: io.BufferedReader | io.BufferedWriter | io.FileIO
    buffer = raw if direct else io.BufferedReader(raw) if mode == "r" else io.BufferedWriter(raw)
    by_line = not direct and (number == 2 or raw.isatty())  # noqa: PLR2004 - errors are shown at once
    made = io.TextIOWrapper(
        buffer,
        encoding=encoding,
        errors=errors,
        newline="\n",
        line_buffering=by_line,
        write_through=direct,
    )
    # As the interpreter does; to the type checker it is a property.
    setattr(made, "mode", mode)  # noqa: B010
    return made


def take_signals(origin: Origin) -> None:
    """Treat signals as a new interpreter does which that process would have started.

    Last of all: from here on they act as they do on the command.
    """
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        if origin.ignored >> (number - 1) & 1 or number in _IGNORED:
            signal.signal(number, signal.SIG_IGN)
        else:
            signal.signal(number, signal.SIG_DFL)
    if not origin.ignored >> (signal.SIGINT - 1) & 1:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    blocked = [number for number in signal.valid_signals() if origin.blocked >> (number - 1) & 1]
    signal.pthread_sigmask(signal.SIG_SETMASK, blocked)

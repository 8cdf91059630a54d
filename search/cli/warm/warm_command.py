"""``coopsearch warm``: start, stop or look for the resident process that runs commands without their start.

Reads the options and makes the socket; ``server`` serves it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple, NoReturn

import typer

from coopsearch.search.characters import safe
from coopsearch.search.cli.app import Command, app
from coopsearch.search.cli.display.render import counted
from coopsearch.search.cli.display.terminal import ADDRESS
from coopsearch.search.cli.exits import Exit, fail
from coopsearch.search.cli.warm import place
from coopsearch.search.errors import CoopsearchError, SettingsError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from coopsearch.search.cli.warm.loaded import Rehearsal

#: Commands that wait to be taken in.
_BACKLOG: Final = 128
#: Seconds that are waited for a process to be ready, or to end; commands at work come to their own end.
_PATIENCE: Final = 60.0
_STEP: Final = 0.05
_MINUTE: Final = 60.0
_BEGUN: Final = time.time()


class _Holder(NamedTuple):
    """Who serves a socket."""

    number: int
    since: float
    idle: float
    done: int


@app.command(
    "warm",
    cls=Command,
    epilog="Examples: coopsearch warm --detach; coopsearch warm --status; coopsearch warm --stop. While it "
    "is there, searches, show, cite, news and other commands start in a fraction of the time, with the same "
    "output; nothing else has to be typed. Ctrl-C, SIGTERM or --stop ends it. Exit code: 0 done or running, "
    "1 --status or --stop found none, 2 error.",
)
def warm(
    detach: Annotated[
        bool, typer.Option("--detach", help="Return as soon as it is ready, and leave it running.")
    ] = False,
    stop: Annotated[bool, typer.Option("--stop", help="End the one that is running.")] = False,
    status: Annotated[bool, typer.Option("--status", help="Say whether one is running.")] = False,
    idle: Annotated[
        float,
        typer.Option(
            "--idle", min=0.01, max=100_000, metavar="MINUTES", help="End after so long without a command."
        ),
    ] = 30,
) -> int:
    """Keep coopsearch ready in a process of its own, which runs commands for you without their start."""
    if detach + stop + status > 1:
        raise SettingsError("--detach, --stop and --status are three things to do; give one")
    if sys.platform != "linux":
        raise SettingsError(
            "warm needs Linux, where a socket tells who is at its other end; all commands work without it"
        )
    address = place.address()
    if address is None:
        raise SettingsError(
            "there is no folder for the socket: this runs with the rights of another user, or the path in "
            "XDG_RUNTIME_DIR or TMPDIR is too long"
        )
    path = Path(address)
    if stop or status:
        return _stop(path) if stop else _status(path)
    lock = _locked(path)
    if detach:
        return _detached(path, lock, idle * _MINUTE)
    return _served(path, lock, idle * _MINUTE)


def _status(path: Path) -> int:
    holder = _holder(path)
    if holder is None:
        print("no resident process is running; `coopsearch warm --detach` starts one")
        return Exit.NOTHING
    begun = time.strftime("%H:%M", time.localtime(holder.since))
    print(f"process {holder.number} is running since {begun} and has run {counted(holder.done, 'command')}")
    print(f"it ends after {holder.idle / _MINUTE:g} minutes without one")
    return Exit.FOUND


def _stop(path: Path) -> int:
    holder = _holder(path)
    if holder is None:
        print("no resident process is running")
        return Exit.NOTHING
    if not holder.number:
        raise CoopsearchError("a resident process is just beginning; try again in a second")
    with contextlib.suppress(ProcessLookupError):
        os.kill(holder.number, signal.SIGTERM)
    ending = time.monotonic() + _PATIENCE
    while _holder(path) is not None:
        if time.monotonic() > ending:
            raise CoopsearchError(
                f"process {holder.number} takes no more commands, and waits for those at work"
            )
        time.sleep(_STEP)
    print(f"process {holder.number} has ended")
    return Exit.FOUND


def _holder(path: Path) -> _Holder | None:
    """Return who serves a socket, None for nobody."""
    import fcntl

    if not place.is_private(str(path.parent)):
        return None
    try:
        handle = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None
    with os.fdopen(handle, encoding="ascii", errors="replace") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            try:
                number, since, idle, done = stream.read(100).split()
                return _Holder(int(number), float(since), float(idle), int(done))
            except ValueError:
                return _Holder(0, time.time(), 0.0, 0)  # it has just begun
    return None


def _locked(path: Path) -> int:
    """Make the folder of the socket and take its lock. Raises CoopsearchError."""
    import fcntl

    folder = path.parent
    try:
        with contextlib.suppress(FileExistsError):
            folder.mkdir(0o700)
        if not place.is_private(str(folder)):
            raise SettingsError(
                f"{safe(str(folder), ADDRESS)} is not yours alone, so no socket is made there; remove it, or "
                "give it to yourself with mode 0700"
            )
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        handle = os.open(path.with_suffix(".lock"), flags, 0o600)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise SettingsError(f"{safe(str(path.with_suffix('.lock')), ADDRESS)} is not a file; remove it")
    except OSError as error:
        raise SettingsError(
            f"no socket can be made in {safe(str(folder), ADDRESS)}: {error.strerror}"
        ) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        holder = _holder(path)
        number = f"process {holder.number}" if holder else "another process"
        raise CoopsearchError(f"{number} is running already; `coopsearch warm --stop` ends it") from None
    # Nobody takes who held it before for its holder.
    os.ftruncate(handle, 0)
    return handle


def _listening(path: Path, lock: int, idle: float) -> socket.socket:
    """Make the socket, in place of one that a process left behind, and say on the lock who serves it."""
    import socket

    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listening.bind(str(path))
    finally:
        os.umask(before)
    _say(lock, idle, 0)
    # Last: who finds somebody listening is served.
    listening.listen(_BACKLOG)
    return listening


def _say(lock: int, idle: float, done: int) -> None:
    """Say on the lock who holds it, since when, for how long without a command, and how many were run."""
    os.pwrite(lock, f"{os.getpid():>10} {_BEGUN:>12.0f} {idle:>10} {done:>12}\n".encode(), 0)


def _served(path: Path, lock: int, idle: float) -> int:
    rehearsal = _prepared(path)
    listening = _listening(path, lock, idle)
    said = "ready: commands start warm until this ends (Ctrl-C)"
    _serve(listening, lock, idle, rehearsal, lambda: print(said, flush=True))
    return Exit.FOUND


def _prepared(path: Path) -> Rehearsal:
    # Before NumPy is loaded: no thread may be there when the process is forked.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    from coopsearch.search.cli.warm.loaded import Rehearsal, prepare

    prepare()
    return Rehearsal(path.with_suffix(".rehearsal"))


def _serve(
    listening: socket.socket, lock: int, idle: float, rehearsal: Rehearsal, ready: Callable[[], object]
) -> None:
    """Serve, and call ``ready`` as soon as that begins."""
    from coopsearch.search.cli.warm.child import run
    from coopsearch.search.cli.warm.loaded import Installed
    from coopsearch.search.cli.warm.server import Server

    server = Server(
        listening,
        lock,
        run,
        rehearse=rehearsal.again,
        count=lambda done: _say(lock, idle, done),
        idle=idle,
        is_current=Installed().is_current,
    )
    try:
        ready()
        server.serve()
    finally:
        rehearsal.remove()


def _detached(path: Path, lock: int, idle: float) -> int:
    """Leave a process behind that serves; return when it is ready. Raises CoopsearchError."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _left(path, lock, idle, writing)
    os.close(writing)
    os.close(lock)
    with os.fdopen(reading, "rb") as stream:
        said = stream.read(1)
    if said != b"+":
        raise CoopsearchError(
            "the resident process ended before it was ready; run it without --detach to see why"
        )
    print(f"ready: process {child} runs commands from here on (`coopsearch warm --stop` ends it)")
    return Exit.FOUND


def _left(path: Path, lock: int, idle: float, ready: int) -> NoReturn:
    """Be the process that is left behind: of no terminal, and in no folder."""
    code = 2
    try:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(nothing, number)
        os.chdir("/")
        rehearsal = _prepared(path)
        listening = _listening(path, lock, idle)
        _serve(listening, lock, idle, rehearsal, lambda: os.close(ready) if os.write(ready, b"+") else None)
        code = 0
    except Exception as error:  # noqa: BLE001 - nobody is there to be told
        fail(str(error))
    finally:
        os._exit(code)

"""The command's way to the resident process, where there is one: it hands itself over and waits for the end.

It is loaded before anything is known of the command, so it imports next to nothing, and nothing at all is
done or said where there is no socket. Until the other end has said that it is ready and was told to go,
whatever goes wrong means the ordinary way; so no command is ever run twice.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _socket
    from collections.abc import Callable
    from types import FrameType
    from typing import Final, NoReturn

#: What stands first on the line of a command that is always run the ordinary way, and why.
APART: Final = {
    "index": "it starts processes of its own, lasts, and its memory is better given back",
    "watch": "the same, and it lasts until it is told to stop",
    "verify": "it reads every byte of an index, beside which a start is nothing",
    "purge": "it writes the index anew",
    "pack": "it reads every byte of an index",
    "unpack": "it writes an index",
    "copy-index": "the same",
    "eval": "it asks hundreds of questions, beside which a start is nothing",
    "lexicon": "it reads dictionaries, and changes what the resident process has open",
    "desk": "it replaces a file that others have open, and is seldom used",
    "open": "it lends the terminal to another program, which needs it as its own",
    "review": "it reads keys, and has to be in the foreground of the terminal for that",
    "judge": "the same",
    "interactive": "the same",
    "-i": "the same",
    "--interactive": "the same",
    "serve": "it lasts until it is told to stop",
    "accounts": "it asks for a password, which no other process should see",
    "mcp": "it lasts as long as its client does",
    "warm": "it starts, stops or asks for the resident process",
    "--install-completion": "it looks for the shell among the processes above it",
    "--show-completion": "the same",
}
#: Parts of arguments that name a descriptor or a process: of ours, which is another one there.
_OWN: Final = ("/dev/fd/", "/proc/")
#: By which a shell asks for what can follow; see ``completion``.
_COMPLETING: Final = "_COOPSEARCH_COMPLETE"
#: With "no" in it the resident process is not asked.
VARIABLE: Final = "COOPSEARCH_WARM"
#: Seconds that are waited for a sign of life, for the turn among others, and until a request is taken in.
_PATIENCE: Final = 0.5
_QUEUE: Final = 3.0
_ANSWER: Final = 10.0
#: Signals that are passed on: to all that the command started, as a terminal does, or to the command alone.
_TO_ALL: Final = ("SIGINT", "SIGQUIT", "SIGHUP", "SIGWINCH")
_TO_ONE: Final = ("SIGTERM",)


def handed_over() -> None:
    """Have the resident process run this command, and end as that ended. Returns where there is none."""
    if sys.platform != "linux" or (len(sys.argv) > 1 and sys.argv[1] in APART):
        return
    from coopsearch.search.cli.warm import place

    path = place.address()
    # Without a socket that is all: nothing else is loaded.
    if path is None or not os.path.exists(path):  # noqa: PTH110 - without pathlib
        return
    try:
        if _is_fit() and place.is_private(os.path.dirname(path)):  # noqa: PTH120
            _asked(path, place.identity(), place.first())
    except (OSError, ImportError, MemoryError, ValueError):
        return


def _is_fit() -> bool:
    """Say whether somebody else can stand in for this process."""
    if _COMPLETING in os.environ or os.environ.get(VARIABLE) == "no":
        return False
    if any(part in argument for argument in sys.argv[1:] for part in _OWN):
        return False
    for number in range(3):
        os.fstat(number)
        if os.isatty(number):
            try:
                if os.tcgetpgrp(number) != os.getpgrp():
                    return False  # in the background of this terminal, where reading stops a process
            except OSError:
                continue  # it is not the terminal of this session, and so it stops nobody
    return True


def _asked(path: str, identity: bytes, first: int) -> None:
    """Ask who listens at an address. Returns, or raises, before anything was done."""
    import _socket

    from coopsearch.search.cli.warm import wire

    end = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    # No waiting where too many wait already.
    end.setblocking(False)
    end.connect(path)
    if wire.peer(end)[1] != os.geteuid():
        return
    end.settimeout(_PATIENCE)
    kind, number, _ = wire.receive_frame(end)
    if kind == wire.QUEUED:
        end.settimeout(_QUEUE)
        kind, number, _ = wire.receive_frame(end)
    if kind != wire.HELLO:
        return
    end.settimeout(_ANSWER)
    here = os.open(".", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    fields = [
        identity,
        os.fsencode(sys.path[0]) if first else b"",
        " ".join(_streams()).encode(),
        b"%d" % len(sys.argv),
        *map(os.fsencode, sys.argv),
        *(b"%b=%b" % one for one in os.environb.items()),
    ]
    wire.send_request(end, fields, (0, 1, 2, here))
    os.close(here)
    kind, number, _ = wire.receive_frame(end)
    if kind != wire.READY:
        return
    end.settimeout(None)
    _forward(number)
    try:
        end.sendall(wire.GO)
    except BaseException:
        _unforward()
        raise
    _await(end)


def _streams() -> list[str]:
    """Return what Python was told of its streams."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    texts = [text for one in streams for text in (one.encoding, one.errors or "strict")]
    return [*texts, "1" if getattr(sys.stdout, "write_through", False) else "0"]


def _forward(child: int) -> None:
    """Pass on to a process what a terminal, or whoever ends this command, tells us."""
    import _signal  # type: ignore[import-not-found] # without the enumerations of `signal`

    def to_all(number: int, _: FrameType | None) -> None:
        _told(os.killpg, child, number)

    def to_one(number: int, _: FrameType | None) -> None:
        _told(os.kill, child, number)

    def stop(number: int, _: FrameType | None) -> None:
        # The other is in no session of a shell, where SIGTSTP would mean nothing.
        _told(os.killpg, child, _signal.SIGSTOP)
        _signal.signal(number, _signal.SIG_DFL)
        os.kill(os.getpid(), number)
        _signal.signal(number, stop)
        _told(os.killpg, child, _signal.SIGCONT)

    for names, handler in ((_TO_ALL, to_all), (_TO_ONE, to_one), (("SIGTSTP",), stop)):
        for name in names:
            number = getattr(_signal, name)
            # What nohup or a shell had ignored is ignored there, too.
            if _signal.getsignal(number) != _signal.SIG_IGN:
                _signal.signal(number, handler)


def _unforward() -> None:
    import _signal

    for name in (*_TO_ALL, *_TO_ONE, "SIGTSTP"):
        number = getattr(_signal, name)
        if _signal.getsignal(number) != _signal.SIG_IGN:
            _signal.signal(
                number, _signal.default_int_handler if number == _signal.SIGINT else _signal.SIG_DFL
            )


def _told(tell: Callable[[int, int], None], child: int, number: int) -> None:
    try:
        tell(child, number)
    except OSError:
        return  # it has just ended


def _await(end: _socket.socket) -> NoReturn:
    """Wait for the end of the command, and end in the same way."""
    from coopsearch.search.cli.warm import wire

    while True:
        try:
            kind, number, handles = wire.receive_frame(end)
        except OSError:
            kind, number, handles = b"", 0, []
        if kind == wire.START:
            _start(end, number, handles)
        elif kind == wire.ENDED:
            os._exit(number)
        elif kind == wire.KILLED:
            _die(number)
        elif not kind:
            text = b"coopsearch: the resident process ended before this command did; run it again\n"
            try:
                os.write(2, text)
            finally:
                os._exit(2)


def _die(number: int) -> NoReturn:
    import _signal

    if number != _signal.SIGKILL:
        _signal.signal(number, _signal.SIG_DFL)
    _signal.pthread_sigmask(_signal.SIG_UNBLOCK, [number])
    os.kill(os.getpid(), number)
    os._exit(128 + number)


def _start(end: _socket.socket, size: int, handles: list[int]) -> None:
    """Start a program for the command, here where the terminal is, and tell how it ended."""
    import _signal

    from coopsearch.search.cli.warm import wire

    body, _ = wire.receive(end, size)
    count, *texts = body.split(b"\0")
    arguments = texts[: int(count)]
    environment = dict(one.split(b"=", 1) for one in texts[int(count) :])
    try:
        child = os.posix_spawnp(
            arguments[0],
            arguments,
            environment,
            file_actions=[(os.POSIX_SPAWN_DUP2, handles[0], 0)],
            # As subprocess does.
            setsigdef=[_signal.SIGPIPE, _signal.SIGXFSZ],
        )
    except OSError:
        child = 0
    for one in handles:
        os.close(one)
    wire.send_frame(end, wire.STARTED, 0 if child else 1)
    if child:
        wire.send_frame(end, wire.DONE, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

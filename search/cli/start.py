"""The first thing that the command loads: from here on no signal and no failure ends in a traceback.

Holds the order of a start and of an end; ``command_line`` does what is in between. Where the user has a
resident process (``coopsearch warm``), that runs the command.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, NoReturn

#: Objects that a short command makes between two looks for garbage: what it loads at its start is none.
_BETWEEN_COLLECTIONS: Final = 50_000


def main() -> NoReturn:
    """Run the command line and exit."""
    try:
        from coopsearch.search.cli.warm import client

        client.handed_over()
        if len(sys.argv) < 2 or sys.argv[1] not in client.APART:  # noqa: PLR2004 - those last, or do much
            import gc

            gc.set_threshold(_BETWEEN_COLLECTIONS)
    except KeyboardInterrupt:
        sys.exit(130)
    _leave(ordinary())


def _leave(code: object) -> NoReturn:
    """End this process. Nobody waits for the interpreter to be taken apart where nothing depends on that.

    All that was printed is flushed by then. Freeing each object takes as long as a small search, and the
    system takes all of it anyway.
    """
    import _thread
    import atexit

    is_code = code is None or isinstance(code, int)
    # Somebody measures this process, wants to be told of its end, or works on in another thread.
    is_awaited = sys.gettrace() or sys.getprofile() or atexit._ncallbacks() or _thread._count()  # noqa: SLF001
    if is_code and not is_awaited:
        import os

        os._exit(int(code or 0) & 0xFF)  # type: ignore[call-overload]
    sys.exit(code)  # type: ignore[arg-type]


def ordinary() -> object:
    """Run the command line in this process and return the exit code."""
    try:
        from coopsearch.search.cli import signals

        signals.at_once()
    except KeyboardInterrupt:
        return 130
    code: object = 2
    try:
        _begun()
    except SystemExit as ended:
        code = ended.code
    except BaseException as error:  # noqa: BLE001 - nothing below may end in a traceback
        _told(error)
    # What is printed is printed: a signal would only spoil the exit code.
    signals.ignore()
    return code


def _begun() -> None:
    import os

    # Nothing here multiplies matrices: the threads for that would cost memory and time at every start.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for number in range(3):
        # A stream that is closed would be the next file that is opened, and be printed into.
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    from coopsearch.search.cli import command_line

    command_line.main()


def _told(error: BaseException) -> None:
    """Say what kept the command itself from being loaded."""
    import os

    message = f"{type(error).__name__}: {error}"
    try:
        from coopsearch.search.cli import failures

        failures.details(error)
        message = failures.line(error)
    except Exception as another:  # noqa: BLE001 - not even that can be loaded
        if isinstance(another, OSError | ImportError):
            message = (
                "this process may open too few files (too many open files); allow more with `ulimit -n 256`"
            )
    try:
        os.write(2, f"coopsearch: {' '.join(message.split())}\n".encode("utf-8", "backslashreplace"))
    except OSError:
        return

"""The first thing that the command loads: from here on no signal and no failure ends in a traceback.

Holds the order of a start and of an end; ``app`` does what is in between. Where the user has a resident
process (``coopsearch warm``), that runs the command.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and exit."""
    try:
        from coopsearch.search.cli.warm import client

        client.handed_over()
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(ordinary())  # type: ignore[arg-type]


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
    from coopsearch.search.cli import app

    app.main()


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

"""What becomes of an exception that nobody expected: one line for a person, and a traceback for who asks.

It has to work where nothing else does (no memory, no descriptor left), so it imports next to nothing.
"""

from __future__ import annotations

import errno
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, Protocol

    class Unraisable(Protocol):
        """What the interpreter tells of an exception that nobody can catch."""

        exc_value: BaseException | None


#: Makes tracebacks visible.
VARIABLE: Final = "COOPSEARCH_DEBUG"
#: What to tell of a limit on open files; a search of many segments takes some fifty.
FEW: Final = (
    "this process may open too few files (too many open files); allow more with `ulimit -n 256` and run the "
    "command again"
)
#: A limit with which nothing works.
_FEW: Final = 32
#: Errors behind an error that are looked at.
_DEEP: Final = 20
_LONGEST: Final = 300


def line(error: BaseException) -> str:
    """Return what to tell of an exception, in a line."""
    if is_few_files(error):
        return FEW
    # Python refuses a thread whose stack finds no room so, and gives nothing but the text to tell it by.
    no_thread = isinstance(error, RuntimeError) and "can't start new thread" in str(error)
    if isinstance(error, MemoryError) or no_thread:
        return "the machine has no memory left for this; close something, or index fewer files at a time"
    if isinstance(error, OSError):
        return f"{error.filename or 'the output'}: {error.strerror or error}"
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    what = what if len(what) <= _LONGEST else f"{what[:_LONGEST]}…"
    return f"internal error: {what}; run with {VARIABLE}=1 for the details"


def is_few_files(error: BaseException) -> bool:
    """Say whether an exception comes of a limit on open files, at whatever distance.

    An import that finds no descriptor fails in many ways, and so does what takes a file that cannot be opened
    for one that is not there.
    """
    behind: BaseException | None = error
    for _ in range(_DEEP):
        if behind is None:
            return False
        if isinstance(behind, OSError) and behind.errno in {errno.EMFILE, errno.ENFILE}:
            return True
        # A library that cannot be opened is told by the text alone.
        if isinstance(behind, ImportError) and (os.strerror(errno.EMFILE) in str(behind) or are_few()):
            return True
        behind = behind.__cause__ or behind.__context__
    return False


def details(error: BaseException) -> None:
    """Print the traceback, if it is asked for."""
    if os.environ.get(VARIABLE) == "1":
        import traceback

        traceback.print_exception(error)


def quiet() -> None:
    """Have no traceback printed of what fails beside the command: in a thread, or as it is thrown away."""
    import threading

    sys.unraisablehook = _unraisable
    threading.excepthook = lambda told: None if told.exc_value is None else details(told.exc_value)


def _unraisable(told: Unraisable) -> None:
    if told.exc_value is not None:
        details(told.exc_value)


def are_few() -> bool:
    """Say whether the limit on open files is one with which nothing works."""
    try:
        import resource
    except ImportError:
        return False
    soft: int = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return 0 <= soft < _FEW

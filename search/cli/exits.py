"""How a command ends: its exit codes, and the line that tells why.

Does not depend on an index or Typer.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from enum import IntEnum
from typing import TypeVar

from coopsearch.search.cli import failures
from coopsearch.search.cli.display.terminal import ADDRESS, ERROR, has_colour, safe, styled

T = TypeVar("T")


class Exit(IntEnum):
    """Exit codes, those of grep."""

    FOUND = 0
    NOTHING = 1
    ERROR = 2
    INTERRUPTED = 130  # that of Ctrl-C, and what typer makes of any interruption; see signals.code


def unbroken(run: Callable[[], T]) -> T | int:
    """Run a command and have what it prints arrive. A reader who stops reading ends it quietly."""
    try:
        result = run()
        sys.stdout.flush()
    except BrokenPipeError:
        # What is left in the buffer must not be tried again at exit.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.FOUND
    return result


def fail(message: str) -> None:
    """Print an error as one line, if anybody is there to read it."""
    label = styled("coopsearch:", ERROR, colour=has_colour(sys.stderr))
    with contextlib.suppress(OSError, ValueError):
        print(f"{label} {safe(message, ADDRESS)}", file=sys.stderr)


def failed(error: Exception) -> None:
    """Tell of an exception that nobody expected, in a line."""
    failures.details(error)
    fail(failures.line(error))

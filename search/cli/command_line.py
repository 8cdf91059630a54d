"""The command line: whether a line is a query or a command, and what becomes of every failure.

A plain search is run at once. Everything else (help, completion, other commands, mistakes, settings) is for
``app``, whose library takes longer to load than a small search takes. Does not depend on an index.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NoReturn

from coopsearch.search.cli import failures, signals
from coopsearch.search.cli.commands import COMMANDS, OPTIONS
from coopsearch.search.cli.display.terminal import settle_streams
from coopsearch.search.cli.exits import Exit, fail, failed, unbroken
from coopsearch.search.errors import CoopsearchError, IndexDamaged
from coopsearch.search.settings.files import Page, pages

#: What stands for the command of that name.
_INTERACTIVE: Final = ("-i", "--interactive")
#: The variable by which a shell asks for what can follow.
COMPLETING: Final = "_COOPSEARCH_COMPLETE"


def main() -> NoReturn:
    """Run the command line and exit. No traceback leaves it, whatever happens."""
    settle_streams()
    failures.quiet()
    code = _guarded(lambda: _flushed(_run(sys.argv[1:])))
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            # It was told already; the interpreter need not find it once more when it ends.
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    sys.exit(code)


def _flushed(code: int) -> int:
    """See that what was printed arrived, while an error can still be told."""
    sys.stdout.flush()
    return code


def _run(args: list[str]) -> int:
    if COMPLETING in os.environ:
        # Imported here: a shell asks for it.
        from coopsearch.search.cli.app import completed

        return completed()
    if not args:
        # Imported here: few only type the name.
        from coopsearch.search.cli.welcome import welcome

        return welcome()
    if args[0] in _INTERACTIVE:
        args = ["interactive", *args[1:]]
    if args[0] not in COMMANDS and args[0] not in OPTIONS:
        code = _searched(args)
        _hint(args, found=code == Exit.FOUND)
        return code
    return _searched(args[1:]) if args[0] == "search" else _called(args, () if args[0] == "config" else None)


def _searched(args: list[str]) -> int:
    """Search for what stands behind ``search``, or would stand there."""
    found = _settings()
    if not found:
        # Imported here: other commands do without.
        from coopsearch.search.cli.answers.plain_options import read

        given = read(args)
        if given is not None:
            from coopsearch.search.cli.answers.searching import searched

            return unbroken(lambda: searched(**given))
    return _called(["search", *args], found)


def _called(args: list[str], found: Sequence[Page] | None = None) -> int:
    # Imported here: a plain search does without.
    from coopsearch.search.cli.app import called

    if found is None:
        found = _settings() if args[0] in COMMANDS else ()
    return called(args, found)


def _hint(args: list[str], *, found: bool) -> None:
    """Say on stderr what a word may have been meant for that is not a command."""
    if not args[0].isalpha():
        return
    # Imported here: most queries do not begin with a single word that could be a command.
    from coopsearch.search.cli.hints import hint

    if said := hint(args, COMMANDS, found=found):
        print(f"hint: {said}", file=sys.stderr)


def _settings() -> tuple[Page, ...]:
    """Read the files of settings that count here; nothing is loaded where there are none."""
    try:
        here = Path.cwd()
    except FileNotFoundError:
        return ()  # whoever needs the folder says so
    return pages(here)


def _guarded(run: Callable[[], int]) -> int:
    try:
        code = run()
    except CoopsearchError as error:
        failures.details(error)
        # What cannot be opened for want of descriptors looks damaged.
        few = failures.is_few_files(error) or (isinstance(error, IndexDamaged) and failures.are_few())
        fail(failures.FEW if few else str(error))
        return Exit.ERROR
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - nothing may end in a traceback
        failed(error)
        return Exit.ERROR
    if code == Exit.INTERRUPTED:
        fail(signals.told())
        return signals.code()
    return code

"""Telling somebody of news: a command that is run with them, or a notification on the desktop.

Programs are started by their arguments, never through a shell, and what a document says reaches them as text
alone. Does not depend on an index.
"""

from __future__ import annotations

import html
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

from coopsearch.search.errors import SettingsError

#: What a command finds in its environment.
COUNT: Final = "COOPSEARCH_NEWS"
#: Seconds that a notification may take, and characters that one shows.
_NOTIFYING: Final = 10
_SHOWN: Final = 200
NO_NOTIFIER: Final = (
    "no program here shows notifications; install notify-send (Debian: libnotify-bin), or give a command "
    "with --exec"
)
#: A script that is given what it shows as arguments, so that nothing of it is read as a script.
_MACOS: Final = (
    "on run argv", "display notification (item 2 of argv) with title (item 1 of argv)", "end run",
)  # fmt: skip


def parsed(command: str) -> list[str]:
    """Return the arguments of a command line. Raises SettingsError for one that cannot be read or found."""
    try:
        arguments = shlex.split(command)
    except ValueError as error:
        raise SettingsError(f"the command of --exec cannot be read: {error}: {command[:200]}") from None
    if not arguments:
        raise SettingsError("the command of --exec is empty; give a program and its arguments")
    if shutil.which(arguments[0]) is None:
        raise SettingsError(
            f"the program {arguments[0]!r} of --exec is not there, or cannot be run; give its whole path"
        )
    return arguments


def run(arguments: Sequence[str], lines: Sequence[str], count: int) -> None:
    """Run a command with lines on its standard input, and wait for its end.

    Raises SettingsError where it cannot be started or ends with another code than 0.
    """
    name = arguments[0]
    try:
        done = subprocess.run(
            arguments,
            input="".join(f"{line}\n" for line in lines),
            encoding="utf-8",
            env={**os.environ, COUNT: str(count)},
            check=False,
        )
    except (OSError, ValueError) as error:
        raise SettingsError(f"{name!r} of --exec cannot be run: {error}") from None
    if done.returncode:
        how = f"code {done.returncode}" if done.returncode > 0 else f"signal {-done.returncode}"
        raise SettingsError(f"{name!r} of --exec ended with {how}, so the news count as not told; try again")


def notifier() -> str | None:
    """Return the program that shows notifications here, None where there is none."""
    system: str = sys.platform
    if system == "darwin":
        return shutil.which("osascript")
    return shutil.which("notify-send")


def notify(title: str, body: str) -> None:
    """Show a notification on the desktop. Raises SettingsError where that cannot be done."""
    program = notifier()
    if program is None:
        raise SettingsError(NO_NOTIFIER)
    title, body = title[:_SHOWN], body[:_SHOWN]
    system: str = sys.platform
    if system == "darwin":
        arguments = [program, *(part for line in _MACOS for part in ("-e", line)), "--", title, body]
    else:
        # The text of a notification may be read as markup.
        arguments = [program, "--app-name=coopsearch", "--", title, html.escape(body, quote=False)]
    try:
        done = subprocess.run(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_NOTIFYING,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise SettingsError(f"{program} cannot show a notification: {error}") from None
    if done.returncode:
        raise SettingsError(
            f"{program} could not show a notification (code {done.returncode}); give a command with --exec "
            "where there is no desktop"
        )

"""Long output shown through a pager, as git does it.

The pager is the user's own program, started without a shell. Does not depend on an index or command-line
options.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Final, Protocol

from coopsearch.search.cli.display.links import without_links
from coopsearch.search.cli.display.terminal import size
from coopsearch.search.cli.display.wrapping import rows

VARIABLE: Final = "COOPSEARCH_PAGER"
if TYPE_CHECKING:

    class Reading(Protocol):
        """A pager that was started."""

        @property
        def returncode(self) -> int:
            """How it ended, as subprocess gives it."""
            ...

        def communicate(self, data: bytes, /) -> object:
            """Give it all that it reads, and wait for its end."""
            ...


#: Ends by itself if all fits after all, lets colours pass, and leaves on the screen what was read.
_USUAL: Final = "less -FRX"
#: Exit codes that say that the reader stopped: less after Ctrl-C, and a shell's word for that signal.
_STOPPED: Final = (0, 2, 130)
#: The first version of less that lets links pass.
_LINKS: Final = 566


def paged(lines: Iterable[str], stream: IO[str], *, wanted: bool | None = None) -> None:
    """Print lines, through a pager if they are more than fit on the terminal that ``stream`` is.

    ``wanted`` True asks for the pager whatever fits, and False for none. A pager that is missing or fails is
    done without, and one that ends early is not an error.
    """
    text = list(lines)
    if wanted is None:
        wanted = overflows(text, stream)
    command = pager() if wanted and stream.isatty() else []
    if not command or not _shown(command, text, stream):
        for line in text:
            print(line, file=stream)


def overflows(lines: Sequence[str], stream: IO[str]) -> bool:
    """Say whether there is a pager, and lines are more than a terminal shows above the next prompt."""
    if not stream.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        return False
    columns, height = size((80, 24))
    return sum(rows(line, columns) for line in lines) >= height and bool(pager())


def pager(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Return the user's pager as a program and its arguments, [] for none: an empty name, or cat."""
    named = next((environment[name] for name in (VARIABLE, "PAGER") if name in environment), _USUAL)
    # Imported here, as it is for those who have a pager of their own.
    import shlex
    import shutil

    try:
        command = shlex.split(named)
    except ValueError:
        return []
    return [] if command in ([], ["cat"]) or shutil.which(command[0]) is None else command


def _opened(command: Sequence[str], stream: IO[str], environment: Mapping[str, str]) -> Reading:
    """Start a pager that writes to a stream. Raises OSError."""
    import subprocess

    # Its end is waited for by `communicate`; only the one stream that it reads is ours.
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=stream, env=environment)


#: Starts a pager. Who has not the terminal itself has another way.
opened: Callable[[Sequence[str], IO[str], Mapping[str, str]], Reading] = _opened


def _shown(command: Sequence[str], lines: Sequence[str], stream: IO[str]) -> bool:
    """Show lines through a pager; return whether that came to a good end."""
    # Imported here: what fits on the screen does not need it.
    import signal

    environment = {"LESS": "FRX", "LV": "-c", **os.environ}
    encoding = getattr(stream, "encoding", None) or "utf-8"
    if encoding.lower().replace("-", "") == "utf8":
        environment.setdefault("LESSCHARSET", "utf-8")
    text = "".join(f"{line}\n" for line in lines)
    if "\x1b]8;" in text and not _passes_links(command[0]):
        text = without_links(text)
    stream.flush()
    try:
        shown = opened(command, stream, environment)
    except OSError:
        return False
    # Ctrl-C is for the pager, which has a use of its own for it.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        shown.communicate(text.encode(encoding, getattr(stream, "errors", None) or "backslashreplace"))
    finally:
        signal.signal(signal.SIGINT, before)
    return shown.returncode < 0 or shown.returncode in _STOPPED


def _passes_links(program: str) -> bool:
    """Say whether a pager lets links pass; those that are not known to print their signs instead."""
    if os.path.basename(program) != "less":  # noqa: PTH119 - a name that need be no path
        return False
    import subprocess

    try:
        said = subprocess.run(
            [program, "--version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=2, check=False
        ).stdout.split()
        return int(said[1].split(b".")[0]) >= _LINKS
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):
        return False

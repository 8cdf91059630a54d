"""What may be sent to a terminal, and how it is dressed.

Text from documents is never trusted: a control character in a file name or a snippet could move the
cursor, rename the window or hide what follows. Knows no hits and no reports.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import wrap
from typing import IO, Final

#: C0 and C1 controls, and the marks that turn the direction of what follows.
_UNSAFE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_UNSAFE_JSON: Final = re.compile(
    "[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
#: Left-to-right, right-to-left and Arabic letter marks and the byte order mark do no harm, but may be many.
_INSTEAD: Final = {"\t": " ", "\n": " ", "\r": " ", "\u061c": "", "\u200e": "", "\u200f": "", "\ufeff": ""}

BOLD: Final = "1"
DIM: Final = "2"
TITLE: Final = "1;36"
PATH: Final = "32"
MATCH: Final = "1;33"
ERROR: Final = "1;31"


def safe(text: str) -> str:
    """Return text with every character that a terminal would obey replaced by U+FFFD.

    Of a tab or line break a blank remains, and nothing of a mark that Arabic text needs and nobody sees.
    """
    return _UNSAFE.sub(lambda match: _INSTEAD.get(match[0], "\ufffd"), text)


def safe_json(text: str) -> str:
    """Return JSON with such characters written as escapes, which keeps it the same JSON."""
    return _UNSAFE_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def has_colour(stream: IO[str], environment: Mapping[str, str] = os.environ) -> bool:
    """Say whether to use colour: on a terminal, unless NO_COLOR is set (no-color.org)."""
    return stream.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def styled(text: str, style: str, *, colour: bool) -> str:
    """Return text in a style (the numbers of an SGR sequence), or as it is."""
    return f"\x1b[{style}m{text}\x1b[0m" if colour and text else text


def width(stream: IO[str]) -> int:
    """Return the columns to fill; a pipe has no end, so lines are not broken there: 0."""
    return max(40, min(shutil.get_terminal_size((100, 24)).columns, 110)) if stream.isatty() else 0


def folded(text: str, stream: IO[str]) -> str:
    """Return a line; for a terminal broken between words, as that would break it anywhere."""
    columns = width(stream)
    if not columns or len(text) <= columns:
        return text
    return "\n".join(
        wrap(text, columns, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    )


def shown_path(path: str) -> str:
    """Return a path as a user here would type it: relative if it lies below the working directory."""
    try:
        here = f"{Path.cwd()}{os.sep}"
    except FileNotFoundError:
        return path
    return path.removeprefix(here)


def settle_streams() -> None:
    """Make output survive any character, whatever the terminal's encoding; a closed stream is nobody."""
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - lives as long as we do
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - the same
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - the same
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")

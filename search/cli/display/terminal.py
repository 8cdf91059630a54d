"""How output is dressed for a terminal, and how the streams are made ready for it.

What may be shown of foreign text is decided in ``characters.py``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from coopsearch.search.characters import safe, safe_pieces
from coopsearch.search.model import shown_path

if TYPE_CHECKING:
    from types import TracebackType

__all__ = [
    "ADDRESS", "BOLD", "DIM", "ERROR", "MATCH", "PATH", "QUOTED", "TITLE",
    "has_colour", "page_text", "safe", "safe_pieces", "settle_streams", "shown_path", "styled", "width",
    "wrapped",
]  # fmt: skip

BOLD: Final = "1"
DIM: Final = "2"
TITLE: Final = "1;36"
PATH: Final = "32"
MATCH: Final = "1;33"
ERROR: Final = "1;31"
#: Digits of a width or height that is believed.
_DIGITS: Final = 3
#: Columns that are filled at least, whatever the terminal says, and at most: longer lines are hard to follow.
_NARROWEST: Final = 20
_WIDEST: Final = 140
#: Characters shown of what a query or a message quotes.
QUOTED: Final = 300
#: Characters shown of an address: as many as a path has at most.
ADDRESS: Final = 4_096


def has_colour(stream: IO[str], environment: Mapping[str, str] = os.environ) -> bool:
    """Say whether to use colour: on a terminal, unless NO_COLOR is set (no-color.org)."""
    return stream.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def styled(text: str, style: str, *, colour: bool) -> str:
    """Return text in a style (the numbers of an SGR sequence), or as it is."""
    return f"\x1b[{style}m{text}\x1b[0m" if colour and text else text


def page_text(page: int, label: str) -> str:
    """Return the number of a page, with what is printed on it."""
    return f"page {page} (printed {safe(label)})" if label else f"page {page}"


def width(stream: IO[str]) -> int:
    """Return the columns to fill; a pipe has no end, so lines are not broken there: 0."""
    if not stream.isatty():
        return 0
    return max(_NARROWEST, min(size((100, 24))[0], _WIDEST))


def size(usual: tuple[int, int]) -> tuple[int, int]:
    """Return the columns and the lines of the terminal; of what nothing tells, the usual number.

    As ``shutil.get_terminal_size`` has it, without the packers of archives that come with that.
    """
    columns, lines = (_number(os.environ.get(name, "")) for name in ("COLUMNS", "LINES"))
    if columns <= 0 or lines <= 0:
        try:
            found: tuple[int, int] = os.get_terminal_size(sys.__stdout__.fileno())  # type: ignore[union-attr]
        except (AttributeError, ValueError, OSError):
            found = usual
        columns = columns if columns > 0 else found[0] or usual[0]
        lines = lines if lines > 0 else found[1] or usual[1]
    return columns, lines


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        return 0


def wrapped(text: str, stream: IO[str]) -> str:
    """Return a line; for a terminal broken between words, as that would break it anywhere."""
    columns = width(stream)
    if not columns or len(text) <= columns:
        return text
    # Imported here: most lines are short.
    from textwrap import wrap

    return "\n".join(
        wrap(text, columns, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    )


def settle_streams() -> None:
    """Make output survive any character, whatever the terminal's encoding; a closed stream is nobody.

    What Python itself would write of a mistake or a warning is made safe too, as it may quote a document.
    """
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
    _settle_size(os.environ)
    _settle_mistakes()


def _settle_size(environment: MutableMapping[str, str]) -> None:
    """Forget a size of the terminal that is none: rich fails with some values and believes the others."""
    for name in ("COLUMNS", "LINES"):
        value = environment.get(name, "")
        if value and not (value.isascii() and value.isdigit() and len(value) <= _DIGITS):
            del environment[name]


def _settle_mistakes() -> None:
    # Imported here: who only dresses text needs neither, and the command has both by then.
    import threading
    import warnings

    sys.excepthook = _told
    sys.unraisablehook = lambda lost: _told(lost.exc_type, lost.exc_value, lost.exc_traceback)
    threading.excepthook = lambda lost: _told(lost.exc_type, lost.exc_value, lost.exc_traceback)
    usual = warnings.formatwarning

    def formatted(
        message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
    ) -> str:
        return _by_line(usual(message, category, filename, lineno, line))

    warnings.formatwarning = formatted


def _told(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """Print a mistake of the program's own as Python does, and let nothing in it act on the terminal."""
    if kind is SystemExit:
        return  # the end of a thread, which is not a mistake
    # Imported here: this should never be needed.
    import traceback

    print(_by_line("".join(traceback.format_exception(kind, error, trace))), end="", file=sys.stderr)


def _by_line(text: str) -> str:
    return "".join(f"{safe(line)}\n" for line in text.split("\n") if line)

"""Rows of comma-separated values (RFC 4180), of whose cells none begins a formula in a spreadsheet.

The one place that writes such rows. Does not depend on the rest of coopsearch.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from typing import Final

#: By this Excel knows that a file is UTF-8.
MARK: Final = "\ufeff"
#: What begins a formula in one spreadsheet or another (OWASP, CSV injection), in its wide forms too.
_FORMULA: Final = tuple("=+-@\t\r\n|%＝＋－＠")
_BLANKS: Final = " \u00a0"

#: What a cell may be: text is foreign, and numbers are our own.
Cell = str | int | float | None


def row(cells: Iterable[Cell], clean: Callable[[str], str] = str) -> str:
    """Return a row with its end of line; ``clean`` makes a text safe to show."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow([_written(cell, clean) for cell in cells])
    return out.getvalue()


def disarmed(text: str) -> str:
    """Return a text with an apostrophe before it if a spreadsheet would calculate it."""
    return f"'{text}" if text.lstrip(_BLANKS).startswith(_FORMULA) else text


def _written(cell: Cell, clean: Callable[[str], str]) -> str:
    if not isinstance(cell, str):
        return "" if cell is None else str(cell)
    # Before it is made safe, as a tab at the beginning becomes a blank then, and after, as what hides a sign
    # goes.
    return disarmed(clean(disarmed(cell)))

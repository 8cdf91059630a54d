"""Tables of comma-separated values (RFC 4180) that act neither on a terminal nor in a spreadsheet.

Does not depend on an index.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from coopsearch.search.cli.display.terminal import safe
from coopsearch.search.model import Hit

#: The columns of a hit.
HIT: Final = (
    "rank", "score", "path", "shown", "title", "language", "heading", "line", "page", "snippet", "type",
    "date", "index",
)  # fmt: skip
#: What stands between headings.
BETWEEN: Final = " › "
#: By this Excel knows that a file is UTF-8.
MARK: Final = "\ufeff"
#: What a spreadsheet takes for the beginning of a formula, in its wide forms too.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

#: What a cell may be: text is foreign, and numbers are our own.
Cell = str | int | float | None


def row(cells: Iterable[Cell]) -> str:
    """Return a row with its end of line. Text is made safe, and none of it begins a formula."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(map(_written, cells))
    return out.getvalue()


def disarmed(text: str) -> str:
    """Return a text with an apostrophe before it if a spreadsheet would calculate it."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def hit_cells(hit: Hit, index: str = "") -> Sequence[Cell]:
    """Return the cells of a hit, in the order of ``HIT``. ``index`` is the folder of the only index asked."""
    return (
        hit.rank,
        round(hit.score, 4),
        hit.path,
        hit.shown,
        hit.title,
        hit.language,
        BETWEEN.join(hit.heading),
        hit.line,
        hit.page,
        hit.snippet,
        hit.type,
        hit.date,
        hit.index_folder or index,
    )


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    # Before it is made safe, as a tab at the beginning becomes a blank then, and after, as what hides a sign
    # goes.
    return disarmed(safe(disarmed(cell))) if isinstance(cell, str) else str(cell)

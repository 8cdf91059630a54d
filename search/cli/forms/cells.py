"""Tables of comma-separated values (RFC 4180) that act neither on a terminal nor in a spreadsheet.

Does not depend on an index.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from coopsearch.search.cells import MARK, Cell
from coopsearch.search.cells import row as as_row
from coopsearch.search.cli.display.terminal import safe
from coopsearch.search.model import Hit

__all__ = ["BETWEEN", "HIT", "MARK", "Cell", "hit_cells", "row"]

#: The columns of a hit.
HIT: Final = (
    "rank", "score", "path", "shown", "title", "language", "heading", "line", "page", "snippet", "type",
    "date", "index",
)  # fmt: skip
#: What stands between headings.
BETWEEN: Final = " › "


def row(cells: Iterable[Cell]) -> str:
    """Return a row with its end of line. Text is made safe, and none of it begins a formula."""
    return as_row(cells, safe)


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

"""Rows of tables as a page shows them: their cells, and where in a page each stands.

The index keeps a row as one line, in which its cells stand apart and those that are empty are left out: so a
cell is known by its row and by its place among those that say something. Does not depend on the web's
libraries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

#: Formats that are tables as a whole, whose lines are rows.
TABLES: Final = frozenset({"csv", "ods", "xls", "xlsx"})
#: What stands between the cells of a row.
BETWEEN: Final = " | "


class Cell(NamedTuple):
    """A cell that says something."""

    text: str
    spans: tuple[tuple[int, int], ...]
    """What is marked of the text."""


def cells(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[Cell]:
    """Yield the cells of a row; ``spans`` are what is marked of the row."""
    start = 0
    for piece in text.split(BETWEEN):
        end = start + len(piece)
        inside = ((max(low, start) - start, min(high, end) - start) for low, high in spans)
        yield Cell(piece, tuple((low, high) for low, high in inside if low < high))
        start = end + len(BETWEEN)


def cell_of(kind: str, text: str, matches: Iterable[tuple[int, int]]) -> str:
    """Return the end of the address of the first cell that is marked, "" in no row of a table."""
    first = next(iter(matches), None)
    return f"c{text.count(BETWEEN, 0, first[0])}" if kind in TABLES and first else ""

"""What the lines of a list find, as a table, as JSON, or for a person. Does not depend on an index."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Final, NamedTuple

from coopsearch.search.batch import Answer
from coopsearch.search.cli.display import render
from coopsearch.search.cli.display.terminal import (
    ADDRESS,
    BOLD,
    DIM,
    ERROR,
    PATH,
    QUOTED,
    has_colour,
    page_text,
    safe,
    styled,
    width,
)
from coopsearch.search.cli.forms.cells import HIT, Cell, hit_cells, row
from coopsearch.search.model import Hit

#: The columns of the table: what was asked, each hit, and what is to be said of it.
COLUMNS: Final = ("number", "query", "documents", *HIT, "notes", "error")
#: Digits that a count has room for.
_COUNT: Final = 7


class Answered(NamedTuple):
    """A line of a list, and what it finds."""

    number: int
    answer: Answer


def rows(one: Answered, index: str) -> Iterator[str]:
    """Yield a row for each hit of a line, and one for a line without."""
    number, (text, total, hits, notes, error) = one
    asked: tuple[Cell, ...] = (number, text, None if error else total)
    said = ("; ".join(notes), error)
    for cells in [hit_cells(hit, index) for hit in hits] or [(None,) * len(HIT)]:
        yield row((*asked, *cells, *said))


def json_line(one: Answered) -> str:
    """Return what a line finds as one line of JSON."""
    # Imported here: it is for programs.
    from coopsearch.search.values.hits import hit_value

    number, (text, total, hits, notes, error) = one
    return render.as_json(
        {
            "number": number,
            "query": text,
            "documents": None if error else total,
            "hits": [hit_value(hit) for hit in hits],
            "notes": list(notes),
            "error": error,
        }
    )


def text_lines(one: Answered, labels: Mapping[str, str]) -> Iterator[str]:
    """Yield what a line finds as a person reads it: how many documents, and below it where and what.

    ``labels`` says how indexes are called, by their folders, where several are asked.
    """
    colour, columns = has_colour(sys.stdout), width(sys.stdout)
    indent = " " * (_COUNT + 2)
    _, (text, total, hits, notes, error) = one
    count = styled(f"{'error' if error else f'{total:,}':>{_COUNT}}", ERROR if error else DIM, colour=colour)
    asked = safe(text, columns - len(indent) if columns else QUOTED)
    yield f"{count}  {styled(asked, BOLD, colour=colour) if total else asked}"
    for said in [error] if error else notes:
        for line in wrap(safe(said, ADDRESS), columns - len(indent)) if columns else [safe(said, ADDRESS)]:
            yield indent + styled(line, DIM, colour=colour)
    for hit in hits:
        index = labels.get(hit.index_folder, "")
        named = "  " + styled(safe(f"[{index}]"), DIM, colour=colour) if index else ""
        yield indent + styled(_place(hit), PATH, colour=colour) + named
        yield from render.snippet_lines(hit, sys.stdout, indent)


def _place(hit: Hit) -> str:
    place = safe(hit.shown, ADDRESS)
    if hit.page is not None:
        return f"{place}, {page_text(hit.page, hit.page_label)}"
    return place if hit.line is None else f"{place}:{hit.line}"

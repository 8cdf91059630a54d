"""Citations as JSON, and what a check of them found, for a person and a program.

Does not depend on command-line options or an index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from textwrap import wrap
from typing import IO, Final

from coopsearch.search.cli.display.render import as_json, counted
from coopsearch.search.cli.display.terminal import (
    ADDRESS,
    BOLD,
    DIM,
    ERROR,
    PATH,
    QUOTED,
    has_colour,
    safe,
    shown_path,
    styled,
    width,
)
from coopsearch.search.desk.checking import HOLDING, Checked, State
from coopsearch.search.desk.citations import Citation
from coopsearch.search.desk.styles import where
from coopsearch.search.values.desk import citation_value
from coopsearch.search.values.hits import addresses

#: Characters shown of a quotation that holds: enough to know which it is.
_HELD: Final = 150


def json_line(citation: Citation, index: Path) -> str:
    """Return a citation as one line of JSON."""
    return as_json(citation_value(citation, index))


def laid_out(lines: Iterable[str], stream: IO[str]) -> Iterator[str]:
    """Yield the lines of citations as text for a terminal: broken between words, the rest dimmed."""
    colour, columns = has_colour(stream), width(stream)
    for line in lines:
        # What a program reads again stays whole.
        whole = line.startswith(("  source:", "  coopsearch:", "  sha256:"))
        indent = "    " if line.startswith("  ") else ""
        for one in [line] if whole else _broken(line, columns, indent):
            beside = line.startswith("  ") and ":" in line.split(" ")[2]
            yield styled(one, DIM, colour=colour and beside)


def _broken(line: str, columns: int, indent: str) -> list[str]:
    if not columns:
        return [line]
    return wrap(line, columns, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [
        line
    ]


def checked_json(checked: Checked) -> str:
    """Return what was found of a citation as one line of JSON."""
    place = checked.place
    return as_json(
        {
            "id": checked.citation.id,
            "state": str(checked.state),
            "holds": checked.state in HOLDING,
            **addresses(checked.path),
            "quote": checked.citation.quote,
            "reason": checked.reason,
            "line": place and place.line,
            "page": place and place.page,
            "page_label": place.page_label if place else "",
            "heading": list(place.heading) if place else [],
            "start": place and place.start,
            "end": place and place.end,
            "text": checked.text,
        }
    )


def checked_lines(checked: Checked, stream: IO[str]) -> Iterator[str]:
    """Yield what was found of a citation, for a person."""
    colour = has_colour(stream)
    citation, now = checked.citation, checked.place
    state = styled(f"{checked.state}:", BOLD if checked.state in HOLDING else ERROR, colour=colour)
    at = ""
    if now is not None and checked.state in {State.MOVED, State.CHANGED}:
        at = where(now.page, now.page_label, now.line) or f"characters {now.start:,} to {now.end:,}"
    elif checked.state in HOLDING:
        at = where(citation.page, citation.page_label, citation.line)
    path, place = safe(shown_path(checked.path), ADDRESS), safe(at and f", {at}")
    columns, length = width(stream), len(f"{checked.state}: {path}{place}  {citation.id}")
    gap = "\n" if 0 < columns < length else ""
    path, name = styled(path, PATH, colour=colour), styled(safe(citation.id), DIM, colour=colour)
    yield f"{state} {path}{place}{gap}  {name}"
    most = _HELD if checked.state in HOLDING else QUOTED
    said = [f"“{safe(citation.quote.strip(), most)}”", safe(checked.reason, ADDRESS)]
    if checked.state == State.CHANGED and checked.text:
        said.append(f"nearest there: “{safe(checked.text.strip(), QUOTED)}”")
    for one in filter(None, said):
        yield from _broken(f"  {one}", width(stream), "  ")


def checked_summary(found: Sequence[Checked]) -> str:
    """Return how many of some citations hold."""
    states = [
        f"{number:,} {state}" for state in State if (number := sum(one.state == state for one in found))
    ]
    holding = sum(one.state in HOLDING for one in found)
    verb = "holds" if len(found) == 1 else "hold"
    return f"{holding:,} of {counted(len(found), 'citation')} {verb}: {', '.join(states)}"

"""Citations as JSON, and what a check of them found, for a person and a program.

Does not depend on command-line options or an index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from coopsearch.search.cli.display.answer_json import addresses
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
)
from coopsearch.search.desk.checking import HOLDING, Checked, State
from coopsearch.search.desk.citations import Citation
from coopsearch.search.desk.styles import where


def json_line(citation: Citation, index: Path) -> str:
    """Return a citation as one line of JSON."""
    return as_json(_value(citation, index))


def _value(citation: Citation, index: Path) -> dict[str, Any]:
    path, file = (
        one if Path(one).is_absolute() else str(index.parent / one) for one in (citation.path, citation.file)
    )
    value = {**citation._asdict(), "heading": list(citation.heading)}
    return {**value, **addresses(path), "file": file, "address": citation.path}


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
    citation, place = checked.citation, checked.place
    state = styled(f"{checked.state}:", BOLD if checked.state in HOLDING else ERROR, colour=colour)
    at = ""
    if place is not None and checked.state in {State.MOVED, State.CHANGED}:
        at = where(place.page, place.page_label, place.line) or f"characters {place.start:,} to {place.end:,}"
    elif checked.state in HOLDING:
        at = where(citation.page, citation.page_label, citation.line)
    path = styled(safe(shown_path(checked.path), ADDRESS), PATH, colour=colour)
    yield f"{state} {path}{', ' if at else ''}{safe(at)}  {styled(safe(citation.id), DIM, colour=colour)}"
    yield f"  “{safe(citation.quote.strip(), QUOTED)}”"
    if checked.reason:
        yield f"  {safe(checked.reason, ADDRESS)}"
    if checked.state == State.CHANGED and checked.text:
        yield f"  nearest there: “{safe(checked.text.strip(), QUOTED)}”"


def checked_summary(found: Sequence[Checked]) -> str:
    """Return how many of some citations hold."""
    states = [
        f"{number:,} {state}" for state in State if (number := sum(one.state == state for one in found))
    ]
    holding = sum(one.state in HOLDING for one in found)
    return f"{holding:,} of {counted(len(found), 'citation')} hold: {', '.join(states)}"

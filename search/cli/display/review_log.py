"""The log of reviews as text, CSV and JSON. Does not depend on command-line options."""

from __future__ import annotations

import sys
from pathlib import Path

from coopsearch.search.cells import row
from coopsearch.search.cli.display.answer_json import addresses
from coopsearch.search.cli.display.render import as_json as json_of
from coopsearch.search.cli.display.render import counted
from coopsearch.search.cli.display.terminal import (
    ADDRESS,
    DIM,
    PATH,
    QUOTED,
    has_colour,
    safe,
    shown_path,
    styled,
)
from coopsearch.search.desk.marks import absolute
from coopsearch.search.desk.review import Entry, Review, log_of, looked_at
from coopsearch.search.index import open_index


def print_log(folder: Path, query: str, *, csv: bool, as_json: bool) -> bool:
    """Print the log, or that of a query; return whether there is anything in it."""
    entries = log_of(folder, query or None)
    if csv:
        sys.stdout.write(row(("at", "who", "act", "path", "query", "value")))
        for one in entries:
            sys.stdout.write(row(one._replace(path=absolute(folder, one.path)), _whole))
    elif as_json:
        for one in entries:
            print(json_of({**one._asdict(), **addresses(absolute(folder, one.path))}))
    else:
        for one in entries:
            print(_line(folder, one))
    if query:
        print(_covered(folder, query), file=sys.stderr)
    elif not entries:
        print("nobody looked at anything yet; begin with `coopsearch review QUERY`", file=sys.stderr)
    return bool(entries)


def _whole(text: str) -> str:
    """Return all of a text, safe to show."""
    return safe(text, len(text) + 1)


def _line(folder: Path, one: Entry) -> str:
    colour = has_colour(sys.stdout)
    what = {"look": "looked at"}.get(one.act, one.act)
    value = f"  {safe(one.value, QUOTED)}" if one.value else ""
    place = styled(safe(shown_path(absolute(folder, one.path)), ADDRESS), PATH, colour=colour)
    asked = styled(safe(f"({one.query})", QUOTED), DIM, colour=colour) if one.query else ""
    return f"{one.at[:16].replace('T', ' ')}  {safe(one.who)}  {what}{value}  {place}  {asked}".rstrip()


def _covered(folder: Path, query: str) -> str:
    """Return how many of the documents that match a query somebody looked at."""
    with open_index(folder) as opened:
        paths = Review(opened, query).paths
    found = looked_at(folder, paths)
    people = sorted({one for some in found.values() for one in some})
    by = f" by {safe(', '.join(people), QUOTED)}" if people else ""
    left = len(paths) - len(found)
    rest = f"; {left:,} not yet" if left else ""
    match = "matches" if len(paths) == 1 else "match"
    return f"{len(found):,} of {counted(len(paths), 'document')} that {match} looked at{by}{rest}"

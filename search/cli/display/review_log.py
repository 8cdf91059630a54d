"""The log of reviews as text, CSV and JSON. Does not depend on command-line options."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from coopsearch.search.cells import row
from coopsearch.search.cli.answers.asked_indexes import open_asked
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
from coopsearch.search.desk.review import Entry, Review, log_of
from coopsearch.search.values.hits import addresses


def print_log(folders: Sequence[Path], query: str, *, csv: bool, as_json: bool) -> bool:
    """Print the log of some indexes, or that of a query; return whether there is anything in it."""
    several = [(folder, one) for folder in folders for one in log_of(folder, query or None)]
    entries = sorted(several, key=lambda pair: pair[1].at) if len(folders) > 1 else several
    if csv:
        sys.stdout.write(row(("at", "who", "act", "path", "query", "value")))
    for folder, one in entries:
        if csv:
            sys.stdout.write(row(one._replace(path=absolute(folder, one.path)), _whole))
        elif as_json:
            index = {"index": str(folder)} if len(folders) > 1 else {}
            print(json_of({**one._asdict(), **addresses(absolute(folder, one.path)), **index}))
        else:
            print(_line(folder, one))
    if query:
        print(_covered(folders, query), file=sys.stderr)
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


def _covered(folders: Sequence[Path], query: str) -> str:
    """Return how many of the documents that match a query somebody looked at."""
    with open_asked(folders) as opened:
        walk = Review(opened, query)
        found = walk.looked()
    people = sorted({one for some in found.values() for one in some})
    by = f" by {safe(', '.join(people), QUOTED)}" if people else ""
    left = len(walk) - len(found)
    rest = f"; {left:,} not yet" if left else ""
    match = "matches" if len(walk) == 1 else "match"
    return f"{len(found):,} of {counted(len(walk), 'document')} that {match} looked at{by}{rest}"

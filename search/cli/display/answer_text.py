"""An answer on a terminal or in a pipe: its hits, its counts, and in which order they are shown.

On a terminal what is longer than the screen goes through a pager, and begins with what was found and where,
so that the first thing in sight is the count and the second the best hit. What fits ends with the count,
next to the prompt. In a pipe the hits are on stdout and all else on stderr. Does not depend on an index.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from coopsearch.search.cli.display import render
from coopsearch.search.cli.display.hit_text import Look, hit_lines
from coopsearch.search.cli.display.terminal import (
    ADDRESS,
    BOLD,
    DIM,
    safe,
    shown_path,
    styled,
    width,
    wrapped,
)
from coopsearch.search.model import Changed, Results

if TYPE_CHECKING:
    from coopsearch.search.results.groups import HitGroup

#: What a group is called whose documents lack what they are grouped by.
_NAMELESS = {"lang": "language undecided", "year": "no date", "type": "no type", "folder": "."}


def show(body: Sequence[str], status: Sequence[str], *, pager: bool) -> None:
    """Print what was found and what is said of it."""
    if sys.stdout.isatty() and sys.stderr.isatty():
        # Imported here: what goes into a pipe needs no pager.
        from coopsearch.search.cli.display.pager import overflows, paged

        gap = [""] if body and status else []
        if pager and overflows([*body, *gap, *status], sys.stdout):
            paged([*status, *gap, *body], sys.stdout, wanted=True)
            return
        for line in [*body, *gap]:
            print(line)
    else:
        for line in body:
            print(line)
    sys.stdout.flush()
    for line in status:
        print(line, file=sys.stderr)


def status_lines(
    results: Results, changed: Changed | None, *, require_all: bool, lack: Sequence[str] = ()
) -> list[str]:
    """Return what is said of an answer: how much was found, in what, and what may have been meant."""
    found = render.summary(results, require_all=require_all)
    lines = [*_counts(found, results, changed)]
    lines += [wrapped(safe(f"note: {note}", ADDRESS), sys.stderr) for note in results.notes]
    lines += lack
    if results.warning:
        lines.append(render.warning_line(results))
    return lines


def group_lines(groups: Sequence[HitGroup], facet: str, look: Look, last: int) -> Iterator[str]:
    """Yield hits below the headings of their groups; ``last`` is the highest number among them."""
    for at, group in enumerate(groups):
        if at:
            yield ""
        value = f"{shown_path(f'{group.value}/')}" if facet == "folder" else group.value
        name = safe(value, ADDRESS) or _NAMELESS[facet]
        count = render.counted(group.documents, "document")
        yield f"{styled(name, BOLD, colour=look.colour)}: {styled(count, DIM, colour=look.colour)}"
        for hit in group.hits:
            yield ""
            yield from hit_lines(hit, look, last)


def _counts(found: str, results: Results, changed: Changed | None) -> Iterator[str]:
    covered = render.coverage(results.coverage, changed, time.time())
    joined = f"{found}; {covered}" if covered else found
    columns = width(sys.stderr)
    if not columns or len(joined) <= columns or not covered:
        yield wrapped(joined, sys.stderr)
        return
    yield wrapped(found, sys.stderr)
    if len(covered) > columns:
        covered = render.coverage(results.coverage, changed, time.time(), brief=True)
    yield wrapped(covered, sys.stderr)

"""Hits as text for a person and as JSON for a program.

Does not depend on command-line options.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import IO

from coopsearch.search.cli.display.terminal import safe, wrapped
from coopsearch.search.model import Changed, Coverage, Hit, Results
from coopsearch.search.values.said import ago, changes, counted, coverage, summary

#: What commands print comes from here, also what pages and dossiers say in the same words.
__all__ = [
    "ago", "as_json", "changes", "counted", "coverage", "coverage_line", "hit_lines", "json_line",
    "snippet_lines", "summary", "text_lines", "warning_line",
]  # fmt: skip


def text_lines(results: Results, stream: IO[str], *, dates: bool = False) -> Iterator[str]:
    """Yield the lines of an answer as it is shown on ``stream``, with the days of documents on ``dates``."""
    # Imported here, as a program that reads JSON needs no layout.
    from coopsearch.search.cli.display import hit_text

    look = hit_text.Look.of(stream, dates=dates)
    first, last = (results[0].rank, results[-1].rank) if results.hits else (0, 0)
    for hit in results:
        if hit.rank > first:
            yield ""
        yield from hit_text.hit_lines(hit, look, last, results.indexes.get(hit.index_folder, ""))


def hit_lines(hit: Hit, stream: IO[str], index: str = "") -> Iterator[str]:
    """Yield the lines of one hit as it is shown on ``stream``, with the name of its index if there is one."""
    from coopsearch.search.cli.display import hit_text

    return hit_text.hit_lines(hit, hit_text.Look.of(stream), index=index)


def snippet_lines(hit: Hit, stream: IO[str], indent: str) -> Iterator[str]:
    """Yield what a hit shows of its text as it is shown on ``stream``, or that its title holds it."""
    from coopsearch.search.cli.display import hit_text

    return hit_text.snippet_lines(hit, hit_text.Look.of(stream), indent)


def warning_line(results: Results) -> str:
    """Return what is not known of an answer, and why."""
    unknown = "how much was searched" if results.coverage is None else "what changed since the last run"
    return wrapped(safe(f"coopsearch: it is not known {unknown}: {results.warning}"), sys.stderr)


def json_line(hit: Hit, notes: Sequence[str] = (), *, group: str | None = None) -> str:
    """Return a hit as one line of JSON, with what the answer says of how its query was read.

    ``group`` is that which it is in, where hits are grouped.
    """
    # Imported here: a person reads text.
    from coopsearch.search.values.hits import hit_value

    return as_json(hit_value(hit, notes, group=group))


def coverage_line(covered: Coverage | None, changed: Changed | None, warning: str = "") -> str:
    """Return what was searched as one line of JSON: null where that is not known, and why it is not."""
    from coopsearch.search.indexdir.coverage import as_value

    value: dict[str, object] = {"coverage": None if covered is None else as_value(covered, changed)}
    return as_json({**value, "warning": warning} if warning else value)


def as_json(value: object) -> str:
    """Return a value as one line of JSON in ASCII: it survives any encoding and acts on no terminal."""
    # Of what is ASCII and acts, json leaves DEL as it is.
    return json.dumps(value).replace("\x7f", "\\u007f")

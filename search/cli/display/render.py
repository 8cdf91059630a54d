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


def summary(results: Results, *, require_all: bool = False) -> str:
    """Return what says how much was found."""
    if not results.total:
        return f"no match in {counted(results.documents, 'document')}"
    verb = "matches" if results.documents == 1 else "match"
    parts = [f"{results.total:,} of {counted(results.documents, 'document')} {verb}"]
    if results.total != results.total_all and not require_all:
        parts.append(f"{results.total_all:,} hold{'s' if results.total_all == 1 else ''} all words")
    if results.hits and results.hits[0].rank > 1:
        parts.append(f"hits {results.hits[0].rank:,} to {results.hits[-1].rank:,} shown")
    elif results.hits and results.total > len(results):
        parts.append(f"best {len(results):,} shown")
    if near := sum(len(hit.near) for hit in results):
        parts.append(f"{near:,} nearly the same folded into them")
    return "; ".join(parts)


def coverage(covered: Coverage | None, changed: Changed | None, now: float, *, brief: bool = False) -> str:
    """Return what says how much of the sources was searched: short where that is all, "" if nobody knows.

    ``now`` is in seconds since 1970. The age of the index is told where that alone is known of changes.
    ``brief`` says that some files gave no text, and not why.
    """
    if covered is None:
        return ""
    counts = [
        f"{count:,} {what}"
        for count, what in (
            (covered.in_part, "in part"),
            (covered.no_text, "without text"),
            (covered.encrypted, "encrypted"),
            (covered.unsupported, "unsupported"),
            (covered.too_large, "too large"),
            (covered.failed, "failed"),
        )
        if count
    ]
    if covered.files == covered.searched:
        all_ = f"all {covered.files:,} files searched" if covered.files > 1 else "1 file searched"
        searched = all_ if covered.files else "there was no file to search"
    else:
        searched = f"searched {covered.searched:,} of {counted(covered.files, 'file')}"
    if brief and counts:
        parts = [f"{searched}, see `coopsearch status`"]
    else:
        parts = [f"{searched}: {', '.join(counts)}" if counts else searched]
    if covered.added:
        scripts = f"{counted(covered.added, 'document')} from scripts"
        parts = [f"{scripts} searched"] if not covered.files else [*parts, scripts]
    if covered.unread and not brief:
        parts.append(f"{counted(covered.unread, 'attached or archived file')} not read")
    if covered.updated is None and covered.added and not covered.files:
        # It has no sources: nothing is to be brought up to date.
        pass
    elif covered.updated is None:
        parts.append("the index is not complete; run `coopsearch index`")
    elif changed is None:
        parts.append(f"index brought up to date {ago(now - covered.updated)}")
    elif any(changed):
        parts.append(f"since then {changes(changed)}; run `coopsearch index`")
    return "; ".join(parts)


def warning_line(results: Results) -> str:
    """Return what is not known of an answer, and why."""
    unknown = "how much was searched" if results.coverage is None else "what changed since the last run"
    return wrapped(safe(f"coopsearch: it is not known {unknown}: {results.warning}"), sys.stderr)


def changes(changed: Changed) -> str:
    """Return how many files are not as they were."""
    return ", ".join(f"{count:,} {what}" for what, count in changed._asdict().items() if count)


def ago(seconds: float) -> str:
    """Return how long ago that was, in the largest unit that fits."""
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            return f"{counted(int(seconds // length), unit)} ago"
    return "just now"


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


def counted(number: int, noun: str) -> str:
    """Return a number with what it counts."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"

"""What is said of an answer in a line: how much was found, and how much was searched.

For a terminal, a page and a dossier. Does not depend on the terminal, command-line options or an index.
"""

from __future__ import annotations

from coopsearch.search.model import Changed, Coverage, Results


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


def changes(changed: Changed) -> str:
    """Return how many files are not as they were."""
    return ", ".join(f"{count:,} {what}" for what, count in changed._asdict().items() if count)


def ago(seconds: float) -> str:
    """Return how long ago that was, in the largest unit that fits."""
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            return f"{counted(int(seconds // length), unit)} ago"
    return "just now"


def counted(number: int, noun: str) -> str:
    """Return a number with what it counts."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"

"""Why a query found nothing or little, as text for a person. Does not depend on command-line options."""

from __future__ import annotations

from collections.abc import Iterator

from coopsearch.search.cli.display.render import counted
from coopsearch.search.cli.display.terminal import ADDRESS, QUOTED, safe, shown_path
from coopsearch.search.model import Diagnosis, Results, WhyNot


def lack_lines(diagnosis: Diagnosis, results: Results) -> Iterator[str]:
    """Yield what to say below an answer that is empty, or lacks a word that no document holds."""
    if results.total:
        for part in diagnosis.parts:
            if not part.documents and not part.forbidden:
                yield f"  {safe(part.text, QUOTED)}: in no document"
    elif len(diagnosis.parts) > 1:
        for part in diagnosis.parts:
            forbids = "forbids " if part.forbidden else ""
            yield f"  {safe(part.text, QUOTED)}: {forbids}{_documents(part.documents)}"
        for part in diagnosis.without[:3]:
            best = f", best {safe(shown_path(part.best), ADDRESS)}" if part.best else ""
            yield f"  without {safe(part.text, QUOTED)}: {_documents(part.documents)}{best}"
    if diagnosis.suggestion:
        yield f"did you mean: {safe(diagnosis.suggestion, QUOTED)}  ({_documents(diagnosis.suggested)})"


def why_lines(reason: WhyNot) -> Iterator[str]:
    """Yield why a document is not a hit, part by part of the query."""
    path = safe(shown_path(reason.path), ADDRESS)
    yield f"{path} is hit {reason.rank:,}" if reason.rank else f"{path} is not a hit"
    for text, met in reason.parts:
        if text in reason.forbidden:
            verdict, after = ("passes", "") if met else ("holds ", ", which is forbidden")
        else:
            verdict, after = ("holds " if met else "lacks "), ""
        yield f"  {verdict}  {safe(text, QUOTED)}{after}"


def _documents(number: int) -> str:
    return counted(number, "document") if number else "no document"

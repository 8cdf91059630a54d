"""Why a query found nothing or little, as text for a person. Does not depend on command-line options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coopsearch.search.cli.display.render import counted
from coopsearch.search.cli.display.terminal import ADDRESS, QUOTED, safe, shown_path
from coopsearch.search.model import Diagnosis, PartCount, Results, WhyNot

#: Translations of one word that are named.
_NAMED: Final = 3


def lack_lines(diagnosis: Diagnosis, results: Results, cure: str = "") -> Iterator[str]:
    """Yield what to say below an answer that is empty, or lacks a word that no document holds.

    ``cure`` says how to find translations where the query was not asked with them.
    """
    if results.total or len(diagnosis.parts) == 1:
        for part in diagnosis.parts:
            if part.translations or (results.total and not part.documents and not part.forbidden):
                yield f"  {safe(part.text, QUOTED)}: {_absent(part, cure)}"
    else:
        for part in diagnosis.parts:
            forbids = "forbids " if part.forbidden else ""
            found = _absent(part, cure) if part.translations else _documents(part.documents)
            yield f"  {safe(part.text, QUOTED)}: {forbids}{found}"
        for part in diagnosis.without[:3]:
            best = f", best {safe(shown_path(part.best), ADDRESS)}" if part.best else ""
            yield f"  without {safe(part.text, QUOTED)}: {_documents(part.documents)}{best}"
    if diagnosis.suggestion:
        yield f"did you mean: {safe(diagnosis.suggestion, QUOTED)}  ({_documents(diagnosis.suggested)})"


def why_lines(reason: WhyNot, cure: str = "") -> Iterator[str]:
    """Yield why a document is not a hit, part by part of the query; ``cure`` is as ``lack_lines`` has it."""
    absent = {part.text: part for part in reason.translated}
    path = safe(shown_path(reason.path), ADDRESS)
    yield f"{path} is hit {reason.rank:,}" if reason.rank else f"{path} is not a hit"
    for text, met in reason.parts:
        if text in reason.forbidden:
            verdict, after = ("passes", "") if met else ("holds ", ", which is forbidden")
        else:
            verdict = "holds " if met else "lacks "
            after = f": {_absent(absent[text], cure)}" if text in absent else ""
        yield f"  {verdict}  {safe(text, QUOTED)}{after}"


def _absent(part: PartCount, cure: str) -> str:
    """Say that a part is in no document, and of its translations how many hold them."""
    if not part.translations:
        return "in no document"
    named = [safe(one, QUOTED) for one in part.translations[:_NAMED]]
    if len(part.translations) > _NAMED:
        named.append("another")
    words = " or ".join(filter(None, (", ".join(named[:-1]), named[-1])))
    holds = f"in no document; {part.translated:,} {'holds' if part.translated == 1 else 'hold'} {words}"
    if not part.documents and cure:
        return f"{holds}; {cure}"
    return f"{holds}, {'its translation' if len(named) == 1 else 'its translations'}"


def _documents(number: int) -> str:
    return counted(number, "document") if number else "no document"

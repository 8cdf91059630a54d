"""Hits that hold none of the words of a query as it was typed, only words of other languages.

Does not depend on the terminal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.analysis.tokenizer import read
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import And, Filter, Node, matched
from coopsearch.search.model import Hit
from coopsearch.search.query.planned import Plan
from coopsearch.search.results.highlighter import Highlighter

#: Translations that are named.
_NAMED: Final = 4


def only_translated(
    reader: Reader, translated: Node, untranslated: Node, found: Sequence[tuple[int, float]]
) -> Sequence[int]:
    """Return at which places of an answer documents stand that a query finds by translation alone.

    ``untranslated`` is the query without translations, ``translated`` with them; ``found`` are numbers and
    scores of documents.
    """
    # A filter that is met scores nothing: the score of both together says whether the untranslated query is
    # met, whatever it scores. A document without any score holds no translation, either.
    node = And((matched(translated), Filter(matched(untranslated))))
    return [at for at, (number, score) in enumerate(found) if score > 0 and reader.weigh(node, number) <= 0]


def noted(
    reader: Reader,
    plan: Plan,
    itself: Plan,
    best: Sequence[tuple[int, float]],
    hits: Sequence[Hit],
    table: StemTable,
) -> Plan:
    """Return a plan with a note on those of the hits that were found by translation alone, if any were.

    ``itself`` is the plan without translations, ``best`` are the hits' numbers and scores, and ``table`` has
    the stems of the index.
    """
    if not (at := only_translated(reader, plan.node, itself.node, best)):
        return plan
    said = note([hits[one] for one in at], len(hits), Highlighter(itself.wanted, table))
    return plan._replace(notes=(*plan.notes, said))


def note(hits: Sequence[Hit], shown: int, itself: Highlighter | None = None) -> str:
    """Say how many of the hits that are ``shown`` were found by translation alone, and by which words.

    Words that ``itself`` marks, which knows no translations, are not named: where all words of a query are
    demanded, documents hold some of them as they were typed.
    """
    words: dict[str, None] = {}
    for hit in hits:
        for start, end in hit.matches:
            pieces = [one for one in hit.snippet[start:end].split() if not _is_met(one, hit, itself)]
            if pieces:
                words[" ".join(pieces).lower()] = None
    named = f": {', '.join(list(words)[:_NAMED])}" if words else ""
    if len(hits) < shown:
        who = f"{len(hits)} of the {shown} hits shown {'was' if len(hits) == 1 else 'were'}"
    else:
        who = "the hit shown was" if shown == 1 else f"all {shown} hits shown were"
    return f"{who} found by translation alone{named}"


def _is_met(piece: str, hit: Hit, itself: Highlighter | None) -> bool:
    """Say whether a marked piece of a hit is what somebody typed."""
    asked = read(piece).slots
    return itself is not None and bool(asked) and itself.of(asked, hit.language).keys() >= {*asked}

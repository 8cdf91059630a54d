"""Hits that hold none of the words of a query as it was typed, only words of other languages.

Does not depend on the terminal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from coopsearch.search.analysis.tokenizer import read
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import And, Filter, Node, matched
from coopsearch.search.model import Hit
from coopsearch.search.results.highlighter import Highlighter

#: Translations that are named.
_NAMED: Final = 4


def told(
    reader: Reader,
    translated: Node,
    untranslated: Node,
    found: Sequence[tuple[int, float]],
    hits: Sequence[Hit],
    itself: Highlighter | None = None,
) -> tuple[tuple[Hit, ...], tuple[str, ...]]:
    """Return the hits, those that a query finds by translation alone with the words, and what says so.

    ``untranslated`` is the query without translations, ``translated`` with them; ``found`` are the numbers
    and scores of the hits' documents. Words that ``itself`` marks, which knows no translations, are not
    named: where all words of a query are demanded, documents hold some of them as they were typed.
    """
    # A filter that is met scores nothing: the score of both together says whether the untranslated query is
    # met, whatever it scores. A document without any score holds no translation, either.
    node = And((matched(translated), Filter(matched(untranslated))))
    made, alone = list(hits), []
    for place, ((number, score), hit) in enumerate(zip(found, hits, strict=False)):
        if score > 0 and reader.weigh(node, number) <= 0:
            made[place] = hit._replace(translations=tuple(_words(hit, itself)))
            alone.append(made[place])
    return tuple(made), (_note(alone, len(hits)),) if alone else ()


def _words(hit: Hit, itself: Highlighter | None) -> dict[str, None]:
    """Return the words of a hit that are marked and were not typed: of its title where no passage has any."""
    words: dict[str, None] = {}
    matches = hit.matches or hit.title_matches
    text = hit.snippet if hit.matches else hit.title
    for start, end in matches:
        pieces = [one for one in text[start:end].split() if not _is_met(one, hit, itself)]
        if pieces:
            words[" ".join(pieces).lower()] = None
    return words


def _note(hits: Sequence[Hit], shown: int) -> str:
    # What titles alone hold is seen there.
    words = dict.fromkeys(word for hit in hits if hit.matches for word in hit.translations)
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

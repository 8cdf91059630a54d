"""Hits that hold none of the words of a query as it was typed, only words of other languages.

Does not depend on the terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import And, Filter, Node, matched
from coopsearch.search.model import Hit

#: Translations that are named.
_NAMED: Final = 4


def notes_on(
    reader: Reader,
    translated: Node,
    untranslated: Node | None,
    found: Sequence[tuple[int, float]],
    hits: Sequence[Hit],
) -> tuple[str, ...]:
    """Say which of the hits of a query were found by translation alone, if any were.

    ``untranslated`` is the query without translations, None if nothing is left of it, and ``translated`` with
    them; ``found`` are the numbers and scores of the hits' documents.
    """
    at: Iterable[int] = range(len(found))
    if untranslated is not None:
        at = only_translated(reader, translated, untranslated, found)
    named = [hits[one] for one in at]
    return (note(named, len(hits)),) if named else ()


def only_translated(
    reader: Reader, translated: Node, untranslated: Node, found: Sequence[tuple[int, float]]
) -> list[int]:
    """Return at which places of an answer documents stand that a query finds by translation alone.

    The arguments are those of ``notes_on``.
    """
    # A filter that is met scores nothing: the score of both together says whether the untranslated query is
    # met, whatever it scores. A document without any score holds no translation, either.
    node = And((matched(translated), Filter(matched(untranslated))))
    return [at for at, (number, score) in enumerate(found) if score > 0 and reader.weigh(node, number) <= 0]


def note(hits: Sequence[Hit], shown: int) -> str:
    """Say how many of the hits that are ``shown`` were found by translation alone, and by which words."""
    words: dict[str, None] = {}
    for hit in hits:
        for start, end in hit.matches:
            words[" ".join(hit.snippet[start:end].split()).lower()] = None
    named = f": {', '.join(list(words)[:_NAMED])}" if words else ""
    if len(hits) < shown:
        who = f"{len(hits)} of the {shown} hits shown {'was' if len(hits) == 1 else 'were'}"
    else:
        who = "the hit shown was" if shown == 1 else f"all {shown} hits shown were"
    return f"{who} found by translation alone{named}"

"""Which of some words spell the same name, the likeliest first.

Does not depend on an index or on engines: the words that share a key come from there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from coopsearch.search.names.costs import cost

#: What another spelling of a bare word may cost, and how many of them are taken: for an Arab name, fewer than
#: one unrelated word of the UN debates is offered.
LIMIT: Final = 3.0
MOST: Final = 6
#: The same where somebody asks for a name by that.
WIDE_LIMIT: Final = 4.0
WIDE_MOST: Final = 24
#: Words that are looked at closely: those of about the same length.
_LOOKED_AT: Final = 200


class Spelling(NamedTuple):
    """A word that probably spells a name otherwise."""

    word: str
    cost: float


def spellings(word: str, others: Iterable[str], limit: float = LIMIT) -> list[Spelling]:
    """Return those of some folded words that spell a word otherwise within a cost, the cheapest first."""
    given = [other for other in others if other != word]
    if len(given) > _LOOKED_AT:
        given.sort(key=lambda other: (abs(len(other) - len(word)), other))
    found = [Spelling(other, cost(word, other, limit)) for other in given[:_LOOKED_AT]]
    return sorted((one for one in found if one.cost <= limit), key=lambda one: (one.cost, one.word))

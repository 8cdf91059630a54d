"""How much lines of a lexicon speak for a translation.

A line that names a translation at rank r speaks for it with 1/sqrt(r), in either direction; between two
languages that meet in a line only through a third one, with the product of both. What several lines and
several lexicons say is added up. Does not depend on an index.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Protocol

from coopsearch.search.translation.entry import LANGUAGES

#: Translations of one word into one language that a table keeps, and the least share of the best's vote.
KEPT: Final = 10
LEAST: Final = 0.2


class Line(Protocol):
    """What a lexicon says in one place: an entry of ours, or of somebody else's glossary."""

    @property
    def columns(self) -> tuple[tuple[str, ...], ...]:
        """Its words by language, in the order of ``LANGUAGES``, the best first; none of some of them."""


def of(entry: Line) -> Iterator[tuple[tuple[str, str], tuple[str, str], float]]:
    """Yield (language, text), (other language, translation) and the vote of one line, all directions."""
    ranked = [
        [((code, word), 1.0 / math.sqrt(rank)) for rank, word in enumerate(words, 1)]
        for code, words in zip(LANGUAGES, entry.columns, strict=True)
    ]
    for words in ranked:
        for others in ranked:
            if words is not others:
                for word, share in words:
                    for other, other_share in others:
                        yield word, other, share * other_share


def best(votes: Mapping[str, float], most: int = KEPT) -> list[tuple[str, float]]:
    """Return the translations with the highest votes, the best first; equal ones in the order of the text."""
    least = LEAST * max(votes.values(), default=0.0)
    found = ((text, vote) for text, vote in votes.items() if vote >= least)
    return sorted(found, key=lambda one: (-one[1], one[0]))[:most]


def total(several: Iterable[Iterable[tuple[str, float]]]) -> dict[str, float]:
    """Add up what several sources say of one word."""
    found: dict[str, float] = {}
    for votes in several:
        for word, vote in votes:
            found[word] = found.get(word, 0.0) + vote
    return found

"""Hits that say nearly the same, folded into one: a report with another footer, a mail that was sent again.

The resemblance of two texts is the share of their runs of four words that both hold, of all that either
holds [Broder, "On the resemblance and containment of documents", 1997]. It is worked out for the hits at
hand, exactly, from the text that the index stores: no index grows for it, and no run needs to know of it.
What a mail quotes is not counted, or a reply would resemble what it answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from coopsearch.search.model import Document

if TYPE_CHECKING:
    from coopsearch.search.indexdir.duplicates import Copies

#: Texts that resemble each other so much are nearly the same. Of mails with a common footer and of news, two
#: that are not stay below .62; a footer of 20 words more leaves a text of 55 words and any longer one .7.
RESEMBLANCE: Final = 0.7
#: Words in a run.
_RUN: Final = 4
#: Words of a text that are compared.
_WORDS: Final = 20_000
_WORD: Final = re.compile(r"\w+")
#: Above what a mail quotes.
_QUOTED: Final = "quoted"

#: (number of the document, its score), best first.
Best = Iterable[tuple[int, float]]


class _Kept:
    """A hit that is shown, and what is known of its text."""

    def __init__(self, number: int, score: float, document: Document) -> None:
        self.number = number
        self.score = score
        self.document = document
        self.length = _length(document)
        self.near: list[Document] = []
        self._runs: frozenset[tuple[str, ...]] | None = None

    @property
    def runs(self) -> frozenset[tuple[str, ...]]:
        if self._runs is None:
            self._runs = runs(self.document)
        return self._runs


def collapsed(
    best: Best, limit: int, load: Callable[[int], Document], copies: Copies | None = None
) -> tuple[list[tuple[int, float]], dict[int, list[str]]]:
    """Return the first ``limit`` hits of those that are not nearly the same as a better one.

    Beside them, by the number of such a hit, the addresses of those behind it and of their copies.
    """
    kept: list[_Kept] = []
    for number, score in best:
        one = _Kept(number, score, load(number))
        like = next((other for other in kept if _alike(one, other)), None)
        if like is not None:
            like.near.append(one.document)
        elif len(kept) < limit:
            kept.append(one)
    near = {
        one.number: [place for like in one.near for place in (like.path, *_places(like, copies))]
        for one in kept
        if one.near
    }
    return [(one.number, one.score) for one in kept], near


def _places(document: Document, copies: Copies | None) -> list[str]:
    return [] if copies is None else copies.places(document)


def runs(document: Document) -> frozenset[tuple[str, ...]]:
    """Return the runs of words of a text; of a text of few words, all of them as one."""
    said = [document.text[one.start : one.end] for one in document.passages if _QUOTED not in one.heading]
    text = "\n".join(said) if said else document.text
    words = [match[0].casefold() for match, _ in zip(_WORD.finditer(text), range(_WORDS), strict=False)]
    if len(words) <= _RUN:
        return frozenset([tuple(words)])
    return frozenset(zip(*(words[start:] for start in range(_RUN)), strict=False))


def resemblance(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """Return the share of runs that both hold, from 0 to 1."""
    both = len(one & other)
    return both / (len(one) + len(other) - both)


def _alike(one: _Kept, other: _Kept) -> bool:
    # Texts of which one is far longer cannot resemble each other: most pairs end here.
    shorter, longer = sorted((one.length, other.length))
    return shorter >= longer * RESEMBLANCE / 2 and resemblance(one.runs, other.runs) >= RESEMBLANCE


def _length(document: Document) -> int:
    return sum(one.end - one.start for one in document.passages if _QUOTED not in one.heading)

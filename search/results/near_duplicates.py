"""Hits that say nearly the same, folded into one: a report with another footer, a mail that was sent again.

The resemblance of two texts is the share of their runs of four words that both hold, of all that either
holds [Broder, "On the resemblance and containment of documents", 1997]. It is worked out for the hits at
hand, exactly, from the text that the index stores: no index grows for it, and no run needs to know of it.
What a mail quotes is not counted, or a reply would resemble what it answers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Final, NamedTuple

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

Run = tuple[str, ...]
#: (number of the document, its score), best first.
Best = Iterable[tuple[int, float]]


class _Kept(NamedTuple):
    """A hit that is shown."""

    number: int
    score: float
    document: Document
    length: int
    """Of its own text, in characters."""
    near: list[Document]
    """Those that are nearly the same."""


class _Holders:
    """Which texts hold a run of words: what two texts share is counted without comparing each pair."""

    def __init__(self) -> None:
        self._of: dict[Run, list[int]] = {}
        self._sizes: dict[int, int] = {}

    def add(self, place: int, said: frozenset[Run]) -> None:
        """Take the runs of the text at a place."""
        self._sizes[place] = len(said)
        for run in said:
            self._of.setdefault(run, []).append(place)

    def holds(self, place: int) -> bool:
        """Say whether the runs of the text at a place are known."""
        return place in self._sizes

    def first_alike(self, said: frozenset[Run], among: Sequence[int]) -> int | None:
        """Return the first of some places whose text resembles one; None if none does."""
        shared = Counter(chain.from_iterable(filter(None, map(self._of.get, said))))
        for place in among:
            both = shared[place]
            if both >= RESEMBLANCE * (len(said) + self._sizes[place] - both):
                return place
        return None


def collapsed(
    best: Best, limit: int, load: Callable[[int], Document], copies: Copies | None = None
) -> tuple[list[tuple[int, float]], dict[int, list[str]]]:
    """Return the first ``limit`` hits of those that are not nearly the same as a better one.

    Beside them, by the number of such a hit, the addresses of those behind it and of their copies.
    """
    kept: list[_Kept] = []
    holders = _Holders()
    for number, score in best:
        document = load(number)
        one = _Kept(number, score, document, _length(document), [])
        # Texts of which one is far longer cannot resemble each other.
        near_in_length = [place for place, other in enumerate(kept) if _may_resemble(one, other)]
        said: frozenset[Run] | None = None
        like = None
        if near_in_length:
            for place in near_in_length:
                if not holders.holds(place):
                    holders.add(place, runs(kept[place].document))
            said = runs(document)
            like = holders.first_alike(said, near_in_length)
        if like is not None:
            kept[like].near.append(document)
        elif len(kept) < limit:
            if said is not None:
                holders.add(len(kept), said)
            kept.append(one)
    near = {
        one.number: [place for like in one.near for place in (like.path, *_places(like, copies))]
        for one in kept
        if one.near
    }
    return [(one.number, one.score) for one in kept], near


def _places(document: Document, copies: Copies | None) -> list[str]:
    return [] if copies is None else copies.places(document)


def runs(document: Document) -> frozenset[Run]:
    """Return the runs of words of a text; of a text of few words, all of them as one."""
    said = [document.text[one.start : one.end] for one in document.passages if _QUOTED not in one.heading]
    text = "\n".join(said) if said else document.text
    found = (
        _WORD.findall(text)
        if len(text) <= _WORDS
        else [match[0] for match in islice(_WORD.finditer(text), _WORDS)]
    )
    # No word holds a line's end, so all are folded at once.
    words = "\n".join(found).casefold().split("\n")
    if len(words) <= _RUN:
        return frozenset([tuple(words)])
    return frozenset(zip(*(words[start:] for start in range(_RUN)), strict=False))


def resemblance(one: frozenset[Run], other: frozenset[Run]) -> float:
    """Return the share of runs that both hold, from 0 to 1."""
    both = len(one & other)
    return both / (len(one) + len(other) - both)


def _may_resemble(one: _Kept, other: _Kept) -> bool:
    return min(one.length, other.length) >= max(one.length, other.length) * RESEMBLANCE / 2


def _length(document: Document) -> int:
    return sum(one.end - one.start for one in document.passages if _QUOTED not in one.heading)

"""Compounds that one writes open and another closed: cross border, crossborder.

Written with a hyphen they are read as both (``analysis.parts``); here the words of an index say which others
are compounds. Knows words and the tree; knows no stem, no weight and no engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from coopsearch.search import schema
from coopsearch.search.analysis.fold import fold
from coopsearch.search.analysis.stop_words import is_function_word
from coopsearch.search.engines.base import Reader
from coopsearch.search.query.syntax import Clause, Word

#: Letters that each part has at least, and the whole at most: what is longer is written with a hyphen.
_LEAST: Final = 3
_LONGEST: Final = 20
#: Scripts that close up compounds end before this letter: Latin, Greek, Cyrillic.
_LAST: Final = "\u052f"
#: Pairs of neighbours that are remembered.
_REMEMBERED: Final = 8192


class Closed(NamedTuple):
    """Words of a row, by position, that are a word of the index together with their neighbour."""

    first: dict[int, str]
    """With the word after it."""
    demanded: dict[int, str]
    """With the word before it, where the row demands both."""


class _Part(NamedTuple):
    word: str
    """Folded; "" for what is no part of a compound."""
    position: int
    must: bool


_NONE: Final = _Part("", 0, must=False)


class Compounds:
    """The compounds of one state of an index; remembers what was asked. Safe for many threads."""

    def __init__(self, reader: Reader) -> None:
        """Take the state."""
        self._reader = reader
        self._closed: dict[str, bool] = {}

    def closed(self, clauses: Sequence[Clause]) -> Closed:
        """Return which words of a row are one word with their neighbour."""
        found: dict[str, list[tuple[int, int, bool]]] = {}
        for one, other in pairwise(map(_part, clauses)):
            if one.word and other.word and one.must == other.must and len(one.word + other.word) <= _LONGEST:
                found.setdefault(one.word + other.word, []).append((one.position, other.position, one.must))
        firsts: dict[int, str] = {}
        demanded: dict[int, str] = {}
        for whole in self._held(found):
            for at, after, both in found[whole]:
                firsts[at] = whole
                if both:
                    demanded[after] = whole
        return Closed(firsts, demanded)

    def _held(self, wholes: dict[str, list[tuple[int, int, bool]]]) -> list[str]:
        """Return those words that the index holds, in their order."""
        known = {whole: self._closed.get(whole) for whole in wholes}
        if new := [whole for whole, held in known.items() if held is None]:
            among = self._reader.among(schema.WORDS, new)
            known.update((whole, whole in among) for whole in new)
            if len(self._closed) > _REMEMBERED:
                self._closed.clear()
            self._closed.update((whole, whole in among) for whole in new)
        return [whole for whole, held in known.items() if held]

    def opened(self, word: str) -> tuple[str, str] | None:
        """Return the two words of the index that a folded word may stand for, None if it is no compound.

        Both are to be as frequent as the whole: an airport is no port, and mostly written so.
        """
        if not 2 * _LEAST <= len(word) <= _LONGEST or not word.isalpha() or max(word) > _LAST:
            return None
        # Beginnings of one word are neighbours in the index, and few are words; their rests are not.
        cuts = range(_LEAST, len(word) - _LEAST + 1)
        begins = self._reader.among(schema.WORDS, [word[:at] for at in cuts])
        rests = {word[len(begin) :]: begin for begin in begins if not is_function_word(begin)}
        if not rests:
            return None
        frequency = self._reader.document_frequency
        best: tuple[int, str, str] | None = None
        for rest in self._reader.among(schema.WORDS, rests):
            if not is_function_word(rest):
                begin = rests[rest]
                counts = frequency(schema.WORDS, begin), frequency(schema.WORDS, rest)
                best = max(best or (0, "", ""), (min(counts), begin, rest))
        if best is None or best[0] < frequency(schema.WORDS, word):
            return None
        return best[1:]


def _part(clause: Clause) -> _Part:
    word = clause.tree
    if not isinstance(word, Word) or word.field is not None or word.exact or clause.occur == "not":
        return _NONE
    text = word.text
    if not _LEAST <= len(text) <= _LONGEST or not text.isalpha() or max(text) > _LAST:
        return _NONE
    folded = fold(text)
    return _NONE if is_function_word(folded) else _Part(folded, word.position, clause.occur == "must")

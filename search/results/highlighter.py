"""Which words of a text a query wants: asked of many words at once, and remembered for one search.

It compares words with those of a plan, and stems of the passage's language where the plan asks for any form.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final, NamedTuple

from coopsearch.search.analysis.language import other_beginnings
from coopsearch.search.analysis.line_cuts import has_break
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.analysis.tokenizer import pieces, words_of_pieces
from coopsearch.search.query.among import HighlightTerm, Words
from coopsearch.search.schema import STEMS, WORDS

#: With so many words of a pattern, all words of a text are looked at instead.
_MOST_FORMS: Final = 500

#: With so many first letters of stems, each word is asked about.
_MANY_BEGINNINGS: Final = 64

#: With more terms, the text of a hit is sooner looked through than their lists.
_MOST_TERMS: Final = 64


class Held(NamedTuple):
    """What a piece of text between white space holds of what is wanted."""

    mask: int
    """Bits of the slots that its words fill: see ``Highlighter.bits``."""
    times: int
    """How many of its words fill any: a compound has several."""


_NONE: Final = Held(0, 0)


class Highlighter:
    """Finds what a query wants in words of a language; remembers what it has seen.

    One for each search; not safe for several threads.
    """

    def __init__(self, wanted: Sequence[HighlightTerm], table: StemTable) -> None:
        """Take what is wanted and the stems of the index."""
        self.wanted = wanted
        #: Those of them that must stand as they are written, which no word and no position says.
        self.written = frozenset(number for number, one in enumerate(wanted) if one.written)
        #: Of each wanted one, the bits of its slots: a bit stands for one slot.
        self.bits: list[int] = []
        self._table = table
        self._slots = 0
        self._pieces: dict[str, tuple[set[str], dict[str, Held]]] = {}
        self._seen: dict[str, set[str]] = {}
        self._marked: dict[str, dict[str, tuple[tuple[int, int], ...]]] = {}
        # Most words are passed over by one look at all of them together: a word is wanted if it is given, or
        # if it holds the first letters of a stem that is. Each of the others would cost a look into a table.
        self._of_form: dict[str, list[tuple[int, int]]] = {}
        self._of_stem: dict[str, list[tuple[int, int]]] = {}
        # What fits very many words is asked about each word of a text, and not put into a table.
        self._of_many: list[tuple[Words, tuple[int, int]]] = []
        self._of_language = {number: one.language for number, one in enumerate(wanted) if one.language}
        for number, one in enumerate(wanted):
            self.bits.append(((1 << len(one.words)) - 1) << self._slots)
            self._slots += len(one.words)
            for slot, (forms_of, stems_of) in enumerate(zip(one.words, one.stems, strict=True)):
                if len(forms_of) > _MOST_FORMS:
                    self._of_many.append((forms_of, (number, slot)))
                    continue
                for form in forms_of:
                    self._of_form.setdefault(form, []).append((number, slot))
                for stem in stems_of:
                    self._of_stem.setdefault(stem, []).append((number, slot))
        # The groups of a number are held together only where a number is wanted: that takes longer.
        self._numbers = bool(self._of_many) or any(
            not one.isalpha() for one in (*self._of_form, *self._of_stem)
        )
        self._begins = {stem[:2] for stem in self._of_stem}

    def terms(self) -> list[list[tuple[str, str]]] | None:
        """Return the (field, term) pairs that fill each slot, None where their positions do not say enough.

        Terms may be too many to look for, and say neither how a word is written nor in which language.
        """
        slots = [
            [(WORDS, word) for word in {*forms, *stems}] + [(STEMS, stem) for stem in stems]
            for one in self.wanted
            for forms, stems in zip(one.words, one.stems, strict=True)
            if len(forms) <= _MOST_TERMS
        ]
        whole = len(slots) == self._slots and sum(map(len, slots)) <= _MOST_TERMS
        whole = whole and not (self.written or self._of_language)
        return slots if whole else None

    def of(self, words: Iterable[str], language: str) -> dict[str, tuple[tuple[int, int], ...]]:
        """Return the wanted ones of all words asked so far, each with the (wanted, slot) that it fills."""
        marked = self._marked.setdefault(language, {})
        seen = self._seen.setdefault(language, set())
        new = {*words} - seen
        if new:
            seen |= new
            for word in self._likely(new, language):
                if places := self._places(word, language):
                    marked[word] = places
        return marked

    def _likely(self, new: set[str], language: str) -> set[str]:
        """Return those of some words that may be wanted: as they are given, or by a stem's first letters."""
        if self._of_many or len(self._begins) > _MANY_BEGINNINGS:
            return new
        likely = new & self._of_form.keys()
        for letters in self._begins:
            likely.update([word for word in new if letters in word])
            if others := other_beginnings(language).get(letters):
                likely.update([word for word in new if word.startswith(others)])
        return likely

    def pieces_in(self, text: str, languages: Iterable[str]) -> dict[str, Held]:
        """Return the pieces of a text that hold what is wanted, as words of any of some languages.

        A piece is what stands between white space, as it is written.
        """
        cut = set(pieces(text) if self._numbers or has_break(text) else text.split())
        found: dict[str, Held] = {}
        for language in languages:
            seen, held = self._pieces.setdefault(language, (set(), {}))
            if new := cut - seen:
                seen |= new
                self._look(list(new), language, held)
            for piece in held.keys() & cut:
                other = found.get(piece, _NONE)
                mask, times = held[piece]
                found[piece] = Held(mask | other.mask, max(times, other.times))
        return found

    def _look(self, new: list[str], language: str, held: dict[str, Held]) -> None:
        """Note those of some pieces that hold what is wanted."""
        of_each = words_of_pieces(new)
        wanted = self.of(chain.from_iterable(of_each), language)
        for piece, words in zip(new, of_each, strict=True):
            mask = times = 0
            for word in words:
                if places := wanted.get(word):
                    times += 1
                    for number, slot in places:
                        bits = self.bits[number]
                        mask |= (bits & -bits) << slot
            if mask:
                held[piece] = Held(mask, times)

    def _places(self, word: str, language: str) -> tuple[tuple[int, int], ...]:
        stem = self._table.stem(word, language) if self._of_stem else ""
        places = {*self._of_form.get(word, ()), *self._of_stem.get(stem, ()), *self._of_stem.get(word, ())}
        if self._of_many:
            places.update(place for words, place in self._of_many if word in words)
        if self._of_language:
            places = {place for place in places if self._of_language.get(place[0], language) == language}
        return tuple(sorted(places))

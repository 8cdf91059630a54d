"""Compounds that one writes open and another closed: cross border, crossborder.

Written with a hyphen they are read as both (``analysis.word_delimiter``); here the words of an index say
which others are compounds. Does not depend directly on stemming or ranking formulas.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from coopsearch.search import schema
from coopsearch.search.analysis.function_words import is_function_word
from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.analysis.tokenizer import read
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import And, Group, Phrase
from coopsearch.search.query.syntax import Clause, Word

#: Letters that each part has at least, and the whole at most: what is longer is written with a hyphen.
_LEAST: Final = 3
_LONGEST: Final = 20
#: Scripts that close up compounds end before this letter: Latin, Greek, Cyrillic.
_LAST: Final = "\u052f"
#: Words in quotes, of which each is looked at for a compound, and rows that they may stand as.
_QUOTED: Final = 6
_ROWS: Final = 4
#: Words and pairs of neighbours that are remembered.
_REMEMBERED: Final = 8192


class Compounds:
    """The compounds of one state of an index; remembers what was asked. Safe for many threads."""

    def __init__(self, reader: Reader) -> None:
        """Take the state."""
        self._reader = reader
        self._parts: dict[str, str] = {}
        """A word as it is written -> folded, "" if it is not part of a compound."""
        self._wholes: dict[tuple[str, str], str] = {}
        """Two parts -> the word of the index that they are together, "" if there is none."""
        self._ends: dict[str, dict[str, bool | None]] = {}
        """A folded word -> its last parts, and whether it is written with a hyphen there, None if unasked."""
        self._opened: dict[str, tuple[str, str] | None] = {}
        """A folded word -> the two words that it may stand for, None if it is not a compound."""

    def closed(self, clauses: Sequence[Clause]) -> dict[int, str]:
        """Return which words of a row, by position, are one word of the index with their neighbour.

        The first of both has the whole as one of its forms, and the second where both are demanded.
        """
        found: dict[int, str] = {}
        for one, other in pairwise(clauses):
            first, second = one.tree, other.tree
            if not isinstance(first, Word) or not isinstance(second, Word):
                continue
            if one.occur == other.occur != "not" and (whole := self._whole(first, second)):
                found.setdefault(first.position, whole)
                if one.occur == "must":
                    found.setdefault(second.position, whole)
        return found

    def _whole(self, one: Word, other: Word) -> str:
        """Return the word that two neighbours are together, "" for none."""
        if not (first := self._part(one)) or not (second := self._part(other)):
            return ""
        whole = self._wholes.get((first, second))
        if whole is None:
            whole = first + second
            if len(whole) > _LONGEST or not self._reader.among(schema.WORDS, [whole]):
                whole = ""
            if len(self._wholes) >= _REMEMBERED:
                self._wholes.clear()
            self._wholes[first, second] = whole
        return whole

    def _part(self, word: Word) -> str:
        if word.field is not None or word.exact:
            return ""
        text = word.text
        part = self._parts.get(text)
        if part is None:
            part = ""
            if _LEAST <= len(text) <= _LONGEST and text.isalpha() and max(text) <= _LAST:
                folded = normalize(text)
                part = "" if is_function_word(folded) else folded
            if len(self._parts) >= _REMEMBERED:
                self._parts.clear()
            self._parts[text] = part
        return part

    def ends(self, word: str, beside: Sequence[str] = ()) -> tuple[str, ...]:
        """Return the last parts that a folded word has where documents write it with a hyphen: mail of email.

        There the whole stands at the place of its first part, and the last one beside it. Where words are to
        stand ``beside`` it, only last parts are told that some document holds together with all of them.
        """
        if not _LEAST <= len(word) <= _LONGEST or not word.isalpha() or max(word) > _LAST:
            return ()
        known = self._ends.get(word)
        if known is None:
            if len(self._ends) >= _REMEMBERED:
                self._ends.clear()
            # Where they stand is looked up for those alone that can matter, as it takes longest.
            known = self._ends[word] = dict.fromkeys(self._rests(word))
        for rest, is_end in known.items():
            if is_end is None and (not beside or self._together([*beside, word, rest])):
                known[rest] = self._beside(word, rest)
        return tuple(rest for rest, is_end in known.items() if is_end)

    def _rests(self, word: str) -> list[str]:
        cuts = range(1, len(word))
        if not self._reader.document_frequency(schema.WORDS, word):
            return []
        begins = self._reader.among(schema.WORDS, [word[:at] for at in cuts])
        rests = [word[len(begin) :] for begin in begins]
        return sorted(self._reader.among(schema.WORDS, rests)) if rests else []

    def _beside(self, word: str, rest: str) -> bool:
        return self._reader.search(Phrase(schema.WORDS, ((word,), (rest,))), 0).total > 0

    def rows(self, text: str) -> list[tuple[str, ...]]:
        """Return the other rows of words that a text in quotes may stand as, where it has compounds."""
        words = read(text).slots
        if len(words) > _QUOTED:
            return []
        fixed: list[str] = []
        pieces: list[tuple[tuple[str, ...], list[tuple[str, ...]], list[tuple[str, ...]]]] = []
        for reading in map(read, text.split()):
            slots = tuple(reading.slots)
            joined: list[tuple[str, ...]] = [(whole,) for whole in reading.joined if whole.isalpha()]
            parts = self.opened(slots[0]) if len(slots) == 1 else None
            opened: list[tuple[str, ...]] = [] if parts is None else [parts]
            if not joined and not opened:
                fixed += slots
            pieces.append((slots, joined, opened))
        if not self._together(fixed):
            return []
        found: list[tuple[str, ...]] = [()]
        for slots, joined, opened in pieces:
            hyphened = [(slots[0], rest) for rest in self.ends(slots[0], fixed)] if len(slots) == 1 else []
            found = [(*row, *way) for row in found for way in (slots, *joined, *hyphened, *opened)][:_ROWS]
        # A word that is cut at the end of a line is none in its pieces.
        return found[1:] if found[0] == words else []

    def _together(self, words: Sequence[str]) -> bool:
        """Say whether some document holds all of some words.

        Where none does, no row that holds them is anywhere, and what it takes to find the rows is saved: of a
        list of names, most are in no document.
        """
        if not all(self._reader.document_frequency(schema.WORDS, word) for word in words):
            return False
        several = tuple(Group(schema.WORDS, ((word, 1.0),)) for word in dict.fromkeys(words))
        return len(several) < 2 or self._reader.search(And(several), 0).total > 0  # noqa: PLR2004 - one alone was counted

    def opened(self, word: str) -> tuple[str, str] | None:
        """Return the two words of the index that a folded word may stand for, None if it is not a compound.

        Both are to be as frequent as the whole, and somewhere side by side: an airport is not a port, mostly
        written so, and nobody writes "ten nis".
        """
        if not 2 * _LEAST <= len(word) <= _LONGEST or not word.isalpha() or max(word) > _LAST:
            return None
        if word in self._opened:
            return self._opened[word]
        if len(self._opened) >= _REMEMBERED:
            self._opened.clear()
        found = self._opened[word] = self._two_of(word)
        return found

    def _two_of(self, word: str) -> tuple[str, str] | None:
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
        _, begin, rest = best
        beside = Phrase(schema.WORDS, ((begin,), (rest,)))
        return (begin, rest) if self._reader.search(beside, 0).total else None

"""A lexicon as a query asks it: which words of it a word is, in whatever form it is typed.

A word is looked for as it stands, then among listed forms (sought), then without a regular ending (routes),
and last by its stem, if the word begins as any stem of the lexicon does: only then is a stemmer loaded.
Does not depend on an index or the terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from coopsearch.search.analysis.stems import fits
from coopsearch.search.analysis.stems import stem as worked_out
from coopsearch.search.names.scripts import without_clitics
from coopsearch.search.translation.endings import may_be_form, without_ending
from coopsearch.search.translation.entry import LANGUAGES
from coopsearch.search.translation.table import Table, Translation

#: Letters that a stem shares with its word at least, and the most that an ending has.
_SHARED: Final = 3
_ENDING: Final = 8
#: Words whose forms are remembered.
_REMEMBERED: Final = 4096


class Lexicon:
    """A lexicon. Safe for many threads."""

    def __init__(self, table: Table, stem: Callable[[str, str], str] = worked_out) -> None:
        """Take its table, and what gives the stem of a folded word in a language."""
        self.table = table
        self._stem = stem
        self._known: dict[tuple[str, str], tuple[str, ...]] = {}

    @property
    def name(self) -> str:
        """What it is called."""
        return self.table.name

    def knows(self, word: str, language: str) -> bool:
        """Say whether a folded word is a word of a language, in any form. Raises Unusable for damage."""
        return bool(self.bases(word, language))

    def translations(self, word: str, language: str) -> Iterator[dict[str, list[Translation]]]:
        """Yield what each word that a folded word is a form of is in other languages."""
        for base in self.bases(word, language):
            yield self.table.translations(base, language)

    def bases(self, word: str, language: str) -> tuple[str, ...]:
        """Return the words of the lexicon of which a folded word is a form, itself alone if it is one."""
        key = word, language
        found = self._known.get(key)
        if found is None:
            found = self._find(word, language)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = found
        return found

    def _find(self, word: str, language: str) -> tuple[str, ...]:
        table = self.table
        if language not in LANGUAGES or not word:
            return ()
        if table.holds(word, language):
            # Headwords are English, and have their own entries for a reason: goods are not what is good.
            bases = () if language == "en" else dict.fromkeys(without_ending(word, language))
            return (word, *(base for base in bases if self._is_of(word, base, language)))
        if not fits(word, language):
            return ()
        if (listed := table.irregular(word, language)) is not None:
            return tuple(listed)
        for base in without_ending(word, language):
            if table.holds(base, language):
                return (base,)
        for rest in without_clitics(word) if language == "ar" else ():
            if len(rest) >= _SHARED and table.holds(rest, language):
                return (rest,)
        if language != "ar" and not self._may_have_stem(word, language):
            return ()
        found = (one for one in table.of_stem(self._stem(word, language), language) if " " not in one)
        return tuple(one for one in found if may_be_form(word, one, language))

    def _is_of(self, word: str, base: str, language: str) -> bool:
        """Say whether a word of the lexicon is also a form of another one, as a translation shows.

        *soldats* stands there for *servicemen*, and is a form of *soldat*; *nouvelles*, news, is not one of
        *nouvelle*.
        """
        if not self.table.holds(base, language):
            return False
        its, every = (self.table.translations(one, language) for one in (base, word))
        return any(
            {one.words for one in every[other]} & {one.words for one in its.get(other, ())} for other in every
        )

    def _may_have_stem(self, word: str, language: str) -> bool:
        """Say whether the lexicon has a stem that a word may have: its beginning, or one with i for y."""
        begins = (word[:length] for length in range(len(word), max(_SHARED, len(word) - _ENDING) - 1, -1))
        of_stem = self.table.of_stem
        return any(of_stem(one, language) or of_stem(f"{one[:-1]}i", language) for one in begins)

    def term(self, words: tuple[str, ...], language: str) -> str:
        """Return the term of several words that folded words are, regular endings aside; "" for none."""
        if language not in LANGUAGES:
            return ""
        if language == "ar":
            row = " ".join(self._stem(one, language) for one in words)
            return next(iter(self.table.of_stem(row, language)), "")
        for at in range(len(words) - 1, -1, -1):
            for base in (words[at], *without_ending(words[at], language)):
                if self.table.holds(text := " ".join((*words[:at], base, *words[at + 1 :])), language):
                    return text
        return ""

    def longest_term(self, word: str, language: str) -> int:
        """Return of how many words a term may be that a folded word begins; 0 if none begins so."""
        if language not in LANGUAGES:
            return 0
        if language == "ar":
            begun = self.table.begins(f"{self._stem(word, language)} ", language)
        else:
            bases = (word, *without_ending(word, language))
            begun = any(self.table.begins(f"{base} ", language, as_word=True) for base in bases)
        return self.table.longest if begun else 0

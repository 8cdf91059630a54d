"""From a folded word to its stem, by language, each word once.

Stems are made of folded words, so that they do not depend on whether accents were typed. This file asks
each language for its rules and keeps what was worked out. Does not depend on engines: what an index
remembers comes in as a function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from coopsearch.search.analysis.language import LATIN, TABLE, declared

#: All languages with stems of their own, sorted.
LANGUAGES: Final = tuple(sorted(TABLE))

_TAUGHT: Final = frozenset(LANGUAGES)

#: First and last letter of a folded word of a language's script.
_SCRIPTS: Final = {code: row.script for code, row in TABLE.items()}

#: A word longer than this is not a word of a language. Stemmers are made for words, and some are quadratic.
_LONGEST: Final = 40
#: Words whose stems in all languages are remembered as the index gave them.
_REMEMBERED: Final = 1 << 13


def fits(word: str, language: str) -> bool:
    """Say whether a folded word can have a stem in a language: its script, letters only, two or more."""
    if language not in _TAUGHT or not 2 <= len(word) <= _LONGEST or not word.isalpha():
        return False
    low, high = _SCRIPTS[language]
    if word.isascii():
        return low == LATIN[0]  # folded letters of ASCII are a to z
    return low <= min(word) and max(word) <= high


def stem(word: str, language: str) -> str:
    """Return the stem of a folded word; the word itself where the language or the word has none.

    Words with digits or signs and words of another script than the language's stay as they are, but for
    those of Arabic script. Raises ImportError if NLTK is needed and not installed.
    """
    language = rules_for(word, language)
    return _stem(word, language) if language else word


def rules_for(word: str, language: str) -> str:
    """Return the language by whose rules a folded word of a text in a language is stemmed, "" for none.

    A word of Arabic script among Latin ones is most likely Arabic; one of Latin letters could be of any.
    """
    if fits(word, language):
        return language
    return "ar" if language in _TAUGHT and language != "ar" and fits(word, "ar") else ""


def _stem(word: str, language: str) -> str:
    """Return the stem of a word that fits the language."""
    # Each language is imported where it is met: a search whose words the index knows needs none of them.
    return declared(language).stem(word) or word


class _Known(dict[str, str]):
    """Word -> stem of one language; a word that is not in it yet is looked up, or worked out.

    It refers to no ``StemTable``: a cycle would keep a closed index's files open until garbage is collected.
    """

    def __init__(
        self,
        language: str,
        lookup: Callable[[str], Mapping[str, str]],
        new: dict[tuple[str, str], str],
        arabic: _Known | None,
    ) -> None:
        self._language = language
        self._lookup = lookup
        self._new = new
        self._arabic = arabic

    def __missing__(self, word: str) -> str:
        found = self[word] = self._find(word)
        return found

    def _find(self, word: str) -> str:
        rules = rules_for(word, self._language)
        if rules != self._language:  # known without being kept
            return self._arabic[word] if rules and self._arabic is not None else word
        if (kept := self._lookup(word).get(rules)) is not None:
            return kept
        found = self._new[rules, word] = _stem(word, rules)
        return found


def _remembered(lookup: Callable[[str], Mapping[str, str]]) -> Callable[[str], Mapping[str, str]]:
    """Return a lookup that keeps its last answers: a word is asked for in one language after the other."""
    kept: dict[str, Mapping[str, str]] = {}

    def found(word: str) -> Mapping[str, str]:
        stems = kept.get(word)
        if stems is None:
            if len(kept) >= _REMEMBERED:
                kept.clear()
            stems = kept[word] = lookup(word)
        return stems

    return found


class StemTable:
    """The stems of an index's words: from memory, else from the index, else worked out and noted as new.

    ``lookup`` gives what the index knows of a folded word, language -> stem, and an empty mapping for an
    unknown one (``Reader.stems``, ``Writer.stems``). NLTK is imported only when a word is new to both.
    Safe for many threads, if ``lookup`` is.
    """

    def __init__(self, lookup: Callable[[str], Mapping[str, str]]) -> None:
        """Begin with an empty memory."""
        self._new: dict[tuple[str, str], str] = {}
        lookup = _remembered(lookup)
        arabic = _Known("ar", lookup, self._new, None)
        others = {one: _Known(one, lookup, self._new, arabic) for one in LANGUAGES if one != "ar"}
        self._tables = {"ar": arabic, **others}

    def stem(self, word: str, language: str) -> str:
        """Return the stem of a folded word in a language; the word itself for a language without stems."""
        table = self._tables.get(language)
        return word if table is None else table[word]

    def stems(self, words: list[str], language: str) -> list[str]:
        """Return the stem of each word, in order: ``stem`` for many words at once."""
        table = self._tables.get(language)
        return list(words) if table is None else list(map(table.__getitem__, words))

    def stems_in(self, word: str, languages: Iterable[str]) -> set[str]:
        """Return the stems of a folded word in several languages, and the word itself."""
        return {word, *(self.stem(word, language) for language in languages)}

    def complete(self, words: Iterable[str], languages: Iterable[str]) -> None:
        """Make sure that the stem of each word is known, or noted as new, in each language of its script.

        After ``drain`` has been learned by the index, a query of these words needs NLTK no more, whatever
        languages the index holds.
        """
        tables = [self._tables[language] for language in sorted(set(languages)) if language in self._tables]
        for word in words:
            for table in tables:
                table[word]

    def drain(self) -> dict[tuple[str, str], str]:
        """Return what was worked out since the last call, (language, word) -> stem; it is no longer new."""
        new = dict(self._new)
        self._new.clear()
        return new

"""What is sound of a glossary: words that can stand in a lexicon, and what is wrong with the rest.

Nothing is left out without being counted. Does not depend on files or the terminal.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from coopsearch.search.analysis.function_words import function_words_of
from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.errors import SettingsError
from coopsearch.search.translation import votes
from coopsearch.search.translation.entry import LANGUAGES, MOST, check_word, folded

#: Translations of one word that are kept.
KEPT: Final = min(MOST, votes.KEPT)
#: Pairs of words of the largest lexicon. So many take about a minute and 1.1 GB of memory to compile.
PAIRS: Final = 400_000
#: Problems that are kept to be shown; the others are counted.
_SHOWN: Final = 1_000
#: Problems with which no file is read further.
_WRONG: Final = 1_000_000
#: Signs that end or surround a term and are not part of it.
_AROUND: Final = ' \t.,;:!?…"“”„«»*•·،؛؟|_'
_TYPED: Final = str.maketrans({"‐": "-", "‑": "-", "\xa0": " ", "\u202f": " ", "ʼ": "’"})
#: What stands before a word in a glossary and is searched for by nobody.
_BEFORE: Final = {
    "en": re.compile(r"(?:to|the|an?)\s+(?=\S{2})", re.IGNORECASE),
    "fr": re.compile(r"(?:(?:les?|la|une?)\s+|l['’]\s*)(?=\S{2})", re.IGNORECASE),
}


class Concept(NamedTuple):
    """What words of several languages mean together."""

    columns: tuple[tuple[str, ...], ...]
    """Words by language, in the order of ``LANGUAGES``, the best first; none of some of them."""


class Problem(NamedTuple):
    """Something that is left out."""

    place: str
    """Where it stands in the file: "line 3", "entry 12"; "" for all of it."""
    what: str
    """What is wrong with it, for a person."""


def tidied(text: str, code: str) -> str:
    """Return a term as it is looked for: composed, without invisible characters, signs around, articles."""
    text = unicodedata.normalize("NFC", text).translate(_TYPED)
    if not text.isprintable():
        text = "".join(one if one.isprintable() else " " * one.isspace() for one in text)
    text = " ".join(text.split())
    # The dots of U.N. are its own.
    text = text.strip(_AROUND) if text.count(".") < 2 or " " in text else text.strip(_AROUND.replace(".", ""))  # noqa: PLR2004
    if (before := _BEFORE.get(code)) is not None and (match := before.match(text)) is not None:
        return text[match.end() :]
    return text


def is_functional(text: str, code: str) -> bool:
    """Say whether a text of a language has function words alone, as "of" and "at most".

    An index has words without accents and capitals, and so does this: "WHO" and "dû" are such words there.
    As translations they would meet nearly every text, and what is typed as WHO is "who" to a lexicon.
    """
    words = folded(text)
    return bool(words) and function_words_of(code).issuperset(words)


def functional(text: str) -> str:
    """Say why a term is left out that has function words alone, and what to do where it is another word."""
    shown, small = f"{text!r:.60}", " ".join(folded(text))
    if text == small:
        which = "is a function word" if " " not in text else "has function words alone"
        return f"{shown} {which}, which no query is about"
    return (
        f"{shown} is {small!r:.60} in an index, which has no capitals, accents and dots, and so would meet "
        "that function word everywhere; write what it stands for, or another word for it"
    )


class Collection:
    """The sound part of a glossary, as it is read."""

    def __init__(self, name: str) -> None:
        """Begin with nothing of a file of that name."""
        self._name = name
        self.concepts: list[Concept] = []
        self.pairs = 0
        """Of a word and its translation, one direction of each counted."""
        self.problems: list[Problem] = []
        """The first of them."""
        self.wrong = 0
        """How many there are."""
        self.misread: set[str] = set()
        """Places of problems that are there where a file is taken for what it is not."""
        self._translations: Counter[tuple[str, str, str]] = Counter()

    def tell(self, place: str, what: str, *, misread: bool = True) -> None:
        """Note that something is left out. Raises SettingsError where it is too much.

        ``misread`` says that this is to be expected where a file is taken for what it is not.
        """
        self.wrong += 1
        if misread and len(self.misread) < _WRONG:
            self.misread.add(place)
        if self.wrong > _WRONG:
            raise SettingsError(
                f"{self._name} has more than {_WRONG:,} lines or entries that cannot be taken; look at what "
                "file it is"
            )
        if len(self.problems) < _SHOWN:
            self.problems.append(Problem(place, what))

    def add(self, place: str, said: Mapping[str, Sequence[str]]) -> None:
        """Take what words of several languages mean together, the best of each first, as they are written.

        Raises SettingsError where the glossary is too large.
        """
        columns = tuple(tuple(self._sound(place, said.get(code, ()), code)) for code in LANGUAGES)
        if sum(map(bool, columns)) < 2:  # noqa: PLR2004
            if sum(map(bool, said.values())) < 2:  # noqa: PLR2004
                self.tell(place, "it has words of one language alone")
            return
        for at, words in enumerate(columns):
            for number, others in enumerate(columns):
                if at != number and others:
                    for word in words:
                        self._translations[LANGUAGES[at], LANGUAGES[number], word.casefold()] += len(others)
                    self.pairs += len(words) * len(others) if at < number else 0
        if self.pairs > PAIRS:
            raise SettingsError(
                f"{self._name} has more than {PAIRS:,} pairs of words, the most that a lexicon holds; split "
                "it into several files, and add each under a name of its own"
            )
        self.concepts.append(Concept(columns))

    def _sound(self, place: str, words: Sequence[str], code: str) -> list[str]:
        found: dict[str, str] = {}
        for written in words:
            word = tidied(written, code)
            try:
                check_word(word, code)
            except SettingsError as error:
                self.tell(place, str(error))
            else:
                if is_functional(word, code):
                    self.tell(place, functional(word), misread=False)
                    continue
                found.setdefault(normalize(word), word)
        return [*found.values()]

    def crowded(self) -> list[tuple[str, int]]:
        """Return the words that have more translations into a language than are kept, with how many."""
        most: dict[str, int] = {}
        for (_, _, word), count in self._translations.items():
            if count > KEPT:
                most[word] = max(count, most.get(word, 0))
        return sorted(most.items(), key=lambda one: (-one[1], one[0]))

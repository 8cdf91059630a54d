"""Of which script a name is written, and what may be an article before it.

Does not depend on an index or on engines.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

LATIN: Final = "latin"
ARABIC: Final = "arabic"
CYRILLIC: Final = "cyrillic"

#: Letters of an article in Latin script, and what it becomes before the letters that it takes on: ash-Shaykh.
_ARTICLES: Final = ("al", "el", "ul", "il")
_TAKEN_ON: Final = tuple(
    vowel + letter for vowel in "ae" for letter in ("shsh", "ss", "dd", "tt", "nn", "rr", "zz", "ssh")
)
#: The article in Arabic with what may be written before it, the longest first.
WITH_ARTICLE: Final = ("وبال", "ولل", "وال", "بال", "فال", "كال", "لل", "ال")
#: What is written before a word without a blank, and is not an article: conjunctions and prepositions.
CLITICS: Final = ("و", "ف", "ب", "ك", "ل", "وب", "ول", "وك", "فب", "فل")
#: Articles with what may stand before them.
_HUNG_ARTICLES: Final = (*WITH_ARTICLE, "فلل", "فبال", "وكال")
#: Letters that a word has left at least.
_LEFT: Final = 3


def script_of(word: str) -> str:
    """Return the script of a word of letters, "" for another or for several."""
    if word.isascii():
        return LATIN if word.isalpha() else ""
    if not word.isalpha():
        return ""
    low, high = min(word), max(word)
    if low >= "\u0620" and high <= "\u06ff":
        return ARABIC
    if low >= "\u0400" and high <= "\u052f":
        return CYRILLIC
    return LATIN if high <= "\u024f" or ("\u1e00" <= high <= "\u1eff" and low <= "\u024f") else ""


def bare(word: str, script: str) -> tuple[str, ...]:
    """Return a word, and what is left of it without an article, if it may have one."""
    if script == ARABIC:
        for before in WITH_ARTICLE:
            if word.startswith(before) and len(word) - len(before) >= _LEFT - 1:
                return word, word[len(before) :]
        return (word,)
    if script == LATIN and len(word) >= _LEFT + 2:
        if word.startswith(_ARTICLES):
            return word, word[2:]
        if word.startswith(_TAKEN_ON):
            return word, word[2:]
    return (word,)


def without_clitics(word: str) -> Iterator[str]:
    """Yield an Arabic word without what may be written before it, in each way in which it may be read."""
    for before in (*_HUNG_ARTICLES, *CLITICS):
        if word.startswith(before):
            rest = word[len(before) :]
            yield rest
            # The first letter of an article is lost behind ل.
            if before.endswith(("ال", "لل")):
                yield "ال" + rest


def with_clitics(word: str) -> tuple[str, ...]:
    """Return an Arabic word with what may be written before a name, itself first; any other word alone."""
    if script_of(word) != ARABIC:
        return (word,)
    before = [one for one in CLITICS if not (word.startswith("ال") and one.endswith("ل"))]
    hung = (f"{one}ل{word[1:]}" for one in ("ل", "ول") if word.startswith("ال"))
    return (word, *(one + word for one in before), *hung)

"""Function words: words that hold a question together and say nothing of what it is about.

*What*, *quelle* and *متى* are rare in reports and so look telling to a ranking that goes by rarity. They
are still searched for; a query only counts them for less. Closed classes alone (articles, prepositions,
pronouns, conjunctions, question words, auxiliaries), as ``normalize`` writes them; each language declares
its own. Does not depend on an index or ranking formulas.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

from coopsearch.search.analysis.language import LATIN, TABLE, declared

_LATIN_ALONE: Final = (LATIN,)
_SCRIPTS: Final = tuple(dict.fromkeys(row.script for row in TABLE.values()))


def _scripts(text: str) -> tuple[tuple[str, str], ...]:
    """Return the scripts whose languages may know a word of a text: no others are imported for it."""
    return _LATIN_ALONE if text.isascii() else _SCRIPTS


@cache
def function_words_of(language: str) -> frozenset[str]:
    """Return the function words of a language (ISO 639-1), folded; none of one that is not known."""
    return frozenset(declared(language).function_words.split()) if language in TABLE else frozenset()


@cache
def _telling(language: str) -> frozenset[str]:
    """Return the function words of a language that show that a query is in it."""
    shared = declared(language).shared.split() if language in TABLE else ()
    return function_words_of(language).difference(shared)


@cache
def _all(script: tuple[str, str]) -> frozenset[str]:
    """Return the function words of all languages of a script."""
    codes = (code for code, row in TABLE.items() if row.script == script)
    return frozenset().union(*map(function_words_of, codes))


def is_function_word(word: str) -> bool:
    """Say whether a folded word is a function word of any language."""
    return any(word in _all(script) for script in _scripts(word))


def asked_in(words: Iterable[str], languages: Iterable[str]) -> str:
    """Return the language that a query is asked in, as far as its function words show it; else "".

    ``words`` are folded; ``languages`` (ISO 639-1) those that the index holds. Of equals, none is chosen.
    """
    asked = frozenset(words)
    scripts = _scripts("".join(asked))
    if all(asked.isdisjoint(_all(script)) for script in scripts):
        return ""
    spoken = [code for code in languages if code in TABLE and TABLE[code].script in scripts]
    counts = sorted((len(_telling(language) & asked), language) for language in spoken)
    if not counts or not counts[-1][0] or (len(counts) > 1 and counts[-2][0] == counts[-1][0]):
        return ""
    return counts[-1][1]


def function_words(words: Iterable[str], language: str) -> frozenset[str]:
    """Return which folded words of a query in a language are function words.

    None where the query holds nothing else: then they are what it is about.
    """
    asked = frozenset(words)
    found = asked & function_words_of(language)
    return found if len(found) < len(asked) else frozenset()


def unhung(slots: tuple[str, ...], language: str) -> tuple[str, ...]:
    """Return the parts of a hyphenated word of a query without what only hangs on it in its language."""
    if len(slots) > 1 and language in TABLE and (shortened := declared(language).unhung) is not None:
        return shortened(slots)
    return slots

"""Which words are common ones, so that nobody means a name by them.

Does not depend on an index or on engines.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from coopsearch.search.analysis.function_words import is_function_word
from coopsearch.search.analysis.langid.listed import is_listed

#: Articles of Arabic with what is written before them, and endings of plurals.
_ARTICLES: Final = ("ال", "وال", "بال", "فال", "كال", "لل", "ولل")
_PLURALS: Final = ("ون", "ين", "ات")
#: Letters of a word that is left without any of these.
_LEFT: Final = 3


@cache
def is_common(word: str) -> bool:
    """Say whether a folded word is one of a language: a function word, or one that is listed somewhere."""
    return is_function_word(word) or is_listed(word) or _is_in_lexicon(word)


def _is_in_lexicon(word: str) -> bool:
    """Say whether the lexicon has a word as it stands, or without an article or a regular ending.

    Not by its stem: الغزواني would be a form of *invasion*.
    """
    # Imported for words that no shorter list knows.
    from coopsearch.search.translation.bundled import bundled
    from coopsearch.search.translation.endings import without_ending
    from coopsearch.search.translation.entry import LANGUAGES
    from coopsearch.search.translation.table import Unusable

    try:
        table = bundled()
        return any(
            table.holds(form, language) and not table.names(form, language)
            for language in LANGUAGES
            for form in (word, *_without_article(word), *without_ending(word, language))
        ) or any(table.irregular(word, language) for language in LANGUAGES)
    except Unusable:
        return False


def _without_article(word: str) -> tuple[str, ...]:
    """Return an Arabic word without its article and what is written together with that, also as a singular.

    Without an article an ending may be a name's: ياسين is nobody's plural.
    """
    found = next((one for one in _ARTICLES if word.startswith(one) and len(word) - len(one) >= _LEFT), "")
    if not found:
        return ()
    bare = word.removeprefix(found)
    singular = (bare.removesuffix(one) for one in _PLURALS if bare.endswith(one))
    return (bare, *(one for one in singular if len(one) >= _LEFT))

"""Whether an Arabic word is a common one with what is written together with it: ومن is *and who*.

Prepositions, conjunctions and pronouns are written without a blank, so that a common word stands in texts in
dozens of forms that no list holds. Does not depend on an index or on engines.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from coopsearch.search.analysis.function_words import is_function_word
from coopsearch.search.names.common import is_common
from coopsearch.search.names.scripts import without_clitics

#: Pronouns, and further endings of verbs, plurals and feminine words.
_PRONOUNS: Final = ("ه", "ها", "هم", "هما", "هن", "نا", "ني", "ي", "كم")
_OF_NO_NAME: Final = ("ها", "هم", "هما")
_ENDINGS: Final = (*_PRONOUNS, "ت", "تم", "وا", "ون", "ين", "ات", "ان", "ا", "تا")
#: What makes a verb of the present of a root, with ``س`` of the future one.
_OF_VERBS: Final = ("ي", "ت", "ن", "ا", "سي", "ست", "سن")
#: Forms of *to be* and *not to be* that a conjunction or a pronoun does not make of others.
_AUXILIARIES: Final = frozenset("كنت كنا كنتم كانتا كانتي اكن نكن تكونوا يكونوا لست لسنا لستم ليسوا".split())
#: Letters of a word that is left, and of a function word that is.
_LEFT: Final = 3
_LEFT_OF_FUNCTION: Final = 2


def is_auxiliary(word: str) -> bool:
    """Say whether a folded Arabic word is such a form, whatever else it may be: كنت is Kent, too."""
    return word in _AUXILIARIES


@cache
def hangs_on_function_word(word: str) -> bool:
    """Say whether a folded Arabic word is a function word with a conjunction, a preposition or a pronoun."""
    return any(
        is_function_word(form) or is_auxiliary(form)
        for one in (word, *without_clitics(word))
        for form in (one, *_before(one, _PRONOUNS))
        if len(form) >= _LEFT_OF_FUNCTION
    )


@cache
def follows_clitics(word: str) -> bool:
    """Say whether a folded Arabic word is a common word behind a conjunction or a preposition."""
    return any(is_common(form) for form in without_clitics(word) if len(form) >= _LEFT)


@cache
def has_pronoun(word: str) -> bool:
    """Say whether a folded Arabic word is a common word with a pronoun behind it that ends no name."""
    return any(is_common(form) for form in _before(word, _OF_NO_NAME) if len(form) >= _LEFT)


@cache
def is_inflected(word: str) -> bool:
    """Say whether a folded Arabic word may be a form of a common word: of a verb, with a pronoun and more."""
    forms = (form for one in (word, *without_clitics(word)) for form in _roots(one))
    return any(is_common(form) for form in forms if len(form) >= _LEFT)


def _before(word: str, endings: tuple[str, ...]) -> Iterator[str]:
    for one in endings:
        if word.endswith(one):
            yield word[: -len(one)]


def _roots(word: str) -> Iterator[str]:
    for one in (word, *_before(word, _ENDINGS)):
        yield one
        for before in _OF_VERBS:
            if one.startswith(before):
                yield one[len(before) :]
                # A first letter و is lost in the present: يقع is of وقع.
                yield "و" + one[len(before) :]

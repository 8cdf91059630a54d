"""Which words that sound like a name are believed to spell it: no common word, and no other name.

The nearer a spelling is, the less speaks against it: كمال is Kamal, although it may be *as money*, too, while
a word of Arabic that is far from a name must not look like a form of any common word. Does not depend on
an index or on engines.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from coopsearch.search.analysis.function_words import is_function_word
from coopsearch.search.names.common import is_common
from coopsearch.search.names.costs import cost
from coopsearch.search.names.inflected import (
    follows_clitics,
    hangs_on_function_word,
    has_pronoun,
    is_auxiliary,
    is_inflected,
)
from coopsearch.search.names.known import known_name, readings
from coopsearch.search.names.scripts import ARABIC, bare, script_of
from coopsearch.search.names.spellings import Spelling

#: What a spelling may cost that is believed although it may be a word behind a clitic; and one that may be
#: an inflected word, or stands beside a name that the lexicon knows.
NEAR: Final = 0.45
FAIR: Final = 1.0
#: What two words of one script may cost for each letter of the shorter one, of a short one less: Yemen
#: is not *elimina*. And where the other one stands in many more documents, so that it is sooner another name:
#: Lyon and *Leone*.
_A_LETTER: Final = 0.5
_A_LETTER_OF_FREQUENT: Final = 0.3
_MORE: Final = 4
_SHORT: Final = 4
#: What a spelling may cost of a word that nothing shows to be a name; and one that is a common word.
ALIKE: Final = 1.5
_OF_COMMON: Final = 2.2
#: Function words that are a name, too, in the letters that an index has of both: على and علي.
NAMES_TOO: Final = frozenset(("علي",))
_REMEMBERED: Final = 1 << 14


@lru_cache(_REMEMBERED)
def is_believed(word: str, one: Spelling) -> bool:
    """Say whether what sounds like a folded word is believed to be the same name in other letters."""
    if is_common(one.word) or is_far(word, one) or is_other_name(word, one):
        return False
    return not any(looks_common(text, one.cost) for text in (word, one.word))


def is_nearly_the_same(word: str, one: Spelling) -> bool:
    """Say whether a spelling is so near that a word may be taken for it though it may be no name."""
    return one.cost <= ALIKE and not is_far(word, one, _A_LETTER_OF_FREQUENT)


def is_asked_for(word: str, one: Spelling, *, beside: bool = False) -> bool:
    """Say whether a spelling may be meant by whoever calls a folded word a name.

    A common word of Arabic may be, since most given names are one. Of another script it is none, and a
    function word neither. ``beside`` other parts of a name, what is near enough is believed whatever else
    its letters can mean.
    """
    if is_function_word(one.word) and one.word not in NAMES_TOO:
        return False
    if is_common(one.word):
        arabic = script_of(one.word) == ARABIC
        return arabic and script_of(word) != ARABIC and one.cost <= _OF_COMMON and not _is_hung(one.word)
    sure = beside and one.cost <= FAIR
    return not (
        is_far(word, one) or (not sure and looks_common(one.word, one.cost)) or is_other_name(word, one)
    )


def looks_common(word: str, far: float) -> bool:
    """Say whether a word that is so ``far`` from another looks like a form of a common word of Arabic."""
    if script_of(word) != ARABIC:
        return False
    if is_auxiliary(word):
        return True
    if known_name(word):
        return False
    if _is_hung(word) or has_pronoun(word) or (far > NEAR and follows_clitics(word)):
        return True
    return far > FAIR and is_inflected(word)


def is_far(word: str, one: Spelling, a_letter: float = _A_LETTER) -> bool:
    """Say whether two words of one script are too far from each other for their length."""
    script = script_of(word)
    if script != script_of(one.word):
        return False
    shorter = min(len(bare(text, script)[-1]) for text in (word, one.word))
    return one.cost > a_letter * (shorter if shorter > _SHORT else shorter - 1)


def is_rarer(word: str, documents: int, one: Spelling, its: int) -> bool:
    """Say whether a word stands in so few ``documents`` beside ``its`` that a spelling is another name."""
    return 0 < documents * _MORE < its and is_far(word, one, _A_LETTER_OF_FREQUENT)


def is_other_name(word: str, one: Spelling) -> bool:
    """Say whether the lexicon has one of two words as a name that the other is not: Sweden beside Sudan."""
    typed, met = known_name(word), known_name(one.word)
    if not (typed or met) or not typed.isdisjoint(readings(one.word)) or not met.isdisjoint(readings(word)):
        return False
    if typed:
        # What is known has few spellings, and these are near.
        return bool(met) or one.cost > NEAR
    # Somebody writes it otherwise than the lexicon: then its name in another language may sound the same.
    return one.cost > NEAR and all(cost(word, other, NEAR) > NEAR for other in met)


def _is_hung(word: str) -> bool:
    return word not in NAMES_TOO and hangs_on_function_word(word)

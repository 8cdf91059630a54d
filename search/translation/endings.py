"""Regular endings of English and French words: what a word may be without one.

They are tried in place of a stemmer, which takes long to load, and only against the words of a lexicon. Where
they would lead to a word with another stem, the table lists the form. Does not depend on the rest of
coopsearch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

#: Letters of a word without which an ending is none.
_LEFT: Final = 3
#: Endings, and what the word has in place of one: the longest that fits is tried first.
_ENDINGS: Final = {
    "en": (
        ("ies", "y"), ("ied", "y"), ("es", "e"), ("es", ""), ("s", ""), ("ed", "e"), ("ed", ""), ("ing", ""),
        ("ing", "e"),
    ),
    "fr": (
        ("aux", "al"), ("aux", "au"), ("eaux", "eau"), ("es", ""), ("es", "e"), ("s", ""), ("x", ""),
        ("e", ""),
    ),
}  # fmt: skip


#: Letters that a word has in place of an ending, at most: *responsible*, *responsibility*.
_DROPPED: Final = 5


def may_be_form(word: str, base: str, language: str) -> bool:
    """Say whether a folded word can be an inflected or derived form of another one, whose stem it has.

    Stems err for what is not a word of the language, as most names are: *Ali* is not a form of *alias*, nor
    *Cole* of *col*. A form begins as its base does, and has an ending, or lacks that of a French verb.
    """
    if language not in _ENDINGS:
        return True
    pairs = enumerate(zip(word, base, strict=False))
    shared = next((at for at, (one, other) in pairs if one != other), min(len(word), len(base)))
    ending, instead = word[shared:], base[shared:]
    return len(instead) <= _DROPPED and (
        ending not in {"", "e"} or (language == "fr" and instead[-1:] == "r")
    )


def without_ending(word: str, language: str) -> Iterator[str]:
    """Yield what a folded word of a language may be without its ending, the likeliest first."""
    for ending, instead in _ENDINGS.get(language, ()):
        if word.endswith(ending) and len(word) - len(ending) >= _LEFT:
            yield (base := word[: -len(ending)] + instead)
            if ending in {"ed", "ing"} and base[-1] == base[-2]:
                yield base[:-1]  # stopped, running

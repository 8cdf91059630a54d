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


def without_ending(word: str, language: str) -> Iterator[str]:
    """Yield what a folded word of a language may be without its ending, the likeliest first."""
    for ending, instead in _ENDINGS.get(language, ()):
        if word.endswith(ending) and len(word) - len(ending) >= _LEFT:
            yield (base := word[: -len(ending)] + instead)
            if ending in {"ed", "ing"} and base[-1] == base[-2]:
                yield base[:-1]  # stopped, running

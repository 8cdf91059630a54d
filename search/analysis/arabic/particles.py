"""What Arabic writes together with a word: conjunction, preposition, article.

A word that somebody types the beginning of stands in texts with these before it more often than without.
Does not depend on an index.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coopsearch.search.analysis.arabic.exceptions import OWN_LETTER
from coopsearch.search.analysis.arabic.stemming import light

_ARTICLE: Final = "ال"
#: Before a word without its article: conjunction, then preposition with the article in it.
_ARTICLES: Final = tuple(
    conjunction + article for conjunction in ("", "و", "ف") for article in (_ARTICLE, "بال", "كال", "لل")
)
#: Before a word as it is. Each may also be a letter of the root.
_LETTERS: Final = ("و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل")


def beginnings(start: str) -> Iterator[tuple[str, bool]]:
    """Yield how a word that begins so is also written, and whether that may be another word.

    ``is_own`` and ``with_article`` help to tell. ``start`` is folded, and has two letters or more.
    """
    rest = start
    if start.startswith(_ARTICLE):
        rest = start.removeprefix(_ARTICLE)
        yield from ((before + start, False) for before in ("و", "ف", "ب", "ك", "وب", "وك"))
        if len(rest) > 1:
            yield from ((before + rest, False) for before in ("لل", "ولل"))
    else:
        yield from ((before + start, False) for before in _ARTICLES)
        if start.startswith("ل"):
            # Of three ل one is not written: للاجئين is لـ and اللاجئين.
            yield from ((f"{before}ل{start}", False) for before in ("", "و", "ف"))
        if len(start) > 2:  # of two letters, more words begin so by chance
            yield from ((before + start, True) for before in _LETTERS)


def is_own(word: str) -> bool:
    """Say whether the letter that a word begins with is known to be of its root: كتاب is not "like تاب"."""
    return light(word) in OWN_LETTER


def with_article(word: str) -> str:
    """Return a word with its article: where texts hold that, what stands before it is of the root."""
    return _ARTICLE + word

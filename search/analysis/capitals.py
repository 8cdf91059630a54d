"""Which words of a text can be names, as far as writing tells: those with a capital, and those without case.

Arabic has no capitals, so there any word can be one. That *The* begins a sentence is not looked at: whether
a word is a common one is asked when a query asks for names. Does not depend on a particular language, an
index or engines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from coopsearch.search.analysis.tokenizer import pieces, rows, tokens

#: Pieces of texts that are remembered.
_REMEMBERED: Final = 1 << 15


def written_as_names(text: str) -> set[str]:
    """Return the folded words of a text that can be names."""
    found: set[str] = set()
    for piece in set(pieces(text)):
        if not piece.islower():
            found.update(_of_piece(piece))
    return found


def names_of(piece: str, words: Sequence[tuple[str, int]]) -> Iterable[str]:
    """Return those words of a piece of a text that can be names; ``words`` are all of them (``rows``).

    A piece of small letters alone has none and need not be asked about.
    """
    if len(words) == 1:
        # Letters without capitals are those of other scripts.
        return () if piece.islower() or not words[0][0].isalpha() else (words[0][0],)
    found = [token.word for token in tokens(piece) if not piece[token.start : token.end].islower()]
    return filter(str.isalpha, found)


@lru_cache(_REMEMBERED)
def _of_piece(piece: str) -> tuple[str, ...]:
    return tuple(names_of(piece, rows(piece)))

"""Whether a title is a row of words and nothing else: what ``nodes.WholeTitle`` means by it.

An index knows which titles hold the words side by side; whether that is all they hold says the stored title.
Does not depend on query syntax or a particular engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from coopsearch.search import ranking
from coopsearch.search.analysis.tokenizer import read

#: Titles that are read for one query: some tens of milliseconds, once.
MOST: Final = 2_000
#: Tokens that a word of a title makes at most: in Chinese a character and a pair, of a compound itself too.
_TOKENS: Final = 3


def is_whole(title: str, words: Sequence[str]) -> bool:
    """Say whether a title reads as some words, in their order, whatever signs stand between them."""
    return read(title).slots == tuple(words)


def longest(words: Sequence[str]) -> int:
    """Return how long a title of some words may be in an index, weighted: longer ones need not be read."""
    return len(words) * _TOKENS * ranking.ROLE_WEIGHTS["title"]

"""The words that a pattern stands for, a set of some or a look into very many; and what of a query is marked.

Works on sorted terms. Does not depend on the rest of coopsearch.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Among:
    """Very many words, sorted: to be asked whether one is among them, without a table of all."""

    __slots__ = ("_prefix", "_terms")

    def __init__(self, terms: Sequence[str], prefix: str) -> None:
        """Take terms that all begin with a prefix, which is not part of the words."""
        self._terms, self._prefix = terms, prefix

    def __len__(self) -> int:
        """Count the words."""
        return len(self._terms)

    def __contains__(self, word: str) -> bool:
        """Say whether a word is among them."""
        term = self._prefix + word
        at = bisect_left(self._terms, term)
        return at < len(self._terms) and self._terms[at] == term

    def __iter__(self) -> Iterator[str]:
        """Give each word, in order."""
        return (term[len(self._prefix) :] for term in self._terms)


Words = frozenset[str] | Among
"""Words, of which a few may be walked through and all may be asked for."""


class HighlightTerm(NamedTuple):
    """What to mark in a text: slots that follow each other, each filled by any of its words or stems."""

    words: tuple[Words, ...]
    stems: tuple[frozenset[str], ...]
    """Empty sets where only the exact words count."""
    weight: float
    """How much its presence says of a passage: below 1 for a function word."""
    written: str = ""
    """How it must stand there, where that says more than its words."""
    language: str = ""
    """Of the passages in which it is marked, "" for all."""

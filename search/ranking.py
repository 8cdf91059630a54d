"""How a document's score is made: BM25F with one set of weights.

The formulas alone, as functions of numbers (or arrays of them). Does not depend on engines or queries; both
engines call it, so they give the same scores.

BM25F in its simple form (Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted
fields", CIKM 2004): a term's frequencies in title, headings and body are summed with the fields'
weights *before* they saturate, and so are the lengths. The inverse document frequency is Lucene's,
which is never negative.

The best documents are then rescored with what says too little to find a document, but enough to choose
between those that were found: the exact form of a word, the parts of a compound, and how close together
the words of the query stand. Behind the first few come those that hold all words of a short query.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple


class Parameters(NamedTuple):
    """What the ranking counts for how much: a value that an index is opened with, and that nothing changes.

    Those of ``BOUNDS`` can be tried out without indexing anew (``coopsearch eval --against``).
    """

    k1: float = 1.2
    """How fast more of the same word stops to count."""
    b: float = 0.75
    """How much a document's length counts."""
    rescored: int = 200
    """How many of the best documents are rescored. Always so many, whatever is shown: what rescoring adds is
    never negative, so the first ten are the same whether ten are asked for or a thousand."""
    relative: float = 0.5
    """What an occurrence of a relative of a word (smuggler for smuggling) counts, the word's own being 1."""
    function_word: float = 0.2
    """What a function word of a question (the, quelle, متى) counts."""
    compound: float = 0.5
    """What a compound (cross-border) counts for standing there as one, and what each of its parts adds."""
    exact: float = 0.3
    """What a word adds, on its own rarity, where it stands exactly as it was typed."""
    closeness: float = 0.7
    """What closeness counts."""
    closeness_k: float = 0.6
    """How fast more closeness stops to count."""
    window: int = 8
    """Words farther apart than this many positions are not close. At most the gap that lies between two
    passages (engines keep eight positions of it), so closeness never reaches from one into the next."""
    all_words: int = 4
    """The most words, function words left out, that a query may have for documents that hold all of them to
    come before those that lack one; 0 for none. A longer question is rarely held word by word."""
    first_by_score: int = 7
    """How many documents come before these by their score alone."""

    def bm25(self, weight: float, frequency: float, length: float, average_length: float) -> float:
        """Score of one term in one document.

        ``weight`` is the term's idf times its boost; ``frequency`` and ``length`` are weighted by role, in
        tokens. The result lies in [0, weight * (k1 + 1)).
        """
        norm = self.k1 * (1.0 - self.b + self.b * length / average_length)
        return weight * frequency * (self.k1 + 1.0) / (frequency + norm)

    def close(self, weight: float, attracted: float) -> float:
        """Score of one word of the query for what it gained from its neighbours in one document.

        Büttcher, Clarke and Lushman, "Term proximity scoring for ad-hoc retrieval on very large text
        collections", SIGIR 2006: wherever two different words of the query follow each other, without a third
        between them, each gains the other's idf divided by the square of their distance; the sum saturates as
        a frequency does, and counts by the word's own idf (``weight``), at most 1. The result lies in
        [0, closeness * (closeness_k + 1)).
        """
        k = self.closeness_k
        return self.closeness * min(1.0, weight) * attracted * (k + 1.0) / (attracted + k)


#: What a search ranks with.
DEFAULT: Final = Parameters()

#: The least and the most that each may be.
BOUNDS: Final = {
    "k1": (0.0, 10.0),
    "b": (0.0, 1.0),
    "rescored": (0, 10_000),
    "relative": (0.01, 0.99),
    "function_word": (0.0, 1.0),
    "compound": (0.0, 2.0),
    "exact": (0.0, 2.0),
    "closeness": (0.0, 10.0),
    "closeness_k": (0.01, 100.0),
    "window": (1, 8),
    "all_words": (0, 100),
    "first_by_score": (0, 10_000),
}

#: What one occurrence in each part of a document counts. Whole numbers: they become frequencies.
ROLE_WEIGHTS: Final = {"title": 3, "heading": 2, "body": 1, "people": 1}


def idf(documents: int, document_frequency: int) -> float:
    """Inverse document frequency of a term: ln(1 + (N - n + 0.5) / (n + 0.5)), above 0."""
    return math.log(1.0 + (documents - document_frequency + 0.5) / (document_frequency + 0.5))


def lesser(frequency: float) -> float:
    """Return what the lesser forms of a word count together: x / (1 + x), always below one occurrence.

    ``frequency`` is the sum of their frequencies times their weights. Works on arrays too.
    """
    return frequency / (1.0 + frequency)


def attraction(weight: float, distance: int) -> float:
    """What a word gains from a neighbour of some idf ``weight`` that is ``distance`` positions away."""
    return weight / (distance * distance)

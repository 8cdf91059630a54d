"""How a document's score is made: BM25F with one set of weights.

The formulas alone, as functions of numbers (or arrays of them). This file knows no engine and no
query; engines call it, so that all of them give the same scores.

BM25F in its simple form (Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted
fields", CIKM 2004): a term's frequencies in title, headings and body are summed with the fields'
weights *before* they saturate, and so are the lengths. The inverse document frequency is Lucene's,
which is never negative.
"""

from __future__ import annotations

import math
from typing import Final

#: How fast more of the same word stops to count, and how much a document's length counts.
K1: Final = 1.2
B: Final = 0.75

#: What one occurrence in each part of a document counts. Whole numbers: they become frequencies.
ROLE_WEIGHTS: Final = {"title": 3, "heading": 2, "body": 1}


def idf(documents: int, document_frequency: int) -> float:
    """Inverse document frequency of a term: ln(1 + (N - n + 0.5) / (n + 0.5)), above 0."""
    return math.log(1.0 + (documents - document_frequency + 0.5) / (document_frequency + 0.5))


def lesser(frequency: float) -> float:
    """Return what the lesser forms of a word count together: x / (1 + x), always below one occurrence.

    ``frequency`` is the sum of their frequencies times their weights. Works on arrays too.
    """
    return frequency / (1.0 + frequency)


def bm25(weight: float, frequency: float, length: float, average_length: float) -> float:
    """Score of one term in one document.

    ``weight`` is the term's idf times its boost; ``frequency`` and ``length`` are weighted by role, in
    tokens. The result lies in [0, weight * (K1 + 1)).
    """
    norm = K1 * (1.0 - B + B * length / average_length)
    return weight * frequency * (K1 + 1.0) / (frequency + norm)

"""The languages of many texts at once: rows of weights, summed up and compared as columns.

The rule is that of ``analysis.languages``; a text for which its first look does not end in certainty, or
which is not plainly in the Latin script, is left to it. Knows texts and a lexicon's entries; no document.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from coopsearch.search.analysis import languages, scripts
from coopsearch.search.analysis.languages import CERTAIN, COMMON, FIRST, RARE_MARGIN, READ, Judgement
from coopsearch.search.analysis.lexicon import Lexicon
from coopsearch.search.analysis.parts import SPACES
from coopsearch.search.engines.columns.arrays import Ints

#: The highest weight that ``FIRST`` pieces may each have in 16 bits; one above it is no running text.
_MOST: Final = np.iinfo(np.int16).max // FIRST


class Spoken:
    """Judges texts whose pieces were looked up in a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Begin without weights: an entry is weighed when a text begins with it."""
        self._lexicon = lexicon
        self._codes = languages.codes()
        # One more for what cannot be weighed here, and one that tells which entries were.
        self._weights = np.zeros((1, len(self._codes) + 2), np.int16)
        """A row for each entry, behind one of zeros."""

    def judge(self, texts: Sequence[str], entries: Ints, starts: Ints, counts: Ints) -> list[Judgement]:
        """Return ``languages.judge`` of each text.

        The entries of its pieces are the ``counts`` entries from ``starts`` on.
        """
        place = np.arange(FIRST)
        rows = np.zeros((len(texts), FIRST), np.int64)
        filled = place < counts[:, None]
        rows[filled] = entries[(starts[:, None] + place)[filled]].astype(np.int64) + 1
        scores = self._weighed(rows).sum(axis=1, dtype=np.int32)
        # English or French, far enough ahead of the other and of any rare language: nothing more to see.
        common, rare, unclear = scores[:, : len(COMMON)], scores[:, len(COMMON) : -2], scores[:, -2]
        best = common.argmax(axis=1)
        highest = common.max(axis=1)
        rival = np.maximum(common.min(axis=1), rare.max(axis=1) - RARE_MARGIN)
        certain = (highest - np.maximum(rival, 0) >= CERTAIN) & (unclear == 0)
        known = [Judgement(scripts.LATIN, code, 1.0) for code in COMMON]
        return [
            known[code] if sure and _is_plain(text) else languages.judge(text)
            for text, code, sure in zip(texts, best.tolist(), certain.tolist(), strict=True)
        ]

    def _weighed(self, rows: Ints) -> Ints:
        """Return the weights of rows, those of new entries included."""
        missing = len(self._lexicon.pieces) + 1 - len(self._weights)
        if missing > 0:
            more = np.zeros((missing + len(self._weights) // 2, self._weights.shape[1]), np.int16)
            self._weights = np.concatenate((self._weights, more))
        found: Ints = self._weights[rows]
        new = np.unique(rows[(found[:, :, -1] == 0) & (rows > 0)])
        if len(new):
            for row in new.tolist():
                piece = self._lexicon.pieces[row - 1]
                weights = languages.weights(piece) if piece else []
                unclear = not piece or max(weights) > _MOST
                self._weights[row] = [*([0] * len(self._codes) if unclear else weights), unclear, 1]
            found = self._weights[rows]
        return found


def _is_plain(text: str) -> bool:
    """Say whether the first pieces of a text are the same in a lexicon and for ``languages``, and Latin."""
    if len(text) > READ and len(text[:READ].split(None, FIRST)) <= FIRST:
        return False
    if text.isascii():
        return True
    if any(map(text.__contains__, SPACES)):
        return False
    return scripts.is_latin(" ".join(text[:READ].split(None, FIRST)[:FIRST]))

"""The languages of many texts at once: rows of weights, summed up and compared as columns.

The rule is that of ``analysis.langid``; a text for which its first look does not end in certainty, or which
is not plainly in the Latin script, is left to it. Does not depend on documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from coopsearch.search.analysis.langid import detect as languages
from coopsearch.search.analysis.langid import scripts
from coopsearch.search.analysis.langid.detect import CERTAIN, COMMON, FIRST, RARE_MARGIN, READ, Judgement
from coopsearch.search.analysis.lexicon import Lexicon
from coopsearch.search.analysis.word_delimiter import SPACES
from coopsearch.search.engines.columns.arrays import I64, Bools, Ints, distinct, marked

#: The highest weight that ``FIRST`` pieces may each have in 16 bits; one above it is not running text.
_MOST: Final = np.iinfo(np.int16).max // FIRST
#: Bits of each sum in a brief weight, and what they hold.
_BITS: Final = 16
_FIELD: Final = (1 << _BITS) - 1
#: A brief weight of what cannot be weighed here.
_UNCLEAR: Final = 1 << 3 * _BITS


class LanguageBatch:
    """Judges texts whose pieces were looked up in a lexicon.

    Most texts are plainly English or French even if every piece of them spoke for that rare language which it
    fits best; so a piece has a brief weight: English, French and its best rare language in one number.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        """Begin without weights: an entry is weighed when a text begins with it."""
        self._lexicon = lexicon
        self._brief = np.zeros(1, np.int64)
        """The brief weight of each entry, behind one of zero; -1 where it is not known yet."""
        self._known = [Judgement(scripts.LATIN, code, 1.0) for code in COMMON]

    def judge(self, texts: Sequence[str], entries: Ints, starts: Ints, counts: Ints) -> list[Judgement]:
        """Return ``languages.judge`` of each text.

        The entries of its pieces are the ``counts`` entries from ``starts`` on.
        """
        place = np.arange(FIRST)
        rows = np.zeros((len(texts), FIRST), np.int64)
        filled = place < counts[:, None]
        rows[filled] = entries[(starts[:, None] + place)[filled]].astype(np.int64) + 1
        sums = self._weighed(rows).sum(axis=1)
        english, french, rare = sums & _FIELD, sums >> _BITS & _FIELD, sums >> 2 * _BITS & _FIELD
        code, certain = _decided(english, french, rare)
        certain &= sums < _UNCLEAR
        doubtful = marked(~certain & (sums < _UNCLEAR))
        if len(doubtful):
            pieces = self._lexicon.pieces
            full = np.array(
                [
                    languages.weights(pieces[entry - 1] for entry in row if entry)
                    for row in rows[doubtful].tolist()
                ],
                np.int64,
            )
            code[doubtful], certain[doubtful] = _decided(full[:, 0], full[:, 1], full[:, 2:].max(axis=1))
        return [
            self._known[best] if sure and _is_plain(text) else languages.judge(text)
            for text, best, sure in zip(texts, code.tolist(), certain.tolist(), strict=True)
        ]

    def _weighed(self, rows: Ints) -> I64:
        """Return the brief weights of rows, those of new entries included."""
        missing = len(self._lexicon.pieces) + 1 - len(self._brief)
        if missing > 0:
            more = np.full(missing + len(self._brief) // 2, -1, np.int64)
            self._brief = np.concatenate((self._brief, more))
        found: I64 = self._brief[rows]
        if (unknown := found < 0).any():
            for row in distinct(rows[unknown]).tolist():
                piece = self._lexicon.pieces[row - 1]
                weights = languages.weights((piece,)) if piece else []
                if not piece or max(weights) > _MOST:
                    self._brief[row] = _UNCLEAR
                else:
                    self._brief[row] = weights[0] | weights[1] << _BITS | max(weights[2:]) << 2 * _BITS
            found = self._brief[rows]
        return found


def _decided(english: I64, french: I64, rare: I64) -> tuple[I64, Bools]:
    """Return which of ``COMMON`` each text speaks, and whether it does so plainly.

    That is: far enough ahead of the other and of any rare language.
    """
    rival = np.maximum(np.minimum(english, french), rare - RARE_MARGIN)
    highest = np.maximum(english, french)
    return (french > english).astype(np.int64), highest - np.maximum(rival, 0) >= CERTAIN


def _is_plain(text: str) -> bool:
    """Say whether the first pieces of a text are the same in a lexicon and for ``languages``, and Latin."""
    if len(text) > READ and len(text[:READ].split(None, FIRST)) <= FIRST:
        return False
    if text.isascii():
        return True
    if any(map(text.__contains__, SPACES)):
        return False
    return scripts.is_latin(" ".join(text[:READ].split(None, FIRST)[:FIRST]))

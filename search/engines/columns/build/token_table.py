"""Texts as rows of entries of a lexicon, many thousands of pieces at a time.

A look into a dictionary costs little, and at each word of each text it costs more than anything else, as
the strings lie all over memory. A piece of up to 16 bytes is two whole numbers here, and the table of those
that were met is three arrays: cutting, comparing and finding are arithmetic on columns, and only what is
new or long is looked up as a string. Does not depend on documents or a particular language.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from coopsearch.search.analysis.lexicon import Lexicon
from coopsearch.search.analysis.tokenizer import pieces
from coopsearch.search.engines.columns.arrays import I64, U8, U32, U64, marked
from coopsearch.search.engines.columns.storage.string_table import decode, encode

#: White space above ASCII. A text that holds some is cut by ``pieces``, which knows what may stand within
#: a piece; so is one with a NUL, which a shorter piece would be filled up with.
_ODD: Final = (
    "\0\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
#: Which bytes are white space, as ``str.split`` has it.
_SPACE: Final = np.array([chr(byte).isspace() and byte < 0x80 for byte in range(256)])
#: Up to the blank all are, but for two ranges: from 1 to before the tab, and between these two.
_ONE, _TAB, _SHIFT_OUT, _SEPARATOR, _BLANK = map(np.uint8, (1, 9, 14, 28, 32))

#: Characters below which the steps of the columns cost more than they save.
_SHORT: Final = 1 << 12
#: Bytes that are cut at a time: what comes of them fits into a core's own memory.
_WINDOW: Final = 1 << 16

#: Bits of a slot's number: 262,144 slots, 5 MB.
_BITS: Final = 18
_SHIFT: Final = np.uint64(64 - _BITS)
#: Odd numbers without a pattern: the first is 2**64 over the golden ratio, the second one of xxHash's primes.
_LOW_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)
_HIGH_FACTOR: Final = np.uint64(0xC2B2AE3D27D4EB4F)
#: Bytes of a piece that a slot holds, and those of a number.
_KEY: Final = 16
_HALF: Final = 8
_FILLED: Final = np.array([(1 << 8 * count) - 1 for count in range(_HALF + 1)], np.uint64)
#: By the length of a piece, the bits of the first and of the second number that belong to it.
_LOW_BITS: Final = _FILLED[np.minimum(np.arange(_KEY + 2), _HALF)]
_HIGH_BITS: Final = _FILLED[np.clip(np.arange(_KEY + 2) - _HALF, 0, _HALF)]


class Lookup:
    """Looks up the pieces of texts in one lexicon, new ones included."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Begin with an empty table beside the lexicon."""
        self._lexicon = lexicon
        slots = 1 << _BITS
        self._low: U64 = np.zeros(slots, np.uint64)
        """The first bytes of the piece in each slot, 0 for a free one."""
        self._high: U64 = np.zeros(slots, np.uint64)
        self._entry: U32 = np.zeros(slots, np.uint32)

    def __call__(self, texts: Sequence[str]) -> tuple[U32, I64]:
        """Return the entries of all pieces, text after text, and how many each text has.

        They are those of ``tokenizer.pieces``; only the order in which new ones are numbered may be another.
        """
        if sum(map(len, texts)) < _SHORT:
            return self._one_by_one(texts)
        odd = [place for place, text in enumerate(texts) if not _is_plain(text)]
        rows = list(map(encode, texts))
        for place in odd:
            rows[place] = b""
        entries, counts = self._many(rows)
        if odd:
            more, lengths = self._one_by_one([texts[place] for place in odd])
            before = np.cumsum(counts)[odd]
            entries = np.insert(entries, np.repeat(before, lengths), more)
            counts[odd] = lengths
        return entries, counts

    def _one_by_one(self, texts: Iterable[str]) -> tuple[U32, I64]:
        entries, counts, entry_of = array("I"), [], self._lexicon.__getitem__
        for text in texts:
            found = pieces(text)
            entries.extend(map(entry_of, found))
            counts.append(len(found))
        return np.array(entries, np.uint32), np.array(counts, np.int64)

    def _many(self, rows: Sequence[bytes]) -> tuple[U32, I64]:
        """Look up texts without odd white space, given in UTF-8."""
        data = b"\n".join((b"", *rows, b""))
        end = len(data)
        # The last pieces are read beyond their ends.
        data += bytes(_KEY)
        entries: list[U32] = []
        begins: list[I64] = []
        at = 0
        while at < end - 1:
            # A window begins and ends with white space, which is also the first of the next one.
            stop = at + _WINDOW
            if stop < end:
                stop = data.rfind(b" ", at + 1, stop) + 1 or data.find(b" ", stop) + 1
            stop = min(stop or end, end)
            found, starts = self._window(data, at, stop)
            entries.append(found)
            begins.append(starts)
            at = stop - 1
        first = np.cumsum([1, *(len(row) + 1 for row in rows)])
        counts: I64 = np.diff(np.concatenate(begins).searchsorted(first))
        return np.concatenate(entries), counts

    def _window(self, data: bytes, at: int, stop: int) -> tuple[U32, I64]:
        """Return the entries of the pieces between two places of the data, and where each piece begins."""
        raw: U8 = np.frombuffer(data, np.uint8)
        mine = raw[at:stop]
        space = mine <= _BLANK
        if (mine - _ONE < _TAB - _ONE).any() or (mine - _SHIFT_OUT < _SEPARATOR - _SHIFT_OUT).any():
            # Control characters that stand in a piece: rare enough to ask for each byte what it is.
            space = _SPACE.take(mine)
        edges = marked(space[1:] != space[:-1]) + (at + 1)
        starts, ends = edges[::2], edges[1::2]
        length = np.minimum(ends - starts, _KEY + 1)
        # The 8 bytes from each byte on, as one number.
        eight = np.ndarray(len(raw) - _HALF + 1, "<u8", data, 0, (1,))
        low, high = eight[starts], eight[starts + _HALF]
        low &= _LOW_BITS.take(length)
        high &= _HIGH_BITS.take(length)
        slot = (((low * _LOW_FACTOR) ^ (high * _HIGH_FACTOR)) >> _SHIFT).view(np.int64)
        entries = self._entry.take(slot)
        known = self._low.take(slot) == low
        known &= self._high.take(slot) == high
        known &= length <= _KEY
        others = marked(~known)
        if len(others):
            entry_of = self._lexicon.__getitem__
            spans = zip(starts[others].tolist(), ends[others].tolist(), strict=True)
            entries[others] = [entry_of(decode(data[start:end])) for start, end in spans]
            # Who came first stays: what is frequent comes early.
            others = others[(self._low[slot[others]] == 0) & (length[others] <= _KEY)]
            free, which = np.unique(slot[others], return_index=True)
            which = others[which]
            self._low[free], self._high[free], self._entry[free] = low[which], high[which], entries[which]
        return entries, starts


def _is_plain(text: str) -> bool:
    return "\0" not in text if text.isascii() else not any(map(text.__contains__, _ODD))

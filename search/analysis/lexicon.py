"""Words as numbers: the face of the tokenizer for indexing many documents.

A piece of text between white space has an entry, its words and their places, worked out when it is first
met; a text is then a row of entry numbers, one look into a dictionary for each piece, and everything else
is arithmetic on columns. Does not depend on a particular language, stemming or engines.
"""

from __future__ import annotations

from array import array

from coopsearch.search.analysis.capitals import names_of
from coopsearch.search.analysis.tokenizer import LONGEST_REMEMBERED, plain_word, rows


class Interner(dict[str, int]):
    """Numbers strings in the order in which they are first seen: ``interner[text]``."""

    def __init__(self) -> None:
        """Begin without strings."""
        self._sorted: list[int] = []

    def ordered(self) -> list[int]:
        """Return all numbers in the order of their strings; only those new since the last time are sorted."""
        if len(self._sorted) < len(self):
            key = list(self).__getitem__
            # Two runs: the sort merges them.
            self._sorted += sorted(range(len(self._sorted), len(self)), key=key)
            self._sorted.sort(key=key)
        return self._sorted

    def __missing__(self, text: str) -> int:
        """Give a new string the next number."""
        number = self[text] = len(self)
        return number


class Lexicon(dict[str, int]):
    """Piece of text (``tokenizer.pieces``) -> the number of its entry.

    The words of entry ``e`` are ``rows[first[e] : first[e + 1]]``; entries are never changed.
    """

    def __init__(self) -> None:
        """Begin without entries."""
        self.words = Interner()
        """The folded words, numbered."""
        self.first = array("I", [0])
        """Where each entry's rows begin; one more at the end."""
        self.span = array("I")
        """How many positions each entry takes."""
        self.row_word = array("I")
        """The word of each row."""
        self.row_step = array("I")
        """The position of each row in its entry, from 0."""
        self.names: set[int] = set()
        """Words that some piece wrote as a name can be written: see ``capitals``."""
        self.pieces: list[str] = []
        """The piece that each entry was made of, "" for those that are too long to be remembered."""

    @property
    def entries(self) -> int:
        """How much is remembered: each piece once, and those that are too long for it each time."""
        return max(len(self), len(self.span))

    def __missing__(self, piece: str) -> int:
        """Return the entry of a new piece: its word's, if it is one word between signs, or one of its own."""
        word = plain_word(piece)
        if word and word != piece and len(piece) <= LONGEST_REMEMBERED:
            known = self[piece] = self[word]
            if not piece.islower() and word.isalpha():
                self.names.add(self.words[word])
            return known
        number = len(self.span)
        if word == piece and len(piece) <= LONGEST_REMEMBERED:
            # The most frequent case, spelled out.
            self.row_word.append(self.words[word])
            self.row_step.append(0)
            self.span.append(1)
            self.first.append(len(self.row_word))
            self.pieces.append(piece)
            self[piece] = number
            return number
        found = rows(piece)
        for word, step in found:
            self.row_word.append(self.words[word])
            self.row_step.append(step)
        if found and not piece.islower():
            if len(found) > 1:
                self.names.update(map(self.words.__getitem__, names_of(piece, found)))
            elif word.isalpha():
                # What ``names_of`` says of one word, spelled out: in Arabic that is nearly every piece.
                self.names.add(self.row_word[-1])
        self.span.append(found[-1][1] + 1 if found else 0)
        self.first.append(len(self.row_word))
        if len(piece) <= LONGEST_REMEMBERED:
            self[piece] = number
            self.pieces.append(piece)
        else:
            self.pieces.append("")
        return number

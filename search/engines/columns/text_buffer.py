"""Documents on their way into a segment as texts: the words of all of them are looked up at once.

A document costs one look into the lexicon for each piece of its text. Words, positions and stems are
worked out for the whole segment, a column at a time; a stem once for each word and language. Gives
what ``RunBuffer`` gives for the same documents.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Final

import numpy as np

from coopsearch.search.analysis.lexicon import Interner, Lexicon
from coopsearch.search.analysis.model import RUN_GAP, Outline
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.analysis.tokenizer import pieces
from coopsearch.search.engines.columns.arrays import I64, Ints, ranges, starts_of
from coopsearch.search.engines.columns.buffer import ROLES, Buffer, Tokens, numbers

#: Entries of a lexicon from which on the next segment begins with an empty one: some 100 MB.
MOST_ENTRIES: Final = 1 << 19


class Vocabulary:
    """Words and stems, numbered; kept from one segment to the next."""

    def __init__(self, table: StemTable) -> None:
        """Begin with no word. ``table`` gives the stems."""
        self.lexicon = Lexicon()
        self.stems = Interner()
        self._table = table
        self._known: dict[str, I64] = {}

    @property
    def is_full(self) -> bool:
        """Say whether it should not grow any more."""
        return self.lexicon.entries >= MOST_ENTRIES

    def stem_numbers(self, words: Ints, language: str) -> I64:
        """Return the number of each word's stem in a language."""
        names = list(self.lexicon.words)
        known = self._known.get(language)
        if known is None or len(known) < len(names):
            grown = np.full(len(names), -1, np.int64)
            if known is not None:
                grown[: len(known)] = known
            known = self._known[language] = grown
        found: I64 = known[words]
        new = np.unique(words[found < 0])
        if len(new):
            stems = self._table.stems([names[word] for word in new.tolist()], language)
            known[new] = np.fromiter(map(self.stems.__getitem__, stems), np.int64, len(new))
            found = known[words]
        return found


class TextBuffer(Buffer):
    """Takes documents whose languages are known and whose words are not."""

    def __init__(self, store: Callable[[bytes], None], vocabulary: Vocabulary) -> None:
        """Start empty."""
        super().__init__(store)
        self._vocabulary = vocabulary
        self.words, self.stems = vocabulary.lexicon.words, vocabulary.stems
        self._entries = array("I")
        self._doc, self._pieces, self._language = array("I"), array("I"), array("I")
        self._role = array("B")
        self._languages = Interner()

    @property
    def tokens(self) -> int:
        """Pieces taken in: nearly all are one token."""
        return len(self._entries)

    def add(self, outline: Outline) -> None:
        """Take a document in."""
        number = self.documents
        entry_of = self._vocabulary.lexicon.__getitem__
        for role, language, text in outline.texts:
            found = pieces(text)
            self._entries.extend(map(entry_of, found))
            self._doc.append(number)
            self._pieces.append(len(found))
            self._language.append(self._languages[language])
            self._role.append(ROLES[role])
        self.add_document(outline.document, outline.languages)

    def columns(self) -> Tokens:
        """Return the tokens as arrays."""
        lexicon, entries = self._vocabulary.lexicon, numbers(self._entries)
        first, span = np.array(lexicon.first, np.int64), np.array(lexicon.span, np.int64)
        row_word, row_step = np.array(lexicon.row_word, np.int64), np.array(lexicon.row_step, np.int64)
        doc = numbers(self._doc)
        ends = starts_of(numbers(self._pieces))
        count = np.diff(first)[entries]
        tokens = _sums(count, ends)
        places = starts_of(span[entries])
        in_run = places[:-1] - np.repeat(places[ends[:-1]], np.diff(ends))
        if len(count) and (count != 1).any():
            rows = ranges(first[:-1][entries], count)
            words, steps = row_word[rows], row_step[rows] + np.repeat(in_run, count)
        else:
            words, steps = row_word[first[:-1][entries]], in_run
        filled = np.flatnonzero(tokens)
        spans = (places[ends[1:]] - places[ends[:-1]])[filled]
        doc, tokens = doc[filled], tokens[filled]
        language = np.repeat(numbers(self._language)[filled], tokens)
        return Tokens(
            words,
            self._stems(words, language),
            steps,
            doc,
            _positions(doc, spans),
            tokens,
            numbers(self._role)[filled],
        )

    def _stems(self, words: Ints, language: Ints) -> Ints:
        stems = np.zeros(len(words), np.int64)
        for name, number in self._languages.items():
            rows = slice(None) if len(self._languages) == 1 else np.flatnonzero(language == number)
            stems[rows] = self._vocabulary.stem_numbers(words[rows], name)
        return stems


def _sums(values: I64, ends: I64) -> I64:
    """Return the sum of each run of values, given where the runs begin and end."""
    total = starts_of(values)
    sums: I64 = total[ends[1:]] - total[ends[:-1]]
    return sums


def _positions(doc: Ints, spans: I64) -> I64:
    """Return the first position of each run: those of a document follow each other, ``RUN_GAP`` apart."""
    taken = starts_of(spans + RUN_GAP)[:-1]
    if not len(doc):
        return taken
    begins = np.flatnonzero(np.append(True, doc[1:] != doc[:-1]))
    positions: I64 = taken - np.repeat(taken[begins], np.diff(np.append(begins, len(doc))))
    return positions

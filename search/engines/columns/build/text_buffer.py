"""Documents on their way into a segment as texts: the words of all of them are looked up at once.

The pieces of many texts are looked up in the lexicon and languages decided together; words, positions and
stems are worked out for the whole segment, a column at a time; a stem once for each word and language.
Gives what ``RunBuffer`` gives for the same documents after ``analyse``.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Final

import numpy as np

from coopsearch.search.analysis.analyzer import continued, decided, roles
from coopsearch.search.analysis.analyzer import texts as texts_of
from coopsearch.search.analysis.langid.detect import Judgement, judge
from coopsearch.search.analysis.langid.earlier import Earlier
from coopsearch.search.analysis.lexicon import Interner, Lexicon
from coopsearch.search.analysis.model import RUN_GAP
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines.columns.arrays import I32, I64, U32, Bools, Ints, distinct, ranges, starts_of
from coopsearch.search.engines.columns.build.language_batch import LanguageBatch
from coopsearch.search.engines.columns.build.token_buffer import ROLES, Buffer, Tokens, numbers
from coopsearch.search.engines.columns.build.token_table import Lookup
from coopsearch.search.model import Document

#: With so many entries in a lexicon, some 100 MB, the next segment begins with an empty one.
MOST_ENTRIES: Final = 1 << 19
#: Texts that are judged sooner one by one.
_FEW: Final = 8


class Vocabulary:
    """Words and stems, numbered; kept from one segment to the next."""

    def __init__(self, table: StemTable, earlier: Earlier | None = None) -> None:
        """Begin with no word. ``table`` gives the stems; ``earlier`` was told of the documents so far."""
        self.lexicon = Lexicon()
        self.lookup = Lookup(self.lexicon)
        self.spoken = LanguageBatch(self.lexicon)
        self.stems = Interner()
        self.earlier = earlier or Earlier()
        self._table = table
        self._known: dict[str, I32] = {}

    @property
    def is_full(self) -> bool:
        """Say whether it should not grow any more."""
        return self.lexicon.entries >= MOST_ENTRIES

    def stem_numbers(self, words: Ints, language: str) -> I32:
        """Return the number of each word's stem in a language."""
        names = list(self.lexicon.words)
        known = self._known.get(language)
        if known is None or len(known) < len(names):
            grown = np.full(len(names), -1, np.int32)
            if known is not None:
                grown[: len(known)] = known
            known = self._known[language] = grown
        found: I32 = known[words]
        new = distinct(words[found < 0])
        if len(new):
            stems = self._table.stems([names[word] for word in new.tolist()], language)
            known[new] = np.fromiter(map(self.stems.__getitem__, stems), np.int32, len(new))
            found = known[words]
        return found


class TextBuffer(Buffer):
    """Takes documents as they were read: words and languages are found here."""

    def __init__(self, store: Callable[[bytes], None], vocabulary: Vocabulary) -> None:
        """Start empty."""
        super().__init__(store)
        self._vocabulary = vocabulary
        self.words, self.stems = vocabulary.lexicon.words, vocabulary.stems
        self.names = vocabulary.lexicon.names
        self._entries = array("I")
        self._doc, self._pieces, self._language = array("I"), array("I"), array("I")
        self._role = array("B")
        self._goes_on = array("B")
        self._languages = Interner()

    @property
    def tokens(self) -> int:
        """Pieces taken in: nearly all are one token."""
        return len(self._entries)

    def add(self, documents: Sequence[Document]) -> set[str]:
        """Take documents in, and decide the languages of their passages; return all languages met.

        The more at a time, the less each costs.
        """
        texts: list[str] = []
        asked: list[int] = []
        open_: list[int] = []
        """Of each document, the passages whose language is asked for."""
        for document in documents:
            before = len(asked)
            first = len(texts) + (1 if document.title else 0)
            asked += [at for at, passage in enumerate(document.passages, first) if not passage.language]
            texts += texts_of(document)
            open_.append(len(asked) - before)
        entries, counts = self._vocabulary.lookup(texts)
        self._entries.frombytes(entries.tobytes())
        self._pieces.extend(counts.tolist())
        judged = self._judge(texts, asked, entries, counts)
        met: set[str] = set()
        at = 0
        for document, count in zip(documents, open_, strict=True):
            of_document = judged[at : at + count]
            at += count
            if 0 < count < len(document.passages):
                answers = iter(of_document)
                of_document = [
                    judge(document.text[passage.start : passage.end]) if passage.language else next(answers)
                    for passage in document.passages
                ]
            known, spoken, languages = decided(document, of_document, self._vocabulary.earlier)
            self._doc.extend(repeat(self.documents, len(spoken)))
            self._language.extend(map(self._languages.__getitem__, spoken))
            self._role.extend(map(ROLES.__getitem__, roles(known)))
            self._goes_on.extend(continued(known))
            self.add_document(known, languages)
            met.update(languages)
        return met

    def _judge(self, texts: list[str], asked: list[int], entries: U32, counts: I64) -> list[Judgement]:
        """Judge some of the texts that were just taken in, by their places among them."""
        chosen = [texts[place] for place in asked]
        if len(chosen) < _FEW:
            return list(map(judge, chosen))
        places = np.array(asked, np.int64)
        starts = starts_of(counts)[:-1]
        return self._vocabulary.spoken.judge(chosen, entries, starts[places], counts[places])

    def columns(self) -> Tokens:
        """Return the tokens as arrays."""
        # Numbers of 32 bits: a segment has fewer tokens, and half the bytes are half the time here.
        lexicon, entries = self._vocabulary.lexicon, numbers(self._entries)
        first, span = np.array(lexicon.first, np.int32), np.array(lexicon.span, np.int32)
        row_word, row_step = np.array(lexicon.row_word, np.uint32), np.array(lexicon.row_step, np.int32)
        doc = numbers(self._doc)
        ends = starts_of(numbers(self._pieces))
        count = np.diff(first)[entries]
        tokens = _sums(count, ends)
        places = starts_of(span[entries])
        spans = places[ends[1:]] - places[ends[:-1]]
        in_run = (places[:-1] - np.repeat(places[ends[:-1]], np.diff(ends))).astype(np.int32)
        if len(count) and (count != 1).any():
            rows = ranges(first[:-1][entries], count)
            words, steps = row_word[rows], row_step[rows] + np.repeat(in_run, count)
        else:
            words, steps = row_word[first[:-1][entries]], in_run
        filled = np.flatnonzero(tokens)
        spans = spans[filled]
        doc, tokens = doc[filled], tokens[filled]
        language = np.repeat(numbers(self._language)[filled], tokens)
        return Tokens(
            words,
            self._stems(words, language),
            steps,
            doc,
            _positions(doc, spans, np.frombuffer(self._goes_on, np.bool_)[filled]),
            tokens,
            numbers(self._role)[filled],
        )

    def _stems(self, words: Ints, language: Ints) -> Ints:
        stems = np.zeros(len(words), np.int32)
        for name, number in self._languages.items():
            rows = slice(None) if len(self._languages) == 1 else np.flatnonzero(language == number)
            stems[rows] = self._vocabulary.stem_numbers(words[rows], name)
        return stems


def _sums(values: I64, ends: I64) -> I64:
    """Return the sum of each run of values, given where the runs begin and end."""
    total = starts_of(values)
    sums: I64 = total[ends[1:]] - total[ends[:-1]]
    return sums


def _positions(doc: Ints, spans: I64, goes_on: Bools) -> I64:
    """Return the first position of each run: those of a document follow each other.

    They are ``RUN_GAP`` apart, but for one that goes on with the paragraph of the run before.
    """
    gaps = np.append(np.where(goes_on[1:], 0, RUN_GAP), 0) if len(doc) else spans
    taken = starts_of(spans + gaps)[:-1]
    if not len(doc):
        return taken
    begins = np.flatnonzero(np.append(True, doc[1:] != doc[:-1]))
    positions: I64 = taken - np.repeat(taken[begins], np.diff(np.append(begins, len(doc))))
    return positions

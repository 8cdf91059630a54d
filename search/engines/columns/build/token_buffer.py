"""Documents on their way into a segment: tokens as numbers, in flat buffers.

Strings are kept once; a token costs a few bytes. Does not depend directly on files.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from array import array
from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from typing import Final, NamedTuple

import numpy as np

from coopsearch.search import schema
from coopsearch.search.analysis.field_rows import field_rows
from coopsearch.search.analysis.lexicon import Interner
from coopsearch.search.analysis.model import AnalysedDocument, Role
from coopsearch.search.analysis.tokenizer import bare_pieces, rows
from coopsearch.search.engines.columns.arrays import I64, Ints, starts_of
from coopsearch.search.engines.columns.field_columns import KEYWORDS, PLAIN, date_number
from coopsearch.search.engines.columns.storage import stored_document as records
from coopsearch.search.model import Document
from coopsearch.search.page_labels import own_fields

#: Pieces of addresses that are remembered.
_REMEMBERED: Final = 1 << 14
#: The people of a mail count as its text does, and have no list of their own.
ROLES: Final[dict[Role, int]] = {"title": 0, "heading": 1, "body": 2, "people": 2}


class TermList:
    """The terms of one indexed field without runs: (document, term) pairs in order."""

    __slots__ = ("docs", "names", "positions", "terms")

    def __init__(self) -> None:
        """Start empty."""
        self.names = Interner()
        self.terms = array("I")
        self.docs = array("I")
        self.positions = array("I")
        """Where each stands in its document; empty for a family of keywords. None falls in a document."""

    def add(self, document: int, terms: Sequence[str]) -> None:
        """Append a document's terms."""
        if len(terms) == 1:
            self.terms.append(self.names[terms[0]])
            self.docs.append(document)
            return
        self.terms.extend(map(self.names.__getitem__, terms))
        self.docs.extend(repeat(document, len(terms)))

    def add_rows(self, document: int, given: Iterable[tuple[str, int]]) -> None:
        """Append a document's terms, each with its position."""
        before = len(self.terms)
        for term, position in given:
            self.terms.append(self.names[term])
            self.positions.append(position)
        self.docs.extend(repeat(document, len(self.terms) - before))


class _Piece(NamedTuple):
    """The words of a piece of an address."""

    words: list[int]
    """Their numbers."""
    steps: list[int]
    span: int
    """Positions that they take."""


class _PathWords(dict[str, _Piece]):
    """Piece of an address -> its words; remembered, as addresses share most of them."""

    def __init__(self, names: Interner) -> None:
        self._names = names

    def __missing__(self, piece: str) -> _Piece:
        given = rows(piece)
        steps = [step for _, step in given]
        found = _Piece([self._names[word] for word, _ in given], steps, steps[-1] + 1 if steps else 0)
        if len(self) < _REMEMBERED:
            self[piece] = found
        return found


class Tokens(NamedTuple):
    """All tokens of a buffer, run by run, runs in order of their documents."""

    words: Ints
    """Each token's word, by its number in ``Buffer.words``."""
    stems: Ints
    """Each token's stem, by its number in ``Buffer.stems``."""
    steps: Ints
    """Each token's position in its run, from 0."""
    run_doc: Ints
    run_position: I64
    """Position of a run's first token in its document."""
    run_tokens: I64
    """Tokens of each run, 1 or more."""
    run_role: Ints


class Buffer(ABC):
    """Takes documents in; ``segment_writer`` writes them out."""

    words: Interner
    """Words by number; others than those of the tokens may be among them."""
    stems: Interner
    names: set[int]
    """Numbers of words that are written as names can be; others than the tokens' may be among them."""

    def __init__(self, store: Callable[[bytes], None]) -> None:
        """Start empty. ``store`` takes each document's bytes at once: they are not held here."""
        self._store = store
        self.paths: list[str] = []
        self.files: list[str] = []
        self.dates = array("I")
        self._date = "", 0
        """The last date, and its number."""
        self.terms = {field: TermList() for field in (*PLAIN, *KEYWORDS)}
        self._path_words = self.terms[schema.PATH_WORDS]
        self._words_of = _PathWords(self._path_words.names)
        self._file: tuple[str, _Piece] = "", _Piece([], [], 0)
        """The last file with members, and the words of its address."""

    @property
    def documents(self) -> int:
        """Documents taken in."""
        return len(self.paths)

    @property
    @abstractmethod
    def tokens(self) -> int:
        """Tokens taken in, more or less."""

    @abstractmethod
    def columns(self) -> Tokens:
        """Return the tokens as arrays."""

    def add_document(self, document: Document, languages: Sequence[str]) -> None:
        """Take in what is known of a document but for its tokens."""
        number = len(self.paths)
        path, file, terms = document.path, document.file, self.terms
        self.paths.append(path)
        self.files.append(file)
        if document.date != self._date[0]:
            self._date = document.date, date_number(document.date)
        self.dates.append(self._date[1])
        self._add_path(number, path, file)
        terms[schema.LANGUAGE].add(number, languages)
        terms[schema.TYPE].add(number, (document.type,))
        if document.fields:
            fields = own_fields(document.type, document.fields)
            terms[schema.META].add_rows(number, field_rows(fields))
            terms[schema.META_NAMES].add(number, list(fields))
        self._store(records.pack(document))

    def _add_path(self, number: int, path: str, file: str) -> None:
        words, positions = self._path_words.terms, self._path_words.positions
        before, position = len(words), 0
        pieces: list[_Piece] = []
        if path.startswith(file) and path[len(file) : len(file) + 1] == "!":
            # A member's address: its file has many. No word reaches over the mark between the two.
            if self._file[0] != file:
                self._file = file, self._words_of[file]
            pieces.append(self._file[1])
            path = path[len(file) + 1 :]
        pieces += map(self._words_of.__getitem__, bare_pieces(path))
        for piece in pieces:
            words.extend(piece.words)
            positions.extend([position + step for step in piece.steps])
            position += piece.span
        self._path_words.docs.extend(repeat(number, len(words) - before))


class RunBuffer(Buffer):
    """Takes documents whose words and stems are known, as the port gives them."""

    def __init__(self, store: Callable[[bytes], None]) -> None:
        """Start empty."""
        super().__init__(store)
        self.words, self.stems = Interner(), Interner()
        self.names = set()
        self._words, self._stems = array("I"), array("I")
        self._doc, self._position, self._tokens = array("I"), array("I"), array("I")
        self._role = array("B")
        self._stepped: list[int] = []
        """Runs whose tokens do not stand at 0, 1, 2, ...; their steps follow each other in ``_steps``."""
        self._steps = array("I")

    @property
    def tokens(self) -> int:
        """Tokens taken in."""
        return len(self._words)

    def add(self, analysed: AnalysedDocument) -> None:
        """Take a document in. Raises ValueError if a run's lists differ in length."""
        number = self.documents
        word_of, stem_of = self.words.__getitem__, self.stems.__getitem__
        for run in analysed.runs:
            count = len(run.words)
            if len(run.stems) != count or (run.steps is not None and len(run.steps) != count):
                raise ValueError("the lists of a run differ in length")
            if not count:
                continue
            self._words.extend(map(word_of, run.words))
            self._stems.extend(map(stem_of, run.stems))
            if run.steps is not None:
                self._stepped.append(len(self._doc))
                self._steps.extend(run.steps)
            self._doc.append(number)
            self._position.append(run.position)
            self._tokens.append(count)
            self._role.append(ROLES[run.role])
        self.names.update(map(word_of, analysed.names))
        self.add_document(analysed.document, analysed.languages)

    def columns(self) -> Tokens:
        """Return the tokens as arrays."""
        tokens = numbers(self._tokens).astype(np.int64)
        steps = np.arange(len(self._words), dtype=np.int64) - np.repeat(starts_of(tokens)[:-1], tokens)
        if self._stepped:
            stepped = np.zeros(len(tokens), np.bool_)
            stepped[self._stepped] = True
            steps[np.repeat(stepped, tokens)] = numbers(self._steps)
        return Tokens(
            numbers(self._words),
            numbers(self._stems),
            steps,
            numbers(self._doc),
            numbers(self._position).astype(np.int64),
            tokens,
            numbers(self._role),
        )


def numbers(values: array[int]) -> Ints:
    """Return what an array of the standard library holds, without a copy."""
    return (
        np.frombuffer(values, np.uint8 if values.typecode == "B" else np.uint32)
        if values
        else np.zeros(0, np.uint32)
    )

"""Documents on their way into a segment: tokens as numbers, in flat buffers.

A token costs two looks into a dictionary and eight bytes; strings are kept once. Knows documents and the
fields; knows no file.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from itertools import repeat
from typing import Final

from coopsearch.search import schema
from coopsearch.search.analysis.model import AnalysedDocument, Role
from coopsearch.search.analysis.tokenizer import words as split_words
from coopsearch.search.engines.columns import records
from coopsearch.search.engines.columns.fields import KEYWORDS, PLAIN, date_number

ROLES: Final[dict[Role, int]] = {"title": 0, "heading": 1, "body": 2}


class Interner(dict[str, int]):
    """Numbers strings in the order in which they are first seen: ``interner[text]``."""

    def __missing__(self, text: str) -> int:
        """Give a new string the next number."""
        number = self[text] = len(self)
        return number


class TermList:
    """The terms of one family without runs: (document, term) pairs in order."""

    __slots__ = ("docs", "names", "terms")

    def __init__(self) -> None:
        """Start empty."""
        self.names = Interner()
        self.terms = array("I")
        self.docs = array("I")

    def add(self, document: int, terms: list[str]) -> None:
        """Append a document's terms."""
        self.terms.extend(map(self.names.__getitem__, terms))
        self.docs.extend(repeat(document, len(terms)))


class Buffer:
    """Takes documents in; ``build.write_segment`` writes them out."""

    def __init__(self, store: Callable[[bytes], None]) -> None:
        """Start empty. ``store`` takes each document's bytes at once: they are not held here."""
        self._store = store
        self.words, self.stems = Interner(), Interner()
        self.word_ids, self.stem_ids = array("I"), array("I")
        self.run_doc, self.run_position, self.run_tokens = array("I"), array("I"), array("I")
        self.run_role = array("B")
        self.stepped: list[int] = []
        """Runs whose tokens do not stand at 0, 1, 2, ...; their steps follow each other in ``steps``."""
        self.steps = array("I")
        self.paths: list[str] = []
        self.files: list[str] = []
        self.dates = array("I")
        self.terms = {family: TermList() for family in (*PLAIN, *KEYWORDS)}

    @property
    def documents(self) -> int:
        """Documents taken in."""
        return len(self.paths)

    @property
    def tokens(self) -> int:
        """Tokens taken in."""
        return len(self.word_ids)

    def add(self, analysed: AnalysedDocument) -> None:
        """Take a document in. Raises ValueError if a run's lists differ in length."""
        document = analysed.document
        number = len(self.paths)
        word_of, stem_of = self.words.__getitem__, self.stems.__getitem__
        for run in analysed.runs:
            count = len(run.words)
            if len(run.stems) != count or (run.steps is not None and len(run.steps) != count):
                raise ValueError("the lists of a run differ in length")
            self.word_ids.extend(map(word_of, run.words))
            self.stem_ids.extend(map(stem_of, run.stems))
            if run.steps is not None:
                self.stepped.append(len(self.run_doc))
                self.steps.extend(run.steps)
            self.run_doc.append(number)
            self.run_position.append(run.position)
            self.run_tokens.append(count)
            self.run_role.append(ROLES[run.role])
        path, file, terms = document.path, document.file, self.terms
        self.paths.append(path)
        self.files.append(file)
        self.dates.append(date_number(document.date))
        terms[schema.PATH_WORDS].add(number, list(split_words(path)[0]))
        terms[schema.LANGUAGE].add(number, list(analysed.languages))
        terms[schema.TYPE].add(number, [document.type])
        if document.fields:
            pairs = [
                f"{name}={word}" for name, text in document.fields.items() for word in split_words(text)[0]
            ]
            terms[schema.META].add(number, pairs)
            terms[schema.META_NAMES].add(number, list(document.fields))
        self._store(records.pack(document))

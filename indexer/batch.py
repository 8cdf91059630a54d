"""What is committed together: documents, deletions, stems and books.

Collects what readers made and what was taken from the index itself, and writes it in one order. Does not
depend directly on a particular engine or the walk.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from coopsearch.indexer.manifest.manifest import Manifest
from coopsearch.indexer.manifest.pages import Books
from coopsearch.indexer.workers.task import Flushed, Result
from coopsearch.search.analysis.analyzer import analyse, complete
from coopsearch.search.analysis.langid.detect import Earlier
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines.base import Engine, Reader, Writer
from coopsearch.search.model import Document
from coopsearch.search.schema import LANGUAGE, WORDS


@dataclass(frozen=True, slots=True)
class Target:
    """The index that a run writes."""

    engine: Engine
    data: Path
    writer: Writer
    reader: Reader
    """Sees it as it was before the run."""
    manifest: Manifest
    books: Books


class Batch:
    """What was not committed yet."""

    def __init__(self, target: Target) -> None:
        """Begin with nothing."""
        self._writer = target.writer
        self._reader = target.reader
        self._books = target.books
        self._table = StemTable(target.writer.stems)
        self._earlier = Earlier()
        self.languages = {language for language, _ in target.reader.terms(LANGUAGE)}
        """Those of the index and of all that was read so far."""
        self._held = frozenset(self.languages)
        self._learned: frozenset[str] | None = None
        """Languages in which all words read so far have their stems."""
        self._replaced: set[str] = set()
        """Files whose older documents go when those that were read now come."""
        self._left_out: set[str] = set()
        """Files that were not read to their end: what was read of them is left out."""
        self.characters = self.pending = 0
        self.since = time.monotonic()

    def delete(self, address: str) -> None:
        """Delete the documents of a file."""
        self._writer.delete_file(address)

    def replace(self, address: str) -> None:
        """Delete the older documents of a file when those that are being read come, and not before."""
        self._replaced.add(address)

    def leave_out(self, address: str) -> None:
        """Do not take in what is being read of a file."""
        self._left_out.add(address)

    def note(self, result: Result) -> None:
        """Count what a reader holds, until it gives that."""
        self.characters += result.characters
        self.pending += 1 + result.documents
        self.languages.update(result.languages)

    def add(self, document: Document) -> None:
        """Take in a document that no reader made."""
        analysed = analyse(document, self._table, self._earlier)
        self._writer.add(analysed)
        self.languages.update(analysed.languages)
        self.characters += len(document.text)
        self.pending += 1

    def take_in(self, made: Sequence[Flushed], languages: frozenset[str]) -> None:
        """Take in what readers made, with stems in these languages."""
        # Not before: a file that cannot be read to its end keeps the text that it had.
        for address in sorted(self._replaced):
            self._writer.delete_file(address)
        for one in made:
            if one.parts:
                self._writer.adopt(one.parts, without=self._left_out)
            self._writer.learn(one.stems)
        self._replaced, self._left_out = set(), set()
        self._learned = languages if self._learned is None else self._learned & languages

    def commit(self, *, more: bool) -> None:
        """Make everything durable, documents and books in one step. ``more`` batches may follow."""
        self._writer.learn(self._table.drain())
        self._writer.commit(more=more, pages=self._books.pages())
        self.characters = self.pending = 0
        self.since = time.monotonic()

    @property
    def new_languages(self) -> frozenset[str]:
        """Languages that the index did not hold before the run."""
        return frozenset(self.languages) - self._held

    @property
    def lacks_stems(self) -> bool:
        """Whether words were read before the first text of a language that came later."""
        return self._learned is not None and not self.languages <= self._learned

    def complete(self, languages: Iterable[str]) -> None:
        """Learn the stems of all words of the index as it was before the run, in languages that are new."""
        complete(self._table, (word for word, _ in self._reader.terms(WORDS)), languages)

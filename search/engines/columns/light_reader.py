"""Reading one committed state without NumPy as long as what is asked is small.

Importing NumPy takes longer than a whole search of a folder of reports. So a process that has not loaded it
reads number by number (``scalar``), until something is asked that takes many numbers, or what only columns
answer: then the same state is opened as columns. Both give the same answers to the last bit. Safe for many
threads. Does not depend on query syntax or snippets.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from coopsearch.search.engines.all_words import all_words_first
from coopsearch.search.engines.base import Facet, Found, Held, Located, Order, Pattern, Reader, Verified
from coopsearch.search.engines.collection import Statistics
from coopsearch.search.engines.columns.field_columns import BODY, KEYWORDS, PLACES, RUNS
from coopsearch.search.engines.columns.scalar.evaluator import Evaluator, first
from coopsearch.search.engines.columns.scalar.state import State, TooMuch
from coopsearch.search.engines.columns.storage import stored_document as records
from coopsearch.search.engines.columns.storage.string_table import decode, encode
from coopsearch.search.engines.columns.storage.toc import read_toc, stamp
from coopsearch.search.engines.nodes import AllWordsFirst, Node, Rescored
from coopsearch.search.errors import IndexDamaged
from coopsearch.search.indexdir.pages import Page
from coopsearch.search.model import Document
from coopsearch.search.ranking import DEFAULT, Parameters
from coopsearch.search.schema import FILE, WORDS

if TYPE_CHECKING:
    from coopsearch.search.engines.columns.reader import ColumnsReader

T = TypeVar("T")

#: A commit may replace files between the reading of the table and the opening of what it names.
_ATTEMPTS: Final = 100


class LightReader(Reader):
    """See the port for what its methods promise."""

    def __init__(self, folder: Path, parameters: Parameters, seen: tuple[int, int, int]) -> None:
        """Map the newest state. Raises IndexDamaged, IndexUnreadable or FileNotFoundError."""
        self.parameters = parameters
        self._folder, self._seen = folder, seen
        self._toc = read_toc(folder)
        self._state = State(folder, self._toc, parameters)
        self._evaluator = Evaluator(self._state)
        self._columns: ColumnsReader | None = None
        self._lock = threading.Lock()

    def columns(self) -> ColumnsReader:
        """Return the same state as columns."""
        with self._lock:
            if self._columns is None:
                # Imported here: that is what this class is for.
                from coopsearch.search.engines.columns.evaluate.snapshot import Snapshot
                from coopsearch.search.engines.columns.reader import ColumnsReader

                opened = self._state.opened()
                snapshot = Snapshot(self._folder, self._toc, self.parameters, opened)
                self._columns = ColumnsReader(snapshot, self._seen)
            return self._columns

    def _either(self, light: Callable[[], T], heavy: Callable[[ColumnsReader], T]) -> T:
        """Return what is asked, number by number if that suffices."""
        if self._columns is None:
            try:
                return light()
            except TooMuch:
                pass
        return heavy(self.columns())

    @property
    def documents(self) -> int:
        """Count the documents."""
        return self._state.documents

    def terms(self, field: str) -> Iterable[tuple[str, int]]:
        """Return a field's terms, sorted, and their document frequencies."""

        def light() -> Iterable[tuple[str, int]]:
            if field not in KEYWORDS or field == FILE:
                raise TooMuch
            found: dict[bytes, int] = {}
            for segment in self._state.segments:
                postings = segment.field(field)
                self._state.take(len(postings.terms))
                for number, term in enumerate(postings.terms.slice(0, len(postings.terms))):
                    found[term] = found.get(term, 0) + postings.df(number)
            return [(decode(term), found[term]) for term in sorted(found)]

        return self._either(light, lambda columns: columns.terms(field))

    def document_frequency(self, field: str, term: str) -> int:
        """Count the documents of a term."""
        return self._either(
            lambda: self._state.df(field, term), lambda columns: columns.document_frequency(field, term)
        )

    def max_document_frequency(self, field: str, terms: Iterable[str]) -> int:
        """Return the document frequency of the most frequent of some terms."""
        several = tuple(terms)
        return self._either(
            lambda: self._state.max_df(field, several),
            lambda columns: columns.max_document_frequency(field, several),
        )

    def among(self, field: str, terms: Iterable[str]) -> frozenset[str]:
        """Return those of the terms that documents hold: neighbours are looked up together."""
        several = frozenset(terms)

        def light() -> frozenset[str]:
            if field not in PLACES:
                return frozenset(term for term in several if self._state.df(field, term))
            keys = sorted(map(encode, several))
            held: set[bytes] = set()
            for segment in self._state.segments:
                held.update(segment.table(field).among(keys))
            found = frozenset(map(decode, held))
            if any(segment.deletions is not None for segment in self._state.segments):
                # A term may have lost its last document.
                return frozenset(term for term in found if self._state.df(field, term))
            return found

        return self._either(light, lambda columns: columns.among(field, several))

    def expand(self, field: str, pattern: Pattern) -> list[str]:
        """Return the terms that fit a pattern."""
        return self.columns().expand(field, pattern)

    def stems(self, word: str) -> Mapping[str, str]:
        """Return a word's known stems."""
        found: dict[str, str] = {}
        for file in self._state.stem_files:
            found |= file.get(word)
        return found

    def named(self, keys: Iterable[str]) -> list[str]:
        """Return the words that can be names and have one of some keys."""
        wanted = sorted(set(map(encode, keys)))
        found: set[bytes] = set()
        for segment in self._state.segments:
            words = segment.field(BODY).words
            found.update(words[place] for place in segment.names.places(wanted))
        return sorted(self.among(WORDS, map(decode, found)))

    def search(self, query: Node, limit: int, order: Order = "relevance") -> Found:
        """Count the documents that match, and order the best."""

        def light() -> Found:
            if order != "relevance" and limit:
                raise TooMuch
            if isinstance(query, AllWordsFirst):
                return all_words_first(_Light(self), query, limit)
            return self._found(query, limit)

        return self._either(light, lambda columns: columns.search(query, limit, order))

    def _found(self, query: Node, limit: int) -> Found:
        wanted = query.child if isinstance(query, Rescored) else query
        found = self._evaluator.top(wanted, scored=limit > 0)
        total = len(found.docs)
        if isinstance(query, Rescored) and limit and found.docs:
            found = self._evaluator.rescored(query, found, limit)
        scores = dict(zip(found.docs, found.scores or [0.0] * len(found.docs), strict=True))
        best = first(self._state, found.docs, scores, limit)
        return Found(total, tuple((doc, scores[doc]) for doc in best))

    def matching(self, query: Node, numbers: Sequence[int]) -> frozenset[int]:
        """Return those of some documents that match."""
        return self._either(
            lambda: frozenset(numbers) & self._evaluator.holders(query),
            lambda columns: columns.matching(query, numbers),
        )

    def join(self, collection: Statistics | None) -> None:
        """Weigh by the counts of a collection."""
        self.columns().join(collection)

    def extent(self, field: str) -> tuple[int, int]:
        """Return the tokens of a field, and the documents."""
        return self.columns().extent(field)

    def added(self, nodes: Sequence[Node], numbers: Sequence[int]) -> list[float]:
        """Return what some nodes add to the scores of some documents."""
        return self.columns().added(nodes, numbers)

    def count(self, query: Node, facet: Facet) -> dict[str, int]:
        """Count the documents that match by a facet."""
        return self.columns().count(query, facet)

    def values(self, query: Node, name: str) -> dict[str, int]:
        """Count the documents that match by a field of their own."""
        return self.columns().values(query, name)

    def weigh(self, node: Node, number: int) -> float:
        """Return what a node gives a document."""

        def light() -> float:
            given = self._evaluator.at(node, [number])
            return given[0] if given else 0.0

        return self._either(light, lambda columns: columns.weigh(node, number))

    def frequency(self, field: str, term: str, number: int) -> float:
        """Return the weighted frequency of a term in a document."""
        return self.columns().frequency(field, term, number)

    def path(self, number: int) -> str:
        """Return a document's path."""
        segment, own = self._state.locate(number)
        return decode(segment.path_of(own))

    def document(self, number: int) -> Document:
        """Read a stored document."""
        segment, own = self._state.locate(number)
        return records.unpack(segment.store.record(own))

    def head(self, number: int) -> Document:
        """Read a stored document; of a long one all but its text."""
        segment, own = self._state.locate(number)
        store = segment.store
        return records.unpack(store.record(own) if store.is_short(own) else store.head(own))

    def locate(self, number: int, slots: Sequence[Sequence[tuple[str, str]]]) -> Located | None:
        """Return where terms stand in a document."""

        def light() -> Located:
            segment, own = self._state.locate(number)
            assert all(PLACES[field].field in RUNS for pairs in slots for field, _ in pairs)
            self._state.take(own)
            counts = segment.file["runs.count"].list(0, own + 1)
            start = sum(counts[:-1])
            runs = segment.file["runs.start"].list(start, start + counts[-1])
            return Located(runs, [self._state.places(number, pairs) for pairs in slots])

        return self._either(light, lambda columns: columns.locate(number, slots))

    def passage(self, number: int, start: int, end: int) -> str:
        """Read characters ``start`` to ``end`` of a document's text, without the rest of a long one."""
        segment, own = self._state.locate(number)
        return segment.store.text(own, start, end)

    def documents_in_file(self, file: str) -> list[Document]:
        """Read the documents of a file."""
        found = [
            records.unpack(segment.store.record(doc))
            for segment in self._state.segments
            for doc in segment.docs_of_file(encode(file))
        ]
        return sorted(found, key=lambda document: document.path)

    def count_of(self, file: str) -> int:
        """Count the documents of a file."""
        return sum(len(segment.docs_of_file(encode(file))) for segment in self._state.segments)

    def paths_of(self, file: str) -> list[str]:
        """Return the paths of the documents of a file."""
        return sorted(
            decode(segment.path_of(doc))
            for segment in self._state.segments
            for doc in segment.docs_of_file(encode(file))
        )

    def document_at(self, path: str) -> Document | None:
        """Read the document at a path."""
        for segment in self._state.segments:
            for doc in segment.docs_of_path(encode(path)):
                return records.unpack(segment.store.record(doc))
        return None

    def held(self) -> Iterator[Held]:
        """Yield each file with its tables of strings, its stored documents and what those are packed with."""
        return self.columns().held()

    @property
    def generation(self) -> int:
        """Return the number that the table of contents has."""
        return self._toc.generation

    def is_current(self) -> bool:
        """Compare the table of contents with the one that was opened."""
        return stamp(self._folder) == self._seen

    def follow(self) -> bool:
        """Take over the pages of the newest state if that has the same documents."""
        seen = stamp(self._folder)
        toc = read_toc(self._folder)
        if (toc.segments, toc.stems) != (self._toc.segments, self._toc.stems):
            return False
        self._toc, self._seen = toc, seen
        return True

    def close(self) -> None:
        """Let the files go. The maps end with the last view of them."""
        if self._columns is not None:
            self._columns.close()
        self._state.close()

    @property
    def pages(self) -> Mapping[str, Page]:
        """Return the pages of this state."""
        return self._toc.pages

    @property
    def spare(self) -> tuple[Page, ...]:
        """Return the table for Whoosh."""
        return (self._toc.whoosh,)

    def verify(self) -> Verified:
        """Check every block of every file, and every page."""
        return self.columns().verify()


class _Light:
    """What lifting documents that hold all words asks of an engine, number by number."""

    def __init__(self, reader: LightReader) -> None:
        self._reader = reader

    def search(self, query: Node, limit: int) -> Found:
        """Rank the documents that match."""
        return self._reader._found(query, limit)  # noqa: SLF001 - of this file

    def matching(self, query: Node, numbers: Sequence[int]) -> frozenset[int]:
        """Return those of some documents that match."""
        return frozenset(numbers) & self._reader._evaluator.holders(query)  # noqa: SLF001


def open_light(folder: Path, parameters: Parameters = DEFAULT) -> LightReader:
    """Open the newest state in a folder, to be ranked with some parameters.

    Raises IndexMissing, IndexOutdated, IndexDamaged or IndexUnreadable.
    """
    seen = stamp(folder)
    for _ in range(_ATTEMPTS):
        try:
            return LightReader(folder, parameters, seen)
        except FileNotFoundError as error:
            before, seen = seen, stamp(folder)
            if before == seen:
                raise IndexDamaged(f"the index is damaged: {error.filename} is missing") from None
    raise IndexDamaged(f"the index at {folder} changes faster than it can be opened", "try again")

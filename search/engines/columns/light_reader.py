"""Reading one committed state without NumPy as long as what is asked is small.

Importing NumPy takes longer than a whole search of a folder of reports. So a process that has not loaded it
reads number by number (``scalar``), until something is asked that takes many numbers, or what only columns
answer: then the same state is opened as columns. Both give the same answers to the last bit. Safe for many
threads. Does not depend on query syntax or snippets.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from coopsearch.search.engines.all_words import all_words_first
from coopsearch.search.engines.base import Facet, Found, Located, Order, Pattern
from coopsearch.search.engines.collection import Statistics
from coopsearch.search.engines.columns.field_columns import PLACES, RUNS
from coopsearch.search.engines.columns.scalar.evaluator import Evaluator, first
from coopsearch.search.engines.columns.scalar.state import State, TooMuch
from coopsearch.search.engines.columns.storage.toc import Toc
from coopsearch.search.engines.columns.stored_reader import StoredReader, newest
from coopsearch.search.engines.nodes import AllWordsFirst, Node, Rescored
from coopsearch.search.ranking import DEFAULT, Parameters

if TYPE_CHECKING:
    from coopsearch.search.engines.columns.reader import ColumnsReader

T = TypeVar("T")


class LightReader(StoredReader):
    """See the port for what its methods promise."""

    def __init__(self, state: State, folder: Path, toc: Toc, seen: tuple[int, int, int]) -> None:
        """Take the state, its folder, and its table of contents with the stamp of that."""
        super().__init__(folder, toc, seen, state, state.parameters)
        self._state = state
        self._evaluator = Evaluator(state)
        self._columns: ColumnsReader | None = None
        self._lock = threading.Lock()

    def columns(self) -> ColumnsReader:
        """Return the same state as columns."""
        with self._lock:
            if self._columns is None:
                # Imported here: that is what this class is for.
                from coopsearch.search.engines.columns.evaluate.snapshot import Snapshot
                from coopsearch.search.engines.columns.reader import ColumnsReader

                opened = {file.path.name: file for file in self._state.files()}
                snapshot = Snapshot(self._folder, self._toc, self.parameters, opened)
                self._columns = ColumnsReader(snapshot, self._folder, self._toc, self._seen)
            return self._columns

    def _either(self, light: Callable[[], T], heavy: Callable[[ColumnsReader], T]) -> T:
        """Return what is asked, number by number if that suffices."""
        if self._columns is None:
            try:
                return light()
            except TooMuch:
                pass
        return heavy(self.columns())

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

    def expand(self, field: str, pattern: Pattern) -> list[str]:
        """Return the terms that fit a pattern."""
        return self.columns().expand(field, pattern)

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

    def close(self) -> None:
        """Let the files go. The maps end with the last view of them."""
        if self._columns is not None:
            self._columns.close()
        super().close()


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
    toc, seen, state = newest(folder, lambda toc: State(folder, toc, parameters))
    return LightReader(state, folder, toc, seen)

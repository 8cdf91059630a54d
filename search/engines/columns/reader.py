"""Reading one committed state. Safe for many threads.

Does not depend on query syntax or snippets.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from coopsearch.search import schema
from coopsearch.search.engines.all_words import all_words_first
from coopsearch.search.engines.base import Facet, Found, Located, Order, Pattern
from coopsearch.search.engines.collection import Statistics
from coopsearch.search.engines.columns.arrays import Ints
from coopsearch.search.engines.columns.evaluate.byte_cache import ByteCache
from coopsearch.search.engines.columns.evaluate.evaluator import Evaluator
from coopsearch.search.engines.columns.evaluate.rescore import rescored
from coopsearch.search.engines.columns.evaluate.snapshot import Snapshot
from coopsearch.search.engines.columns.evaluate.sorting import Sorting
from coopsearch.search.engines.columns.evaluate.top_docs import best, path_of
from coopsearch.search.engines.columns.field_columns import PLACES, SCORED
from coopsearch.search.engines.columns.hit_positions import HitPositions
from coopsearch.search.engines.columns.patterns import fitting, near
from coopsearch.search.engines.columns.storage import stored_document as records
from coopsearch.search.engines.columns.storage.string_table import decode, encode
from coopsearch.search.engines.columns.storage.toc import Toc
from coopsearch.search.engines.columns.stored_reader import StoredReader, newest
from coopsearch.search.engines.nodes import AllWordsFirst, And, Filter, Group, Node, Rescored, matched
from coopsearch.search.ranking import DEFAULT, Parameters

#: Bytes of what patterns were found to fit that are kept: facets, counts and diagnoses ask for the same
#: again.
_EXPANDED: Final = 8 << 20
#: A commit may replace files between the reading of the table and the opening of what it names.
_ATTEMPTS: Final = 100


class Expanded(NamedTuple):
    """The terms that fit a pattern."""

    terms: list[str]

    @property
    def size(self) -> int:
        """Bytes of the list; the terms themselves are mostly those of the vocabulary."""
        return 8 * len(self.terms) + 500


class ColumnsReader(StoredReader):
    """See the port for what its methods promise."""

    def __init__(self, snapshot: Snapshot, folder: Path, toc: Toc, seen: tuple[int, int, int]) -> None:
        """Take the state, its folder, and its table of contents with the stamp of that."""
        super().__init__(folder, toc, seen, snapshot, snapshot.parameters)
        self.snapshot = snapshot
        self._evaluator = Evaluator(snapshot)
        self._sorting = Sorting(snapshot)
        self._positions = HitPositions(snapshot)
        self._lengths: dict[str, Ints] = {}
        self._expanded: ByteCache[Expanded] = ByteCache(_EXPANDED)
        self._lock = threading.Lock()

    def document_frequency(self, field: str, term: str) -> int:
        """Count the documents of a term."""
        return self.snapshot.df(field, term)

    def max_document_frequency(self, field: str, terms: Iterable[str]) -> int:
        """Return the document frequency of the most frequent of some terms."""
        return self.snapshot.max_df(field, tuple(terms))

    def expand(self, field: str, pattern: Pattern) -> list[str]:
        """Return the terms that fit a pattern."""
        found = self._expanded.get((field, pattern))
        if found is None:
            if pattern.kind == "fuzzy" and not pattern.prefix:
                # No edit makes up for a word that is too short or too long.
                length, most = len(pattern.text), pattern.distance
                lists = self.snapshot.vocabulary.of_lengths(field, length - most, length + most)
                fit = sorted(term for terms in lists for term in near(pattern, terms))
            else:
                fit = fitting(pattern, self._terms_with(field, pattern.literal_prefix))
            found = self._expanded.keep((field, pattern), Expanded(fit))
        return found.terms

    def search(self, query: Node, limit: int, order: Order = "relevance") -> Found:
        """Count the documents that match, and order the best."""
        if isinstance(query, AllWordsFirst):
            if order == "relevance":
                return all_words_first(self, query, limit)
            query = query.child
        if order != "relevance" and limit:
            return self._ordered(query, limit, order)
        if not isinstance(query, Rescored) or not limit:
            total, docs, scores = self._evaluator.top(query, limit)
            return Found(total, best(self.snapshot, docs, scores, limit))
        total, docs, scores = self._evaluator.top(query.child, max(limit, self.parameters.rescored))
        if len(docs):
            scores = np.zeros(len(docs), np.float32) if scores is None else scores
            docs, scores = rescored(self._evaluator, self.snapshot, query, docs, scores, limit)
        return Found(total, best(self.snapshot, docs, scores, limit))

    def matching(self, query: Node, numbers: Sequence[int]) -> frozenset[int]:
        """Return those of some documents that match."""
        docs = np.array(sorted(numbers), np.int32)
        found: list[int] = docs[self._evaluator.holds(query, docs)].tolist()
        return frozenset(found)

    def join(self, collection: Statistics | None) -> None:
        """Weigh by the counts of a collection."""
        self.snapshot.collection = collection

    def extent(self, field: str) -> tuple[int, int]:
        """Return the tokens of a field, and the documents."""
        return self.snapshot.total_length(PLACES[field].field), self.snapshot.documents

    def added(self, nodes: Sequence[Node], numbers: Sequence[int]) -> list[float]:
        """Return what some nodes add to the scores of some documents."""
        docs = np.array(sorted(numbers), np.int32)
        sums = np.zeros(len(docs), np.float32)
        for node in nodes:
            if (more := self._evaluator.at(node, docs)) is not None:
                sums += more
        found: list[float] = sums[np.searchsorted(docs, np.array(numbers, np.int32))].tolist()
        return found

    def _ordered(self, query: Node, limit: int, order: Order) -> Found:
        """Return the first documents in an order that is not that of their scores."""
        more = query.more if isinstance(query, Rescored) else ()
        docs, scores = self._evaluator.scores(query)
        first = self._sorting.first(docs, order, limit)
        chosen = np.array(sorted(first), np.int32)
        sums = np.zeros(len(chosen), np.float32)
        if scores is not None:
            sums += scores.take(np.searchsorted(docs, chosen))
        for node in more:
            if (added := self._evaluator.at(node, chosen)) is not None:
                sums += added
        of = dict(zip(chosen.tolist(), sums.tolist(), strict=True))
        return Found(len(docs), tuple((doc, of[doc]) for doc in first))

    def count(self, query: Node, facet: Facet) -> dict[str, int]:
        """Count the documents that match by a facet."""
        return self._sorting.count(self._evaluator.scores(query)[0], facet)

    def values(self, query: Node, name: str) -> dict[str, int]:
        """Count the documents that match by a field of their own."""
        having = And((Filter(matched(query)), Filter(Group(schema.META_NAMES, ((name, 1.0),)))))
        found: Counter[str] = Counter()
        for number in self._evaluator.scores(having)[0].tolist():
            segment, own = self.snapshot.locate(number)
            found[records.fields(segment.store.head(own))[name]] += 1
        return dict(found)

    def weigh(self, node: Node, number: int) -> float:
        """Return what a node gives a document."""
        scores = self._evaluator.at(node, np.array([number], np.int32))
        return 0.0 if scores is None else float(scores[0])

    def frequency(self, field: str, term: str, number: int) -> float:
        """Return the weighted frequency of a term in a document."""
        place = PLACES.get(field)
        if place is None or place.field not in SCORED:
            return float(number in self.snapshot.term(field, term).docs)
        return self.snapshot.frequency(place, encode(term), number)

    def path(self, number: int) -> str:
        """Return a document's path."""
        return decode(path_of(self.snapshot, number))

    def locate(self, number: int, slots: Sequence[Sequence[tuple[str, str]]]) -> Located | None:
        """Return where terms stand in a document."""
        return self._positions.locate(number, slots)

    def lengths(self, field: str) -> Ints:
        """Return the length of each document in tokens of an indexed field, weighted."""
        if field not in self._lengths:
            parts = [segment.lengths(field).astype(np.uint32) for segment in self.snapshot.segments]
            self._lengths[field] = np.concatenate(parts) if parts else np.zeros(0, np.uint32)
        return self._lengths[field]

    def close(self) -> None:
        """Let the files go. The maps end with the last array that looks into them."""
        self.snapshot.collection = None
        super().close()

    def _terms_with(self, field: str, prefix: str) -> list[str]:
        """Return the terms of a field that begin with a prefix, sorted."""
        if field == schema.DATE:
            return [term for term, _ in self.terms(field) if term.startswith(prefix)]
        return self.snapshot.vocabulary.terms(field, prefix)


def open_reader(folder: Path, parameters: Parameters = DEFAULT) -> ColumnsReader:
    """Open the newest state in a folder, to be ranked with some parameters.

    Raises IndexMissing, IndexOutdated, IndexDamaged or IndexUnreadable.
    """
    toc, seen, snapshot = newest(folder, lambda toc: Snapshot(folder, toc, parameters))
    return ColumnsReader(snapshot, folder, toc, seen)

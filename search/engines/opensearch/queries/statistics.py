"""How often words occur in one state of an index, counted by the cluster and remembered.

Counts are of the documents of the state alone, whatever others lie in the index: so scores do not depend on
shards, copies or deletions. Document frequencies that a query needs are asked for together. Does not depend
on the client of a cluster.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from coopsearch.search import schema
from coopsearch.search.engines.nodes import Group
from coopsearch.search.engines.opensearch import mapping
from coopsearch.search.engines.opensearch.queries.asking import (
    EVERYTHING,
    NOTHING,
    Json,
    State,
    among,
    total_of,
)
from coopsearch.search.engines.opensearch.terms import shortened, written

#: Counts that are remembered.
_REMEMBERED: Final = 1 << 17
_REMEMBERED_TOTALS: Final = 1 << 10
#: Counts that are asked for together.
_TOGETHER: Final = 500


#: Returns the document frequencies of those (field, term) pairs of which they are known.
Counted = Callable[[Sequence[tuple[str, str]]], Mapping[tuple[str, str], int]]


class StateStatistics:
    """Counts over the documents of one state. Safe for many threads."""

    def __init__(self, state: State, counted: Counted | None = None) -> None:
        """Begin with nothing known; ``counted`` gives what need not be asked for."""
        self._state = state
        self._counted = counted
        self._lock = threading.Lock()
        self._documents = 0
        self._lengths: dict[str, int] | None = None
        self._frequencies: dict[tuple[str, str], int] = {}
        self._totals: dict[str, int] = {}

    @property
    def documents(self) -> int:
        """Documents in all."""
        if self._lengths is None:
            self.prepare(())
        return self._documents

    def document_frequency(self, field: str, term: str) -> int:
        """Return how many documents hold a term."""
        return self.of(((field, term),))[0]

    def max_document_frequency(self, field: str, terms: Iterable[str]) -> int:
        """Return the document frequency of the most frequent of some terms; 0 for none."""
        return max(self.of([(field, term) for term in terms]), default=0)

    def weighed_frequency(self, group: Group) -> int:
        """Return the document frequency that a group is weighed by: see ``nodes.Group``."""
        pairs = [(group.field, term) for term, _ in group.terms]
        counts = list(zip(self.of(pairs), group.terms, strict=True))
        full = max((count for count, (_, weight) in counts if weight == 1.0), default=0)
        return full or max((count for count, _ in counts), default=0)

    def average_length(self, field: str) -> float:
        """Return the mean length of the documents in tokens of a field, weighted by role."""
        tokens, documents = self.extent(field)
        return tokens / max(1, documents) or 1.0

    def extent(self, field: str) -> tuple[int, int]:
        """Return the tokens of a field in all documents, weighted by role, and how many these are."""
        # Each term of each document that is looked at asks for it.
        if self._lengths is None:
            self.prepare(())
        return (self._lengths or {}).get(field, 0), self._documents

    def of(self, pairs: Sequence[tuple[str, str]]) -> list[int]:
        """Return the document frequencies of (field, term) pairs."""
        known = self._frequencies
        if any(pair not in known for pair in pairs):
            known = self.prepare(pairs)
        return [known[pair] for pair in pairs]

    def total(self, query: Json) -> int:
        """Count the documents that match a query."""
        if query == NOTHING:
            return 0
        key = json.dumps(query)
        found = self._totals.get(key)
        if found is None:
            found = total_of(self._state.ask_all([self._state.counting(query)])[0])
            self.note(query, found)
        return found

    def knows(self, query: Json) -> bool:
        """Say whether it is known how many documents match a query."""
        return json.dumps(query) in self._totals

    def note(self, query: Json, total: int) -> None:
        """Remember how many documents match a query."""
        if len(self._totals) >= _REMEMBERED_TOTALS:
            self._totals = {}
        self._totals[json.dumps(query)] = total

    def prepare(
        self, pairs: Iterable[tuple[str, str]], queries: Iterable[Json] = ()
    ) -> dict[tuple[str, str], int]:
        """Ask for what is not known of some pairs and the totals of some queries, in few requests.

        Returns the document frequencies that are known.
        """
        with self._lock:
            if len(self._frequencies) > _REMEMBERED:
                self._frequencies = {}
            # Others may read it meanwhile: it only grows.
            known = self._frequencies
            new = [pair for pair in dict.fromkeys(pairs) if pair not in known]
            if new and self._counted is not None:
                known.update(self._counted(new))
                new = [pair for pair in new if pair not in known]
            totals = [query for query in queries if json.dumps(query) not in self._totals]
            while new or totals or self._lengths is None:
                self._ask(new[:_TOGETHER], totals)
                new, totals = new[_TOGETHER:], []
            return known

    def _ask(self, pairs: Sequence[tuple[str, str]], queries: Sequence[Json]) -> None:
        bodies = [self._state.counting(holding(field, (term,))) for field, term in pairs]
        bodies += [self._state.counting(query) for query in queries]
        if self._lengths is None:
            sums = {field: {"sum": {"field": mapping.length(field)}} for field in mapping.TEXTS}
            answers = self._state.ask_all([*bodies, self._state.counting(EVERYTHING, aggs=sums)])
            answer = answers.pop()
            self._documents = total_of(answer)
            self._lengths = {field: round(answer["aggregations"][field]["value"]) for field in mapping.TEXTS}
        else:
            answers = self._state.ask_all(bodies)
        totals = [total_of(answer) for answer in answers]
        self._frequencies.update(zip(pairs, totals, strict=False))
        for query, total in zip(queries, totals[len(pairs) :], strict=True):
            self.note(query, total)


def holding(field: str, terms: Sequence[str]) -> Json:
    """Return the query for documents that hold any of some terms; it scores nothing of use."""
    if field in mapping.TEXTS:
        return among(mapping.frequencies(field), [written(term) for term in terms])
    if field == schema.DATE:
        return among(field, [int(term) for term in terms if term.isascii() and term.isdigit()])
    return among(field, [shortened(term) for term in terms])

"""What answers the evaluator: a cluster's searches of one state, by their bodies as JSON has them.

Does not depend on the client of a cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from coopsearch.search.engines.opensearch import mapping

#: A body of a search, or an answer to one.
Json = dict[str, Any]
#: Answers one search.
Ask = Callable[[Json], Json]
#: Answers several searches together, in their order.
AskAll = Callable[[Sequence[Json]], list[Json]]


class State:
    """The documents of one commit, seen through searches. Safe for many threads if what answers is."""

    def __init__(self, ask: Ask, generation: int, ask_all: AskAll | None = None) -> None:
        """Take what answers one search, the number of the commit, and what answers several at once."""
        self._ask, self._generation, self._ask_all = ask, generation, ask_all

    def within(self, query: Json) -> Json:
        """Return a query over the documents of this state alone; it scores what ``query`` does."""
        return {
            "bool": {
                "must": [query],
                "filter": [{"range": {mapping.BORN: {"lte": self._generation}}}],
                "must_not": [{"range": {mapping.DIED: {"lte": self._generation}}}],
            }
        }

    def body(self, query: Json, **options: Any) -> Json:
        """Return the body of a search with a query."""
        return {"query": self.within(query), "_source": False, **options}

    def ask(self, query: Json, **options: Any) -> Json:
        """Search with a query."""
        return self._ask(self.body(query, **options))

    def ask_all(self, bodies: Sequence[Json]) -> list[Json]:
        """Answer several searches in one request, where that can be done."""
        if self._ask_all is not None and len(bodies) > 1:
            return self._ask_all(bodies)
        return [self._ask(body) for body in bodies]

    def counting(self, query: Json, **options: Any) -> Json:
        """Return the body of a search that counts the documents that match."""
        return self.body(query, size=0, track_total_hits=True, **options)


def total_of(answer: Json) -> int:
    """Return how many documents an answer says match."""
    return int(answer["hits"]["total"]["value"])


EVERYTHING: Json = {"match_all": {}}
NOTHING: Json = {"match_none": {}}


def among(field: str, terms: Sequence[str | int]) -> Json:
    """Return the query for documents that have any of some terms; it scores nothing of use."""
    if not terms:
        return NOTHING
    if len(terms) == 1:
        return {"term": {field: terms[0]}}
    most = mapping.MOST_TERMS
    parts: list[Json] = [{"terms": {field: list(terms[at : at + most])}} for at in range(0, len(terms), most)]
    return parts[0] if len(parts) == 1 else any_of(parts)


def any_of(queries: Sequence[Json]) -> Json:
    """Return the query for documents that match any; scores are summed."""
    queries = [query for query in queries if query != NOTHING]
    if not queries:
        return NOTHING
    return queries[0] if len(queries) == 1 else {"bool": {"should": list(queries), "minimum_should_match": 1}}


def all_of(queries: Sequence[Json]) -> Json:
    """Return the query for documents that match all; it scores nothing."""
    return NOTHING if NOTHING in queries else {"bool": {"filter": list(queries)}}


def identified(ids: Sequence[str]) -> Json:
    """Return the query for documents by their ids."""
    return among("_id", ids)


def without_scores(query: Json) -> Json:
    """Return a query whose scores are 0."""
    return {"bool": {"filter": [query]}}

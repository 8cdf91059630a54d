"""What answers the evaluator: a cluster's searches of one state, by their bodies as JSON has them.

Does not depend on the client of a cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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

    def ask(self, query: Json, **options: Any) -> Json:
        """Search with a query."""
        return self._ask({"query": self.within(query), "_source": False, **options})

    def totals(self, queries: Sequence[Json], **first: Any) -> tuple[list[int], Json]:
        """Count the documents that match each of some queries; return the answer to the first, too.

        ``first`` are more options of the first search.
        """
        bodies: list[Json] = [
            {"query": self.within(query), "_source": False, "size": 0, "track_total_hits": True}
            for query in queries
        ]
        bodies[0].update(first)
        answers = self._ask_all(bodies) if self._ask_all else [self._ask(body) for body in bodies]
        return [int(answer["hits"]["total"]["value"]) for answer in answers], answers[0]


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
    if not queries:
        return NOTHING
    return queries[0] if len(queries) == 1 else {"bool": {"should": list(queries), "minimum_should_match": 1}}


def all_of(queries: Sequence[Json]) -> Json:
    """Return the query for documents that match all; it scores nothing."""
    return {"bool": {"filter": list(queries)}}


def identified(ids: Sequence[str]) -> Json:
    """Return the query for documents by their ids."""
    return among("_id", ids)


def without_scores(query: Json) -> Json:
    """Return a query whose scores are 0."""
    return {"bool": {"filter": [query]}}


Counts = Mapping[str, int]

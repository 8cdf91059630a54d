"""What answers the evaluator: a cluster's searches of one state, by their bodies as JSON has them.

Does not depend on the client of a cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from coopsearch.search.engines.opensearch import mapping
from coopsearch.search.errors import QueryTooCostly

#: A body of a search, or an answer to one.
Json = dict[str, Any]
#: Answers one search.
Ask = Callable[[Json], Json]
#: Answers several searches together, in their order.
AskAll = Callable[[Sequence[Json]], list[Json]]


#: Clauses that a cluster takes in one query unless it is told otherwise, less those that say which documents
#: are seen.
CLAUSES: Final = 1_000


class State:
    """The documents of one commit, seen through searches. Safe for many threads if what answers is."""

    def __init__(
        self, ask: Ask, generation: int, ask_all: AskAll | None = None, clauses: int = CLAUSES
    ) -> None:
        """Take what answers one search, the number of the commit, and what answers several at once.

        ``clauses`` is how many of them one query may have.
        """
        self._ask, self._generation, self._ask_all = ask, generation, ask_all
        self._clauses = clauses

    def within(self, query: Json) -> Json:
        """Return a query over the documents of this state alone; it scores what ``query`` does.

        Raises QueryTooCostly for one of more clauses than the cluster takes.
        """
        clauses = clauses_of(query)
        if clauses > self._clauses:
            raise QueryTooCostly(
                f"the query stands for {clauses:,} words side by side, and the cluster takes "
                f"{self._clauses:,} in one query; leave some out, or ask in several queries"
            )
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


def unlimited(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a body without what ``State.within`` says, for an index without documents of other states."""
    inner = body["query"].get("bool", {})
    if inner.keys() != {"must", "filter", "must_not"} or mapping.DIED not in str(inner["must_not"]):
        return body
    return {**body, "query": inner["must"][0]}


def total_of(answer: Json) -> int:
    """Return how many documents an answer says match."""
    return int(answer["hits"]["total"]["value"])


def clauses_of(query: Any) -> int:
    """Count the clauses of a query as a cluster does; many terms in one list are one."""
    if isinstance(query, list):
        return sum(map(clauses_of, query))
    if not isinstance(query, dict):
        return 0
    return sum(1 if name in _CLAUSES else clauses_of(inner) for name, inner in query.items())


_CLAUSES: Final = frozenset({"term", "terms", "match", "range", "exists", "match_all"})
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

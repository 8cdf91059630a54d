"""Searches that storage alone needs: what is alive in a generation, what was left, and all of something.

Does not depend on the client of a cluster or on queries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from coopsearch.search import schema
from coopsearch.search.engines.opensearch.mapping import BORN, DIED
from coopsearch.search.engines.opensearch.terms import shortened

#: Hits of one answer.
SOME: Final = 1_000
Search = Callable[[Mapping[str, Any]], Any]


def alive(generation: int) -> dict[str, Any]:
    """Return what the documents of a committed generation are."""
    return {
        "bool": {
            "filter": [{"range": {BORN: {"lte": generation}}}],
            "must_not": [{"range": {DIED: {"lte": generation}}}],
        }
    }


def others(generation: int) -> dict[str, Any]:
    """Return what the documents are that are not those of a committed generation."""
    unseen = [{"range": {BORN: {"gt": generation}}}, {"range": {DIED: {"lte": generation}}}]
    return {"bool": {"should": unseen, "minimum_should_match": 1}}


def both(*wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what documents are that fit everything, without a score."""
    return {"bool": {"filter": list(wanted)}}


def in_files(files: Sequence[str]) -> dict[str, Any]:
    """Return what the documents of some files are."""
    return {"terms": {schema.FILE: [shortened(file) for file in files]}}


def every(search: Search, query: Mapping[str, Any], column: str = "", size: int = SOME) -> Iterator[Any]:
    """Yield all hits, sorted by path and by the commit that added them; with one column at most."""
    body: dict[str, Any] = {
        "size": size,
        "query": query,
        "_source": False,
        "sort": [{schema.PATH: "asc"}, {BORN: "asc"}],
        "track_total_hits": False,
    }
    if column:
        body["docvalue_fields"] = [column]
    while True:
        hits = search(body)["hits"]["hits"]
        yield from hits
        if len(hits) < size:
            return
        body["search_after"] = hits[-1]["sort"]


def total(search: Search, query: Mapping[str, Any]) -> int:
    """Count what fits, exactly."""
    body = {"size": 0, "query": query, "track_total_hits": True}
    return int(search(body)["hits"]["total"]["value"])


def terms_of(search: Search, query: Mapping[str, Any], field: str) -> Iterator[tuple[str, int]]:
    """Yield the terms of a field that has terms alone, with the documents of each, sorted."""
    composite: dict[str, Any] = {"size": 5 * SOME, "sources": [{"term": {"terms": {"field": field}}}]}
    body = {"size": 0, "query": query, "track_total_hits": False, "aggs": {"all": {"composite": composite}}}
    while True:
        found = search(body)["aggregations"]["all"]
        for bucket in found["buckets"]:
            yield str(bucket["key"]["term"]), int(bucket["doc_count"])
        if "after_key" not in found or not found["buckets"]:
            return
        composite["after"] = found["after_key"]


def frequencies(search: Search, query: Mapping[str, Any], field: str, terms: Sequence[str]) -> list[int]:
    """Return how many documents hold each of some terms, as they are written in a field of the mapping."""
    found: list[int] = []
    for start in range(0, len(terms), SOME):
        some = terms[start : start + SOME]
        filters = {str(place): {"term": {field: term}} for place, term in enumerate(some)}
        body = {
            "size": 0, "query": query, "track_total_hits": False,
            "aggs": {"terms": {"filters": {"filters": filters}}},
        }  # fmt: skip
        buckets = search(body)["aggregations"]["terms"]["buckets"]
        found += [int(buckets[str(place)]["doc_count"]) for place in range(len(some))]
    return found

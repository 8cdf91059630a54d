"""What deleted documents and killed writers leave in a cluster, and how it goes.

Does not depend on the client of a cluster or on queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from coopsearch.search import schema
from coopsearch.search.engines.opensearch import mapping
from coopsearch.search.engines.opensearch.cluster.bulk import Bulk, change, remove
from coopsearch.search.engines.opensearch.cluster.connection import Connection
from coopsearch.search.engines.opensearch.storage.blocks import Entry
from coopsearch.search.engines.opensearch.storage.requests import (
    SOME,
    alive,
    both,
    every,
    frequencies,
    in_files,
)
from coopsearch.search.engines.opensearch.storage.states import State
from coopsearch.search.engines.opensearch.terms import written
from coopsearch.search.engines.opensearch.vocabulary import NAMES, STEMS, TERMS

_EXPUNGED: Final = {"only_expunge_deletes": "true", "flush": "true"}


def refresh(connection: Connection, index: str) -> None:
    """Have all copies of all shards show what was sent. Raises IndexUnwritable where one cannot."""
    _have_all(connection, f"/{index}/_refresh")


def make_durable(connection: Connection, index: str) -> None:
    """Have all copies of all shards write to disk what was sent. Raises IndexUnwritable where one cannot."""
    _have_all(connection, f"/{index}/_flush", {"wait_if_ongoing": "true"})


def _have_all(connection: Connection, path: str, params: Mapping[str, object] | None = None) -> None:
    shards = connection.ask("POST", path, params=params).get("_shards", {})
    if shards.get("failed"):
        from coopsearch.search.engines.opensearch.cluster.failures import Refused

        connection.refuse(Refused(503, {"error": {"reason": "Partial shards failure", **shards}}))


def take_back(connection: Connection, bulk: Bulk, state: State) -> None:
    """Remove what was sent for a generation that was never committed, and revive what it was to delete."""
    place = connection.place
    refresh(connection, place.name)
    refresh(connection, place.words)

    def search(body: Mapping[str, Any]) -> Any:
        return connection.search(body, index=place.name)

    later = {"gt": state.generation}
    for hit in every(search, {"range": {mapping.BORN: later}}):
        bulk.add(remove(place.name, hit["_id"]))
    for hit in every(
        search, both({"range": {mapping.DIED: later}}, {"range": {mapping.BORN: {"lte": state.generation}}})
    ):
        bulk.add(change(place.name, hit["_id"], {mapping.DIED: None}))
    forget_blocks(connection, bulk, state, state, others=True)
    bulk.flush()
    refresh(connection, place.name)


def bury(connection: Connection, bulk: Bulk, files: Sequence[str], generation: int) -> int:
    """Note on the documents of some files which generation deletes them; return how many these are."""
    place = connection.place
    buried = 0
    for start in range(0, len(files), SOME):
        query = both(in_files(files[start : start + SOME]), alive(generation - 1))
        for hit in every(lambda body: connection.search(body, index=place.name), query):
            bulk.add(change(place.name, hit["_id"], {mapping.DIED: generation}))
            buried += 1
    return buried


def forget_dead(connection: Connection, bulk: Bulk, generation: int) -> None:
    """Remove the documents that a generation, or one before it, deleted."""
    place = connection.place
    query = {"range": {mapping.DIED: {"lte": generation}}}
    for hit in every(lambda body: connection.search(body, index=place.name), query):
        bulk.add(remove(place.name, hit["_id"]))


def forget_blocks(
    connection: Connection, bulk: Bulk, before: State, state: State, *, others: bool = False
) -> None:
    """Remove the blocks of runs that no reader of the last two states looks into."""
    place = connection.place
    held = [run.name for run in state.runs]
    if others:
        query: dict[str, Any] = {
            "bool": {
                "filter": [{"term": {"kind": "block"}}],
                "must_not": [{"terms": {"run": [*held, *state.dropped]}}],
            }
        }
    else:
        gone = sorted({*before.dropped} - {*held})
        if not gone:
            return
        query = both({"term": {"kind": "block"}}, {"terms": {"run": gone}})
    body: dict[str, Any] = {
        "size": SOME, "query": query, "_source": False, "track_total_hits": False,
        "sort": [{"run": "asc"}, {"table": "asc"}, {"number": "asc"}],
    }  # fmt: skip
    while True:
        hits = connection.search(body, index=place.words)["hits"]["hits"]
        for hit in hits:
            bulk.add(remove(place.words, hit["_id"]))
        if len(hits) < SOME:
            return
        body["search_after"] = hits[-1]["sort"]


def exact(
    connection: Connection, tables: Mapping[str, Iterable[Entry]], generation: int
) -> dict[str, Iterator[Entry]]:
    """Return the tables of a vocabulary with what documents of a generation hold, and with nothing else."""

    def held(field: str, terms: Sequence[str]) -> list[int]:
        return frequencies(
            lambda body: connection.search(body, index=connection.place.name),
            alive(generation),
            mapping.frequencies(field),
            [written(term) for term in terms],
        )

    def kept(table: str, entries: Iterable[Entry]) -> Iterator[Entry]:
        left = iter(entries)
        while some := list(islice(left, SOME)):
            if table in {STEMS, NAMES}:
                # Of a name the key stands before the word.
                words = [term.partition(" ")[2] if table == NAMES else term for term, _ in some]
                counts = held(schema.WORDS, words)
                yield from (entry for entry, count in zip(some, counts, strict=True) if count)
            else:
                terms = [term for term, _ in some]
                counts = held(table.removeprefix(TERMS), terms)
                yield from ((term, count) for term, count in zip(terms, counts, strict=True) if count)

    return {table: kept(table, entries) for table, entries in tables.items()}


def write_anew(connection: Connection) -> None:
    """Have the cluster write anew the segments that hold something that was removed."""
    for index in (connection.place.name, connection.place.words):
        refresh(connection, index)
        connection.ask("POST", f"/{index}/_forcemerge", params=_EXPUNGED)
        refresh(connection, index)

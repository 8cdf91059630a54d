"""The index beside the documents of a cluster: its mapping, and how runs of the vocabulary are written there.

Does not depend on queries or documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from coopsearch.search.engines.opensearch.cluster.bulk import Bulk, put
from coopsearch.search.engines.opensearch.storage.blocks import Entry, block_bodies, identifier_of, merged
from coopsearch.search.engines.opensearch.storage.states import RunOfWords
from coopsearch.search.engines.opensearch.vocabulary import Vocabulary, together

#: Raised when what lies there is read otherwise.
VERSION: Final = 1
#: A run is merged with the one before it as long as that is not this many times as large.
_TIER: Final = 3


def index_body(replicas: int) -> dict[str, Any]:
    """Return the settings and the mapping of the index."""
    keyword = {"type": "keyword"}
    return {
        "settings": {
            "index": {"number_of_shards": 1, "number_of_replicas": replicas, "refresh_interval": "-1"}
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"coopsearch": {"words": VERSION}},
            "properties": {
                "kind": keyword,
                "run": keyword,
                "table": keyword,
                "number": {"type": "integer"},
                "first": keyword,
                "last": keyword,
                "data": {"type": "binary"},
                "value": {"type": "object", "enabled": False},
            },
        },
    }


def write_run(bulk: Bulk, index: str, name: str, tables: Mapping[str, Iterable[Entry]]) -> RunOfWords:
    """Send the blocks of a run; return what a state says of it."""
    entries: dict[str, int] = {}
    for table, given in tables.items():
        count = 0

        def counted(some: Iterable[Entry] = given) -> Iterator[Entry]:
            nonlocal count
            for entry in some:
                count += 1
                yield entry

        for body in block_bodies(name, table, counted()):
            bulk.add(put(index, identifier_of(body), body))
        if count:
            entries[table] = count
    return RunOfWords(name, entries)


def to_merge(runs: Sequence[RunOfWords], new: int) -> int:
    """Return how many of the newest runs a new one of some entries is to be written together with."""
    size, count = new, 0
    for run in reversed(runs):
        if run.size > _TIER * size:
            break
        size += run.size
        count += 1
    return count


def with_older(
    vocabulary: Vocabulary, older: Sequence[RunOfWords], tables: Mapping[str, Sequence[Entry]]
) -> dict[str, Iterable[Entry]]:
    """Return the tables of a new run together with those of older ones, each sorted."""
    names = sorted({*tables, *(table for run in older for table in run.entries)})
    before = vocabulary.of_runs(older)
    return {table: merged([before.every(table), tables.get(table, ())], together(table)) for table in names}

"""The index that a cluster makes of the same texts by itself, and its own `match`.

Does not depend on coopsearch.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from opensearchpy import OpenSearch, helpers

from benchmarks.data import documents

NAME: Final = "benchmark-stock"
_TEXT: Final = {"type": "text", "analyzer": "english"}


class Stock:
    """Texts in a field of the analyser `english`, searched with all defaults but the number of shards."""

    def __init__(self, urls: Sequence[str]) -> None:
        """Take where the cluster is."""
        self._client = OpenSearch(hosts=list(urls), timeout=120)

    def index(self, corpus: Path, shards: int, replicas: int) -> None:
        """Index a corpus anew."""
        self._client.indices.delete(index=NAME, ignore_unavailable=True)
        body = {
            "settings": {"number_of_shards": shards, "number_of_replicas": replicas},
            "mappings": {"properties": {"title": _TEXT, "text": _TEXT}},
        }
        self._client.indices.create(index=NAME, body=body)
        actions = (
            {"_index": NAME, "_id": one["_id"], "title": one["title"], "text": one["text"]}
            for one in documents(corpus)
        )
        helpers.bulk(self._client, actions, chunk_size=1_000)
        self._client.indices.refresh(index=NAME)

    def holds(self, documents: int, shards: int) -> bool:
        """Say whether an index of so many documents and shards is there already."""
        if not self._client.indices.exists(index=NAME):
            return False
        settings = self._client.indices.get_settings(index=NAME)[NAME]["settings"]["index"]
        same: bool = self._client.count(index=NAME)["count"] == documents
        return same and settings["number_of_shards"] == str(shards)

    def match(self, text: str) -> list[dict[str, Any]]:
        """Return the ten best with their texts, as its documentation shows it."""
        found = self._client.search(index=NAME, body={"query": {"match": {"text": text}}, "size": 10})
        hits: list[dict[str, Any]] = found["hits"]["hits"]
        return hits

    def remove(self) -> None:
        """Remove the index."""
        self._client.indices.delete(index=NAME, ignore_unavailable=True)
        self._client.close()

"""One index of a cluster for many examples: it is emptied where an embedded engine would make a new one."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from coopsearch.search.engines import Cluster
from coopsearch.search.engines.opensearch.cluster.place import Place, read_place, write_place
from coopsearch.search.engines.opensearch.engine import OpenSearchEngine
from coopsearch.search.engines.opensearch.storage.states import State
from tests.cluster import request

_ALL: Final[dict[str, Any]] = {"query": {"match_all": {}}}


class SharedEngine(OpenSearchEngine):
    """The engine, but that ``create`` empties the index of the time before."""

    def __init__(self, url: str, shards: int = 1) -> None:
        super().__init__(Cluster((url,), shards=shards))
        self.url = url
        self._place: Place | None = None

    def create(self, folder: Path) -> None:
        """Make an index in a folder: the first is made, later ones are what is left when all is removed."""
        if self._place is None:
            super().create(folder)
            self._place = read_place(folder)
            return
        folder.mkdir(parents=True, exist_ok=True)
        for name in (self._place.name, self._place.words):
            request(self.url, f"/{name}/_refresh", {})
            request(self.url, f"/{name}/_delete_by_query?refresh=true&conflicts=proceed", _ALL)
        body = {"kind": "state", "value": State()._asdict()}
        request(self.url, f"/{self._place.words}/_doc/state", body, method="PUT")
        write_place(folder, self._place)

    def unlock(self) -> None:
        """Remove a lock that a test left."""
        if self._place is not None:
            query = {"query": {"term": {"kind": "lock"}}}
            request(self.url, f"/{self._place.words}/_refresh", {})
            request(self.url, f"/{self._place.words}/_delete_by_query?refresh=true", query)

    def remove(self) -> None:
        """Remove the index from the cluster."""
        if self._place is not None:
            request(self.url, f"/{self._place.name},{self._place.words}", method="DELETE")

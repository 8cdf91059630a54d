"""A point in time of one index of a cluster: what is asked of it stays as it was when it was opened.

Where the nodes that held it are gone, or it was not asked for too long, it is opened anew if whoever reads it
says that this gives the same documents. Does not depend on queries or documents.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from coopsearch.search.engines.opensearch.cluster.connection import Connection
from coopsearch.search.engines.opensearch.cluster.failures import Refused, missing_shards
from coopsearch.search.errors import IndexUnreadable

#: How long a point in time is kept that nobody asks.
KEPT: Final = "30m"
#: How often it is opened anew for one question.
_ATTEMPTS: Final = 5
#: Causes by which a cluster says that it has a point in time no more.
_LOST: Final = frozenset({"search_context_missing_exception", "search_context_exception"})
_MISSING: Final = (404, 500, 503, 400)


class PointInTime:
    """One state of one index. Safe for many threads."""

    def __init__(self, connection: Connection, index: str, same: Callable[[], bool]) -> None:
        """Open it. ``same`` says whether one that is opened now shows the same as this one does."""
        self._connection, self._index, self._same = connection, index, same
        self._lock = threading.Lock()
        self._id = self._open()

    def search(self, body: Mapping[str, Any]) -> Any:
        """Run a search on it. Raises IndexUnreadable where it is lost for good, or shards are missing."""
        return self._asked(lambda pit: self._connection.search({**body, "pit": pit}, expected=_MISSING))

    def search_all(self, bodies: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Run several searches on it in one request. Raises as ``search``."""
        found: list[Any] = self._asked(
            lambda pit: self._connection.search_all(
                [{**body, "pit": pit} for body in bodies], expected=_MISSING
            )
        )
        return found

    def _asked(self, ask: Callable[[Mapping[str, str]], Any]) -> Any:
        for attempt in range(_ATTEMPTS):
            held = self._id
            try:
                return ask({"id": held, "keep_alive": KEPT})
            except Refused as refused:
                # A copy of a shard that died took its part of the point in time along; others have the same
                # documents.
                lost = bool(refused.kinds & _LOST) or bool(missing_shards(refused.info))
                if not lost or attempt == _ATTEMPTS - 1:
                    self._connection.refuse(refused)
                self._renew(held)
        raise AssertionError

    def close(self) -> None:
        """Let the cluster forget it, if it still knows it."""
        self._forget(self._id)

    def _open(self) -> str:
        found = self._connection.ask(
            "POST",
            f"/{self._index}/_search/point_in_time",
            params={"keep_alive": KEPT, "allow_partial_pit_creation": "false"},
        )
        return str(found.get("pit_id", ""))

    def _renew(self, lost: str) -> None:
        with self._lock:
            if self._id != lost:
                return  # another thread did
            self._forget(lost)
            fresh = self._open()
            if not self._same():
                self._forget(fresh)
                raise IndexUnreadable(
                    f"the cluster at {self._connection.place.shown} has let go of the state of "
                    f"{self._index} that was being read, and newer ones took its place; ask again"
                )
            self._id = fresh

    def _forget(self, identifier: str) -> None:
        try:
            self._connection.ask(
                "DELETE", "/_search/point_in_time", {"pit_id": [identifier]}, expected=range(400, 600)
            )
        except (Refused, IndexUnreadable):
            return  # the cluster forgets it by itself after a while

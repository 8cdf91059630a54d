"""A point in time of one index of a cluster: what is asked of it stays as it was when it was opened.

Where the nodes that held it are gone, or it was not asked for too long, it is opened anew if whoever reads it
says that this gives the same documents. Does not depend on queries or documents.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from coopsearch.search.engines.opensearch.cluster.connection import Connection, wait
from coopsearch.search.engines.opensearch.cluster.failures import AGAIN, Refused, missing_shards
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

    def __init__(
        self,
        connection: Connection,
        index: str,
        same: Callable[[], bool],
        simpler: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None,
    ) -> None:
        """Open it. ``same`` says whether one that is opened now shows the same as this one does.

        ``simpler`` makes of a search what it is where all documents of the index are those of one state.
        """
        self._connection, self._index, self._same = connection, index, same
        self._simpler = simpler
        self._lock = threading.Lock()
        self._id = self._open()
        self._whole = ""

    def search(self, body: Mapping[str, Any]) -> Any:
        """Run a search on it. Raises IndexUnreadable where it is lost for good, or shards are missing."""
        return self._asked(lambda pit: self._connection.search(self._body(body, pit), expected=_MISSING))

    def search_all(self, bodies: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Run several searches on it in one request. Raises as ``search``."""
        found: list[Any] = self._asked(
            lambda pit: self._connection.search_all(
                [self._body(body, pit) for body in bodies], expected=_MISSING
            )
        )
        return found

    def look_whether_whole(self, others: Mapping[str, Any]) -> None:
        """See whether the index has no document that is one of the ``others``; searches are simpler then."""
        if self._simpler is None:
            return
        held = self._id
        body = {"size": 0, "query": others, "track_total_hits": 1}
        if not self.search(body)["hits"]["total"]["value"]:
            # Of one that is opened anew nothing is known: somebody may have written meanwhile.
            self._whole = held

    def _body(self, body: Mapping[str, Any], pit: Mapping[str, str]) -> Mapping[str, Any]:
        if self._simpler is not None and pit["id"] == self._whole:
            body = self._simpler(body)
        return {**body, "pit": pit}

    def _asked(self, ask: Callable[[Mapping[str, str]], Any]) -> Any:
        for attempt in range(_ATTEMPTS):
            held = self._id
            try:
                return ask({"id": held, "keep_alive": KEPT})
            except Refused as refused:
                # A copy of a shard that died took its part of the point in time along; others have the same
                # documents.
                lost = bool(refused.kinds & _LOST) or bool(missing_shards(refused.info))
                busy = not lost and refused.status in AGAIN
                if not (lost or busy) or attempt == _ATTEMPTS - 1:
                    self._connection.refuse(refused)
                if busy:
                    wait(attempt)
                else:
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

"""The lock of an index that a cluster keeps: one writer at a time, on whatever machine.

A document with a heartbeat names who writes. It goes with its writer; one that was left by a killed writer is
taken over when it has not beaten for a while. The clocks of two machines need not agree: a lock that looks
old is watched for a time before it is taken. Does not depend on queries or documents.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import secrets
import socket
import threading
import time
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from coopsearch.search.engines.opensearch.cluster.connection import Connection
from coopsearch.search.engines.opensearch.cluster.failures import Refused
from coopsearch.search.errors import CoopsearchError, IndexLocked, IndexUnwritable

IDENTIFIER: Final = "lock"
#: Seconds between two beats, and after how long without one a lock may be one that was left.
BEAT: Final = 5.0
OLD: Final = 30.0
#: Seconds for which an old lock is watched before it is taken.
_WATCHED: Final = 2 * BEAT
_CONFLICT: Final = 409
_GONE: Final = 404
#: Tokens of the locks that this process holds.
_held_here: Final[set[str]] = set()


class _Seen(NamedTuple):
    value: Mapping[str, Any]
    sequence: int
    term: int


class Lock:
    """A lock that is held. Its heart beats in a thread until it is let go."""

    def __init__(self, connection: Connection) -> None:
        """Take it. Raises IndexLocked, which names the holder."""
        self._connection = connection
        self._path = _path(connection)
        self._token = secrets.token_hex(8)
        self._ended = threading.Event()
        self._lost = ""
        self._seen = self._take()
        _held_here.add(self._token)
        self._beaten = time.time()
        self._guard = threading.Lock()
        self._heart = threading.Thread(target=self._beat, name="coopsearch-lock", daemon=True)
        self._heart.start()

    def check(self) -> None:
        """Make sure that it is still held. Raises IndexLocked where somebody took it over."""
        # A machine that slept for longer than a lock lasts has to look before it writes anything.
        if not self._lost and time.time() - self._beaten > OLD / 2:
            self._renew()
        if self._lost:
            raise IndexLocked(self._lost)

    def release(self) -> None:
        """Let it go."""
        self._ended.set()
        self._heart.join()
        _held_here.discard(self._token)
        if not self._lost:
            with contextlib.suppress(CoopsearchError, Refused):
                self._connection.ask(
                    "DELETE", self._path, params=_only(self._seen), expected=[_CONFLICT, _GONE]
                )

    def _take(self) -> _Seen:
        before: _Seen | None = None
        watched = 0.0
        while True:
            found = _look(self._connection)
            if found is None:
                taken = self._put({"op_type": "create"})
            elif self._is_left(found, before, watched):
                taken = self._put(_only(found))
            elif before is None and self._is_old(found):
                before, watched = found, time.monotonic()
                time.sleep(BEAT / 2)
                continue
            elif before is not None and before.sequence == found.sequence:
                time.sleep(BEAT / 2)
                continue
            else:
                raise IndexLocked(self._held_by(found))
            if taken is not None:
                return taken

    def _is_left(self, found: _Seen, before: _Seen | None, watched: float) -> bool:
        """Say whether nobody holds a lock any more."""
        if found.value.get("token") == self._token:
            return True
        if found.value.get("host") == _host():
            pid = found.value.get("pid")
            # A cluster whose disks are full takes no removal either: so one's own may be left, too.
            if not _is_alive(pid) or (pid == os.getpid() and found.value.get("token") not in _held_here):
                return True
        same = before is not None and before.sequence == found.sequence
        return same and time.monotonic() - watched >= _WATCHED

    def _is_old(self, found: _Seen) -> bool:
        beaten = found.value.get("beaten")
        return not isinstance(beaten, int | float) or abs(time.time() - beaten) > OLD

    def _put(self, condition: Mapping[str, object]) -> _Seen | None:
        """Write it under a condition; return None where that is not so any more."""
        value = {
            "holder": f"{_user()} on {_host()} (process {os.getpid()})",
            "host": _host(), "pid": os.getpid(), "token": self._token, "beaten": time.time(),
        }  # fmt: skip
        try:
            found = self._connection.ask(
                "PUT", self._path, {"kind": "lock", "value": value}, condition, expected=[_CONFLICT]
            )
        except Refused:
            found = _look(self._connection)
            # It was this one's own writing, whose answer was lost.
            return found if found is not None and found.value.get("token") == self._token else None
        return _Seen(value, *self._connection.version(found))

    def _beat(self) -> None:
        while not self._ended.wait(BEAT):
            # A cluster that does not answer for a while may answer again: what is written meanwhile is not.
            with contextlib.suppress(CoopsearchError, Refused):
                self._renew()

    def _renew(self) -> None:
        with self._guard:
            if self._lost:
                return
            renewed = self._put(_only(self._seen))
            if renewed is not None:
                self._seen, self._beaten = renewed, time.time()
            else:
                found = _look(self._connection)
                self._lost = self._held_by(found) if found else self._held_by(_Seen({}, 0, 0))

    def _held_by(self, found: _Seen) -> str:
        return _held_by(self._connection, found)


class WatchedLock:
    """A lock that another process holds, on whose behalf this one writes."""

    def __init__(self, connection: Connection) -> None:
        """Note who holds it. Raises IndexUnwritable if nobody does."""
        self._connection = connection
        self._token = self._now()

    def check(self) -> None:
        """Make sure that the same writer still holds it. Raises IndexUnwritable."""
        if self._now() != self._token:
            raise IndexUnwritable(_held_by(self._connection, _look(self._connection)))

    def _now(self) -> object:
        found = _look(self._connection)
        if found is None:
            raise IndexUnwritable(
                f"nobody has the lock of {self._connection.place.name} in the cluster at "
                f"{self._connection.place.shown} any more; run the command again"
            )
        return found.value.get("token")


def _path(connection: Connection) -> str:
    return f"/{connection.place.words}/_doc/{IDENTIFIER}"


def _look(connection: Connection) -> _Seen | None:
    try:
        found = connection.ask("GET", _path(connection), expected=[_GONE])
    except Refused as refused:
        if "index_not_found_exception" in refused.kinds:
            connection.refuse(refused)
        return None
    source = found.get("_source")
    value = source.get("value") if isinstance(source, Mapping) else None
    return _Seen(value if isinstance(value, Mapping) else {}, *connection.version(found))


def _held_by(connection: Connection, found: _Seen | None) -> str:
    place = connection.place
    holder = "somebody else" if found is None else found.value.get("holder", "somebody else")
    return (
        f"{place.name} in the cluster at {place.shown} is being written by {holder}; wait until that ends, "
        "and run the command again"
    )


def _only(seen: _Seen) -> dict[str, object]:
    return {"if_seq_no": seen.sequence, "if_primary_term": seen.term}


def _host() -> str:
    return socket.gethostname()


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "somebody"


def _is_alive(pid: object) -> bool:
    if not isinstance(pid, int) or pid <= 0 or os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True

"""Connections within bounds: how many there are, and how long one may say nothing or read nothing.

uvicorn bounds what is asked over a connection, and not one over which nothing is asked: it would be kept for
ever. Here the oldest of those that say nothing gives way when there are too many, first of those from the
place that has the most: who opens thousands takes none of others.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from http import HTTPStatus
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from coopsearch.search.serving.problems import MEDIA, Problem
from coopsearch.search.web.guard.places import place_of

#: Connections at a time. A browser opens six to a host.
MOST: Final = 128
#: Bytes of a request's head.
HEAD: Final = 1 << 14
#: Seconds within which a request has to be here as a whole, and within which some of an answer is read.
ARRIVAL: Final = 20.0
READING: Final = 60.0
#: Connections that the system takes in beforehand; each needs a descriptor.
BACKLOG: Final = 64


class _Strict(h11.Connection):
    """Reads requests, and takes none whose end is told in two ways: another server could see another end."""

    def next_event(self) -> Any:
        """Return what was read next. Raises RemoteProtocolError for what is not a request."""
        event = super().next_event()
        if isinstance(event, h11.Request):
            names = {name for name, _ in event.headers}
            if {b"transfer-encoding", b"content-length"} <= names:
                raise h11.RemoteProtocolError("a request has a length or chunks, not both")
        return event


class BoundedConnection(H11Protocol):
    """A connection that ends by itself where the other end leaves it waiting."""

    #: Those of this process, the oldest first.
    every: Final[dict[BoundedConnection, None]] = {}

    _arriving: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    place: str = ""
    """Where in the network its other end is."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Read requests strictly."""
        super().__init__(*arguments, **options)
        self.conn = _Strict(h11.SERVER, max_incomplete_event_size=self.conn._max_incomplete_event_size)  # noqa: SLF001

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, or end at once where there are too many that are at work."""
        if self.enter(transport):
            self.begin(transport)

    def begin(self, transport: asyncio.Transport) -> None:
        """Wait for the first request."""
        super().connection_made(transport)
        self._await_request()

    def enter(self, transport: asyncio.Transport) -> bool:
        """Take one of the places for connections; say whether there was one, or another gave way."""
        self.transport = transport
        peer = transport.get_extra_info("peername")
        self.place = place_of(str(peer[0])) if isinstance(peer, tuple) and peer else ""
        if len(self.every) >= MOST:
            counts = Counter(one.place for one in self.every)
            idle = [one for one in self.every if one.is_idle]
            if not idle:
                transport.abort()
                return False
            max(idle, key=lambda one: counts[one.place]).drop()
        self.every[self] = None
        return True

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being answered over it: what is asked may still be on its way."""
        cycle: Any = self.cycle
        return cycle is None or bool(cycle.response_complete or cycle.more_body)

    def drop(self) -> None:
        """End the connection as it stands."""
        self.every.pop(self, None)
        if not self.transport.is_closing():
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self.every.pop(self, None)
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what arrived."""
        if self._arriving is None:
            self._await_request()
        super().data_received(data)
        cycle: Any = self.cycle
        if cycle is not None and not cycle.more_body and self._arriving is not None:
            self._arriving.cancel()
            self._arriving = None

    def send_400_response(self, msg: str) -> None:
        """Answer what cannot be read as a request, and end the connection."""
        problem = Problem(HTTPStatus.BAD_REQUEST, "request", msg.removesuffix(".").lower())
        body = json.dumps(problem.value).encode()
        headers = [
            ("content-type", MEDIA),
            ("content-length", str(len(body))),
            ("x-content-type-options", "nosniff"),
            ("connection", "close"),
        ]
        for event in (
            h11.Response(status_code=problem.status, headers=headers, reason=problem.title.encode()),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def on_response_complete(self) -> None:
        """Wait for the next request; uvicorn bounds how long, until the first byte of that is here."""
        super().on_response_complete()
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def pause_writing(self) -> None:
        """Wait for the other end to read."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(READING, self.drop)

    def resume_writing(self) -> None:
        """Go on: something was read."""
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _await_request(self) -> None:
        self._arriving = self.loop.call_later(ARRIVAL, self.drop)

    def _stop(self) -> None:
        for timer in (self._arriving, self._unread):
            if timer is not None:
                timer.cancel()
        self._arriving = self._unread = None

"""Serving: the server around the application, from the socket to the last answer."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Final, NamedTuple

import uvicorn

from coopsearch.search.errors import SettingsError
from coopsearch.search.index import Index
from coopsearch.search.serving.outside import Outside
from coopsearch.search.serving.service import Service
from coopsearch.search.web.application import application
from coopsearch.search.web.audit import Audit
from coopsearch.search.web.events import Events
from coopsearch.search.web.guard.access import OPENING, Door, Keys, LinkDoor
from coopsearch.search.web.guard.connections import BACKLOG, HEAD, BoundedConnection
from coopsearch.search.web.guard.secured import end_handshakes, secured
from coopsearch.search.web.indexing import Indexing
from coopsearch.search.web.listening import Listening, listening
from coopsearch.search.web.pages.rendering import compiled
from coopsearch.search.web.team import certificate
from coopsearch.search.web.team.door import TeamDoor
from coopsearch.search.web.team.network import checked_hosts, parsed
from coopsearch.search.web.team.network import shared as listening_on
from coopsearch.search.web.team.people import People

#: Seconds that answers under way may still take at the end, and that a connection waits for the next request.
_MERCY: Final = 3
_KEPT: Final = 30
_STEP: Final = 0.1


class Place(NamedTuple):
    """Where a service is, once it is ready."""

    base: str
    """The beginning of its addresses."""
    token: str
    """What programs send as ``Authorization: Bearer``; "" where they have accounts."""
    socket: str = ""
    """The path of its socket, "" where it has a port."""
    process: int = 0

    @property
    def url(self) -> str:
        """The link that opens the page in a browser; of a shared service, where one signs in there."""
        return f"{self.base}{OPENING}?token={self.token}" if self.token else f"{self.base}/"


class Shared(NamedTuple):
    """What a service needs that a team shares over a network."""

    listen: str
    """``ADDRESS[:PORT]``, in digits."""
    certificate: Path
    key: Path
    accounts: Path
    desk: bool = False
    """Whether all who sign in may change the desk: marks, notes, saved searches, citations."""


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever runs it, and ends what would never end by itself."""

    def __init__(self, config: uvicorn.Config, events: Events) -> None:
        super().__init__(config)
        self._events = events

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams of events, then the answers that are under way."""
        self._events.close()
        end_handshakes()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def serve(  # noqa: PLR0913 - the options of a service, by name
    index: Index,
    *,
    port: int = 0,
    socket: str | None = None,
    read_only: bool = False,
    outside: Outside | None = None,
    audit: Path | None = None,
    shared: Shared | None = None,
    hosts: Sequence[str] = (),
    socket_group: str = "",
    ready: Callable[[Place], object] = lambda place: None,
    stop: Event | None = None,
    failed: Callable[[Exception], object] = lambda error: None,
    say: Callable[[str], object] = lambda message: None,
) -> None:
    """Serve an open index until ``stop`` is set, to this machine alone or, if ``shared``, to a team.

    It listens on ``port`` of the loopback (any free one for 0), or on a socket at the path ``socket``, which
    its user alone may open. ``ready`` is called with the place once it answers, ``failed`` with each error
    that nobody expected; the request is answered all the same. With ``read_only`` nothing is kept: no marks,
    searches, or citations. ``outside`` tells of the sources, if anybody knows them. ``audit`` is a
    file to which a line is added for each question and each opened document; ``say`` is told, in a sentence,
    when it cannot be written. Raises SettingsError where that is so from the beginning, or it cannot listen.

    With ``shared`` it listens on an address of the network instead, with TLS, for those who have an account;
    nothing is kept unless that says so, and nobody there can begin a run of the indexer. ``hosts`` are names
    by which it goes beside those of the certificate, or by which a proxy before the socket goes, and
    ``socket_group`` is a group of users that may open the socket.
    """
    names = checked_hosts(hosts)
    if shared is None and socket is None and (names or socket_group):
        raise SettingsError("other hosts and groups belong to a socket or to what a team shares")
    if shared is not None:
        read_only = read_only or not shared.desk
        outside = None if outside is None else outside._replace(bring=None)
    with contextlib.ExitStack() as stack:
        door: Door
        if shared is None:
            place = stack.enter_context(listening(port, socket, group=socket_group, outside=names))
            door, http = LinkDoor(Keys(secrets.token_urlsafe(24), asks=place.path is None)), BoundedConnection
        else:
            place, door, http = stack.enter_context(_shared(shared, names, say))
        recording = None if audit is None else stack.enter_context(contextlib.closing(Audit(audit, say)))
        service = Service(index, outside=outside, read_only=read_only, failed=failed)
        indexing = Indexing(service)
        events = Events(service, indexing)
        config = uvicorn.Config(
            application(service, door, place, events, recording),
            http=http,
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=BACKLOG,
            h11_max_incomplete_event_size=HEAD,
            timeout_keep_alive=_KEPT,
            timeout_graceful_shutdown=_MERCY,
        )
        config.load()
        server = _Server(config, events)
        token = door.keys.token if isinstance(door, LinkDoor) else ""
        told = Place(place.base, token, str(place.path or ""), os.getpid())
        with (
            _logging(failed),
            _ending(server, stop),
            contextlib.closing(service),
            contextlib.closing(indexing),
        ):
            ready(told)
            service.later(service.warm)
            service.later(compiled)
            server.run([place.sock])


@contextmanager
def _shared(
    shared: Shared, names: tuple[str, ...], say: Callable[[str], object]
) -> Iterator[tuple[Listening, Door, type[BoundedConnection]]]:
    """Listen on a network. Raises SettingsError for all that would not be safe, or not work."""
    address = parsed(shared.listen)
    found = certificate.opened(shared.certificate, shared.key)
    if not (names or found.names):
        raise SettingsError(
            f"{shared.certificate}: the certificate names no host; say by which browsers ask with --host-name"
        )
    people = People(shared.accounts, say)
    with contextlib.closing(people), listening_on(address, (*names, *found.names)) as place:
        if found.warning:
            say(found.warning)
        yield place, TeamDoor(people), secured(found.context)


class _Told(logging.Handler):
    """Hands on errors of which the server and the event loop tell, and nothing of requests that are bad."""

    def __init__(self, failed: Callable[[Exception], object]) -> None:
        super().__init__(logging.ERROR)
        self._failed = failed

    def emit(self, record: logging.LogRecord) -> None:
        """Hand on the error that is told."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, Exception):
            self._failed(error)


@contextmanager
def _logging(failed: Callable[[Exception], object]) -> Iterator[None]:
    """Keep the messages of the libraries from the terminal."""
    handler, loggers = _Told(failed), [logging.getLogger(name) for name in ("uvicorn", "asyncio")]
    before = [one.propagate for one in loggers]
    for one in loggers:
        one.addHandler(handler)
        one.propagate = False
    try:
        yield
    finally:
        for one, propagates in zip(loggers, before, strict=True):
            one.removeHandler(handler)
            one.propagate = propagates


@contextmanager
def _ending(server: uvicorn.Server, stop: Event | None) -> Iterator[None]:
    """Tell the server to end when ``stop`` is set."""
    over = Event()

    def watch() -> None:
        assert stop is not None
        while not over.is_set():
            if stop.wait(_STEP):
                server.should_exit = True
                return

    watching = Thread(target=watch, name="stop", daemon=True)
    if stop is not None:
        watching.start()
    try:
        yield
    finally:
        over.set()

"""Running: a client's messages from its first line to the end of its input, or until it is stopped."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from threading import Event, Thread

from coopsearch.search.index import Index
from coopsearch.search.mcp.framing import Writer, lines
from coopsearch.search.mcp.session import Session
from coopsearch.search.serving.outside import Outside
from coopsearch.search.serving.service import Service

#: Seconds between two looks whether it is to end, for systems on which a signal does not end waiting.
_STEP = 1.0


def serve(
    index: Index,
    source: int,
    target: int,
    *,
    stop: Event,
    outside: Outside | None = None,
    failed: Callable[[Exception], object] = lambda error: None,
) -> None:
    """Answer the messages that come from one descriptor on another, about an open index.

    It ends where the input does, once all is answered, where nobody reads the answers any more, and when
    ``stop`` is set. ``failed`` is called with each error that nobody expected; its request is answered all
    the same.
    """
    service = Service(index, outside=outside, read_only=True, failed=failed)
    writer = Writer(target, stop.set)
    session = Session(service, writer)

    def read() -> None:
        try:
            for line in lines(source):
                session.take(line)
            session.drain(stop)
        except OSError as error:
            failed(error)
        finally:
            stop.set()

    with contextlib.closing(service), contextlib.closing(writer):
        service.later(service.warm)
        # A daemon: nothing can end its waiting for a line that does not come.
        Thread(target=read, name="lines", daemon=True).start()
        while not stop.wait(_STEP):
            pass

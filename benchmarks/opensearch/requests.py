"""Counts what the client of a cluster sends, and how long it waits for answers.

Does not depend on coopsearch.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from opensearchpy import Transport


class Requests:
    """Requests since the last look."""

    def __init__(self) -> None:
        """Begin with none."""
        self._count = 0
        self._waited = 0

    def add(self, nanoseconds: int) -> None:
        """Count one."""
        self._count += 1
        self._waited += nanoseconds

    def taken(self) -> tuple[int, int]:
        """Return how many there were, and the nanoseconds that they took; begin anew."""
        found = self._count, self._waited
        self._count = self._waited = 0
        return found


@contextmanager
def counted() -> Iterator[Requests]:
    """Count the requests of all clients."""
    requests = Requests()
    send = Transport.perform_request

    def sent(self: Transport, *arguments: Any, **named: Any) -> Any:
        started = time.perf_counter_ns()
        try:
            return send(self, *arguments, **named)
        finally:
            requests.add(time.perf_counter_ns() - started)

    with mock.patch.object(Transport, "perform_request", sent):
        yield requests

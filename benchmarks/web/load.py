"""Asking a service over HTTP: at a steady rate, and as fast as some clients can.

Does not depend on coopsearch.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import cycle, islice
from threading import local
from typing import NamedTuple
from urllib.parse import quote, urlsplit


class Service(NamedTuple):
    """A service that searches."""

    base: str
    path: str
    """Of a search; the query follows, quoted."""
    token: str = ""

    def client(self) -> Callable[[str], int]:
        """Return what asks over a connection of its own, which it keeps: the status of an answer."""
        place = urlsplit(self.base)
        connection = HTTPConnection(place.hostname or "", place.port, timeout=60)
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}

        def ask(query: str) -> int:
            connection.request("GET", self.path + quote(query), headers=headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status

        return ask


def steady(service: Service, queries: Sequence[str], rate: float, count: int) -> list[int]:
    """Ask so many times a second; return the nanoseconds from when each was due to the end of its answer.

    Whoever waits for the one before waits for it all the same: that time counts. Raises RuntimeError for an
    answer that is an error.
    """
    own = local()

    def ask(due: int, query: str) -> int:
        if not hasattr(own, "client"):
            own.client = service.client()
        time.sleep(max(0.0, (due - time.perf_counter_ns()) / 1e9))
        _check(own.client(query), query)
        return time.perf_counter_ns() - due

    begun = time.perf_counter_ns() + 100_000_000
    with ThreadPoolExecutor(8) as pool:
        asked = [
            pool.submit(ask, begun + int(number * 1e9 / rate), query)
            for number, query in enumerate(islice(cycle(queries), count))
        ]
        return [one.result() for one in asked]


def fastest(service: Service, queries: Sequence[str], clients: int, seconds: float) -> float:
    """Return the answers a second of some clients, each of which asks again as soon as it has an answer."""
    ending = time.perf_counter() + seconds

    def ask(first: int) -> int:
        client, done = service.client(), 0
        for query in islice(cycle(queries), first, None):
            if time.perf_counter() >= ending:
                break
            _check(client(query), query)
            done += 1
        return done

    with ThreadPoolExecutor(clients) as pool:
        begun = time.perf_counter()
        # Each begins elsewhere, so that no two ask the same at once.
        firsts = [number * len(queries) // clients for number in range(clients)]
        return sum(pool.map(ask, firsts)) / (time.perf_counter() - begun)


def _check(status: int, query: str) -> None:
    if status != 200:
        raise RuntimeError(f"{query!r} was answered with {status}")

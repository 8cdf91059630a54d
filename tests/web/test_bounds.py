"""Bounds: of requests, of connections, and of patience."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack, suppress

import pytest

from tests.web.served import PATIENCE, Served


def _raw(served: Served, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", served.port), PATIENCE) as sock:
        got = b""
        # Whoever refuses does not read on.
        with suppress(ConnectionError):
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)
            while part := sock.recv(65536):
                got += part
        return got


def _lines(served: Served, *more: str) -> bytes:
    head = [
        "GET /api/v1/health HTTP/1.1",
        f"Host: 127.0.0.1:{served.port}",
        f"Authorization: Bearer {served.token}",
    ]
    return "\r\n".join([*head, *more, "", ""]).encode("latin-1")


def test_a_long_query_is_refused(served: Served) -> None:
    """A query that is far too long is refused, and so is one that is longer than any head."""
    assert served.get("/", q="x" * 10_000).status == 414
    assert _raw(served, b"GET /?q=" + b"x" * (1 << 20) + b" HTTP/1.1\r\n\r\n").startswith(
        (b"", b"HTTP/1.1 400")
    )
    assert served.get("/api/v1/health").status == 200


def test_a_large_body_is_refused(served: Served) -> None:
    """What is announced as too much is not read; what turns out to be too much is not read to its end."""
    answer = served.ask("GET", "/api/v1/health", b"x" * (1 << 19), served.bearer)
    assert answer.status == 413
    chunk = b"10000\r\n" + b"y" * 0x10000 + b"\r\n"
    assert b" 413 " in _raw(served, _lines(served, "Transfer-Encoding: chunked") + chunk * 6)


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\xff\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        b"GET / HTTP/1.1\r\n continued: a\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_what_is_not_http(served: Served, data: bytes) -> None:
    """What two servers could read in two ways is refused, and the connection is closed."""
    got = _raw(served, data)
    assert got == b"" or got.split(b" ", 2)[1] in {b"400", b"401", b"421", b"501", b"505"}
    assert served.get("/api/v1/health").status == 200


def test_bad_chunks(served: Served) -> None:
    """A body whose chunks are not chunks ends the connection, and nothing else."""
    _raw(served, _lines(served, "Transfer-Encoding: chunked") + b"zz\r\nabc")
    assert served.get("/api/v1/health").status == 200


def test_bytes_that_are_not_utf8(served: Served) -> None:
    """A query of any bytes is answered, one way or the other."""
    for query in ("q=%ff%fe", "q=%00", "q=%ed%a0%80", "q=%E2%80%AE", "%ff=1"):
        assert served.get(f"/?{query}").status in {200, 400}


def test_silent_connections_give_way(served: Served) -> None:
    """Hundreds of connections that say nothing keep nobody from being answered."""
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(socket.create_connection(("127.0.0.1", served.port), PATIENCE))
        started = time.monotonic()
        assert served.get("/api/v1/health").status == 200
        assert time.monotonic() - started < PATIENCE / 2
        half = stack.enter_context(socket.create_connection(("127.0.0.1", served.port), PATIENCE))
        half.sendall(_lines(served)[:-4])
        assert served.get("/api/v1/health").status == 200


def test_a_browser_that_is_gone(served: Served) -> None:
    """Those who do not wait for their answer harm nobody."""
    for _ in range(30):
        with socket.create_connection(("127.0.0.1", served.port), PATIENCE) as sock:
            sock.sendall(_lines(served))
    assert served.get("/api/v1/health").status == 200

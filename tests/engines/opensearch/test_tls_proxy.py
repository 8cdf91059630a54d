"""The proxy in front of a node keeps out whom it should, and breaks what a rule says and nothing else."""

from __future__ import annotations

import base64
import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from tests.engines.opensearch.certificates import Authority
from tests.engines.opensearch.tls_proxy import Fault, Seen, TlsProxy

ACCOUNT: Final = ("desk", "pässword:1")


class _Echo(BaseHTTPRequestHandler):
    """Says what it was asked."""

    protocol_version = "HTTP/1.1"

    def _said(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        page = {"method": self.command, "path": self.path, "body": body, "headers": dict(self.headers)}
        said = json.dumps(page).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(said)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that it has above
        pass

    do_GET = do_HEAD = do_POST = do_DELETE = _said  # noqa: N815 - the names that it has above


@pytest.fixture(scope="module")
def node() -> Iterator[str]:
    """The URL of what stands in for a node."""
    with HTTPServer(("127.0.0.1", 0), _Echo) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def connect(url: str, context: ssl.SSLContext | None = None) -> http.client.HTTPConnection:
    place = urlsplit(url)
    if place.scheme == "http":
        return http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)
    return http.client.HTTPSConnection(place.hostname or "", place.port, timeout=30, context=context)


def trusting(authority: Authority) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(authority.certificate))


def ask(
    connection: http.client.HTTPConnection, path: str, body: str | None = None, **headers: str
) -> tuple[int, bytes]:
    connection.request(
        "GET" if body is None else "POST", path, body=body.encode() if body else None, headers=headers
    )
    answer = connection.getresponse()
    return answer.status, answer.read()


def refused(error: type[Exception] | tuple[type[Exception], ...], url: str, context: ssl.SSLContext) -> bool:
    """Whether a request on a connection of its own ends with an error."""
    with closing(connect(url, context)) as connection:
        try:
            ask(connection, "/")
        except error:
            return True
    return False


def basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def test_what_is_asked_reaches_the_node(node: str) -> None:
    """Method, path, body and headers arrive; several requests go over one connection."""
    with TlsProxy(node) as proxy, closing(connect(proxy.url)) as connection:
        for body in ("{}", "é" * 100_000):
            status, said = ask(connection, "/a/_bulk?x=1", body, **{"X-Opaque-Id": "7"})
            page: dict[str, Any] = json.loads(said)
            assert (status, page["method"], page["path"], page["body"]) == (200, "POST", "/a/_bulk?x=1", body)
            assert page["headers"]["X-Opaque-Id"] == "7"
        connection.request("HEAD", "/a")
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b"")
        assert int(answer.headers["Content-Length"]) > 0
        assert [one.status for one in proxy.seen] == [200, 200, 200]
    assert proxy.broken == []


def test_a_trusted_certificate_and_an_account(node: str, authority: Authority) -> None:
    """Over TLS, the right account is let in, and no other; the node never sees the password."""
    with (
        TlsProxy(node, authority.issue("server"), account=ACCOUNT) as proxy,
        closing(connect(proxy.url, trusting(authority))) as connection,
    ):
        status, said = ask(connection, "/", Authorization=basic(*ACCOUNT))
        assert (status, "Authorization" in json.loads(said)["headers"]) == (200, False)
        assert ask(connection, "/", Authorization=basic("desk", "wrong"))[0] == 401
        assert ask(connection, "/") == (401, b"Unauthorized")
        assert [one.status for one in proxy.seen] == [200, 401, 401]


@pytest.mark.parametrize("what", ["expired", "other host", "other authority"])
def test_a_certificate_that_must_be_refused(
    node: str, authority: Authority, tmp_path: Path, what: str
) -> None:
    """A client that verifies does not speak to a server with a bad certificate."""
    if what == "expired":
        pair = authority.issue("expired", days=-1)
    elif what == "other host":
        pair = authority.issue("elsewhere", hosts=["DNS:elsewhere.example"])
    else:
        pair = Authority(tmp_path, "other").issue("server")
    with TlsProxy(node, pair) as proxy:
        assert refused(ssl.SSLCertVerificationError, proxy.url, trusting(authority))
        assert proxy.seen == []


def test_a_client_shows_its_certificate(node: str, authority: Authority) -> None:
    """Where clients must have a certificate, one with it is let in, and one without is not."""
    server, client = authority.issue("server"), authority.issue("client")
    known = trusting(authority)
    known.load_cert_chain(client.certificate, client.key)
    with TlsProxy(node, server, clients=authority.certificate) as proxy:
        assert not refused(OSError, proxy.url, known)
        assert refused(OSError, proxy.url, trusting(authority))
        assert len(proxy.seen) == 1


def test_a_status_for_the_first_bulk_requests(node: str) -> None:
    """A rule is for those that fit, as often as it says, and then the node is asked again."""
    busy = Fault("POST .*/_bulk", times=2, after=1, status=429, headers=(("Retry-After", "1"),))
    with TlsProxy(node, faults=[busy]) as proxy, closing(connect(proxy.url)) as connection:
        asked = [ask(connection, path, "{}")[0] for path in ("/_bulk", "/i/_bulk", "/x", "/_bulk", "/_bulk")]
        assert asked == [200, 429, 200, 429, 200]
        proxy.faults.append(Fault(times=None, status=503))
        assert [ask(connection, "/")[0] for _ in range(3)] == [503, 503, 503]


def test_a_body_that_is_too_large(node: str) -> None:
    """A rule may be for large bodies alone."""
    large = Fault(larger=10, times=None, status=413)
    with TlsProxy(node, faults=[large]) as proxy, closing(connect(proxy.url)) as connection:
        assert [ask(connection, "/_bulk", "x" * size)[0] for size in (10, 11, 5)] == [200, 413, 200]
        assert proxy.seen[1] == Seen("POST", "/_bulk", 413, 11)


def test_an_answer_that_is_not_json(node: str) -> None:
    """A page of something between takes the place of the answer, or of a part of it."""
    page = Fault(status=200, body=b"<html>Please log in</html>", kind="text/html")
    half = Fault(rewrite=lambda body: body[:-1])
    with TlsProxy(node, faults=[page, half]) as proxy, closing(connect(proxy.url)) as connection:
        for _ in range(2):
            status, said = ask(connection, "/")
            assert status == 200
            with pytest.raises(ValueError):
                json.loads(said)


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize(("where", "status"), [("before", 0), ("after", 0), ("within", 200)])
def test_a_cut_connection(node: str, authority: Authority, tls: bool, where: Any, status: int) -> None:
    """The connection ends where the rule says, and the next one is whole."""
    pair = authority.issue("server") if tls else None
    with TlsProxy(node, pair, faults=[Fault(cut=where)]) as proxy:
        assert refused((http.client.HTTPException, OSError), proxy.url, trusting(authority))
        assert not refused(OSError, proxy.url, trusting(authority))
        assert [one.status for one in proxy.seen] == [status, 200]


def test_a_delay(node: str) -> None:
    """An answer comes late, and the end of the proxy does not wait for one that nobody waits for."""
    slow = [Fault("^GET /$", delay=0.3), Fault("/late", delay=600)]
    with TlsProxy(node, faults=slow) as proxy, closing(connect(proxy.url)) as connection:
        began = time.monotonic()
        assert ask(connection, "/")[0] == 200
        assert time.monotonic() - began >= 0.3
        connection.request("GET", "/late")
        time.sleep(0.1)
        began = time.monotonic()
    assert time.monotonic() - began < 30


def test_connections_that_say_nothing(node: str, authority: Authority) -> None:
    """Who connects and does not shake hands holds up nobody, and not the end of the proxy either."""
    began = time.monotonic()
    with TlsProxy(node, authority.issue("server")) as proxy:
        place = urlsplit(proxy.url)
        silent = socket.create_connection((place.hostname, place.port or 0))
        assert not refused(OSError, proxy.url, trusting(authority))
    silent.close()
    assert time.monotonic() - began < 30


def test_a_real_node_behind_it(opensearch_url: str, authority: Authority) -> None:
    """A node that itself knows neither TLS nor accounts is asked with both."""
    with (
        TlsProxy(opensearch_url, authority.issue("server"), account=ACCOUNT) as proxy,
        closing(connect(proxy.url, trusting(authority))) as connection,
    ):
        status, said = ask(connection, "/_cluster/health", Authorization=basic(*ACCOUNT))
        assert (status, json.loads(said)["number_of_nodes"]) == (200, 1)

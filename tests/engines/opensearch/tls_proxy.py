"""A proxy in front of a node, with what the node itself lacks here: TLS, accounts, and faults.

The plug-in for security is in no package registry, so the node speaks plain HTTP to everybody. The proxy asks
for a name and a password or for a certificate of the client, as a cluster of an office would, and it breaks
answers by rules. Each connection has a thread.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import re
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, Self
from urllib.parse import urlsplit

from tests.engines.opensearch.certificates import Pair

#: Headers that are of one connection, or that the proxy writes itself.
_OWN: Final = frozenset(
    ("authorization", "connection", "content-length", "host", "keep-alive", "transfer-encoding")
)
_ANSWER: Final = 120
_LENGTH_REQUIRED: Final = 411


@dataclass
class Fault:
    """What goes wrong with some requests. The first rule that fits a request is used up by one."""

    where: str = ""
    """An expression that is looked for in the method and the path: ``POST .*/_bulk``."""
    times: int | None = 1
    """How many requests; None for all."""
    after: int = 0
    """How many of those that fit go well before."""
    larger: int = -1
    """Only requests with a body of more bytes."""
    delay: float = 0.0
    """Seconds before anything is done."""
    status: int | None = None
    """Answer with this status and `body`, and do not ask the node."""
    body: bytes = b'{"error": {"type": "made_up", "reason": "a test wants it"}}'
    kind: str = "application/json"
    """The Content-Type of `body`."""
    headers: tuple[tuple[str, str], ...] = ()
    cut: Literal["", "before", "within", "after"] = ""
    """Cut the connection: before the node is asked, in the middle of its answer, or before its answer."""
    rewrite: Callable[[bytes], bytes] | None = None
    """Makes another body of the node's own."""
    _fitted: int = field(default=0, init=False)

    def takes(self, request: str, length: int) -> bool:
        """Whether the rule is for a request; then it is used up by one."""
        if not re.search(self.where, request) or length <= self.larger:
            return False
        self._fitted += 1
        return self._fitted > self.after and (self.times is None or self._fitted <= self.after + self.times)


class Seen(NamedTuple):
    """A request, and the status that was answered; 0 where the connection was cut."""

    method: str
    path: str
    status: int
    length: int
    """Bytes of the body."""


class TlsProxy:
    """Stands in front of a node from the beginning of a `with` to its end."""

    def __init__(
        self,
        target: str,
        pair: Pair | None = None,
        *,
        account: tuple[str, str] | None = None,
        clients: Path | None = None,
        faults: Sequence[Fault] = (),
    ) -> None:
        """Make one.

        Args:
            target: the URL of the node.
            pair: the certificate of the server; plain HTTP without.
            account: the name and the password that are asked for.
            clients: the certificate of the authority of which a client must have one.
            faults: rules; more may be added to `faults` at any time.
        """
        place = urlsplit(target)
        self.target: Final = (place.hostname or "", place.port or 0)
        self.wanted: Final = account and "Basic " + base64.b64encode(":".join(account).encode()).decode()
        self.faults: Final = list(faults)
        self.seen: Final[list[Seen]] = []
        self.broken: Final[list[BaseException]] = []
        """Connections that ended with an error, such as a handshake that the client broke off."""
        self.over: Final = threading.Event()
        self.context: ssl.SSLContext | None = None
        if pair:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(pair.certificate, pair.key)
            if clients:
                self.context.verify_mode = ssl.CERT_REQUIRED
                self.context.load_verify_locations(clients)
        self._lock: Final = threading.Lock()
        self._server: Final = _Server(self)
        self._thread: Final = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self.url: Final = f"http{'s' if pair else ''}://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.end_connections()
        self._server.server_close()

    def fault(self, request: str, length: int) -> Fault | None:
        """Return what is to go wrong with a request."""
        with self._lock:
            return next((rule for rule in self.faults if rule.takes(request, length)), None)

    def ask(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Return what the node answers."""
        connection = http.client.HTTPConnection(*self.target, timeout=_ANSWER)
        try:
            connection.request(method, path, body=body or None, headers=headers)
            answer = connection.getresponse()
            kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in _OWN]
            if method == "HEAD":
                kept.append(("Content-Length", answer.getheader("Content-Length") or "0"))
            return Answer(answer.status, kept, answer.read())
        finally:
            connection.close()


class Answer(NamedTuple):
    """A status, headers and a body."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


#: What the plug-in for security says.
_UNAUTHORISED: Final = Answer(
    401,
    [("WWW-Authenticate", 'Basic realm="OpenSearch Security"'), ("Content-Type", "text/plain")],
    b"Unauthorized",
)


class _Server(ThreadingHTTPServer):
    """Has a thread for each connection, and ends them all with itself."""

    daemon_threads = False

    def __init__(self, proxy: TlsProxy) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.proxy: Final = proxy
        self._open: Final[set[socket.socket]] = set()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - as above it
        """Keep an error for the test, which may expect it."""
        error = sys.exc_info()[1]
        assert error is not None
        self.proxy.broken.append(error)

    def opened(self, connection: socket.socket) -> None:
        self._open.add(connection)
        if self.proxy.over.is_set():
            cut(connection)

    def closed(self, connection: socket.socket) -> None:
        self._open.discard(connection)

    def end_connections(self) -> None:
        """End those whose clients keep them for a next request."""
        for connection in list(self._open):
            cut(connection)


def cut(connection: socket.socket) -> None:
    """End a connection without a word."""
    with contextlib.suppress(OSError):  # the client was first
        connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """Passes the requests of one connection on."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        # In the thread of the connection: a client that is slow to shake hands holds up nobody else.
        self.server.opened(self.request)
        if context := self.server.proxy.context:
            plain = self.request
            try:
                self.request = context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
                self.server.opened(self.request)
                self.request.do_handshake()
            except BaseException:  # `finish` is for those that were set up
                self.server.closed(self.request)
                self.request.close()
                raise
            finally:
                self.server.closed(plain)
        super().setup()

    def finish(self) -> None:
        self.server.closed(self.request)
        try:
            super().finish()
        finally:
            self.request.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that it has above
        pass

    def _pass_on(self) -> None:
        """Answer a request."""
        if "Transfer-Encoding" in self.headers:
            self.close_connection = True
            self._answer(Answer(_LENGTH_REQUIRED, [], b""), 0)
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        proxy = self.server.proxy
        if proxy.wanted and self.headers.get("Authorization") != proxy.wanted:
            self._answer(_UNAUTHORISED, len(body))
        else:
            self._meet(proxy.fault(f"{self.command} {self.path}", len(body)) or Fault(), body)

    def _meet(self, fault: Fault, body: bytes) -> None:
        """Answer a request with which something goes wrong, or nothing."""
        proxy = self.server.proxy
        if (fault.delay and proxy.over.wait(fault.delay)) or fault.cut == "before":
            self._cut(len(body))
            return
        if fault.status is not None:
            answer = Answer(fault.status, [("Content-Type", fault.kind), *fault.headers], fault.body)
        else:
            kept = {name: value for name, value in self.headers.items() if name.lower() not in _OWN}
            answer = proxy.ask(self.command, self.path, kept, body)
        if fault.rewrite:
            answer = answer._replace(body=fault.rewrite(answer.body))
        if fault.cut == "after":
            self._cut(len(body))
        else:
            self._answer(answer, len(body), half=fault.cut == "within")

    def _answer(self, answer: Answer, length: int, *, half: bool = False) -> None:
        self.server.proxy.seen.append(Seen(self.command, self.path, answer.status, length))
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if self.command != "HEAD":
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body[: len(answer.body) // 2] if half else answer.body)
        if half:
            self.close_connection = True
            cut(self.request)

    def _cut(self, length: int) -> None:
        self.server.proxy.seen.append(Seen(self.command, self.path, 0, length))
        self.close_connection = True
        cut(self.request)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _pass_on  # noqa: N815 - the names that it has above

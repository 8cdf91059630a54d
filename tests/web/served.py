"""A real service over an index of a few texts, and a client that asks it as browsers and programs do."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import pytest

TEXTS: Final = {
    "en.md": "# Smuggling routes\n\nThe smuggling routes moved east. Boats use the routes at night.\n\n"
    "## Findings\n\nThe border police counted 17 boats.\n",
    "fr.md": "# Les routes\n\nLes passeurs utilisent de nouvelles routes. Les réfugiés arrivent.\n",
    "ar.md": "# تهريب المهاجرين\n\nشبكات تهريب المهاجرين عبر المتوسط.\n",
    "evil.html": "<html><head><title>&lt;script&gt;alert(1)&lt;/script&gt;</title></head><body>"
    "<p>smuggling &lt;img src=x onerror=alert(2)&gt; \u202eroutes</p><script>alert(3)</script></body></html>",
    "mail.eml": "From: Ann <ann@example.org>\nTo: Bob <bob@example.org>\nSubject: boats\n\nBoats came.\n",
}
#: Seconds that a test waits for an answer.
PATIENCE: Final = 30


def lacking(what: str) -> None:
    """Skip a test that lacks something of the machine; fail where the machine has to have it."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


def soon(said: Callable[[], Any]) -> Any:
    """Wait until something is true, and return it."""
    ending = time.monotonic() + PATIENCE
    while time.monotonic() < ending:
        if found := said():
            return found
        time.sleep(0.02)
    raise AssertionError("never")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class _SocketConnection(HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=PATIENCE)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(self._path)


@dataclass
class Served:
    """A service that runs."""

    process: subprocess.Popen[str]
    place: Mapping[str, Any]
    cookie: str = field(default="")

    @property
    def token(self) -> str:
        """The key of programs."""
        return str(self.place["token"])

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(str(self.place["base"]).rpartition(":")[2])

    def connection(self) -> HTTPConnection:
        """Return a connection to it."""
        if self.place["socket"]:
            return _SocketConnection(str(self.place["socket"]))
        return HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request as it is."""
        connection = self.connection()
        try:
            connection.request(method, path, body, dict(headers or {}))
            response: HTTPResponse = connection.getresponse()
            named = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, named, response.read())
        finally:
            connection.close()

    def get(self, path: str, headers: Mapping[str, str] | None = None, **parameters: Any) -> Answer:
        """Ask as a program does, with the token."""
        query = urlencode(parameters, doseq=True)
        return self.ask(
            "GET", f"{path}?{query}" if query else path, headers={**self.bearer, **(headers or {})}
        )

    def send(self, path: str, value: Any, method: str = "POST") -> Answer:
        """Send a JSON object as a program does."""
        return self.ask(method, path, json.dumps(value), {**self.bearer, "content-type": "application/json"})

    @property
    def bearer(self) -> dict[str, str]:
        """The header by which a program shows the token."""
        return {"authorization": f"Bearer {self.token}"}

    @property
    def browser(self) -> dict[str, str]:
        """The headers of a browser that opened the link, and stands on one of our pages."""
        if not self.cookie:
            opened = self.ask("GET", str(self.place["url"]).removeprefix(str(self.place["base"])))
            assert opened.status == 200
            self.cookie = opened.headers["set-cookie"].partition(";")[0]
        return {"cookie": self.cookie, "sec-fetch-site": "same-origin"}

    @property
    def origin(self) -> dict[str, str]:
        """The header of a change that a browser sends from one of our pages."""
        return {"origin": str(self.place["base"])}


@contextmanager
def serving(
    command: Sequence[str], env: Mapping[str, str], *arguments: str | Path, cwd: Path
) -> Iterator[Served]:
    """Start a service and end it by SIGTERM."""
    process = subprocess.Popen(
        [*command, "serve", "--json", *map(str, arguments)],
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise AssertionError(process.communicate(timeout=PATIENCE)[1])
        yield Served(process, json.loads(line))
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)


class Stream:
    """A stream of events, as a browser reads it."""

    def __init__(self, served: Served, headers: Mapping[str, str]) -> None:
        """Begin to listen."""
        self._connection = served.connection()
        self._connection.request("GET", "/events", headers=dict(headers))
        self.answer = self._connection.getresponse()

    def next(self, wanted: str = "") -> tuple[str, Any]:
        """Return the next event, or the next of a name, and what it brings. Raises EOFError at the end."""
        name = ""
        while line := self.answer.readline():
            text = line.decode().rstrip("\n")
            if text.startswith("event: "):
                name = text.removeprefix("event: ")
            elif text.startswith("data: ") and wanted in {"", name}:
                return name, json.loads(text.removeprefix("data: "))
        raise EOFError

    def close(self) -> None:
        """Go away."""
        self.answer.close()
        self._connection.close()

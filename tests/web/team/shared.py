"""A real service with TLS and accounts, and a client that asks it as browsers and programs do."""

from __future__ import annotations

import base64
import ssl
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from tests.engines.opensearch.certificates import Authority, Pair
from tests.web.served import PATIENCE, Answer, Served, serving

#: Who has an account, and the password.
ANN: Final = ("Ann", "several words for ann")
NUR: Final = ("نور", "كلمات عدة من أجل نور")
COOKIE: Final = "__Host-coopsearch"


@dataclass
class TeamServed(Served):
    """A service that a team shares."""

    trusted: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def connection(self) -> HTTPConnection:
        """Return a connection to it."""
        return HTTPSConnection("localhost", self.port, timeout=PATIENCE, context=self.trusted)

    @property
    def here(self) -> dict[str, str]:
        """The headers of a form of one of our pages."""
        return {
            **self.origin,
            "content-type": "application/x-www-form-urlencoded",
            "sec-fetch-site": "same-origin",
        }

    def sign_in(
        self, name: str, password: str, headers: Mapping[str, str] | None = None, to: str = ""
    ) -> Answer:
        """Send the form of the page where one signs in."""
        form = urlencode({"name": name, "password": password, "next": to})
        return self.ask("POST", "/sign-in", form, {**self.here, **(headers or {})})

    def signed_in(self, who: tuple[str, str] = ANN) -> dict[str, str]:
        """Sign in; return the headers of a browser that has done so."""
        answer = self.sign_in(*who)
        assert answer.status == 303, answer.text
        return {"cookie": cookie_of(answer), "sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate"}

    def call(self, path: str, who: tuple[str, str] = ANN, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask as a program does, with a name and a password."""
        return self.ask("GET", path, headers={**basic(*who), **(headers or {})})


def cookie_of(answer: Answer) -> str:
    """Return what a browser sends back of a cookie."""
    return answer.headers["set-cookie"].partition(";")[0]


def basic(name: str, password: str) -> dict[str, str]:
    """Return the header by which a program shows a name and a password."""
    pair = base64.b64encode(f"{name}:{password}".encode()).decode()
    return {"authorization": f"Basic {pair}"}


def csrf_of(page: str) -> str:
    """Return the second key that stands in a page."""
    return page.partition('name="csrf" content="')[2].partition('"')[0]


def keep(command: Sequence[str], env: Mapping[str, str], path: Path, action: str, *who: str) -> None:
    """Change a file of accounts as scripts do."""
    name, *password = who
    piped = ["--password-stdin"] if password else []
    done = subprocess.run(
        [*command, "accounts", action, name, "--accounts", path, *piped],
        env=dict(env),
        input="".join(password).encode(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@dataclass(frozen=True)
class Team:
    """The files that a service needs."""

    command: Sequence[str]
    env: Mapping[str, str]
    authority: Authority
    pair: Pair
    accounts: Path

    @property
    def options(self) -> list[str | Path]:
        """The options that name them."""
        return [
            "--certificate", self.pair.certificate, "--key", self.pair.key, "--accounts", self.accounts,
        ]  # fmt: skip

    def keep(self, action: str, *who: str) -> None:
        """Change the accounts."""
        keep(self.command, self.env, self.accounts, action, *who)

    @contextmanager
    def serving(self, index: Path, *options: str | Path, cwd: Path) -> Iterator[TeamServed]:
        """Start a service on a free port, and end it."""
        listen = () if "--listen" in options else ("--listen", "127.0.0.1:0")
        with serving(self.command, self.env, index, *listen, *self.options, *options, cwd=cwd) as one:
            trusted = ssl.create_default_context(cafile=self.authority.certificate)
            yield TeamServed(one.process, one.place, trusted=trusted)

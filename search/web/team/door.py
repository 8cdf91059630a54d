"""The door of a shared service: a session for browsers, a name and a password for programs.

A browser is sent to the page where one signs in. A program sends HTTP Basic with each call of the API; no
browser is let in by that, since it would send it along from pages of others, too. Headers in which a proxy
names a person mean nothing here.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import Headers
from starlette.types import Scope

from coopsearch.search.serving.problems import Problem
from coopsearch.search.web.guard.access import LOADED, SIGN_IN, Door, Shown, Turned, cookies
from coopsearch.search.web.team.people import People, Wait
from coopsearch.search.web.team.sessions import Session, Sessions

#: The cookie of a session. A browser takes one of this kind of name over TLS alone, from this host alone.
COOKIE: Final = "__Host-coopsearch"
_API: Final = "/api/v1/"
#: What does not keep a session going: an open page asks for it by itself.
_BY_ITSELF: Final = "/events"
#: Characters of what is sent as HTTP Basic.
_LONGEST: Final = 8192


class TeamDoor(Door):
    """Lets in those who have an account."""

    open_to_all = (SIGN_IN, *LOADED)

    def __init__(self, people: People) -> None:
        """Take who may come in."""
        self.people = people
        self.sessions = Sessions(people.is_current)

    async def shown(self, scope: Scope, headers: Headers) -> Shown | Turned:
        """Return who asks, or why nobody is let in."""
        given = headers.getlist("authorization")
        if given:
            return await self._by_password(scope, headers, given)
        session = self.session_of(headers, used=scope["path"] != _BY_ITSELF)
        if session is not None:
            return Shown("cookie", session.csrf, session.account.name, lambda: self.sessions.lasts(session))
        return self._turned(scope, headers)

    def session_of(self, headers: Headers, *, used: bool = True) -> Session | None:
        """Return the session that a request shows."""
        key = self.key_of(headers)
        return self.sessions.find(key, used=used) if key else None

    def key_of(self, headers: Headers) -> str:
        """Return the key of the session that a request shows, "" for none."""
        # A browser keeps one of this kind of name alone; two are not from one.
        found = cookies(headers, COOKIE)
        return found[0] if len(found) == 1 else ""

    async def _by_password(self, scope: Scope, headers: Headers, given: list[str]) -> Shown | Turned:
        if not scope["path"].startswith(_API) or "sec-fetch-site" in headers:
            detail = "a name and a password are taken from programs, and for addresses of the API"
            return Turned(_unknown(detail, "Session"))
        pair = _pair(given)
        if pair is None:
            return Turned(_unknown("send one name and password as Authorization: Basic, in UTF-8"))
        found = await self.people.check(*pair, address_of(scope))
        if isinstance(found, Wait):
            return Turned(too_often(found))
        if found is None:
            return Turned(_unknown("the name or the password is wrong"))
        account = found
        return Shown("password", "", account.name, lambda: self.people.is_current(account))

    def _turned(self, scope: Scope, headers: Headers) -> Turned:
        path, browser = scope["path"], "sec-fetch-site" in headers
        # What a script of a page asks for must not get another page in its place.
        goes = headers.get("sec-fetch-mode", "navigate") == "navigate" and scope["method"] in {"GET", "HEAD"}
        if goes and not path.startswith(_API):
            query = scope["query_string"].decode("latin-1")
            at = scope.get("raw_path", path.encode()).decode("latin-1")
            wanted = f"{at}?{query}" if query else at
            to = SIGN_IN if wanted == "/" else f"{SIGN_IN}?{urlencode({'next': wanted})}"
            return Turned(_unknown("sign in first", "Session"), to)
        # A challenge of the kind Basic would have a browser ask for a password in a window of its own.
        return Turned(
            _unknown(
                "sign in first; a program sends its name and password as Authorization: Basic",
                "Session" if browser else _BASIC,
            )
        )


_BASIC: Final = 'Basic realm="coopsearch", charset="UTF-8"'


def _unknown(detail: str, challenge: str = _BASIC) -> Problem:
    return Problem(HTTPStatus.UNAUTHORIZED, "account", detail, challenge=challenge)


def too_often(wait: Wait) -> Problem:
    """Return what is said to somebody who has to wait."""
    return Problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        "too-often",
        f"there were too many tries; wait {wait.seconds:,} s and try again",
        retry=wait.seconds,
    )


def address_of(scope: Scope) -> str:
    """Return the address that a request comes from, as the system has it: no header says another."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def _pair(given: list[str]) -> tuple[str, str] | None:
    """Return the name and the password of a header, None where there are two of it, or it is not one."""
    scheme, _, text = given[0].partition(" ")
    if len(given) != 1 or scheme.lower() != "basic" or len(text) > _LONGEST:
        return None
    try:
        name, colon, password = b64decode(text.strip(), validate=True).decode("utf-8").partition(":")
    except (ValueError, binascii.Error):
        return None
    return (name, password) if colon else None

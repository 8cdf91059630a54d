"""Who may ask: the host and the origin that a request names, and what it shows at the door.

A page that somebody else made cannot ask here, whatever name leads its browser to this machine (DNS
rebinding), and other users of the machine do not know the key. A change needs a second key, which stands in
our own pages alone (CSRF). The door of a service of this machine is here; ``team.door`` has that of a shared
one.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Final, NamedTuple

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from coopsearch.search.serving.problems import Problem

#: The page that takes the key out of a link and puts it into a cookie; and those of a shared service.
OPENING: Final = "/open"
SIGN_IN: Final = "/sign-in"
SIGN_OUT: Final = "/sign-out"
#: What may be asked by anybody: what pages load.
LOADED: Final = ("/static/", "/favicon.ico")
#: What asks and changes nothing.
SAFE: Final = ("GET", "HEAD", "OPTIONS")
#: Where a browser may say that a request comes from: our own pages, or the line of addresses.
_OURS: Final = ("same-origin", "none")
#: Cookies of one name that are looked at.
_COOKIES: Final = 16
#: By which a request may show the second key: the field of a form, or a header.
FIELD: Final = "csrf"
HEADER: Final = "x-csrf-token"


class Keys(NamedTuple):
    """The keys of one service, all made of the first."""

    token: str
    """Stands in the link that opens the page; programs send it as ``Authorization: Bearer``."""
    asks: bool = True
    """Whether a request has to show one: through a socket, the system says who is there."""

    def made(self, purpose: str) -> str:
        """Return a key for a purpose, of which the first cannot be worked out."""
        return hmac.new(self.token.encode(), purpose.encode(), hashlib.sha256).hexdigest()

    @property
    def cookie(self) -> str:
        """The name of the cookie. Services on other ports of this machine share its cookies."""
        return f"coopsearch_{self.made('name')[:8]}"

    @property
    def session(self) -> str:
        """What stands in the cookie."""
        return self.made("session")

    @property
    def csrf(self) -> str:
        """The second key."""
        return self.made("csrf")


class Shown(NamedTuple):
    """By what a request showed that it may ask; it stands in ``scope["state"]["shown"]``."""

    by: str
    """``nothing`` for what is open to all, ``cookie``, ``token``, ``socket`` or ``password``."""
    csrf: str = ""
    """The second key of whoever asks."""
    who: str = ""
    """The name of the person, where the service knows persons."""
    lasts: Callable[[], bool] = lambda: True
    """Whether it still holds: an answer may take as long as somebody listens."""


class Turned(NamedTuple):
    """Why a request is turned away at the door, and to which page."""

    problem: Problem
    to: str = ""


class Door:
    """Knows who may ask."""

    open_to_all: tuple[str, ...] = LOADED
    """Addresses that need nothing shown; one that ends in a slash stands for all below it."""

    async def shown(self, scope: Scope, headers: Headers) -> Shown | Turned:
        """Return what a request shows, or why it is turned away."""
        raise NotImplementedError

    def is_open(self, path: str) -> bool:
        """Say whether an address is open to all."""
        return any(path == one or (one.endswith("/") and path.startswith(one)) for one in self.open_to_all)


class LinkDoor(Door):
    """The door of a service of this machine: by the key of its link, or by who can open its socket."""

    open_to_all = (OPENING, *LOADED)

    def __init__(self, keys: Keys) -> None:
        """Take the keys of the service."""
        self.keys = keys

    async def shown(self, scope: Scope, headers: Headers) -> Shown | Turned:  # noqa: ARG002 - of all doors
        """Return what a request shows, or why it is turned away."""
        by = self._by(headers)
        if by:
            return Shown(by, self.keys.csrf)
        return Turned(
            Problem(
                HTTPStatus.UNAUTHORIZED,
                "key",
                "open the link that `coopsearch serve` printed; a program sends its token as Authorization: "
                "Bearer TOKEN",
            )
        )

    def _by(self, headers: Headers) -> str:
        given = headers.get("authorization")
        if not self.keys.asks and given is None:
            return "socket"
        if given is not None:
            scheme, _, token = given.partition(" ")
            if scheme.lower() == "bearer" and same(token.strip(), self.keys.token):
                return "token"
            # A proxy before the socket hands on what its own door was shown.
            return "socket" if not self.keys.asks and scheme.lower() == "basic" else ""
        shown = cookies(headers, self.keys.cookie)
        return "cookie" if any(same(one, self.keys.session) for one in shown) else ""


class Access:
    """Lets those requests pass that may ask. What one showed is in ``scope["state"]["shown"]``."""

    def __init__(
        self, app: ASGIApp, door: Door, hosts: Iterable[str], origins: Iterable[str], refuse: Refuse
    ) -> None:
        """Take what is guarded, and its hosts and origins as a browser names them: with the port."""
        self._app, self._door, self._refuse = app, door, refuse
        self._hosts, self._origins = frozenset(hosts), frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            # There are no other kinds of connections here; the server's own messages are taken elsewhere.
            return
        headers = Headers(scope=scope)
        state = scope.setdefault("state", {})
        state["shown"] = Shown("nothing")
        if (problem := self._elsewhere(scope, headers)) is not None:
            await self._refuse(scope, receive, send, problem)
            return
        unsafe = scope["method"] not in SAFE and not headers.getlist("origin")
        if self._door.is_open(scope["path"]):
            found: Shown | Turned = state["shown"]
        else:
            found = await self._door.shown(scope, headers)
            unsafe = unsafe and isinstance(found, Shown) and found.by == "cookie"
        if isinstance(found, Turned):
            if found.to:
                await RedirectResponse(found.to, HTTPStatus.SEE_OTHER)(scope, receive, send)
                return
            await self._refuse(scope, receive, send, found.problem)
            return
        if unsafe:
            problem = Problem(HTTPStatus.FORBIDDEN, "origin", "a change has to say from which page it comes")
            await self._refuse(scope, receive, send, problem)
            return
        state["shown"] = found
        await self._app(scope, receive, send)

    def _elsewhere(self, scope: Scope, headers: Headers) -> Problem | None:
        """Return why a request that names another host, or comes from another page, is refused."""
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return Problem(
                HTTPStatus.MISDIRECTED_REQUEST, "host", "this service is asked by the address it was given"
            )
        elsewhere = Problem(HTTPStatus.FORBIDDEN, "origin", "a page from elsewhere may not ask here")
        if any(one.lower() not in self._origins for one in origins):
            return elsewhere
        site = headers.get("sec-fetch-site", "none")
        return elsewhere if site not in _OURS and scope["path"] != OPENING else None


def cookies(headers: Headers, name: str) -> list[str]:
    """Return what the cookies of a name hold; there may be several, for several paths.

    A browser sends along what services on other ports of the same host have set, in any form: none of that
    may keep ours from being read, so each stands for itself (RFC 6265, 5.4).
    """
    every = (one.partition("=") for line in headers.getlist("cookie") for one in line.split(";"))
    return [value.strip(" \t") for key, sign, value in every if sign and key.strip(" \t") == name][:_COOKIES]


def same(given: str, wanted: str) -> bool:
    """Say whether two keys are one, in a time that tells nothing of where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), wanted.encode())


class Refuse:
    """Answers a request with a problem: as JSON, or as a page where that was asked for."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send, problem: Problem) -> None:
        """Send the problem."""
        raise NotImplementedError

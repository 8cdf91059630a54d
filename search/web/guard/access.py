"""Who may ask: the host and the origin that a request names, and the key that it shows.

A page that somebody else made cannot ask here, whatever name leads its browser to this machine (DNS
rebinding), and other users of the machine do not know the key. A change needs a second key, which stands in
our own pages alone (CSRF).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Final, NamedTuple

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from coopsearch.search.serving.problems import Problem

#: The page that takes the key out of a link and puts it into a cookie; and what may be asked without a key.
OPENING: Final = "/open"
OPEN_TO_ALL: Final = (OPENING, "/static/", "/favicon.ico")
#: What asks and changes nothing.
SAFE: Final = ("GET", "HEAD", "OPTIONS")
#: Where a browser may say that a request comes from: our own pages, or the line of addresses.
_OURS: Final = ("same-origin", "none")
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


class Access:
    """Lets those requests pass that may ask. How one showed its key is in ``scope["state"]["by"]``."""

    def __init__(self, app: ASGIApp, keys: Keys, hosts: Iterable[str], refuse: Refuse) -> None:
        """Take what is guarded, and the hosts as a browser names them: with the port."""
        self._app, self._keys, self._refuse = app, keys, refuse
        self._hosts = frozenset(hosts)
        self._origins = frozenset(f"http://{host}" for host in self._hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            # There are no other kinds of connections here; the server's own messages are taken elsewhere.
            return
        by, problem = self._judged(scope)
        if problem is not None:
            await self._refuse(scope, receive, send, problem)
            return
        scope.setdefault("state", {})["by"] = by
        await self._app(scope, receive, send)

    def _judged(self, scope: Scope) -> tuple[str, Problem | None]:
        headers = Headers(scope=scope)
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return "", Problem(
                HTTPStatus.MISDIRECTED_REQUEST, "host", "this service is asked by the address it was given"
            )
        if any(one.lower() not in self._origins for one in origins):
            return "", Problem(HTTPStatus.FORBIDDEN, "origin", "a page from elsewhere may not ask here")
        path, method = scope["path"], scope["method"]
        site = headers.get("sec-fetch-site", "none")
        if site not in _OURS and path != OPENING:
            return "", Problem(HTTPStatus.FORBIDDEN, "origin", "a page from elsewhere may not ask here")
        if any(path == one or (one.endswith("/") and path.startswith(one)) for one in OPEN_TO_ALL):
            return "nothing", None
        by = self._shown(headers)
        if not by:
            return "", Problem(
                HTTPStatus.UNAUTHORIZED,
                "key",
                "open the link that `coopsearch serve` printed; a program sends its token as Authorization: "
                "Bearer TOKEN",
            )
        if by == "cookie" and method not in SAFE and not origins:
            return "", Problem(HTTPStatus.FORBIDDEN, "origin", "a change has to say from which page it comes")
        return by, None

    def _shown(self, headers: Headers) -> str:
        """Return by what a request shows that it may ask, "" if by nothing."""
        given = headers.get("authorization")
        if given is not None:
            scheme, _, token = given.partition(" ")
            return "token" if scheme.lower() == "bearer" and same(token.strip(), self._keys.token) else ""
        if not self._keys.asks:
            return "socket"
        session = cookies(headers).get(self._keys.cookie, "")
        return "cookie" if same(session, self._keys.session) else ""


def cookies(headers: Headers) -> Mapping[str, str]:
    """Return the cookies of a request; none where they cannot be read."""
    try:
        return {name: one.value for name, one in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def same(given: str, wanted: str) -> bool:
    """Say whether two keys are one, in a time that tells nothing of where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), wanted.encode())


class Refuse:
    """Answers a request with a problem: as JSON, or as a page where that was asked for."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send, problem: Problem) -> None:
        """Send the problem."""
        raise NotImplementedError

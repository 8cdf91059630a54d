"""What every response says to browsers: what a page may load, and that no other page may hold it.

Documents are text that anybody may have written. Should some of it ever stand in a page as markup, nothing
of it could run, load or send.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: What a page may load and run: files of ours, and nothing that stands in the page itself.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
#: The same for an original that a browser shows: it runs nothing and has no origin.
SANDBOX: Final = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; sandbox"
_ALWAYS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Our own pages say to us where a form stands; nobody else is told anything.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "x-robots-tag": "noindex",
    "cache-control": "no-store",
}


#: What a service with TLS says, too: browsers ask its host in no other way for a month. That holds for all
#: ports of the host, so it is not for longer, nor for the names below it.
_SECURE: Final = {"strict-transport-security": "max-age=2592000"}


def file_headers(name: str, kind: str = "attachment") -> dict[str, str]:
    """Return what is said of a file that is given out: its name, and that nothing in it runs.

    It is saved, or shown for the kind ``inline``. Programs that read no UTF-8 get a name in ASCII.
    """
    plain = name.encode("ascii", "replace").decode().replace('"', "'").replace("\\", "_")
    plain = "".join(sign if sign.isprintable() else "_" for sign in plain)
    full = quote(name.encode("utf-8", "surrogateescape"), safe="")
    return {
        "content-disposition": f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{full}",
        "cache-control": "private, no-store",
        "content-security-policy": SANDBOX,
    }


class SafeHeaders:
    """Puts these headers on each response that does not say something else itself."""

    def __init__(self, app: ASGIApp, *, is_secure: bool = False) -> None:
        """Take what answers, and whether it does over TLS."""
        self._app = app
        self._said = {**_ALWAYS, **(_SECURE if is_secure else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._said.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sent)

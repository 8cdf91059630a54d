"""Which requests are written down, and what of them: questions, documents, and what is kept or indexed.

The line is handed over before the answer leaves. What an answer holds is not written down, nor notes and
quotations, which the desk has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coopsearch.search.web.guard.access import LOADED, OPENING, SIGN_IN, Shown

#: What tells nothing of documents: files of ours, help, and what the service says of itself.
_API: Final = "/api/v1/"
_SILENT: Final = (*LOADED, OPENING, SIGN_IN, "/events", "/help", f"{_API}health", f"{_API}openapi.json")
_QUERY: Final = "q"
#: Parameters by which a page says that somebody is typing.
_TYPING: Final = ("quick", "typed")
#: Characters of a value that are written down; a query has 20,000 at most, and an address 8,192 in all.
_LONGEST: Final = 2_000


class Recording:
    """Hands on what was asked, where somebody records it."""

    def __init__(
        self,
        app: ASGIApp,
        record: Callable[[Mapping[str, Any]], object],
        address: Callable[[str], str],
    ) -> None:
        """Take what answers, who writes down, and what gives the address of the document of an id."""
        self._app, self._record, self._address = app, record, address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        path: str = scope["path"]
        if any(path == one or (one.endswith("/") and path.startswith(one)) for one in _SILENT):
            await self._app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._record(self._told(scope, message["status"]))
            await send(message)

        await self._app(scope, receive, sent)

    def _told(self, scope: Scope, status: int) -> dict[str, Any]:
        shown: Shown = scope["state"]["shown"]
        given = parse_qsl(scope["query_string"].decode("latin-1"), errors="replace")
        what, name = _named(scope["path"])
        told: dict[str, Any] = {
            **asker(scope, shown.by, shown.who),
            "method": scope["method"],
            "what": what[:_LONGEST],
        }
        if name:
            told["document"] = self._address(name)[:_LONGEST]
        rest: dict[str, list[str]] = {}
        for key, value in given:
            if key == _QUERY:
                told["query"] = value[:_LONGEST]
            elif key not in _TYPING:
                rest.setdefault(key[:_LONGEST], []).append(value[:_LONGEST])
        if rest:
            told["with"] = rest
        if any(key in _TYPING for key, _ in given):
            told["typing"] = True
        return {**told, "status": status}


def asker(scope: Scope, by: str, who: str) -> dict[str, Any]:
    """Return what is written down of whoever asks."""
    client = scope.get("client")
    return {"by": by, **({"who": who} if who else {}), "from": client[0] if client else "socket"}


def _named(path: str) -> tuple[str, str]:
    """Return what an address stands for, and the id of the document in it, "" where there is none."""
    parts = path.removeprefix(_API).strip("/").split("/")
    if parts[0] == "documents" and len(parts) > 1:
        return "/".join(["document", *parts[2:]]), parts[1]
    if parts[0] in {"document", "original", "similar", "mark", "cite"} and len(parts) > 1:
        return parts[0], parts[1]
    return {"": "search", "results": "search"}.get(parts[0], "/".join(parts)), ""

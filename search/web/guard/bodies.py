"""How much a request may bring, and what becomes of one whose sender is gone: nothing more is done for it."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coopsearch.search.serving.problems import Problem
from coopsearch.search.web.guard.access import Refuse

#: Bytes of a request beside its head: a note has 10,000 characters, and a query 20,000.
MOST: Final = 1 << 18
#: Characters of the path and the query.
TARGET: Final = 1 << 13


class Bodies:
    """Bounds requests, and gives up those whose browser does not wait any more."""

    def __init__(self, app: ASGIApp, refuse: Refuse, most: int = MOST) -> None:
        """Take what answers, and how many bytes one may bring."""
        self._app, self._refuse, self._most = app, refuse, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if len(scope["path"]) + len(scope["query_string"]) > TARGET:
            problem = Problem(
                HTTPStatus.REQUEST_URI_TOO_LONG, "too-long", "the query is too long; shorten it"
            )
            await self._refuse(scope, receive, send, problem)
            return
        body = await self._read(scope, receive)
        if body is None:
            problem = Problem(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                "too-large",
                f"a request has {self._most:,} bytes at most",
            )
            await self._refuse(scope, receive, send, problem)
            return
        await self._answered(scope, receive, send, body)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        """Return all that a request brings, None where that is too much."""
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdigit() and int(announced) > self._most:
            return None
        body = bytearray()
        while True:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > self._most:
                return None
            if message["type"] != "http.request" or not message.get("more_body"):
                return bytes(body)

    async def _answered(self, scope: Scope, receive: Receive, send: Send, body: bytes) -> None:
        gone, given = asyncio.Event(), False

        async def received() -> Message:
            nonlocal given
            if not given:
                given = True
                return {"type": "http.request", "body": body, "more_body": False}
            await gone.wait()
            return {"type": "http.disconnect"}

        async def watch() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass

        answering = asyncio.ensure_future(self._app(scope, received, send))
        watching = asyncio.ensure_future(watch())
        try:
            await asyncio.wait((answering, watching), return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.set()
            for task in (watching, answering):
                if not task.done():
                    task.cancel()
        try:
            await answering
        except asyncio.CancelledError:
            if not answering.cancelled():
                raise

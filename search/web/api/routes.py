"""Which address answers which call."""

from __future__ import annotations

from typing import Final

from starlette.routing import Route

from coopsearch.search.web.api import about
from coopsearch.search.web.api.respond import told
from coopsearch.search.web.endpoint import Handler, guarded

PREFIX: Final = "/api/v1/"


def routes() -> list[Route]:
    """Return the routes of all calls."""

    def route(path: str, handler: Handler, *methods: str) -> Route:
        return Route(f"{PREFIX}{path}", guarded(handler, told), methods=list(methods) or ["GET"])

    return [route("health", about.health)]

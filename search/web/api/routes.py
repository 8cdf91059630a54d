"""Which address answers which call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from coopsearch.search.web import dossiers
from coopsearch.search.web.api import about, desk, documents, searching
from coopsearch.search.web.api.respond import told
from coopsearch.search.web.endpoint import Handler, guarded

PREFIX: Final = "/api/v1/"
#: Method, address and handler of each call.
CALLS: Final[tuple[tuple[str, str, Handler], ...]] = (
    ("GET", "health", about.health),
    ("GET", "openapi.json", about.description),
    ("GET", "status", about.status),
    ("GET", "status/files", about.files),
    ("GET", "search", searching.search),
    ("GET", "iterate", searching.iterate),
    ("GET", "facets", searching.facets),
    ("GET", "suggest", searching.suggest),
    ("GET", "export", dossiers.dossier),
    ("GET", "documents/{id}", documents.document),
    ("GET", "documents/{id}/passages", documents.passages),
    ("GET", "documents/{id}/similar", documents.similar),
    ("GET", "documents/{id}/thread", documents.thread),
    ("GET", "documents/{id}/versions", documents.versions),
    ("GET", "documents/{id}/original", documents.original),
    ("GET", "documents/{id}/marks", desk.marks_of),
    ("POST", "documents/{id}/marks", desk.mark),
    ("POST", "documents/{id}/cite", desk.cite),
    ("GET", "marks", desk.marks),
    ("DELETE", "notes/{id}", desk.unnote),
    ("GET", "saved", desk.saved),
    ("PUT", "saved/{name}", desk.save),
    ("DELETE", "saved/{name}", desk.unsave),
    ("GET", "news", desk.news),
    ("POST", "news", desk.known),
    ("GET", "citations", desk.citations),
)


def routes() -> list[Route]:
    """Return the routes of all calls, one for each address, which names all its methods."""
    paths: dict[str, dict[str, Handler]] = {}
    for method, path, handler in CALLS:
        paths.setdefault(path, {})[method] = guarded(handler, told)
    return [Route(f"{PREFIX}{path}", _by_method(calls), methods=list(calls)) for path, calls in paths.items()]


def _by_method(calls: Mapping[str, Handler]) -> Handler:
    async def called(request: Request) -> Response:
        return await calls["GET" if request.method == "HEAD" else request.method](request)

    return called

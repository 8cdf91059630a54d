"""The application: all routes, behind what guards them."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from coopsearch.search.serving.problems import MEDIA, Problem
from coopsearch.search.web.api import routes as api
from coopsearch.search.web.guard.access import Access, Door, Refuse
from coopsearch.search.web.guard.bodies import Bodies
from coopsearch.search.web.guard.headers import SafeHeaders
from coopsearch.search.web.guard.recording import Recording
from coopsearch.search.web.pages import rendering
from coopsearch.search.web.pages import routes as pages
from coopsearch.search.web.team.door import TeamDoor

if TYPE_CHECKING:
    from coopsearch.search.serving.service import Service
    from coopsearch.search.web.audit import Audit
    from coopsearch.search.web.events import Events
    from coopsearch.search.web.listening import Listening

#: Bytes from which on an answer is compressed, and how hard: on one machine, time is dearer than bytes.
_LARGE: Final = 4096
_LEVEL: Final = 1
#: The files of ours that pages load. Their addresses change with what is in them.
STATIC: Final = {
    "app.css": "text/css; charset=utf-8",
    "app.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


def application(
    service: Service, door: Door, place: Listening, events: Events, audit: Audit | None = None
) -> ASGIApp:
    """Return what answers requests to a service at its place; with a log, they are written down."""
    beside = pages.of_a_team() if isinstance(door, TeamDoor) else []
    app = Starlette(
        routes=[*api.routes(), *pages.routes(), *beside, *_files()],
        exception_handlers={HTTPException: _told},
    )
    # A redirection would name the scheme that a proxy spoke to us, and not that of its own address.
    app.router.redirect_slashes = False
    app.state.service, app.state.door, app.state.events = service, door, events
    app.state.indexing = events.indexing
    app.state.record = None if audit is None else audit.record
    refuse = _Refusing(app)
    within: ASGIApp = Bodies(_packed(app), refuse)
    if audit is not None:
        within = Recording(within, audit.record, service.called)
    return SafeHeaders(Access(within, door, place.hosts, place.origins, refuse), is_secure=place.is_secure)


def _packed(app: ASGIApp) -> ASGIApp:
    """Return what packs large answers; files of documents, and events, are given out as they are."""
    packing = GZipMiddleware(app, minimum_size=_LARGE, compresslevel=_LEVEL)

    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        await (app if "/original" in scope["path"] or scope["path"] == "/events" else packing)(
            scope, receive, send
        )

    return answered


class _Refusing(Refuse):
    """Answers with a problem, before any route is looked for."""

    def __init__(self, app: Starlette) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send, problem: Problem) -> None:
        request = Request({**scope, "app": self._app}, receive)
        await _problem(request, problem)(scope, receive, send)


def _problem(request: Request, problem: Problem) -> Response:
    if request.url.path.startswith(api.PREFIX):
        return JSONResponse(problem.value, problem.status, problem.headers, media_type=MEDIA)
    return rendering.shown(request, problem)


async def _told(request: Request, error: Exception) -> Response:
    """Say what the router has to say: that there is no such page, or no such method."""
    assert isinstance(error, HTTPException)
    detail = {
        HTTPStatus.NOT_FOUND: "there is nothing at this address",
        HTTPStatus.METHOD_NOT_ALLOWED: "this address does not take that method",
    }.get(HTTPStatus(error.status_code), error.detail)
    response = _problem(request, Problem(error.status_code, "address", detail))
    response.headers.update(error.headers or {})
    return response


def _files() -> list[Route]:
    return [
        Route("/static/{name}", _static, methods=["GET"]),
        # Browsers ask for that by themselves, beside a PDF.
        Route("/favicon.ico", _static, methods=["GET"]),
    ]


async def _static(request: Request) -> Response:
    name = request.path_params.get("name", "icon.svg")
    if name not in STATIC:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return FileResponse(
        rendering.STATIC / name,
        media_type=STATIC[name],
        headers={"cache-control": "public, max-age=31536000, immutable"},
    )

"""What pages are told while they are open, and the page of a run that somebody asked for."""

from __future__ import annotations

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from coopsearch.search.serving.asked import Parameters
from coopsearch.search.serving.problems import Refused
from coopsearch.search.web.endpoint import form_of, service_of, shown_of
from coopsearch.search.web.events import Events
from coopsearch.search.web.indexing import Indexing
from coopsearch.search.web.pages.rendering import page


async def events(request: Request) -> Response:
    """Send events to a page, for as long as that is open."""
    Parameters(request.query_params.multi_items(), ())
    found: Events = request.app.state.events
    found.check()
    return StreamingResponse(found.stream(shown_of(request).lasts), media_type="text/event-stream")


def indexing_of(request: Request) -> Indexing:
    """Return the run that there is."""
    found: Indexing = request.app.state.indexing
    return found


async def indexing(request: Request) -> Response:
    """Show the run that there is or was last, and offer another."""
    Parameters(request.query_params.multi_items(), ())
    found = indexing_of(request)
    folders = len(service_of(request).folders)
    return page(request, "indexing.html", run=found.run, offered=found.is_offered, folders=folders)


async def index(request: Request) -> Response:
    """Begin a run, and show it; where one runs already, show that."""
    await form_of(request)
    found = indexing_of(request)
    if not found.is_offered:
        raise Refused(HTTPStatus.FORBIDDEN, "no-sources", "nothing here can read the folders of the index")
    found.start()
    return RedirectResponse("/indexing", HTTPStatus.SEE_OTHER)

"""What pages are told while they are open."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from coopsearch.search.web.asked import Parameters
from coopsearch.search.web.events import Events


async def events(request: Request) -> Response:
    """Send events to a page, for as long as that is open."""
    Parameters(request.query_params.multi_items(), ())
    found: Events = request.app.state.events
    found.check()
    return StreamingResponse(found.stream(), media_type="text/event-stream")

"""The pages beside the search: the one that opens it, what the index covers, and the help."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from coopsearch.search.serving.asked import Parameters
from coopsearch.search.serving.coverage import files_of, status_of
from coopsearch.search.serving.problems import Refused
from coopsearch.search.serving.service import Service
from coopsearch.search.web.endpoint import asked
from coopsearch.search.web.guard.access import Door, LinkDoor, same
from coopsearch.search.web.pages.live import indexing_of
from coopsearch.search.web.pages.rendering import page

#: Files that one page lists.
_FILES: Final = 1_000
#: States of files whose text is searched.
SEARCHED: Final = ("indexed", "in part")


async def opening(request: Request) -> Response:
    """Put the key of a link into a cookie, and go on to the search.

    The page goes on by itself and is not a redirection: a browser that comes from elsewhere would not send
    the cookie along with that, and the key would stay in the line of addresses.
    """
    door: Door = request.app.state.door
    if not isinstance(door, LinkDoor):
        raise Refused(HTTPStatus.NOT_FOUND, "address", "there is nothing at this address")
    keys = door.keys
    if not same(request.query_params.get("token", ""), keys.token):
        raise Refused(
            HTTPStatus.UNAUTHORIZED,
            "key",
            "this link is of a service that has ended; open the one printed last",
        )
    response = page(request, "open.html")
    response.headers["referrer-policy"] = "no-referrer"
    response.set_cookie(keys.cookie, keys.session, httponly=True, samesite="strict", path="/")
    return response


async def coverage(request: Request) -> Response:
    """Show what the index covers, or the files of a state with their reasons."""
    state = Parameters(request.query_params.multi_items(), ("state",)).text("state")
    indexing = indexing_of(request)

    def found(service: Service) -> dict[str, Any]:
        files = files_of(service, state) if state else []
        return {
            "indexes": status_of(service),
            "state": state,
            "files": files[:_FILES],
            "total": len(files),
            "searched": SEARCHED,
            "offered": indexing.is_offered,
            "running": indexing.is_running,
        }

    return page(request, "coverage.html", **await asked(request, found))


async def guide(request: Request) -> Response:
    """Show the keys, and how a query is written."""
    return page(request, "help.html")

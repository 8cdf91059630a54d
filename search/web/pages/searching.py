"""The page of a search, and that part of it which changes as one types."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coopsearch.search.errors import QueryError, SettingsError
from coopsearch.search.serving.asked import NARROWING, Asked, Parameters
from coopsearch.search.serving.problems import Problem, problem_of
from coopsearch.search.serving.service import Service
from coopsearch.search.web.endpoint import asked as ask
from coopsearch.search.web.endpoint import kept
from coopsearch.search.web.pages import results as shown
from coopsearch.search.web.pages.rendering import page

#: The parameters of the page, in the order in which its addresses have them.
GIVEN = ("q", *NARROWING, "sort", "all", "page", "names", "translate", "lang_of_query")
_PAGES = 5_000
#: What says that somebody is typing: counts can wait, and the last word may not be whole.
_TYPING = ("quick", "typed")
#: What names the facet of which all values are shown. It says nothing of which documents are hits.
_MORE = "more"


def read(request: Request, allowed: tuple[str, ...] = GIVEN) -> tuple[Asked, shown.Given]:
    """Read what a page asks for. Raises SettingsError and Refused."""
    parameters = Parameters(request.query_params.multi_items(), allowed)
    number = parameters.number("page", 1, 1, _PAGES)
    asked = Asked.of(parameters)._replace(limit=shown.SHOWN, offset=(number - 1) * shown.SHOWN)
    given = [(name, value) for name, value in request.query_params.multi_items() if value]
    given.sort(key=lambda one: allowed.index(one[0]))
    return asked, given


async def home(request: Request) -> Response:
    """Show the search, and what it finds."""
    return await kept(request, lambda: _searched(request, "search.html", (*GIVEN, _MORE)))


async def results(request: Request) -> Response:
    """Show what a search finds alone: for a page that is there already, while somebody types."""
    return await kept(request, lambda: _searched(request, "results.html", (*GIVEN, _MORE, *_TYPING)))


async def _searched(request: Request, template: str, allowed: tuple[str, ...]) -> Response:
    asked, given = read(request, allowed)
    typing = {name: (name, "1") in given for name in _TYPING}
    opened = dict(given).get(_MORE, "")
    if opened and opened not in shown.OPENED:
        raise SettingsError(f"{_MORE} is {opened!r:.40}; it must be one of {', '.join(shown.OPENED)}")
    given = [one for one in given if one[0] not in (*_TYPING, _MORE)]

    def viewed(service: Service) -> tuple[HTTPStatus, dict[str, Any]]:
        values: dict[str, Any] = {"problem": None, "about": service.about()}
        try:
            return HTTPStatus.OK, values | shown.view(service, asked, given, **typing, opened=opened)
        except QueryError as error:
            # What cannot be read may be typed to its end yet.
            problem: Problem = problem_of(error)
            values |= {"results": None, "query": asked.query, "given": given, "chips": shown.chips(given)}
            return HTTPStatus(problem.status), values | {"problem": problem, "sorts": shown.SORTS}

    # In one go: a page takes no longer to make than a thread takes to begin with it.
    status, values = await ask(request, viewed)
    return page(request, template, status, here=shown.link("/", given), **values)

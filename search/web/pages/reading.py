"""The pages of one document: its text, its original, what is like it, and the way to the next hit."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from coopsearch.search.serving import answers
from coopsearch.search.serving.asked import Asked, Parameters
from coopsearch.search.serving.service import Service
from coopsearch.search.web.endpoint import asked as ask
from coopsearch.search.web.endpoint import kept
from coopsearch.search.web.originals import original as given_out
from coopsearch.search.web.pages import paper
from coopsearch.search.web.pages import results as shown
from coopsearch.search.web.pages.rendering import page
from coopsearch.search.web.pages.searching import GIVEN, read

_LARGEST = 1 << 40


async def document(request: Request) -> Response:
    """Show a document."""
    name = request.path_params["id"]
    allowed = (*GIVEN, "at", "first", "leaf")
    _, given = read(request, allowed)
    parameters = Parameters(request.query_params.multi_items(), allowed)
    at = parameters.number("at", -1, 0, _LARGEST)
    first = parameters.number("first", -1, 0, _LARGEST)
    given = [(one, value) for one, value in given if one not in {"at", "first", "leaf"}]
    named = parameters.text("leaf").strip()
    if named and (place := await ask(request, lambda service: paper.page_at(service, name, given, named))):
        return RedirectResponse(place, HTTPStatus.SEE_OTHER)

    def seen(service: Service) -> dict[str, Any]:
        return paper.view(service, name, given, at if at >= 0 else None, first if first >= 0 else None)

    async def answered() -> Response:
        values = await ask(request, seen)
        if not named:
            return page(request, "document.html", **values)
        return page(request, "document.html", HTTPStatus.NOT_FOUND, **values | {"lost": named})

    return await kept(request, answered)


async def original(request: Request) -> Response:
    """Give out the file of a document; a PDF is shown where that is asked for."""
    parameters = Parameters(request.query_params.multi_items(), ("show",))
    return await given_out(request, request.path_params["id"], show=parameters.flag("show"))


async def similar(request: Request) -> Response:
    """Show the documents that are like one."""
    name = request.path_params["id"]
    parameters = Parameters(request.query_params.multi_items(), ("page", "translate"))
    number = parameters.number("page", 1, 1, 500)
    asked = Asked.of(parameters)._replace(limit=shown.SHOWN, offset=(number - 1) * shown.SHOWN)
    given = [(one, value) for one, value in request.query_params.multi_items() if value]

    def found(service: Service) -> dict[str, Any]:
        index, path = service.located(name)
        results = answers.similar(service, path, asked)
        return {
            "name": name,
            "title": index.document(path).title or path.rpartition("/")[2],
            "results": results,
            "hits": shown.all_shown(service, results, results.words),
            **shown.pager(results.total, asked, given, f"/similar/{name}"),
        }

    async def answered() -> Response:
        return page(request, "similar.html", **await ask(request, found))

    return await kept(request, answered)


async def hit(request: Request) -> Response:
    """Go to the hit after or before a document, on another page of the answer if it stands there."""
    allowed = (*GIVEN, "after", "before")
    asked, given = read(request, allowed)
    parameters = Parameters(request.query_params.multi_items(), allowed)
    after, before = parameters.text("after"), parameters.text("before")
    by, name = (1, after) if after else (-1, before)
    given = [(one, value) for one, value in given if one not in {"after", "before"}]

    found = await ask(request, lambda service: paper.beside(service, asked, name, by))
    if found is None:
        asked = asked._replace(offset=asked.offset + by * asked.limit)
        found = ""
        if asked.offset >= 0:
            found = await ask(request, lambda service: paper.beside(service, asked, "", by))
    number = asked.offset // asked.limit + 1
    rest = [*shown.without(given), *([("page", str(number))] if number > 1 else [])]
    # Beyond the last hit the answer itself is shown.
    target = shown.link(f"/document/{found}", rest) if found else shown.link("/", shown.without(given))
    return RedirectResponse(target, HTTPStatus.SEE_OTHER)

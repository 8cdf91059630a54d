"""Calls about what is kept beside an index: marks, notes, saved searches, news, citations."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coopsearch.search.serving.asked import Asked, Parameters
from coopsearch.search.serving.fields import Fields
from coopsearch.search.serving.service import Service
from coopsearch.search.web import desk
from coopsearch.search.web.api.respond import answer
from coopsearch.search.web.desk import Change, Quoted
from coopsearch.search.web.endpoint import asked as ask
from coopsearch.search.web.endpoint import check_csrf, check_writable, json_of

#: Documents of a search whose passages news show.
_SHOWN = 1_000


async def marks(request: Request) -> Response:
    """Give the documents that are marked, all or those of some tags."""
    tags = Parameters(request.query_params.multi_items(), ("tag",)).several("tag")
    return answer({"documents": await ask(request, lambda service: desk.all_marks(service, tags))})


async def marks_of(request: Request) -> Response:
    """Give the marks and notes of a document."""
    name = request.path_params["id"]
    return answer(await ask(request, lambda service: desk.marks_of(service, name)))


async def mark(request: Request) -> Response:
    """Put marks on a document, take marks off it, or keep a note."""
    name = request.path_params["id"]
    fields = Fields(await json_of(request))
    change = Change(
        fields.texts("add"),
        fields.texts("remove"),
        fields.text("note"),
        fields.span("span"),
        fields.text("query"),
    )
    fields.done()
    return answer(await ask(request, lambda service: desk.marked(service, name, change)))


async def unnote(request: Request) -> Response:
    """Remove a note."""
    return await _removed(request, "id", desk.unnoted)


async def saved(request: Request) -> Response:
    """Give the saved searches."""
    Parameters(request.query_params.multi_items(), ())
    return answer({"searches": await ask(request, desk.saved_values)})


async def save(request: Request) -> Response:
    """Save a search under a name."""
    name = request.path_params["name"]
    fields = Fields(await json_of(request))
    given: dict[str, Any] = {
        "require_all": fields.flag("all"),
        "tags": list(fields.texts("tags")),
        "translate": fields.text("translate"),
        "query_language": fields.text("lang_of_query"),
        "names": fields.text("names"),
    }
    asked = Asked(fields.text("query"), options={key: value for key, value in given.items() if value})
    fields.done()
    return answer(await ask(request, lambda service: desk.keep_search(service, name, asked)))


async def unsave(request: Request) -> Response:
    """Remove a saved search."""
    return await _removed(request, "name", desk.drop_search)


async def _removed(request: Request, called: str, remove: Callable[[Service, str], None]) -> Response:
    name = request.path_params[called]
    check_writable(request)
    check_csrf(request)
    await ask(request, lambda service: remove(service, name))
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def news(request: Request) -> Response:
    """Give the news of saved searches, all or some. It is news the next time, too."""
    names = Parameters(request.query_params.multi_items(), ("name",)).several("name")

    def told(service: Service) -> list[dict[str, Any]]:
        return desk.news_values(service, desk.news(service, names, _SHOWN))

    return answer({"searches": await ask(request, told)})


async def known(request: Request) -> Response:
    """Give the news, and take them as known from now on."""
    fields = Fields(await json_of(request))
    names = fields.texts("names")
    fields.done()

    def told(service: Service) -> list[dict[str, Any]]:
        found = desk.news(service, names, _SHOWN)
        desk.known_now(found)
        return desk.news_values(service, found)

    return answer({"searches": await ask(request, told)})


async def citations(request: Request) -> Response:
    """Give the citations that are kept."""
    style = Parameters(request.query_params.multi_items(), ("style",)).text("style", "text")
    return answer(await ask(request, lambda service: desk.kept_citations(service, style)))


async def cite(request: Request) -> Response:
    """Make a citation of words of a document, or of the passage of a hit."""
    name = request.path_params["id"]
    fields = Fields(await json_of(request, keeps=False))
    quoted = Quoted(
        fields.text("quote"), fields.span("span"), fields.text("query"), fields.text("note"),
        fields.text("style") or "text", fields.flag("keep", usual=True),
    )  # fmt: skip
    fields.done()
    if quoted.keep:
        check_writable(request)
    return answer(await ask(request, lambda service: desk.cited(service, name, quoted)))

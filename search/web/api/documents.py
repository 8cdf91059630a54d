"""Calls about one document, named by its id."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coopsearch.search.serving import answers
from coopsearch.search.serving.asked import Asked, Parameters
from coopsearch.search.serving.service import Service
from coopsearch.search.serving.versions import versions_value
from coopsearch.search.web.api.respond import kept_answer
from coopsearch.search.web.originals import original as given_out

_PASSAGES = 1_000_000


async def document(request: Request) -> Response:
    """Give a document, or some of its passages, with the places of a query in them."""
    name = request.path_params["id"]
    parameters = Parameters(request.query_params.multi_items(), ("q", "first", "count"))
    first, count = parameters.number("first", 0, 0, _PASSAGES), parameters.number("count", 0, 0, _PASSAGES)
    passages = range(first, first + count) if first or count else None
    query = parameters.query()

    return await kept_answer(request, lambda service: answers.document_of(service, name, query, passages))


async def passages(request: Request) -> Response:
    """Give all places of a query in a document."""
    name = request.path_params["id"]
    query = Parameters(request.query_params.multi_items(), ("q",)).query()

    return await kept_answer(request, lambda service: answers.passages_of(service, name, query))


async def similar(request: Request) -> Response:
    """Give the documents that are like one."""
    name = request.path_params["id"]
    asked = Asked.of(Parameters(request.query_params.multi_items(), ("limit", "offset", "translate")))

    def found(service: Service) -> dict[str, Any]:
        return answers.similar_value(service, name, asked)

    return await kept_answer(request, found)


async def thread(request: Request) -> Response:
    """Give the conversation that a mail is of, in order."""
    name = request.path_params["id"]
    Parameters(request.query_params.multi_items(), ())

    return await kept_answer(request, lambda service: answers.thread_value(service, name))


async def versions(request: Request) -> Response:
    """Give the documents whose names say that they are the same in other languages."""
    name = request.path_params["id"]
    Parameters(request.query_params.multi_items(), ())

    return await kept_answer(request, lambda service: versions_value(service, name))


async def original(request: Request) -> Response:
    """Give out the file of a document."""
    name = request.path_params["id"]
    return await given_out(request, name)

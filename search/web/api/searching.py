"""Calls that ask the index: searches, all hits, counts, and what a word may become."""

from __future__ import annotations

from collections.abc import AsyncIterator
from http import HTTPStatus
from itertools import islice
from threading import Lock
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from coopsearch.search.errors import SettingsError
from coopsearch.search.model import Hit
from coopsearch.search.serving import answers
from coopsearch.search.serving.asked import FACETS, ITERATE, SEARCH, Asked, Parameters
from coopsearch.search.serving.problems import Problem, problem_of
from coopsearch.search.serving.service import Service
from coopsearch.search.walk import Walk
from coopsearch.search.web.api.respond import as_json, kept_answer
from coopsearch.search.web.endpoint import asked as ask
from coopsearch.search.web.endpoint import service_of, shown_of

#: Hits of a walk that are made at a time.
_TOGETHER = 200
#: Words that are offered at most.
_WORDS = 50


def read(request: Request, allowed: tuple[str, ...]) -> Asked:
    """Read a search. Raises SettingsError and Refused."""
    return Asked.of(Parameters(request.query_params.multi_items(), allowed))


async def search(request: Request) -> Response:
    """Answer a search."""
    asked = read(request, SEARCH)

    return await kept_answer(request, lambda service: answers.search_value(service, asked))


async def facets(request: Request) -> Response:
    """Count the documents that match by facets."""
    asked = read(request, FACETS)
    names = asked.options.get("facets")
    if not names:
        raise SettingsError("say by what to count: facet=lang, type, year, folder, or a field of documents")

    def counted(service: Service) -> dict[str, Any]:
        results = service.index.search(asked.query, limit=0, facets=names, **asked.within)
        return {
            "query": asked.query,
            "total": results.total,
            "documents": results.documents,
            "generation": service.index.generation,
            "facets": {name: dict(counts) for name, counts in results.facets.items()},
        }

    return await kept_answer(request, counted)


async def suggest(request: Request) -> Response:
    """Say which words of the index begin as the last one of a query does, and what the query may mean."""
    parameters = Parameters(request.query_params.multi_items(), ("q", "limit"))
    text, limit = parameters.query(), parameters.number("limit", 8, 1, _WORDS)

    def offered(service: Service) -> dict[str, Any]:
        beginning = text.rpartition(" ")[2]
        words = service.index.completed(beginning, limit=limit)
        return {"query": text, "words": [{"word": word, "documents": count} for word, count in words]}

    return await kept_answer(request, offered)


async def iterate(request: Request) -> Response:
    """Give all hits of a search, a line of JSON for each, from one state of the index.

    The last line says how many there were, so that a list that was cut off is told from a whole one.
    """
    asked = read(request, ITERATE)
    service = service_of(request)

    def begun(service: Service) -> tuple[Walk, str]:
        options = {name: one for name, one in asked.options.items() if name not in {"explain", "fold"}}
        return service.index.iterate(asked.query, offset=asked.offset, **options), service.index.generation

    walk, generation = await ask(request, begun)

    # A thread may still be within the walk when its reader is gone.
    walking = Lock()

    def more() -> list[Hit]:
        with walking:
            return list(islice(walk, _TOGETHER))

    def over() -> None:
        with walking:
            walk.close()

    lasts = shown_of(request).lasts

    async def lines() -> AsyncIterator[bytes]:
        count = 0
        try:
            while hits := await service.ask(more, follow=False):
                if not lasts():
                    gone = Problem(HTTPStatus.UNAUTHORIZED, "account", "who asked may not ask any more")
                    yield as_json({"problem": gone.value}) + b"\n"
                    return
                count += len(hits)
                made = (answers.found_value(service, hit, walk.notes) for hit in hits)
                yield b"".join(as_json(value) + b"\n" for value in made)
        except Exception as error:  # noqa: BLE001 - what was given already stands, and the rest is told
            service.failed(error)
            yield as_json({"problem": problem_of(error).value}) + b"\n"
        else:
            end = {"hits": count, "total": walk.total, "generation": generation, "notes": list(walk.notes)}
            yield as_json({"end": end}) + b"\n"
        finally:
            service.later(over)

    return StreamingResponse(lines(), media_type="application/x-ndjson")

"""Calls about the service itself, and about what its index covers."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coopsearch.search.serving.asked import Parameters
from coopsearch.search.serving.coverage import files_of, status_of
from coopsearch.search.web.api.respond import answer
from coopsearch.search.web.endpoint import asked as ask
from coopsearch.search.web.endpoint import service_of


async def health(request: Request) -> Response:
    """Say whether questions are answered, and of which state."""
    Parameters(request.query_params.multi_items(), ())
    await ask(request, lambda service: None)
    service = service_of(request)
    return answer(
        {
            "status": "degraded" if service.trouble else "ok",
            "warning": service.trouble,
            "indexes": list(map(str, service.folders)),
            "generation": service.index.generation,
            "documents": service.index.documents,
            "read_only": service.read_only,
        }
    )


async def status(request: Request) -> Response:
    """Say what each index covers."""
    Parameters(request.query_params.multi_items(), ())
    return answer({"indexes": await ask(request, status_of)})


async def files(request: Request) -> Response:
    """List the files of a state, with the reason why they are in it."""
    state = Parameters(request.query_params.multi_items(), ("state",)).text("state")
    found: list[dict[str, Any]] = await ask(request, lambda service: files_of(service, state))
    return answer({"state": state, "files": found})


async def description(request: Request) -> Response:  # noqa: ARG001 - it is the same for all
    """Describe all calls."""
    return Response(_description(), HTTPStatus.OK, media_type="application/json")


@cache
def _description() -> bytes:
    return (Path(__file__).resolve().parent / "openapi.json").read_bytes()

"""Calls about the service itself."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from coopsearch.search.web.api.respond import answer
from coopsearch.search.web.endpoint import asked, service_of


async def health(request: Request) -> Response:
    """Say whether questions are answered, and of which state."""
    await asked(request, lambda service: None)
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

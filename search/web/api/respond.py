"""Responses of the API."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coopsearch.search.serving.problems import MEDIA, Problem
from coopsearch.search.serving.service import Service
from coopsearch.search.web.endpoint import asked, kept


def as_json(value: object) -> bytes:
    """Return a value as JSON, in ASCII as the command prints it."""
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def answer(value: Any, status: int = HTTPStatus.OK) -> Response:
    """Return a response that holds a value."""
    return Response(as_json(value), status, media_type="application/json")


async def kept_answer(request: Request, made: Callable[[Service], Any]) -> Response:
    """Answer with what is made of the index, or say that whoever asks has that answer already."""

    async def answered() -> Response:
        return answer(await asked(request, made))

    return await kept(request, answered)


def told(request: Request, problem: Problem) -> Response:  # noqa: ARG001 - a page needs the request
    """Return the response that says why there is no answer."""
    return Response(as_json(problem.value), problem.status, problem.headers, MEDIA)

"""From a request to a response: what each handler is given, and what becomes of its errors."""

from __future__ import annotations

import functools
import hashlib
import json
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Final, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from coopsearch.search.desk.store import acting
from coopsearch.search.serving.problems import Problem, Refused, problem_of
from coopsearch.search.serving.service import Service
from coopsearch.search.web.guard.access import FIELD, HEADER, Shown, same

_R = TypeVar("_R")

Handler = Callable[[Request], Awaitable[Response]]

#: A page or an answer may be kept by its browser, which asks each time whether it is still the same.
KEPT: Final = "private, no-cache"
#: The header that says of which state of the index a page is.
GENERATION: Final = "x-generation"


def service_of(request: Request) -> Service:
    """Return what is served."""
    service: Service = request.app.state.service
    return service


def shown_of(request: Request) -> Shown:
    """Return what a request showed at the door."""
    shown: Shown = request.state.shown
    return shown


async def asked(request: Request, call: Callable[[Service], _R]) -> _R:
    """Call something with the service in a thread. Raises what that raises, and Refused.

    What it keeps is kept in the name of the person who asks, where the service knows persons.
    """
    service, who = service_of(request), shown_of(request).who

    def called() -> _R:
        _note(request)
        with acting(who):
            return call(service)

    return await service.ask(called)


def _note(request: Request) -> None:
    """Note the state that an answer is of, before it is made.

    One that is newer than it says costs a look, one that is older an update.
    """
    if not hasattr(request.state, "generation"):
        service = service_of(request)
        request.state.generation = service.state()
        request.state.tag = _tag(request)


def guarded(handler: Handler, shown: Callable[[Request, Problem], Response]) -> Handler:
    """Return a handler whose errors are answered as problems, by ``shown``."""

    @functools.wraps(handler)
    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except Exception as error:  # noqa: BLE001 - each request is answered, whatever fails
            problem = problem_of(error)
            if problem.kind == "internal":
                service_of(request).failed(error)
            return shown(request, problem)

    return answered


def _tag(request: Request) -> str:
    """Return what tells this answer from those of other states."""
    # A page holds a key of this service and of whoever asks: one that was started anew has another.
    shown = shown_of(request)
    parts = (
        service_of(request).tag(),
        shown.csrf,
        shown.who,
        str(request.url),
        request.headers.get("accept", ""),
        # "today" and "last month" are other days tomorrow, in an index that nobody changed.
        time.strftime("%Y-%m-%d"),
    )
    digest = hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()
    return f'W/"{digest[:24]}"'


async def kept(request: Request, answer: Callable[[], Awaitable[Response]]) -> Response:
    """Answer, or say that the browser has the answer already."""
    known = {one.strip() for one in request.headers.get("if-none-match", "").split(",")} - {""}
    if known:
        # What was committed since makes it another.
        await asked(request, lambda _: None)
        if request.state.tag in known:
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=_kept_by(request))
    response = await answer()
    if response.status_code == HTTPStatus.OK and hasattr(request.state, "tag"):
        response.headers.update(_kept_by(request))
    return response


def _kept_by(request: Request) -> dict[str, str]:
    """Return the headers by which a browser keeps an answer."""
    state = request.state
    return {"etag": state.tag, "cache-control": KEPT, GENERATION: state.generation}


async def form_of(request: Request, *, keeps: bool = True) -> dict[str, list[str]]:
    """Return the fields of a form that was sent from one of our pages. Raises Refused for any other.

    What a form that ``keeps`` says is kept; where nothing may be, it is refused.
    """
    if keeps:
        check_writable(request)
    fields = await fields_of(request)
    check_csrf(request, fields.pop(FIELD, [""])[0])
    return fields


async def fields_of(request: Request) -> dict[str, list[str]]:
    """Return the fields of a form, whoever sent it. Raises Refused for what is not one."""
    from urllib.parse import parse_qs

    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "media", "a form is sent as a form is")
    try:
        return parse_qs((await request.body()).decode("utf-8"), keep_blank_values=True, max_num_fields=200)
    except ValueError:
        raise Refused(HTTPStatus.BAD_REQUEST, "form", "the form cannot be read") from None


async def json_of(request: Request, *, keeps: bool = True) -> dict[str, Any]:
    """Return the JSON object that a change brings. Raises Refused for any that may not be made.

    ``keeps`` is as for ``form_of``.
    """
    if keeps:
        check_writable(request)
    check_csrf(request)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "media", "send a JSON object as application/json")
    try:
        # Given bytes, it would take UTF-16 and lone surrogates, too.
        value = json.loads((await request.body()).decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused(HTTPStatus.BAD_REQUEST, "json", "the request is not JSON in UTF-8") from None
    if not isinstance(value, dict):
        raise Refused(HTTPStatus.BAD_REQUEST, "json", "the request is not a JSON object")
    return value


def check_writable(request: Request) -> None:
    """Raise Refused where nothing may be kept."""
    if service_of(request).read_only:
        raise Refused(HTTPStatus.FORBIDDEN, "read-only", "nothing is kept: the service is read-only")


def check_csrf(request: Request, given: str = "") -> None:
    """Raise Refused for a change that does not come from one of our pages, or from who knows the token."""
    shown = shown_of(request)
    if shown.by in {"token", "password"}:
        # A browser never sends a token by itself, and none is let in with a password.
        return
    given = request.headers.get(HEADER, given)
    if not shown.csrf or not same(given, shown.csrf):
        raise Refused(
            HTTPStatus.FORBIDDEN,
            "csrf",
            "load the page again, and then try once more; a program sends its token with a change, as "
            "Authorization: Bearer TOKEN",
        )

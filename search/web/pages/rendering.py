"""Pages from templates: every text is escaped, and what acts in a text of documents is seen instead.

Does not depend on an index.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import jinja2
from markupsafe import Markup, escape
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from coopsearch.search.characters import safe, safe_pieces
from coopsearch.search.serving.problems import MEDIA, Problem
from coopsearch.search.values.said import counted
from coopsearch.search.web.endpoint import service_of, shown_of
from coopsearch.search.web.pages.local import local

HERE: Final = Path(__file__).resolve().parent.parent
STATIC: Final = HERE / "static"
#: Characters of a title or an address that a page shows.
TITLE: Final = 300
#: Languages that are written from the right.
_RIGHT: Final = frozenset({"ar", "fa", "he", "ur"})


def marked(text: str, spans: Iterable[Sequence[int]] = ()) -> Markup:
    """Return a text with some of its ranges marked. What acts in it is made visible, and is not markup."""
    cuts = [at for span in spans for at in span]
    pieces = safe_pieces(text, cuts)
    shown = []
    for number, piece in enumerate(pieces):
        if number % 2 and piece:
            shown.append(Markup("<mark>{}</mark>").format(piece))
        else:
            shown.append(escape(piece))
    return Markup("").join(shown)


def lines(text: str, spans: Iterable[Sequence[int]] = ()) -> Markup:
    """Return a text of several lines with some of its ranges marked, and its lines kept."""
    pieces, start, wanted = [], 0, [(low, high) for low, high in spans]
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        inside = [
            (max(low, start) - start, min(high, end) - start)
            for low, high in wanted
            if low < end and high > start
        ]
        pieces.append(marked(line, inside) if inside else escape(safe(line)))
        start = end
    return Markup("\n").join(pieces)


def direction(language: str) -> str:
    """Return the direction in which a language is written; of an unknown one the browser sees for itself."""
    return "rtl" if language in _RIGHT else "ltr" if language else "auto"


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        auto_reload=False,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"shown": safe, "number": "{:,}".format}
    environment.globals |= {
        "marked": marked,
        "lines": lines,
        "direction": direction,
        "counted": counted,
        "static": static,
    }
    return environment


def compiled() -> None:
    """Compile the templates of an answer, before somebody waits for it."""
    for name in ("search.html", "document.html"):
        _environment().get_template(name)


@cache
def static(name: str) -> str:
    """Return the address of a file of ours, which changes with what is in it: browsers keep it for a year."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?{digest}"


def page(request: Request, template: str, status: int = HTTPStatus.OK, **values: Any) -> Response:
    """Return a page."""
    service, who = service_of(request), shown_of(request)
    text = (
        _environment()
        .get_template(template)
        .render(
            csrf=who.csrf,
            who=who.who,
            read_only=service.read_only,
            trouble=service.trouble,
            generation=getattr(request.state, "generation", service.state()),
            **{"here": address(request.url), **values},
        )
    )
    return HTMLResponse(text, status)


def address(url: URL) -> str:
    """Return the address of a page within this service."""
    return f"{url.path}?{url.query}" if url.query else url.path


def _back(request: Request) -> str:
    """Return the page of ours from which somebody came, or the answer that a file was to be made of."""
    usual = getattr(request.state, "back", "/")
    try:
        came = URL(request.headers.get("referer", ""))
        ours = came.netloc == request.headers.get("host", "") and came.scheme in {"http", "https"}
        back = local(address(came), usual) if ours else usual
    except ValueError:
        return str(usual)
    # A page that was loaded once more would lead to itself.
    return str(usual if back == address(request.url) else back)


def shown(request: Request, problem: Problem) -> Response:
    """Return the page that says why there is no other; a script of a page gets JSON."""
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse(problem.value, problem.status, problem.headers, media_type=MEDIA)
    response = page(request, "problem.html", problem.status, problem=problem, back=_back(request))
    response.headers.update(problem.headers)
    return response

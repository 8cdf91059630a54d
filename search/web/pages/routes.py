"""Which address shows which page."""

from __future__ import annotations

from starlette.routing import Route

from coopsearch.search.web import dossiers
from coopsearch.search.web.endpoint import Handler, guarded
from coopsearch.search.web.guard.access import OPENING, SIGN_IN, SIGN_OUT
from coopsearch.search.web.pages import about, desk, live, reading, searching, signing
from coopsearch.search.web.pages.rendering import shown


def _route(path: str, handler: Handler, *methods: str) -> Route:
    return Route(path, guarded(handler, shown), methods=list(methods) or ["GET"])


def of_a_team() -> list[Route]:
    """Return the routes of the pages that a shared service has beside: one signs in, and out."""
    return [
        _route(SIGN_IN, signing.form),
        _route(SIGN_IN, signing.sign_in, "POST"),
        _route(SIGN_OUT, signing.sign_out, "POST"),
    ]


def routes() -> list[Route]:
    """Return the routes of all pages."""
    return [
        _route("/", searching.home),
        _route("/results", searching.results),
        _route("/events", live.events),
        _route("/indexing", live.indexing),
        _route("/indexing", live.index, "POST"),
        _route(OPENING, about.opening),
        _route("/help", about.guide),
        _route("/coverage", about.coverage),
        _route("/document/{id}", reading.document),
        _route("/original/{id}", reading.original),
        _route("/similar/{id}", reading.similar),
        _route("/hit", reading.hit),
        _route("/export", dossiers.dossier),
        _route("/marks", desk.marks),
        _route("/mark/{id}", desk.mark, "POST"),
        _route("/note/remove", desk.unnote, "POST"),
        _route("/cite/{id}", desk.cite, "POST"),
        _route("/citations", desk.citations),
        _route("/saved", desk.saved),
        _route("/save", desk.save, "POST"),
        _route("/save/remove", desk.unsave, "POST"),
        _route("/news/known", desk.known, "POST"),
    ]

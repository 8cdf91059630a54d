"""Which address shows which page."""

from __future__ import annotations

from starlette.routing import Route

from coopsearch.search.web import dossiers
from coopsearch.search.web.endpoint import Handler, guarded
from coopsearch.search.web.guard.access import OPENING
from coopsearch.search.web.pages import about, desk, live, reading, searching
from coopsearch.search.web.pages.rendering import shown


def routes() -> list[Route]:
    """Return the routes of all pages."""

    def route(path: str, handler: Handler, *methods: str) -> Route:
        return Route(path, guarded(handler, shown), methods=list(methods) or ["GET"])

    return [
        route("/", searching.home),
        route("/results", searching.results),
        route("/events", live.events),
        route("/indexing", live.indexing),
        route("/indexing", live.index, "POST"),
        route(OPENING, about.opening),
        route("/help", about.guide),
        route("/coverage", about.coverage),
        route("/document/{id}", reading.document),
        route("/original/{id}", reading.original),
        route("/similar/{id}", reading.similar),
        route("/hit", reading.hit),
        route("/export", dossiers.dossier),
        route("/marks", desk.marks),
        route("/mark/{id}", desk.mark, "POST"),
        route("/note/remove", desk.unnote, "POST"),
        route("/cite/{id}", desk.cite, "POST"),
        route("/citations", desk.citations),
        route("/saved", desk.saved),
        route("/save", desk.save, "POST"),
        route("/save/remove", desk.unsave, "POST"),
        route("/news/known", desk.known, "POST"),
    ]

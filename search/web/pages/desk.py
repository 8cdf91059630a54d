"""The pages of what is kept: marks, saved searches with their news, citations."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from coopsearch.search.desk.known import News
from coopsearch.search.desk.styles import STYLES
from coopsearch.search.serving.asked import Asked, Parameters
from coopsearch.search.serving.problems import Refused
from coopsearch.search.serving.service import Service
from coopsearch.search.web import desk
from coopsearch.search.web.api.respond import answer
from coopsearch.search.web.desk import Change, Quoted
from coopsearch.search.web.endpoint import asked as ask
from coopsearch.search.web.endpoint import form_of
from coopsearch.search.web.pages import results as shown
from coopsearch.search.web.pages.local import local
from coopsearch.search.web.pages.rendering import page
from coopsearch.search.web.pages.searching import GIVEN

#: Documents of each search whose news are shown.
_SHOWN = 20
#: Tags by which documents are asked for together.
_TAGS = 50


def _one(fields: dict[str, list[str]], name: str) -> str:
    return fields.get(name, [""])[0]


def _back(fields: dict[str, list[str]], usual: str) -> Response:
    """Return to the page on which a form stood; to no page of anybody else's."""
    return RedirectResponse(local(_one(fields, "back"), usual), HTTPStatus.SEE_OTHER)


def _span(text: str) -> tuple[int, int] | None:
    """Return a range that a form has as two numbers with a dash between them."""
    low, _, high = text.partition("-")
    if not (low.isascii() and high.isascii() and low.isdigit() and high.isdigit() and len(text) < 30):  # noqa: PLR2004
        return None
    return int(low), int(high)


async def marks(request: Request) -> Response:
    """Show the documents that are marked."""
    tags = Parameters(request.query_params.multi_items(), ("tag",)).several("tag")

    def found(service: Service) -> dict[str, Any]:
        every = desk.all_marks(service, ())
        counts: dict[str, int] = {}
        for one in every:
            for tag in {mark["tag"] for mark in one["marks"]}:
                counts[tag] = counts.get(tag, 0) + 1
        # Asks for the same documents: of a dossier.
        asked = [tag for tag in tags or sorted(counts) if tag in counts]
        query = " OR ".join(f"tag:{tag}" for tag in asked) if len(asked) <= _TAGS else ""
        mine = [one for one in every if not tags or {mark["tag"] for mark in one["marks"]} & set(tags)]
        return {
            "documents": mine[:500],
            "total": len(mine),
            "counts": sorted(counts.items()),
            "tags": tags,
            "query": query,
        }

    return page(request, "marks.html", **await ask(request, found))


async def mark(request: Request) -> Response:
    """Put a mark on a document or take it off, or keep a note; then go back."""
    name = request.path_params["id"]
    fields = await form_of(request)
    tags = [tag for value in fields.get("tag", []) for tag in value.split(",") if tag.strip()]
    wanted, unwanted = (tags, []) if not _one(fields, "remove") else ([], tags)
    change = Change(wanted, unwanted, _one(fields, "note"), _span(_one(fields, "span")), _one(fields, "q"))
    value = await ask(request, lambda service: desk.marked(service, name, change))
    if "application/json" in request.headers.get("accept", ""):
        return answer(value)
    return _back(fields, f"/document/{name}")


async def cite(request: Request) -> Response:
    """Make a citation, keep it where something may be kept, and show it in all styles."""
    name = request.path_params["id"]
    fields = await form_of(request, keeps=False)
    quote = _one(fields, "quote").strip()
    span = None if quote else _span(_one(fields, "span"))
    quoted = Quoted(quote, span, _one(fields, "q"), _one(fields, "note"))
    value, texts = await ask(request, lambda service: desk.cited_in_all(service, name, quoted))
    back = local(_one(fields, "back"), "/")
    return page(request, "cite.html", name=name, value=value, texts=texts, back=back)


async def citations(request: Request) -> Response:
    """Show the citations that are kept, or hand them out as a file."""
    parameters = Parameters(request.query_params.multi_items(), ("style",))
    style = parameters.text("style")
    value = await ask(request, lambda service: desk.kept_citations(service, style or "text"))
    if style:
        ending = {"bibtex": "bib", "csl-json": "json", "markdown": "md"}.get(style, "txt")
        headers = {"content-disposition": f'attachment; filename="citations.{ending}"'}
        return Response(value["text"] + "\n", headers=headers, media_type="application/octet-stream")
    return page(request, "citations.html", citations=value["citations"][::-1], styles=STYLES)


async def saved(request: Request) -> Response:
    """Show the saved searches, and what is new in them."""
    Parameters(request.query_params.multi_items(), ())

    def found(service: Service) -> dict[str, Any]:
        told = desk.news(service, (), _SHOWN)
        return {"told": [_news(service, one) for one in told]}

    return page(request, "saved.html", **await ask(request, found))


def _news(service: Service, one: News) -> dict[str, Any]:
    counts: dict[str, int] = {}
    for item in one.items:
        counts[str(item.kind)] = counts.get(str(item.kind), 0) + 1
    given = [("q", one.search.query), ("all", "1" if one.search.require_all else "")]
    given += [("tag", tag) for tag in one.search.tags]
    return {
        "news": one,
        "counts": counts,
        "link": shown.link("/", given),
        "hits": shown.all_shown(
            service, [item.hit for item in one.items if item.hit is not None], one.search.query
        ),
        "gone": [item.path for item in one.items if item.kind in {"gone", "no longer matches"}][:50],
    }


async def save(request: Request) -> Response:
    """Save a search under a name."""
    fields = await form_of(request)
    name = _one(fields, "name")
    given = [(one, value) for one, values in fields.items() if one in GIVEN for value in values if value]
    asked = Asked.of(Parameters(given, GIVEN))
    await ask(request, lambda service: desk.keep_search(service, name, asked))
    return RedirectResponse("/saved", HTTPStatus.SEE_OTHER)


async def unsave(request: Request) -> Response:
    """Remove a saved search."""
    fields = await form_of(request)
    await ask(request, lambda service: desk.drop_search(service, _one(fields, "name")))
    return RedirectResponse("/saved", HTTPStatus.SEE_OTHER)


async def known(request: Request) -> Response:
    """Take the news of a search as known."""
    fields = await form_of(request)
    name = _one(fields, "name")
    if not name:
        raise Refused(HTTPStatus.BAD_REQUEST, "form", "say of which search the news are known")
    await ask(request, lambda service: desk.known_now(desk.news(service, [name], 0)))
    return RedirectResponse("/saved", HTTPStatus.SEE_OTHER)


async def unnote(request: Request) -> Response:
    """Remove a note, and go back."""
    fields = await form_of(request)
    await ask(request, lambda service: desk.unnoted(service, _one(fields, "note")))
    return _back(fields, "/marks")

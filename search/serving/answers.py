"""What is answered, as values: those of the command's JSON, with the ids of documents.

Called in threads, by all who serve. Does not depend on the web's libraries.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coopsearch.search.indexdir.coverage import as_value
from coopsearch.search.model import PEOPLE, Diagnosis, Hit, Results
from coopsearch.search.results.places import Places
from coopsearch.search.serving.asked import Asked
from coopsearch.search.serving.service import Service
from coopsearch.search.values.documents import document_value, place_value
from coopsearch.search.values.hits import addresses, hit_value, totals_value


def searched(service: Service, asked: Asked) -> Results:
    """Return the answer to a search. Raises what ``Index.search`` raises."""
    return service.index.search(asked.query, limit=asked.limit, offset=asked.offset, **asked.options)


def diagnosed(service: Service, asked: Asked, results: Results) -> Diagnosis | None:
    """Return why no document holds all of a query, None where one does or where that is not of its words."""
    if results.total_all or not asked.query.strip() or asked.is_narrowed or asked.options.get("plain"):
        return None
    names = asked.options.get("names")
    return service.index.diagnose(
        asked.query, require_all=bool(asked.options.get("require_all")), names=names
    )


def search_value(service: Service, asked: Asked) -> dict[str, Any]:
    """Return the answer to a search."""
    results = searched(service, asked)
    facets = {name: dict(counts) for name, counts in results.facets.items()}
    return {
        **totals_value(results, diagnosed(service, asked, results)),
        "limit": asked.limit,
        "offset": asked.offset,
        "generation": service.index.generation,
        "hits": [found_value(service, hit) for hit in results],
        **({"facets": facets} if asked.options.get("facets") else {}),
        **coverage_value(service, results),
    }


def found_value(service: Service, hit: Hit, notes: Sequence[str] = ()) -> dict[str, Any]:
    """Return a hit, with the id of its document and where in its text the passage stands."""
    return {"id": service.name_of(hit), "span": list(hit.span), **hit_value(hit, notes)}


def coverage_value(service: Service, results: Results) -> dict[str, Any]:
    """Return what of the sources an answer was looked for in."""
    covered = results.coverage
    warning = service.trouble or results.warning
    value = None if covered is None else as_value(covered, None)
    return {"coverage": value, **({"warning": warning} if warning else {})}


def similar_value(service: Service, name: str, asked: Asked) -> dict[str, Any]:
    """Return the documents that are like that of an id."""
    _, path = service.located(name)
    results = similar(service, path, asked)
    return {
        "like": path,
        "words": results.words,
        "total": results.total,
        "documents": results.documents,
        "notes": list(results.notes),
        "limit": asked.limit,
        "offset": asked.offset,
        "hits": [found_value(service, hit) for hit in results],
    }


def similar(service: Service, path: str, asked: Asked) -> Results:
    """Return the documents that are like one, as an answer."""
    return service.index.similar(
        path, limit=asked.limit, offset=asked.offset, translate=asked.options.get("translate")
    )


def places(service: Service, name: str, query: str, *, require_all: bool = False) -> Places:
    """Return a document and all places of a query in it; no place for no query. Raises Refused."""
    index, path = service.located(name)

    def made() -> Places:
        document = index.document(path)
        if not query.strip():
            return Places(document, ())
        return index.places(document, query, require_all=require_all)

    key = (str(index.folder), path, query, require_all)
    return service.recent.get(index.generation, key, made)


def thread_value(service: Service, name: str) -> dict[str, Any]:
    """Return the conversation that the mail of an id is of; it has no mails for other documents."""
    index, path = service.located(name)
    found = index.thread(path)
    mails = []
    for one in found.mails:
        mail = one.document
        people = {field: mail.fields.get(field, "") for field in PEOPLE}
        mails.append(
            {
                "id": service.identify(mail.path, index.folder),
                **addresses(mail.path),
                "title": mail.title,
                "date": mail.date,
                **people,
                "depth": one.depth,
                "current": mail.path == path,
            }
        )
    return {"id": name, "whole": found.whole, "mails": mails}


def document_of(service: Service, name: str, query: str, passages: range | None = None) -> dict[str, Any]:
    """Return the document of an id, all of it or some of its passages, with the places of a query."""
    found = places(service, name, query)
    count = len(found.document.passages)
    numbers = None if passages is None else range(min(passages.start, count), min(passages.stop, count))
    return {"id": name, "count": count, **document_value(found, numbers, query=query)}


def passages_of(service: Service, name: str, query: str) -> dict[str, Any]:
    """Return all places of a query in the document of an id."""
    found = places(service, name, query)
    return {
        "id": name,
        "title_matches": [list(one) for one in found.title_matches],
        "places": [place_value(found, one, query) for one in found.places],
    }

"""A document, the surroundings of a hit, and the places of a query, as values that JSON holds.

`docs/schema.json` describes them. Does not depend on the terminal, command-line options or an index.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from coopsearch.search.model import Document, Passage
from coopsearch.search.page_labels import label_of, shown_fields
from coopsearch.search.values.hits import addresses

if TYPE_CHECKING:
    from coopsearch.search.results.places import Place, Places


def document_value(
    found: Places,
    numbers: range | None = None,
    hit: range = range(0),
    *,
    number: int = 0,
    query: str = "",
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """Return a document, or some of its passages.

    ``hit`` are the passages of the hit ``number`` of an answer to ``query``, which may be 0 and "".
    """
    document = found.document
    spans = [(one.start + low, one.start + high) for one in found.places for low, high in one.matches]
    passages = []
    for at in range(len(document.passages)) if numbers is None else numbers:
        one = document.passages[at]
        value = _passage(document, one)
        if numbers is not None:
            value["text"] = document.text[one.start : one.end]
        if query:
            low, high = one.start, one.end
            first = bisect_right(spans, low, key=lambda span: span[1])
            last = bisect_left(spans, high, key=lambda span: span[0])
            value["matches"] = [
                [max(start, low) - low, min(end, high) - low] for start, end in spans[first:last]
            ]
        if number:
            value["hit"] = at in hit
        passages.append(value)
    asked: dict[str, Any] = {"hit": number} if number else {}
    if query:
        asked |= {"query": query, "title_matches": [list(match) for match in found.title_matches]}
    whole = {"text": document.text} if numbers is None else {}
    return {**asked, **_head(document), **whole, "passages": passages, **_noted(notes)}


def place_value(found: Places, place: Place, query: str, notes: Sequence[str] = ()) -> dict[str, Any]:
    """Return a place of a query in a document."""
    return {
        "place": place.number,
        "places": len(found.places),
        "query": query,
        **addresses(found.document.path),
        "title": found.document.title,
        "language": place.language,
        "heading": list(place.heading),
        "line": place.line,
        "page": place.page,
        **({"page_label": place.page_label} if place.page_label else {}),
        "start": place.start,
        "end": place.end,
        "text": place.text,
        "matches": [list(match) for match in place.matches],
        **_noted(notes),
    }


def _head(document: Document) -> dict[str, Any]:
    return {
        **addresses(document.path),
        "title": document.title,
        "type": document.type,
        "date": document.date,
        "modified": document.modified,
        "fields": dict(shown_fields(document.type, document.fields)),
    }


def _passage(document: Document, one: Passage) -> dict[str, Any]:
    label = label_of(document.type, document.fields, one.page)
    return {**one._asdict(), "heading": list(one.heading), **({"page_label": label} if label else {})}


def _noted(notes: Sequence[str]) -> dict[str, Any]:
    return {"notes": list(notes)} if notes else {}

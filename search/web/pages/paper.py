"""A document as a page shows it: its text with all places marked, its contents, and what is said of it.

Of a long document a part is shown, so that ten thousand pages take no longer than ten. Does not depend on the
web's libraries.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from coopsearch.search.model import Document, shown_path
from coopsearch.search.page_labels import label_of, shown_fields
from coopsearch.search.results.places import Places
from coopsearch.search.serving import answers
from coopsearch.search.serving.service import Service
from coopsearch.search.web import desk
from coopsearch.search.web.pages import leaves
from coopsearch.search.web.pages.around import around
from coopsearch.search.web.pages.results import Given, link, place_of, without
from coopsearch.search.web.pages.tables import BETWEEN, TABLES, Cell, cell_of, cells

#: Passages that are shown together.
WINDOW: Final = 250
#: Entries of the contents, and places, that are listed.
_LISTED: Final = 200
#: Characters of an entry.
_ENTRY: Final = 90
#: Of a place, those before the match.
_BEFORE: Final = 30
#: Fields that are not shown in the list of all, as they stand elsewhere.
_ELSEWHERE: Final = frozenset({"modified"})


class Block(NamedTuple):
    """A passage on the page."""

    start: int
    text: str
    spans: tuple[tuple[int, int], ...]
    level: int
    language: str
    sheet: str
    """What is said above it of the page that begins there, "" where none does."""
    here: bool
    """Whether it is the passage that was looked for."""
    row: str = ""
    """The number of the row that it is, "" where that is not known."""
    cells: tuple[Cell, ...] = ()
    """Those of the row that it is."""
    opens: bool = False
    """Whether it is the first row of those that stand together."""
    closes: bool = False


class Entry(NamedTuple):
    """Where a link leads."""

    text: str
    link: str
    level: int = 0
    where: str = ""
    """Of a place: its page or line."""
    span: tuple[int, int] = (0, 0)
    """Of a place: what is marked of the text."""
    language: str = ""
    """Of a place: that of its passage."""


def view(service: Service, name: str, given: Given, at: int | None, first: int | None) -> dict[str, Any]:
    """Return all that a page shows of the document of an id. Raises Refused where there is none."""
    values = dict(given)
    query = values.get("q", "")
    found = answers.places(service, name, query, require_all=bool(values.get("all")))
    document = found.document
    starts = [one.start for one in document.passages]
    number = max(0, bisect_right(starts, at) - 1) if at is not None else 0
    begin = (first if first is not None else number) // WINDOW * WINDOW
    begin = min(begin, max(0, len(starts) - 1) // WINDOW * WINDOW)

    def to(start: int) -> str:
        """Return the address of a passage, by where it starts."""
        chunk = max(0, bisect_right(starts, start) - 1) // WINDOW * WINDOW
        more = [("first", str(chunk))] if chunk else []
        return link(f"/document/{name}", [*given, *more]) + f"#t{start}"

    end = min(begin + WINDOW, len(starts))
    index, _ = service.located(name)
    marked = desk.marks_of(service, name)
    near = [("page", values["page"])] if values.get("page") else []
    rest = [*without(given), *near]
    return {
        "name": name,
        "document": document,
        "shown_path": shown_path(document.path),
        "query": query,
        "title_matches": found.title_matches,
        "field_matches": found.field_matches,
        "fields": _fields(document),
        "blocks": _in_tables(document, list(_blocks(found, begin, end, at))),
        "contents": list(_contents(document, to)),
        "contents_total": sum(1 for one in document.passages if one.level),
        "places": list(_places(found, to)),
        "places_total": len(found.places),
        "pages_last": leaves.last(document),
        "given": given,
        "lost": "",
        "jumps": _jumps(found, starts, begin, end, to),
        "first": begin,
        "count": len(starts),
        "end": end,
        "earlier": link(f"/document/{name}", [*given, ("first", str(begin - WINDOW))]) if begin else "",
        "later": link(f"/document/{name}", [*given, ("first", str(end))]) if end < len(starts) else "",
        **around(service, index, document, given),
        "marks": sorted({one["tag"] for one in marked["marks"]}),
        "notes": marked["notes"],
        "answer": link("/", rest) if query else "",
        "next": link("/hit", [*rest, ("after", name)]) if query else "",
        "previous": link("/hit", [*rest, ("before", name)]) if query else "",
        "is_pdf": document.type == "pdf" and document.path == document.file,
        "page": next((one.page for one in document.passages[number : number + 1] if one.page), 1),
    }


def page_at(service: Service, name: str, given: Given, named: str) -> str:
    """Return the address of a page of a document as somebody names it, "" where there is none.

    Raises Refused where there is no such document.
    """
    index, path = service.located(name)
    start = leaves.start_of(index.document(path), named)
    return "" if start is None else link(f"/document/{name}", [*given, ("at", str(start))]) + f"#t{start}"


def _blocks(found: Places, begin: int, end: int, at: int | None) -> Iterator[Block]:
    document = found.document
    spans = [(one.start + low, one.start + high) for one in found.places for low, high in one.matches]
    ends = [high for _, high in spans]
    before = document.passages[begin - 1].page if begin else None
    above = _above(document)
    for one in document.passages[begin:end]:
        inside = []
        for low, high in spans[bisect_right(ends, one.start) :]:
            if low >= one.end:
                break
            inside.append((max(low, one.start) - one.start, min(high, one.end) - one.start))
        sheet = ""
        if one.page is not None and one.page != before:
            sheet = place_of(one.page, label_of(document.type, document.fields, one.page), None)
            before = one.page
        yield Block(
            one.start,
            document.text[one.start : one.end],
            tuple(inside),
            one.level and one.level - above,
            one.language,
            sheet,
            at is not None and one.start <= at < max(one.end, one.start + 1),
        )


def _in_tables(document: Document, blocks: list[Block]) -> list[Block]:
    """Return the blocks, those that are rows of a table with their cells."""
    if document.type not in TABLES:
        return blocks
    rows = {
        one.start: one.line
        for one in document.passages
        if not one.level and (one.line is not None or BETWEEN in document.text[one.start : one.end])
    }
    made = []
    for number, one in enumerate(blocks):
        if one.start in rows:
            before, after = (
                blocks[n].start if 0 <= n < len(blocks) else -1 for n in (number - 1, number + 1)
            )
            line = rows[one.start]
            # Of a row that is cut into several passages, the first has the number.
            said = "" if line is None else f"{line:,}" if rows.get(before) != line else "…"
            one = one._replace(  # noqa: PLW2901
                row=said,
                cells=tuple(cells(one.text, one.spans)),
                opens=before not in rows or bool(one.sheet),
                closes=after not in rows or bool(blocks[number + 1].sheet),
            )
        made.append(one)
    return made


def _above(document: Document) -> int:
    """Return by how much the levels of all headings are too deep: a page begins with the first level."""
    return min((one.level for one in document.passages if one.level), default=1) - 1


def _contents(document: Document, to: Any) -> Iterator[Entry]:
    headings = [one for one in document.passages if one.level][:_LISTED]
    above = _above(document)
    for one in headings:
        text = document.text[one.start : one.end]
        yield Entry(_cut(text), to(one.start), min(one.level - above, 6))


def _places(found: Places, to: Any) -> Iterator[Entry]:
    for one in found.places[:_LISTED]:
        low, high = one.matches[0] if one.matches else (0, 0)
        start = low - _BEFORE
        # It begins with a word.
        start = one.text.find(" ", start, low) + 1 or low if start > 0 else 0
        end = min(start + _ENTRY, len(one.text))
        shown = one.text[start:end] + ("…" if end < len(one.text) else "")
        yield Entry(
            ("…" if start else "") + shown,
            to(one.start) + cell_of(found.document.type, one.text, one.matches),
            where=place_of(one.page, one.page_label, one.line),
            span=(low - start + bool(start), min(high, end) - start + bool(start)),
            language=one.language,
        )


def _jumps(found: Places, starts: list[int], begin: int, end: int, to: Any) -> dict[str, str]:
    """Return the parts of the text that have the place before those of this part, and that after them.

    "last" is the part with the last place of all. Each is "" where that is none, or this part.
    """
    places = [one.start for one in found.places]
    low, high = bisect_left(places, starts[begin]) if begin < len(starts) else 0, len(places)
    high = bisect_left(places, starts[end]) if end < len(starts) else high

    def part(place: int) -> str:
        return str(to(places[place])).partition("#")[0]

    return {
        "before": part(low - 1) if low else "",
        "after": part(high) if high < len(places) else "",
        "last": part(-1) if high < len(places) else "",
    }


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _ENTRY else f"{text[: _ENTRY - 1]}…"


def _fields(document: Document) -> list[tuple[str, str]]:
    fields = shown_fields(document.type, document.fields)
    return [(name, value) for name, value in fields.items() if value and name not in _ELSEWHERE]


def beside(service: Service, asked: Any, name: str, by: int) -> str | None:
    """Return the id of the hit after (1) or before (-1) that of an id, on one page of an answer.

    None where that is on another page; "" where the document is not among the hits.
    """
    options = {**asked.options, "fold": True}
    results = service.index.search(
        asked.query, limit=asked.limit, offset=asked.offset, snippets=False, **options
    )
    names = [service.name_of(hit) for hit in results]
    if not name:
        # From the page before or after: its end that is nearer.
        return (names[0] if by > 0 else names[-1]) if names else ""
    if name not in names:
        return ""
    at = names.index(name) + by
    return names[at] if 0 <= at < len(names) else None

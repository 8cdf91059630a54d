"""An answer as a page shows it: its hits, what narrows it, and why there is nothing.

Does not depend on the web's libraries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from coopsearch.search.interactive.asking import begun
from coopsearch.search.model import Diagnosis, Hit, Results, shown_path
from coopsearch.search.serving.answers import diagnosed
from coopsearch.search.serving.asked import Asked, query_string
from coopsearch.search.serving.service import Service
from coopsearch.search.web import desk
from coopsearch.search.web.pages.folders import tree
from coopsearch.search.web.pages.tables import cell_of

#: Hits of a page, and those of one that is shown while somebody types: the others follow with the counts.
SHOWN: Final = 20
_FIRST: Final = 10
#: Facets that are counted wherever documents have them, and how each is called.
FACETS: Final = {
    "lang": "Language", "type": "Type", "year": "Year", "folder": "Folder", "author": "Author",
    "from": "From",
}  # fmt: skip
#: Those of them that all documents have, and the parameter by which an answer is narrowed to a value.
_COLUMNS: Final = {"lang": "lang", "type": "type", "year": "year", "folder": "in"}
#: Values of a facet that are shown.
_VALUES: Final = 8
_YEARS: Final = 60
_FOLDERS: Final = 12
#: Values of a facet of which all are asked for: a page with more would take seconds to be laid out.
MOST_VALUES: Final = 500
#: The facets of which all can be asked for; years are narrowed to by the first and the last one.
OPENED: Final = tuple(name for name in FACETS if name != "year")
#: Names of languages; others are called by their codes.
LANGUAGES: Final = {"en": "English", "fr": "French", "ar": "Arabic"}
SORTS: Final = {
    "": "Best first", "newest": "Newest first", "oldest": "Oldest first", "title": "By title",
    "path": "By address",
}  # fmt: skip

Given = list[tuple[str, str]]
"""The parameters of a page, in their order."""


class Value(NamedTuple):
    """A value of a facet."""

    name: str
    documents: int
    link: str
    """Where the answer is narrowed to it, or no longer is."""
    chosen: bool
    share: int
    """Its part of the largest count, in percent."""
    level: int = 0
    """Of a folder: how many folders of the list it lies below."""


class Facet(NamedTuple):
    """What an answer can be narrowed by."""

    name: str
    title: str
    values: tuple[Value, ...]
    more: int
    toggle: str = ""
    """Where all values are shown, or those that have the most documents alone; "" where these are all."""
    is_open: bool = False
    first: int = 0
    """Which of the values is the first that is shown because all were asked for."""


class Chip(NamedTuple):
    """Something that an answer is narrowed to, and where it is not."""

    text: str
    link: str


class Shown(NamedTuple):
    """A hit, and where it leads."""

    hit: Hit
    name: str
    """The id of its document."""
    place: str
    """Page or line, for a person."""
    link: str
    also: tuple[tuple[str, str], ...]
    near: tuple[tuple[str, str], ...]
    """Other documents that say the same, or nearly: addresses and links."""
    label: str
    tags: frozenset[str]


def view(
    service: Service,
    asked: Asked,
    given: Given,
    *,
    quick: bool = False,
    typed: bool = False,
    opened: str = "",
) -> dict[str, Any]:
    """Return all that a page shows of a search; ``quick`` leaves out what it can be narrowed by.

    Of the facet ``opened`` all values are shown. With ``typed`` the last word may be the beginning of one,
    where nothing is found of it as it stands. Raises what ``Index.search`` raises.
    """
    if not asked.query.strip():
        return {"results": None, "given": given, "query": "", "chips": chips(given), "sorts": SORTS}
    fields = set(service.index.fields)
    # Counting takes as long as finding: while somebody types, it waits.
    wanted = [name for name in FACETS if not quick and (name in _COLUMNS or name in fields)]
    options = {**asked.options, "facets": wanted, "fold": True, "offset": asked.offset}
    options["limit"] = min(asked.limit, _FIRST) if quick else asked.limit
    results = service.index.search(asked.query, **options)
    longer = begun(asked.query) if typed and not results.total else ""
    if longer:
        more = service.index.search(longer, **options)
        if more.total:
            results, asked = more, asked._replace(query=longer)
            given = [("q", longer), *without(given, "q")]
    found = None if quick else diagnosed(service, asked, results)
    return {
        "results": results,
        "query": asked.query,
        "begun": longer if asked.query == longer else "",
        "given": given,
        "hits": all_shown(service, results, asked.query, given),
        "facets": list(facets(results.facets, given, opened)),
        "chips": chips(given),
        "sorts": SORTS,
        "found": found,
        "help": lack(found, results, given),
        **pager(results.total, asked, given),
    }


def all_shown(service: Service, hits: Iterable[Hit], query: str, given: Given | None = None) -> list[Shown]:
    """Return hits as a page shows them, with what they are marked."""
    found = list(hits)
    tags = desk.marks_here(service, [(hit.path, hit.index_folder) for hit in found])
    return [shown(service, hit, query, given)._replace(tags=tags.get(hit.path, frozenset())) for hit in found]


def shown(service: Service, hit: Hit, query: str, given: Given | None = None) -> Shown:
    """Return a hit as a page shows it; ``given`` are the parameters of the answer that it is of."""
    name = service.name_of(hit)
    at = str(hit.span[0]) if hit.span[1] else ""

    def links(paths: Iterable[str]) -> tuple[tuple[str, str], ...]:
        return tuple(
            (shown_path(path), link("/document/" + service.identify(path, hit.index_folder), [("q", query)]))
            for path in paths
        )

    return Shown(
        hit,
        name,
        place_of(hit.page, hit.page_label, hit.line),
        link(f"/document/{name}", [*(given or [("q", query)]), ("at", at)])
        + (f"#t{at}{cell_of_hit(hit)}" if at else ""),
        tuple((shown_path(path), "") for path in hit.also),
        links(hit.near),
        service.labels.get(hit.index_folder, ""),
        frozenset(),
    )


def cell_of_hit(hit: Hit) -> str:
    """Return the end of the address of the cell of a hit; "" where the row is not shown whole, or is none."""
    whole = len(hit.snippet) == hit.span[1] - hit.span[0]
    return cell_of(hit.type, hit.snippet, hit.matches) if whole else ""


def place_of(page: int | None, label: str, line: int | None) -> str:
    """Return where in a document something stands, for a person."""
    if page is not None:
        return f"page {label} ({page})" if label and label != str(page) else f"page {page}"
    return "" if line is None else f"line {line:,}"


def link(path: str, given: Iterable[tuple[str, str]]) -> str:
    """Return the address of a page with parameters; those that are empty are left out."""
    query = query_string(given)
    return f"{path}?{query}" if query else path


def without(given: Given, *names: str, value: str | None = None) -> Given:
    """Return parameters without those of some names, or one value of them, and on the first page."""
    return [
        (name, one)
        for name, one in given
        if name != "page" and not (name in names and (value is None or one == value))
    ]


def facets(counts: Mapping[str, Mapping[str, int]], given: Given, opened: str = "") -> Iterable[Facet]:
    """Yield what an answer can be narrowed by, with the counts of all its documents.

    Of each facet the values with the most documents are shown, and of that which is ``opened`` all, up to a
    bound.
    """
    for name, values in counts.items():
        is_open = name == opened
        usual = _FOLDERS if name == "folder" else _VALUES
        room = MOST_VALUES if is_open else usual
        toggle = link("/", given if is_open else [*given, ("more", name)])
        named = {value: count for value, count in values.items() if value}
        most = max(named.values(), default=1)
        if name == "folder":
            chosen = [value for key, value in given if key == _COLUMNS[name]]
            folders, more = tree(named, chosen, room)
            made = tuple(
                Value(one.label, one.documents, *_narrowed(name, one.path, given), 0, one.level)
                for one in folders
            )
        else:
            listed = _years(named) if name == "year" else list(named)[:room]
            made = tuple(
                Value(
                    LANGUAGES.get(value, value) if name == "lang" else value,
                    named.get(value, 0),
                    *_narrowed(name, value, given),
                    round(100 * named.get(value, 0) / most),
                )
                for value in listed
            )
            more = len(named) - len(made)
        if len(made) > 1 or any(value.chosen for value in made):
            shut = name == "year" or not (more or is_open)
            # In a tree new ones stand anywhere.
            first = min(usual, len(made) - 1) if is_open and name != "folder" else 0
            yield Facet(name, FACETS[name], made, more, "" if shut else toggle, is_open, first)


def _years(named: Mapping[str, int]) -> list[str]:
    """Return the years to show, the last ones, with those between them in which there is nothing."""
    years = sorted(int(one) for one in named if one.isascii() and one.isdigit())
    if not years:
        return []
    first = max(years[0], years[-1] - _YEARS + 1)
    return [f"{year:04}" for year in range(first, years[-1] + 1)]


def _narrowed(facet: str, value: str, given: Given) -> tuple[str, bool]:
    """Return where an answer is narrowed to a value, or no longer is, and whether it is."""
    if facet == "year":
        chosen = ("since", value) in given and ("until", value) in given
        rest = without(given, "since", "until")
        return link("/", rest if chosen else [*rest, ("since", value), ("until", value)]), chosen
    if facet in _COLUMNS:
        name = _COLUMNS[facet]
        chosen = (name, value) in given
        rest = without(given, name)
        return link("/", rest if chosen else [*rest, (name, value)]), chosen
    # A field of the documents' own is narrowed to by the query.
    query = dict(given).get("q", "")
    part = f'{facet}:"{value.replace(chr(34), " ")}"'
    chosen = part in query
    text = query.replace(part, "").strip() if chosen else f"{query.strip()} {part}"
    return link("/", [("q", text), *without(given, "q")]), chosen


def chips(given: Given) -> list[Chip]:
    """Return what an answer is narrowed to."""
    made = []
    values = dict(given)
    if values.get("since") or values.get("until"):
        since, until = values.get("since", ""), values.get("until", "")
        text = since if since == until else f"{since or '…'} to {until or '…'}"
        made.append(Chip(text, link("/", without(given, "since", "until"))))
    for name, value in given:
        if name in {"lang", "type", "in", "tag"} and value:
            said = LANGUAGES.get(value, value) if name == "lang" else value
            text = {"in": f"in {said}", "tag": f"marked {said}"}.get(name, said)
            if name == "tag" and said.startswith("-"):
                text = f"not marked {said[1:]}"
            made.append(Chip(text, link("/", without(given, name, value=value))))
    if values.get("all"):
        made.append(Chip("all words", link("/", without(given, "all"))))
    return made


def pager(total: int, asked: Asked, given: Given, path: str = "/") -> dict[str, Any]:
    """Return the pages before and after, and those that can be chosen."""
    now = asked.offset // asked.limit + 1
    last = max(1, -(-min(total, 100_000) // asked.limit))
    rest = without(given)

    def to(number: int) -> str:
        return link(path, [*rest, *([("page", str(number))] if number > 1 else [])])

    near = sorted({1, *range(max(1, now - 2), min(last, now + 2) + 1)})
    return {
        "page_now": now,
        "page_last": last,
        "pages": [(number, to(number)) for number in near] if last > 1 else [],
        "before": to(now - 1) if 1 < now <= last + 1 else "",
        "after": to(now + 1) if now < last else "",
    }


def lack(found: Diagnosis | None, results: Results, given: Given) -> dict[str, Any] | None:
    """Return what to say of an answer in which no document holds all that was asked for."""
    if found is None:
        return None
    rest = without(given, "q")
    return {
        "meant": (found.suggestion, found.suggested, link("/", [("q", found.suggestion), *rest]))
        if found.suggestion
        else None,
        "parts": [
            part for part in found.parts if not results.total or (not part.documents and not part.forbidden)
        ],
        "without": [(part.text, part.documents) for part in found.without[:3]],
    }

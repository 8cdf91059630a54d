"""Documents of a state as a cluster gives them out: pages of hits, and those that are to be looked at.

What was unpacked is remembered. Does not depend on the client of a cluster.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, Final, NamedTuple, TypedDict, Unpack

from coopsearch.search import schema
from coopsearch.search.engines.base import Order
from coopsearch.search.engines.opensearch import mapping
from coopsearch.search.engines.opensearch.queries.asking import Json, State, identified, total_of
from coopsearch.search.engines.opensearch.queries.local import Looked, in_32_bits
from coopsearch.search.engines.opensearch.terms import identifier_of
from coopsearch.search.engines.opensearch.tokens import Tokens

#: Documents of one answer: a cluster allows 10,000 unless it is told otherwise.
MOST: Final = 10_000
#: Characters of documents and their tokens that are remembered.
_REMEMBERED: Final = 32 << 20
#: Characters of documents, packed, that answers brought along and that may be looked at soon.
_EXPECTED: Final = 4 << 20

_SORTED: Final[dict[Order, list[Any]]] = {
    "relevance": [{"_score": "desc"}, {schema.PATH: "asc"}],
    "newest": [{schema.DATE: {"order": "desc", "missing": "_last"}}, {schema.PATH: "asc"}],
    "oldest": [{schema.DATE: {"order": "asc", "missing": "_last"}}, {schema.PATH: "asc"}],
    "path": [{schema.PATH: "asc"}],
    "title": [{mapping.TITLE_ORDER: "asc"}, {schema.PATH: "asc"}],
}


class Hit(NamedTuple):
    """One document of a page."""

    id: str
    path: str
    score: float
    after: list[Any]
    """Where the next page begins, if this is the last."""
    packed: str = ""
    """The document and its tokens, where they were asked for."""


class PageOptions(TypedDict, total=False):
    """What a page may be, beside the first of the best documents."""

    order: Order
    after: Hit
    """The last of the page before."""
    packed: bool
    """Whether the documents are to be looked at, or to be read."""
    rescore: Json | list[Json]
    """How the cluster ranks the best anew. They are in no order then beyond that of their scores."""


def page_of(answer: Json) -> tuple[int, list[Hit]]:
    """Return how many documents match, and those of the page."""
    return total_of(answer), hits_of(answer)


def hits_of(answer: Json) -> list[Hit]:
    """Return the documents of a page."""
    return [_hit(hit) for hit in answer["hits"]["hits"]]


class Documents:
    """The documents of one state. Safe for many threads if what answers is."""

    def __init__(self, state: State) -> None:
        """Begin with nothing remembered."""
        self._state = state
        self._lock = threading.Lock()
        self._numbers: dict[str, int] = {}
        self._known: dict[str, Looked] = {}
        self._brought: dict[str, Hit] = {}
        self._brought_size = 0
        self._size = 0

    def page(self, query: Json, size: int, **options: Unpack[PageOptions]) -> tuple[int, list[Hit]]:
        """Return how many documents match, and a page of them at most ``MOST`` long."""
        return page_of(self._state.ask_all([self.body(query, size, **options)])[0])

    def body(self, query: Json, size: int, **options: Unpack[PageOptions]) -> Json:
        """Return the body of the search for a page; ``page_of`` reads the answer."""
        order = options.get("order", "relevance")
        more: Json = {"size": min(size, MOST), "sort": _SORTED[order], "track_total_hits": True}
        if order != "relevance":
            more["track_scores"] = True
        if "rescore" in options:
            more |= {"rescore": options["rescore"]}
            del more["sort"]
        if "after" in options:
            more["search_after"] = options["after"].after
        # A stored field, and the id of a document is one, is read out of blocks of many documents: for two
        # hundred of them that takes many times longer than to read columns.
        more["stored_fields"] = "_none_"
        columns = [mapping.BORN, *([mapping.DOCUMENT] if options.get("packed") else ())]
        more["docvalue_fields"] = [*columns, *([] if "sort" in more else [schema.PATH])]
        return self._state.body(query, **more)

    def of(self, ids: Sequence[str]) -> list[Looked]:
        """Return some documents, in their order, to be looked at."""
        found = {one: self._known[one] for one in ids if one in self._known}
        brought = self._brought
        found |= {one: self.looked(brought[one]) for one in ids if one not in found and one in brought}
        new = [one for one in dict.fromkeys(ids) if one not in found]
        for at in range(0, len(new), MOST):
            some = new[at : at + MOST]
            _, hits = self.page(identified(some), len(some), order="path", packed=True)
            found |= {hit.id: self.looked(hit) for hit in hits}
        return [found[one] for one in ids]

    def expect(self, hits: Sequence[Hit]) -> None:
        """Note documents that an answer brought along, which may be looked at next."""
        with self._lock:
            if self._brought_size > _EXPECTED:
                self._brought, self._brought_size = {}, 0
            self._brought |= {hit.id: hit for hit in hits if hit.packed}
            self._brought_size += sum(len(hit.packed) for hit in hits)

    def looked(self, hit: Hit) -> Looked:
        """Return a document of a page that brought it, to be looked at."""
        with self._lock:
            found = self._known.get(hit.id)
            number = self._numbers.setdefault(hit.id, len(self._numbers))
        if found is None:
            tokens = Tokens(hit.packed)
            found = Looked(hit.id, number, hit.path, tokens)
            with self._lock:
                if self._size > _REMEMBERED:
                    self._known, self._size = {}, 0
                self._known[hit.id] = found
                self._size += tokens.size
        return found


def _hit(hit: Json) -> Hit:
    fields, after = hit["fields"], hit.get("sort") or hit["fields"][schema.PATH]
    path = after[-1]
    return Hit(
        identifier_of(path, fields[mapping.BORN][0]),
        path,
        # Of a number of 32 bits JSON has as many digits as tell it from others.
        in_32_bits(float(hit["_score"] or 0.0)),
        after,
        fields.get(mapping.DOCUMENT, [""])[0],
    )

"""Counting documents by a facet, or by what they say of themselves, in a cluster.

Does not depend on the client of a cluster.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from coopsearch.search import schema
from coopsearch.search.engines.base import Facet
from coopsearch.search.engines.folders import folder_of
from coopsearch.search.engines.opensearch import mapping
from coopsearch.search.engines.opensearch.bodies import BETWEEN
from coopsearch.search.engines.opensearch.packing import document_in
from coopsearch.search.engines.opensearch.queries.asking import Json, State, all_of
from coopsearch.search.engines.opensearch.terms import is_shortened, shortened

#: Values of one answer.
_PAGE: Final = 1_000
_FIELDS: Final = {"lang": schema.LANGUAGE, "type": schema.TYPE, "year": mapping.YEAR}
#: Values of one field that a cluster counts by itself.
_MOST: Final = 10_000


def by_facet(state: State, query: Json, facet: Facet) -> dict[str, int]:
    """Count the documents that match by a facet."""
    found: Counter[str] = Counter()
    for value, count in _values(state, query, _FIELDS.get(facet, mapping.FOLDER)):
        # A folder is counted whole: shorter ones are their beginnings.
        whole = value if not value or value.endswith("/") else f"{value}/"
        found[value if facet in _FIELDS else folder_of(whole, facet)] += count
    return dict(found)


def by_value(state: State, query: Json, name: str) -> dict[str, int]:
    """Count the documents that match by a field of their own."""
    query = all_of([query, {"term": {schema.META_NAMES: shortened(name)}}])
    before = f"{name}{BETWEEN}"
    terms = {"field": mapping.VALUES, "include": f"{_escaped(before)}.*", "size": _MOST}
    answer = state.ask(query, size=0, aggs={"values": {"terms": terms}})["aggregations"]["values"]
    if answer["sum_other_doc_count"]:
        pairs: Iterator[tuple[str, int]] = _values(state, query, mapping.VALUES)
    else:
        pairs = ((bucket["key"], bucket["doc_count"]) for bucket in answer["buckets"])
    found: Counter[str] = Counter()
    for value, count in pairs:
        if value.startswith(before):
            found[_whole(state, value, name) or value.removeprefix(before)] += count
    return dict(found)


def _values(state: State, query: Json, field: str) -> Iterator[tuple[str, int]]:
    """Yield each value of a field with how many of the documents that match have it."""
    pages: dict[str, Any] = {"size": _PAGE, "sources": [{"value": {"terms": {"field": field}}}]}
    while True:
        answer = state.ask(query, size=0, aggs={"values": {"composite": pages}})["aggregations"]["values"]
        yield from ((bucket["key"]["value"], bucket["doc_count"]) for bucket in answer["buckets"])
        if len(answer["buckets"]) < _PAGE:
            return
        pages["after"] = answer["after_key"]


def _whole(state: State, value: str, name: str) -> str:
    """Return a value that is too long for the cluster, from a document that has it; "" for another."""
    if not is_shortened(value):
        return ""
    answer = state.ask({"term": {mapping.VALUES: value}}, size=1, docvalue_fields=[mapping.DOCUMENT])
    return document_in(answer["hits"]["hits"][0]["fields"][mapping.DOCUMENT][0]).fields[name]


def _escaped(text: str) -> str:
    """Return an expression of Lucene's for a text."""
    return re.sub(r"([^\w])", r"\\\1", text, flags=re.ASCII)

"""The time to read a query, beside Whoosh's parser."""

from __future__ import annotations

from functools import partial
from timeit import repeat
from typing import Any, Final

QUERIES: Final = (
    "smuggling routes",
    'human trafficking AND (routes OR "west africa")',
    "+peace -war security*",
)
_NUMBER: Final = 300


def measured() -> list[dict[str, Any]]:
    """Return microseconds a query, the best of five rounds of both in turn."""
    from whoosh.fields import TEXT, Schema
    from whoosh.qparser import QueryParser

    from coopsearch.search.query.parser import parse

    peer = QueryParser("text", Schema(text=TEXT()))

    def best(call: Any) -> float:
        return min(repeat(call, number=_NUMBER, repeat=5)) / _NUMBER * 1e6

    return [
        {"query": query, "ours": best(partial(parse, query)), "whoosh": best(partial(peer.parse, query))}
        for query in QUERIES
    ]

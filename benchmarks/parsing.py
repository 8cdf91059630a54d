"""The time to read a query, beside Whoosh's parser: `python benchmarks/parsing.py`."""

from __future__ import annotations

from functools import partial
from timeit import repeat

from whoosh.fields import TEXT, Schema
from whoosh.qparser import QueryParser

from coopsearch.search.query.parser import parse

QUERIES = ["smuggling routes", 'human trafficking AND (routes OR "west africa")', "+peace -war security*"]


def main() -> None:
    """Print microseconds a query, best of five rounds of both in turn."""
    peer = QueryParser("text", Schema(text=TEXT()))
    print(f"{'query':50} {'ours, µs':>9} {'Whoosh, µs':>11} {'ratio':>6}")
    for query in QUERIES:
        ours = min(repeat(partial(parse, query), number=300, repeat=5)) / 300 * 1e6
        theirs = min(repeat(partial(peer.parse, query), number=300, repeat=5)) / 300 * 1e6
        print(f"{query:50} {ours:9.1f} {theirs:11.1f} {ours / theirs:6.2f}")


if __name__ == "__main__":
    main()

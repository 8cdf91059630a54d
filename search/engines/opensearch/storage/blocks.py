"""Terms and what is known of each, packed into blocks: how the vocabulary of an index lies in a cluster.

A run is a sorted table that one commit wrote and nothing changes any more; it is cut into blocks, each a
document that says which terms lie in it. Several runs together are the vocabulary. Does not depend on
clusters or queries.
"""

from __future__ import annotations

import base64
import heapq
import json
import zlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, Final, TypeVar

from coopsearch.search.indexdir.pages import string

V = TypeVar("V")

#: Entries of one block.
ENTRIES: Final = 512
#: Bytes of a block when it is unpacked: terms are not so long.
_MOST: Final = 1 << 28
#: Characters of a term by which blocks are found: what a cluster sorts by has a bound.
_KEY: Final = 1_000
#: Behind every character that text holds.
_LAST: Final = "\U0010ffff"

Entry = tuple[str, Any]


def block_bodies(run: str, table: str, entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    """Yield the documents of a table of a run, of entries that are sorted by term."""
    left = iter(entries)
    number = 0
    while some := list(islice(left, ENTRIES)):
        yield {
            "kind": "block",
            "run": run,
            "table": table,
            "number": number,
            "first": some[0][0][:_KEY],
            "last": some[-1][0][:_KEY] + (_LAST if len(some[-1][0]) > _KEY else ""),
            "data": _packed(some),
        }
        number += 1


def identifier_of(body: Mapping[str, Any]) -> str:
    """Return the name of a block: the same whenever it is written."""
    return f"{body['run']}.{body['table']}.{body['number']}"


def _packed(entries: list[Entry]) -> str:
    text = json.dumps(
        [[term for term, _ in entries], [value for _, value in entries]],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    # Of a character of the last planes a cluster's sorting knows; of half a one it does not, nor does UTF-8.
    return base64.b64encode(zlib.compress(text.encode(), 6)).decode()


class Block:
    """One block, unpacked when it is looked into."""

    __slots__ = ("_check", "_entries", "_source", "first", "last")

    def __init__(self, source: Mapping[str, Any], check: Callable[[Any], Any]) -> None:
        """Take what the cluster holds. Raises ValueError where that is not a block."""
        self.first: str = string(source.get("first"))
        self.last: str = string(source.get("last"))
        self._source: str = string(source.get("data"))
        self._check = check
        self._entries: tuple[list[str], list[Any]] | None = None

    @property
    def entries(self) -> tuple[list[str], list[Any]]:
        """Return its terms, sorted, and the value of each. Raises ValueError for what is not a block."""
        if self._entries is None:
            try:
                inflated = zlib.decompressobj().decompress(
                    base64.b64decode(self._source, validate=True), _MOST
                )
                terms, values = json.loads(inflated)
                values = [self._check(value) for value in values]
                if len(terms) != len(values) or not all(isinstance(term, str) for term in terms):
                    raise ValueError(terms)
            except (zlib.error, TypeError, RecursionError) as error:
                raise ValueError(str(error)) from None
            self._entries = terms, values
        return self._entries

    def get(self, term: str) -> Any:
        """Return the value of a term, None where it is not there."""
        terms, values = self.entries
        place = bisect_left(terms, term)
        return values[place] if place < len(terms) and terms[place] == term else None

    def beginning(self, prefix: str) -> Iterator[Entry]:
        """Yield the entries whose terms begin so, in order."""
        terms, values = self.entries
        for place in range(bisect_left(terms, prefix), len(terms)):
            if not terms[place].startswith(prefix):
                return
            yield terms[place], values[place]


def merged(runs: Iterable[Iterable[Entry]], together: Callable[[V, V], V]) -> Iterator[tuple[str, V]]:
    """Yield the entries of several sorted runs as one; ``together`` makes one value of two, older first."""
    for term, same in groupby(heapq.merge(*runs, key=itemgetter(0)), key=itemgetter(0)):
        values = [value for _, value in same]
        found = values[0]
        for value in values[1:]:
            found = together(found, value)
        yield term, found

"""Whoosh's queries of positions as operations on arrays: which stretches of which documents match.

A span is a stretch of positions of a document, both ends included.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
from whoosh import query

from coopsearch.search.engines.columns.arrays import I32, I64, Bools, first_of_runs, marked, ranges
from coopsearch.search.engines.columns.codec.postings import SearcherPostings

#: Queries all of whose parts must stand in a document, with the names of these.
_PARTS = {
    query.SpanNear: ("a", "b"),
    query.SpanContains: ("a", "b"),
    query.SpanBefore: ("a", "b"),
    query.SpanCondition: ("a", "b"),
    query.SpanNot: ("a", "b"),
    query.SpanFirst: ("q",),
}

#: The queries of positions, but for phrases.
SPANS = (*_PARTS, query.SpanNear2, query.SpanOr, query.Sequence, query.Ordered)


class Spans(NamedTuple):
    """Spans, sorted by document and start: two numbers each, of document and position in one."""

    starts: I64
    ends: I64

    @property
    def docs(self) -> I32:
        """The documents that have any, sorted."""
        owners = (self.starts >> 32).astype(np.int32)
        return owners[first_of_runs(owners)]

    def those(self, which: Any) -> Spans:
        """Return some of them."""
        return Spans(self.starts[which], self.ends[which])


def parts(asked: Any) -> list[Any]:
    """Return the queries that a query of positions is made of."""
    if type(asked) in _PARTS:
        return [getattr(asked, name) for name in _PARTS[type(asked)]]
    found = asked.qs if isinstance(asked, query.SpanNear2) else getattr(asked, "subqs", None)
    return list(asked.subqueries if found is None else found)


def has_spans(schema: Any, asked: Any) -> bool:
    """Say whether ``spans`` knows a query and all that it is made of."""
    kind = type(asked)
    if kind in (query.Term, query.Phrase):
        if asked.fieldname not in schema or (kind is query.Phrase and not asked.words):
            return False
        field = schema[asked.fieldname]
        return bool(field.format and field.format.supports("positions"))
    known = kind in SPANS or kind in (query.Or, query.And)
    return known and bool(parts(asked)) and all(has_spans(schema, part) for part in parts(asked))


class SpanForms:
    """The spans of queries over one of Whoosh's searchers."""

    def __init__(self, queries: Any, lists: SearcherPostings) -> None:
        """``queries`` says which documents match a query."""
        self._queries, self._lists = queries, lists

    def spans(self, asked: Any, docs: I32) -> Spans:
        """Return a query's spans in some documents, in all of which its parts stand."""
        kind = type(asked)
        if kind is query.Term:
            return self._term(asked.fieldname, asked.text, docs)
        if kind is query.Phrase:
            words = [self._term(asked.fieldname, word, docs) for word in asked.words]
            return reduce(lambda one, other: near(one, other, asked.slop), words)
        if kind in (query.Or, query.SpanOr):
            found = [self.spans(part, self._both(docs, part)) for part in parts(asked)]
            return united(found) if kind is query.Or or len(found) == 1 else merged(united(found))
        if kind is query.SpanNot:
            return outside(self.spans(asked.a, docs), self.spans(asked.b, self._both(docs, asked.b)))
        found = [self.spans(part, docs) for part in parts(asked)]
        match asked:
            case query.And():
                return united(found)
            case query.SpanNear():
                return near(found[0], found[1], asked.slop, ordered=asked.ordered, least=asked.mindist)
            case query.SpanNear2():
                return reduce(
                    lambda one, other: near(
                        one, other, asked.slop, ordered=asked.ordered, least=asked.mindist, long=False
                    ),
                    found,
                )
            case query.Ordered():
                return _tree(before, found)
            case query.Sequence():
                return _tree(lambda one, other: near(one, other, asked.slop, ordered=asked.ordered), found)
            case query.SpanContains():
                return containing(*found)
            case query.SpanBefore():
                return before(*found)
            case query.SpanFirst():
                return found[0].those(found[0].ends & 0xFFFFFFFF <= asked.limit)
        return found[0]

    def _both(self, docs: I32, part: Any) -> I32:
        inside: Bools = self._queries.among(docs, self._queries.docs(part))
        return docs[inside]

    def _term(self, fieldname: str, text: Any, docs: I32) -> Spans:
        keys = self._lists.positions(fieldname, self._queries.searcher.schema[fieldname].to_bytes(text), docs)
        return Spans(keys, keys)


def _tree(join: Any, found: Sequence[Spans]) -> Spans:
    """Join spans two by two, as Whoosh makes a tree of matchers."""
    if len(found) == 1:
        return found[0]
    half = len(found) // 2
    joined: Spans = join(_tree(join, found[:half]), _tree(join, found[half:]))
    return joined


def _sorted(starts: I64, ends: I64) -> Spans:
    order = np.lexsort((ends, starts))
    starts, ends = starts[order], ends[order]
    first = first_of_runs(starts, ends)
    return Spans(starts[first], ends[first])


def united(found: Sequence[Spans]) -> Spans:
    """Return all spans, each once."""
    if len(found) == 1:
        return found[0]
    return _sorted(*(np.concatenate(column) for column in zip(*found, strict=True)))


def merged(found: Spans) -> Spans:
    """Return spans put together where they overlap or touch."""
    if not len(found.starts):
        return found
    reached = np.maximum.accumulate(found.ends)
    first = np.ones(len(reached), np.bool_)
    first[1:] = found.starts[1:] > reached[:-1] + 1
    places = marked(first)
    return Spans(found.starts[places], np.maximum.reduceat(found.ends, places))


def _pairs(low: I64, high: I64) -> tuple[I64, I64]:
    """Return each place with each of its range of other places."""
    counts = np.maximum(high - low, 0)
    return np.repeat(np.arange(len(low)), counts), ranges(low, counts)


def near(
    one: Spans, other: Spans, slop: int, *, ordered: bool = True, least: int = 1, long: bool = True
) -> Spans:
    """Return the stretches from a span of one to a span of the other that is ``least`` to ``slop`` away.

    If ordered, the other does not start before the one. Unless ``long``, one that starts farther away than
    the slop is left out though it reaches nearer: so SpanNear2 has it.
    """
    reach = int((other.ends - other.starts).max()) if long and len(other.starts) else 0
    if ordered:
        low = np.searchsorted(other.starts, one.starts)
    else:
        first = np.maximum(one.starts - slop - reach, one.starts >> 32 << 32)
        low = np.searchsorted(other.starts, first)
    mine, its = _pairs(low, np.searchsorted(other.starts, one.ends + slop, "right"))
    starts, ends = one.starts[mine], one.ends[mine]
    from_, to = other.starts[its], other.ends[its]
    distance = np.maximum(np.maximum(from_ - ends, starts - to), 0)
    kept = (distance >= least) & (distance <= slop)
    return _sorted(np.minimum(starts, from_)[kept], np.maximum(ends, to)[kept])


def containing(one: Spans, other: Spans) -> Spans:
    """Return the spans of one within which a span of the other lies."""
    mine, its = _pairs(
        np.searchsorted(other.starts, one.starts), np.searchsorted(other.starts, one.ends, "right")
    )
    return one.those(np.unique(mine[other.ends[its] <= one.ends[mine]]))


def before(one: Spans, other: Spans) -> Spans:
    """Return the spans of one that end before the first of the other in the document."""
    docs = one.starts >> 32
    first = np.searchsorted(other.starts, docs << 32)
    inside: Bools = first < len(other.starts)
    one, first, docs = one.those(inside), first[inside], docs[inside]
    starts = other.starts[first]
    return one.those((starts >> 32 == docs) & (one.ends < starts))


def outside(one: Spans, other: Spans) -> Spans:
    """Return the spans of one that overlap none of the other."""
    if not len(other.starts):
        return one
    reached = np.maximum.accumulate(other.ends)
    last = np.searchsorted(other.starts, one.ends, "right") - 1
    return one.those((last < 0) | (reached[np.maximum(last, 0)] < one.starts))

"""Which terms of one of Whoosh's queries match in which documents.

A term matches in a document where every part of the query that it stands in does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
from whoosh import query
from whoosh.query.terms import MultiTerm

from coopsearch.search.engines.columns.arrays import I32
from coopsearch.search.engines.columns.codec.compiler import Queries, whole_field
from coopsearch.search.engines.columns.codec.spans import SPANS, parts

Matched = Iterator[tuple[tuple[str, bytes], I32]]


def matched(queries: Queries, asked: Any, context: Any, docs: I32) -> Matched:
    """Yield the terms of a query, and in which of some (sorted) documents each matches.

    The query matches in all of the documents.
    """
    if not queries.has_form(asked):
        yield from _walked(queries, asked, context, docs)
        return
    if type(asked) in SPANS:
        every = type(asked) not in (query.SpanOr, query.SpanNot)
        for place, part in enumerate(parts(asked)):
            always = every or (place == 0 and type(asked) is query.SpanNot)
            inside = docs if always else _both(queries, docs, queries.docs(part))
            yield from matched(queries, part, context, inside)
        return
    match asked:
        case query.Term() | query.Phrase():
            words = [asked.text] if isinstance(asked, query.Term) else asked.words
            for word in words:
                held = queries.docs(query.Term(asked.fieldname, word))
                yield (asked.fieldname, _bytes(queries, asked.fieldname, word)), _both(queries, docs, held)
        case MultiTerm() if not whole_field(asked):
            for text in queries.expanded(asked):
                held = queries.docs(query.Term(asked.field(), text))
                yield (asked.field(), text), _both(queries, docs, held)
        case query.NumericRange():
            inner = asked._compile_query(queries.searcher.reader())  # noqa: SLF001 - what it is
            yield from matched(queries, inner, context, docs)
        case query.And() | query.Require():
            for sub in asked.subqueries:
                yield from matched(queries, sub, context, docs)
        case query.Or() | query.DisjunctionMax() | query.AndMaybe():
            for sub in asked.subqueries:
                yield from matched(queries, sub, context, _both(queries, docs, queries.docs(sub)))
        case query.Otherwise():
            used = asked.a if len(queries.docs(asked.a)) else asked.b
            yield from matched(queries, used, context, docs)
        case query.AndNot():
            yield from matched(queries, asked.a, context, docs)
        case query.ConstantScoreQuery() | query.WeightingQuery():
            yield from matched(queries, asked.child, context, docs)


def _both(queries: Queries, docs: I32, others: I32) -> I32:
    return docs[queries.among(docs, others)]


def _bytes(queries: Queries, fieldname: str, text: Any) -> bytes:
    schema = queries.searcher.schema
    try:
        found: bytes = schema[fieldname].to_bytes(text) if fieldname in schema else b""
    except ValueError:
        found = b""
    return found


def _walked(queries: Queries, asked: Any, context: Any, docs: I32) -> Matched:
    """Ask Whoosh's own matcher, a document at a time."""
    matcher = asked.matcher(queries.searcher, context.set(needs_current=True))
    terms = list(matcher.term_matchers())
    wanted = set(docs.tolist())
    found: dict[tuple[str, bytes], list[int]] = defaultdict(list)
    while matcher.is_active():
        if (number := matcher.id()) in wanted:
            for term in terms:
                if term.is_active() and term.id() == number:
                    found[term.term()].append(number)
        matcher.next()
    for name, numbers in found.items():
        yield name, np.array(numbers, np.int32)

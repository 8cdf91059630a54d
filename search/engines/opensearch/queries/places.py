"""Where words stand beside or near each other, as queries of intervals for a cluster.

Lucene finds which documents hold such a place. How many of them a document holds it counts as we do only
where all slots stand side by side. Does not depend on the client of a cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import permutations, product
from math import factorial, prod
from typing import Final, NamedTuple

from coopsearch.search.engines.nodes import Neighbours, Phrase, Spelled
from coopsearch.search.engines.opensearch import mapping
from coopsearch.search.engines.opensearch.queries.asking import NOTHING, Json, all_of, any_of
from coopsearch.search.engines.opensearch.queries.statistics import holding
from coopsearch.search.engines.opensearch.queries.weights import Slot, slots_of
from coopsearch.search.engines.opensearch.terms import GAP, written

#: Rows of slots that one node may be told apart into, and terms in all of them.
_MOST_ROWS: Final = 48
_MOST_TERMS: Final = 600

#: More positions than any document has.
_WIDEST: Final = 1 << 30

#: Says whether an index holds a term of a field.
Known = Callable[[str, str], bool]


class Places(NamedTuple):
    """How a node that asks for places is answered."""

    query: Json
    """Finds the documents."""
    matches: bool
    """Whether it finds those alone; else some more, which are looked at on our side."""
    counts: bool
    """Whether its score tells how many places a document has (``compile.PLACES``)."""
    upper: tuple[Slot, ...] = ()
    """Terms that occur in a document at least as often, all together, as it has places."""
    terms: int = 0
    """Clauses that it takes in the cluster."""


_NONE: Final = Places(NOTHING, matches=True, counts=True)


def phrase_places(phrase: Phrase, known: Known) -> Places:
    """Return how a phrase is found."""
    slots = _held(slots_of(phrase), known)
    if slots is None:
        return _NONE
    ordered = phrase.ordered or len(slots) == 1
    orders = 1 if ordered else factorial(len(slots))
    upper = tuple(slots[:1] if ordered else slots)
    terms = orders * sum(len(some) for _, some in slots)
    if orders > _MOST_ROWS or terms > _MOST_TERMS:
        return _superset([[slots]], upper)
    base = slots[0][0]
    sources = [_slot(slot, base) for slot in slots]
    rows = [
        _in_order(list(row), phrase.slop if len(slots) > 1 else 0)
        for row in ([sources] if ordered else permutations(sources))
    ]
    # Of one slot alone the copies are counted, too, that make it weigh more.
    exact = len(slots) > 1 and not phrase.slop and not _repeats(slots)
    near = len(slots) == 1 or (phrase.slop < GAP and not _repeats(slots))
    return Places(_intervals(base, _any(rows)), matches=near, counts=exact, upper=upper, terms=terms)


def neighbour_places(node: Neighbours, known: Known) -> Places:
    """Return how parts near each other are found."""
    parts = [[held for row in part if (held := _held(slots_of(row), known))] for part in node.parts]
    if not all(parts):
        return _NONE
    upper = tuple(row[0] for part in parts for row in part)
    orders = (1 if node.ordered else factorial(len(parts))) * prod(map(len, parts))
    terms = orders * max(1, sum(len(some) for part in parts for row in part for _, some in row))
    if orders > _MOST_ROWS or terms > _MOST_TERMS:
        return _superset(parts, upper)
    base = parts[0][0][0][0]
    sources = [[_in_order([_slot(slot, base) for slot in row], 0) for row in part] for part in parts]
    rows = [
        _in_order(list(row), node.slop)
        for order in ([sources] if node.ordered else permutations(sources))
        for row in product(*order)
    ]
    near = node.slop < GAP and not _repeats([slot for part in parts for row in part for slot in row])
    return Places(_intervals(base, _any(rows)), matches=near, counts=False, upper=upper, terms=terms)


def spelled_places(node: Spelled, known: Known) -> Places:
    """Return how words side by side are found that together spell a text."""
    edges = [edge for edge in node.edges if known(node.field, edge[2])]
    last = tuple(dict.fromkeys(term for _, end, term in edges if end == node.length))
    first = tuple(dict.fromkeys(term for start, _, term in edges if start == 0))
    if not first or not last:
        return _NONE
    upper: tuple[Slot, ...] = ((node.field, last),)
    ends = {node.length}
    for start, end, _ in sorted(edges, reverse=True):
        if end in ends:
            ends.add(start)
    edges = [edge for edge in edges if edge[1] in ends]
    rows: list[list[str]] = []
    for row in _spellings(edges, 0, node.length):
        rows.append(row)
        if len(rows) > _MOST_ROWS:
            return _superset([[[(node.field, first)]], [[(node.field, last)]]], upper)
    if not rows:
        return _NONE
    terms = sum(map(len, rows))
    # One at a time: of two rows one of which lies within the other, intervals would drop one.
    query = any_of(
        [
            _intervals(node.field, _in_order([_slot((node.field, (term,)), node.field) for term in row], 0))
            for row in rows
        ]
    )
    once = all(len(set(row)) == len(row) for row in rows)
    return Places(query, matches=once, counts=once and len(rows) == 1 < terms, upper=upper, terms=terms)


def _spellings(edges: Sequence[tuple[int, int, str]], begin: int, length: int) -> Iterator[list[str]]:
    for start, end, term in edges:
        if start == begin:
            if end == length:
                yield [term]
            else:
                yield from ([term, *rest] for rest in _spellings(edges, end, length))


def _held(slots: Sequence[Slot], known: Known) -> list[Slot] | None:
    """Return slots without the terms that no document has; None if one is left empty, or there is none."""
    found = [
        (field, tuple(dict.fromkeys(term for term in terms if known(field, term)))) for field, terms in slots
    ]
    whole = found and all(terms and field in mapping.TEXTS for field, terms in found)
    return found if whole else None


def _repeats(slots: Sequence[Slot]) -> bool:
    """Say whether a slot is asked for twice: Lucene takes two copies at one position for two places of it."""
    return len({(field, frozenset(terms)) for field, terms in slots}) < len(slots)


def _superset(parts: Sequence[Sequence[Sequence[Slot]]], upper: tuple[Slot, ...]) -> Places:
    """Return the documents that hold the words of any row of each part, wherever they stand."""
    query = all_of([any_of([all_of([holding(*slot) for slot in row]) for row in part]) for part in parts])
    return Places(query, matches=False, counts=False, upper=upper)


def _intervals(field: str, source: Json) -> Json:
    return {"intervals": {mapping.positions(field): source}}


def _slot(slot: Slot, base: str) -> Json:
    field, terms = slot
    sources: list[Json] = []
    for term in terms:
        one: Json = {"query": written(term)}
        if field != base:
            one["use_field"] = mapping.positions(field)
        sources.append({"match": one})
    return _any(sources)


def _any(sources: list[Json]) -> Json:
    return sources[0] if len(sources) == 1 else {"any_of": {"intervals": sources}}


def _in_order(sources: list[Json], gaps: int) -> Json:
    if len(sources) == 1:
        return sources[0]
    return {"all_of": {"ordered": True, "max_gaps": min(gaps, _WIDEST), "intervals": sources}}

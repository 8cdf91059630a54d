"""Whoosh's orders and groups, made of columns: by fields with a value for each document, and by scores.

Does not depend directly on queries or collectors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from whoosh import sorting

from coopsearch.search.engines.columns.arrays import F32, I32, Ints
from coopsearch.search.engines.columns.codec.column_reader import ValueReader
from coopsearch.search.engines.columns.codec.postings import SearcherPostings
from coopsearch.search.engines.columns.evaluate.uninverted import keywords
from coopsearch.search.engines.columns.field_columns import KEYWORDS
from coopsearch.search.engines.columns.storage.string_table import decode


class Order(NamedTuple):
    """The order of some documents."""

    places: Ints
    """Their places, first to last."""
    key: Callable[[int], Any]
    """What Whoosh sorts the document at a place by."""


def is_order(searcher: Any, facets: Iterable[Any]) -> bool:
    """Say whether facets of Whoosh's are columns or scores, so that ``ordered`` can sort by them."""
    return all(type(facet) is sorting.ScoreFacet or _is_column(searcher, facet) for facet in facets)


def _is_column(searcher: Any, facet: Any) -> bool:
    return (
        type(facet) is sorting.FieldFacet
        and not facet.allow_overlap
        and facet.fieldname in searcher.schema
        and bool(searcher.reader().has_column(facet.fieldname))
    )


def ordered(searcher: Any, facets: Iterable[Any], docs: I32, scores: F32) -> Order:
    """Return some documents (sorted) in the order of facets, ties by number."""
    columns: list[Ints] = []
    keys: list[Callable[[int], Any]] = []
    for facet in facets:
        if type(facet) is sorting.ScoreFacet:
            columns.append(-scores)
            keys.append(lambda place: 0 - float(scores[place]))
            continue
        reader = searcher.reader().column_reader(facet.fieldname, translate=False)
        assert isinstance(reader, ValueReader)
        ranks = reader.ranks().take(docs)
        columns.append(-ranks if facet.reverse else ranks)
        keys.append(_turned(columns[-1]) if facet.reverse else _valued(reader, docs))
    places = np.lexsort((docs, *reversed(columns)))
    if len(keys) == 1:
        return Order(places, keys[0])
    return Order(places, lambda place: tuple(key(place) for key in keys))


def _turned(column: Ints) -> Callable[[int], int]:
    return lambda place: int(column[place])


def _valued(reader: ValueReader, docs: I32) -> Callable[[int], bytes]:
    return lambda place: reader[int(docs[place])]


def is_group(searcher: Any, facet: Any) -> bool:
    """Say whether ``groups`` can group by a facet."""
    overlaps = type(facet) is sorting.FieldFacet and facet.allow_overlap and facet.fieldname in KEYWORDS
    return overlaps or _is_column(searcher, facet)


class Groups(NamedTuple):
    """The groups of some documents."""

    names: list[Any]
    docs: Ints
    """Pairs of a document, in rising order, ..."""
    which: Ints
    """... and the place of a name."""


def groups(searcher: Any, lists: SearcherPostings, facet: Any, docs: I32) -> Groups:
    """Return the groups of some documents (sorted)."""
    if not facet.allow_overlap:
        reader = searcher.reader().column_reader(facet.fieldname, translate=False)
        assert isinstance(reader, ValueReader)
        _, first, which = np.unique(reader.ranks().take(docs), return_index=True, return_inverse=True)
        field = searcher.schema[facet.fieldname]
        return Groups([field.from_column_value(reader[doc]) for doc in docs[first].tolist()], docs, which)
    found = keywords(lists.reader.snapshot, facet.fieldname)
    mark = np.zeros(lists.reader.snapshot.space, np.bool_)
    own = lists.numbers.own.take(docs)
    mark[own] = True
    pairs = np.flatnonzero(mark[found.docs])
    without = np.setdiff1d(own, found.docs)
    own = np.concatenate((found.docs[pairs], without))
    which = np.concatenate((found.values[pairs], np.full(len(without), len(found.names), np.int64)))
    order = np.lexsort((which, own))
    names = [*map(decode, found.names), None]
    return Groups(names, lists.numbers.of(own[order]), which[order])


def fill(facetmap: Any, found: Groups, docs: I32, keys: list[Any] | None) -> None:
    """Put groups into one of Whoosh's maps; ``keys`` has what each document is sorted by, if anything."""
    if type(facetmap) is sorting.Count:
        for place, count in enumerate(np.bincount(found.which, minlength=len(found.names)).tolist()):
            if count:
                facetmap.dict[found.names[place]] += count
        return
    names, at = found.names, np.searchsorted(docs, found.docs).tolist()
    for row, doc, place in zip(at, found.docs.tolist(), found.which.tolist(), strict=True):
        facetmap.add(names[place], doc, None if keys is None else keys[row])

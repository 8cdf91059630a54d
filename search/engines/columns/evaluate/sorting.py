"""Documents in another order than that of their scores, and how many there are of each kind.

Both are operations on columns: a value for each document, and a choice or a count of some of them. Does not
depend directly on queries or ranking formulas.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable

import numpy as np

from coopsearch.search import schema
from coopsearch.search.engines.base import Facet, Order
from coopsearch.search.engines.columns.arrays import I32, Ints
from coopsearch.search.engines.columns.evaluate.snapshot import Snapshot
from coopsearch.search.engines.columns.evaluate.top_docs import first_by_path, path_of
from coopsearch.search.engines.columns.evaluate.uninverted import Keywords, keywords
from coopsearch.search.engines.columns.storage.string_table import decode
from coopsearch.search.engines.folders import folder_of

#: Where a document without a day stands: behind all others.
_NEVER = np.iinfo(np.int32).max


class Sorting:
    """Orders and counts of one state; what was turned round once is kept. Safe for many threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Take the state."""
        self._snapshot = snapshot
        self._turned: dict[str, Keywords] = {}
        self._titles: dict[int, str] = {}

    def first(self, docs: I32, order: Order, limit: int) -> list[int]:
        """Return the first ``limit`` of some documents (sorted) in an order, ties by path."""
        if limit <= 0 or not len(docs):
            return []
        if order == "path":
            return first_by_path(self._snapshot, docs, limit)
        if order == "title":
            return self._by_title(docs, limit)
        days = self._snapshot.dates.take(docs)
        keys = np.where(days > 0, -days if order == "newest" else days, _NEVER)
        if len(keys) > limit:
            last = np.partition(keys, limit - 1)[limit - 1]
            tied = docs[keys == last]
            rest = first_by_path(self._snapshot, tied, limit - int((keys < last).sum()))
            docs, keys = docs[keys < last], keys[keys < last]
        else:
            rest = []
        pairs = zip(keys.tolist(), docs.tolist(), strict=True)
        return [
            doc for _, _, doc in sorted((key, path_of(self._snapshot, doc), doc) for key, doc in pairs)
        ] + rest

    def count(self, docs: I32, facet: Facet) -> dict[str, int]:
        """Return how many of some documents (sorted) there are of each value of a facet."""
        if facet == "year":
            years, counts = np.unique(self._snapshot.dates.take(docs) // 10_000, return_counts=True)
            return {f"{year:04}" if year else "": count for year, count in _pairs(years, counts)}
        folders = facet.startswith("folder")
        name = schema.FILE if folders else {"lang": schema.LANGUAGE, "type": schema.TYPE}[facet]
        turned = self._turned.get(name)
        if turned is None:
            turned = self._turned[name] = keywords(self._snapshot, name)
        mark = np.zeros(self._snapshot.space, np.bool_)
        mark[docs] = True
        values, counts = np.unique(turned.values[mark[turned.docs]], return_counts=True)
        found: Counter[str] = Counter()
        for value, count in _pairs(values, counts):
            text = decode(turned.names[value])
            found[folder_of(text, facet) if folders else text] += count
        return dict(found)

    def _by_title(self, docs: I32, limit: int) -> list[int]:
        # Titles are not a column: those of all documents that match are read, and kept.
        keys = ((self._title(doc), path_of(self._snapshot, doc), doc) for doc in docs.tolist())
        return [doc for _, _, doc in heapq.nsmallest(limit, keys)]

    def _title(self, doc: int) -> str:
        title = self._titles.get(doc)
        if title is None:
            title = self._titles[doc] = self._snapshot.title(doc).casefold()
        return title


def _pairs(values: Ints, counts: Ints) -> Iterable[tuple[int, int]]:
    return zip(values.tolist(), counts.tolist(), strict=True)

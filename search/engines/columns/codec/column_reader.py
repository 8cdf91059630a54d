"""The values of a field for each document, as Whoosh sorts and groups by them.

Documents have Whoosh's numbers. Does not depend directly on queries.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from whoosh import columns

from coopsearch.search import schema
from coopsearch.search.engines.columns.arrays import Ints
from coopsearch.search.engines.columns.codec.doc_numbers import Numbers
from coopsearch.search.engines.columns.evaluate.top_docs import path_of
from coopsearch.search.engines.columns.evaluate.uninverted import keywords

#: Fields with one value for each document: what can be sorted by.
COLUMNS: Final = (schema.DATE, schema.FILE, schema.PATH, schema.TYPE)


class ValueReader(columns.ColumnReader):  # type: ignore[misc]
    """The value of a field for each document, as bytes that sort as the values do."""

    def __init__(self, numbers: Numbers, fieldname: str) -> None:
        """Take the state, and one of ``COLUMNS``."""
        self._own, self._snapshot = numbers.own, numbers.reader.snapshot
        self._doccount = len(numbers)
        self._names: list[bytes] = []
        self._ranks: Ints | None = None
        self._values: Ints
        if fieldname == schema.PATH:
            self._values = self._own
        elif fieldname == schema.DATE:
            self._values = self._snapshot.dates.take(self._own)
        else:
            found = keywords(self._snapshot, fieldname)
            self._names = found.names
            self._values = found.single(self._snapshot.space).take(self._own)
        self._value = {schema.PATH: self._path, schema.DATE: _day}.get(fieldname, self._name)

    def __getitem__(self, docnum: int) -> bytes:
        """Return the value of a document."""
        return self._value(int(self._values[docnum]))

    def set_reverse(self) -> None:
        """Whoosh sorts what it is given; the order is turned by the caller."""

    def ranks(self) -> Ints:
        """Return a number for each document that sorts as its value does."""
        if self._ranks is None:
            self._ranks = self._by_path() if self._value == self._path else self._by_value()
        return self._ranks

    def _by_value(self) -> Ints:
        values, places = np.unique(self._values, return_inverse=True)
        names = [self._value(value) for value in values.tolist()]
        ranks = np.zeros(len(names), np.int64)
        ranks[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
        return ranks[places]

    def _by_path(self) -> Ints:
        names: list[bytes] = []
        docs = [np.zeros(0, np.int64)]
        for segment, base in zip(self._snapshot.segments, self._snapshot.bases, strict=False):
            names += segment.paths.slice(0, segment.documents)
            docs.append(base + np.argsort(segment.path_rank(np.arange(segment.documents))))
        ranks = np.zeros(len(names), np.int64)
        # The paths of a segment are sorted, so this merges.
        order = sorted(range(len(names)), key=names.__getitem__)
        ranks[np.concatenate(docs)[order]] = np.arange(len(names))
        return ranks.take(self._own)

    def _path(self, doc: int) -> bytes:
        return path_of(self._snapshot, doc)

    def _name(self, value: int) -> bytes:
        return self._names[value] if value >= 0 else b""


def _day(date: int) -> bytes:
    return b"%08d" % date if date else b""

"""Fields of terms alone, turned round: which value each document has.

Does not depend on queries.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from coopsearch.search.engines.columns.arrays import I32, I64
from coopsearch.search.engines.columns.evaluate.doc_space import DocSpace
from coopsearch.search.engines.columns.storage.segment import Segment
from coopsearch.search.schema import FILE


class Keywords(NamedTuple):
    """The values of a field, and (document, number of the value) pairs; a document may have several."""

    names: list[bytes]
    docs: I32
    values: I64

    def single(self, space: int) -> I64:
        """Return the number of each document's value, -1 for none; one of them where there are several."""
        column = np.full(space, -1, np.int64)
        column[self.docs] = self.values
        return column


def keywords(space: DocSpace, name: str) -> Keywords:
    """Return the values of one of ``fields.KEYWORDS``, deleted documents among its pairs."""
    number: dict[bytes, int] = {}
    docs, values = [np.zeros(0, np.int32)], [np.zeros(0, np.int64)]
    for segment, base in zip(space.segments, space.bases, strict=False):
        names, own, ordinals = _pairs(segment, name)
        known = np.fromiter((number.setdefault(term, len(number)) for term in names), np.int64, len(names))
        docs.append((own + base).astype(np.int32))
        values.append(known[ordinals])
    return Keywords(list(number), np.concatenate(docs), np.concatenate(values))


def _pairs(segment: Segment, name: str) -> tuple[list[bytes], I64, I64]:
    """Return a segment's terms, and (document, place of the term) pairs."""
    if name == FILE and segment.files_are_paths:
        paths = segment.paths.slice(0, segment.documents)
        order = np.arange(segment.documents, dtype=np.int64)
        rank = segment.path_rank(order).astype(np.int64)
        return paths, order, rank
    family = segment.families[name]
    terms = family.terms.slice(0, len(family.terms))
    lists = family.read(0, len(terms))
    return terms, lists.docs.astype(np.int64), np.repeat(np.arange(len(terms)), lists.df)

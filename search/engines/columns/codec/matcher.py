"""What a query found, as a matcher of Whoosh's: arrays that its collectors can walk over.

Nothing is worked out before it is asked for, so who wants the best documents alone gets them without the
rest. Does not depend on collectors.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

import numpy as np
from whoosh.matching import Matcher
from whoosh.matching.mcore import ReadTooFar

from coopsearch.search.engines.columns.arrays import F32, I32, Ints
from coopsearch.search.engines.columns.codec.compiler import Queries
from coopsearch.search.engines.columns.codec.matching_terms import matched

#: Scores that are looked through at once for one that is high enough.
_STEP: Final = 1024


class _Found:
    """The answer to a query, worked out when it is asked for."""

    def __init__(self, queries: Queries, asked: Any, context: Any) -> None:
        self.queries, self.asked, self.context = queries, asked, context

    @cached_property
    def arrays(self) -> tuple[I32, F32]:
        """The documents and their scores."""
        return self.queries.scored(self.asked, self.context)

    @cached_property
    def ids(self) -> list[int]:
        """The documents as a list: a walk through an array is slow."""
        found: list[int] = self.arrays[0].tolist()
        return found

    @cached_property
    def scores(self) -> list[float]:
        """The scores as a list."""
        found: list[float] = self.arrays[1].tolist()
        return found


class ArrayMatcher(Matcher):  # type: ignore[misc]
    """Walks over sorted arrays of documents and scores."""

    def __init__(self, found: _Found, place: int = 0) -> None:
        """Use ``match`` to make one."""
        self._found, self._place = found, place
        self._own: Any = None

    @property
    def arrays(self) -> tuple[I32, F32]:
        """All documents that match, sorted, and their scores."""
        return self._found.arrays

    def best(self, limit: int) -> tuple[int, I32, F32]:
        """Return how many documents match, and the ``limit`` best, best first, ties by number."""
        return self._found.queries.best(self._found.asked, self._found.context, limit)

    def terms_of(self, docs: I32) -> Iterator[tuple[tuple[str, bytes], I32]]:
        """Yield the terms of the query, and in which of some (sorted) documents each matches."""
        found = self._found
        return matched(found.queries, found.asked, found.context, docs)

    def is_active(self) -> bool:
        """Say whether there is a current document."""
        return self._place < len(self._found.ids)

    def reset(self) -> None:
        """Go back to the first document."""
        self._place = 0

    def copy(self) -> ArrayMatcher:
        """Return a matcher at the same document."""
        return ArrayMatcher(self._found, self._place)

    def id(self) -> int:
        """Return the current document."""
        return self._found.ids[self._place]

    def all_ids(self) -> Iterator[int]:
        """Return all documents."""
        return iter(self._found.ids)

    def next(self) -> bool:
        """Go on to the next document. Raises ReadTooFar."""
        if not self.is_active():
            raise ReadTooFar
        self._place += 1
        return True

    def skip_to(self, id: int) -> bool:  # noqa: A002 - Whoosh's name
        """Go on to the first document not below a number. Raises ReadTooFar."""
        if not self.is_active():
            raise ReadTooFar
        self._place = bisect_left(self._found.ids, id, self._place)
        return True

    def score(self) -> float:
        """Return the score of the current document."""
        return self._found.scores[self._place]

    def weight(self) -> float:
        """Return what Whoosh's own matcher has for the weight."""
        weight: float = self._theirs().weight()
        return weight

    def supports_block_quality(self) -> bool:
        """Documents that score too little can be skipped."""
        return True

    def max_quality(self) -> float:
        """Return the highest score of those that are left."""
        scores = self.arrays[1][self._place :]
        return float(scores.max()) if len(scores) else 0.0

    block_quality = max_quality

    def skip_to_quality(self, minquality: float) -> int:
        """Go on to the first document with a higher score; return how often one was skipped."""
        scores, skipped = self.arrays[1], 0
        while self._place < len(scores):
            high = scores[self._place : self._place + _STEP] > minquality
            step = int(np.argmax(high))
            if high[step]:
                self._place += step
                return skipped + (step > 0)
            self._place += len(high)
            skipped += 1
        return skipped

    def children(self) -> list[Matcher]:
        """There are none: the query was answered as a whole."""
        return []

    def term_matchers(self) -> Iterator[Matcher]:
        """Yield a matcher for each term, at the current document where the term matches there."""
        return (_Follower(self, term, docs) for term, docs in self.terms_of(self.arrays[0]))

    def matching_terms(self, id: int | None = None) -> Iterator[tuple[str, bytes]]:  # noqa: A002 - Whoosh's
        """Yield the terms that match in the current document."""
        if self.is_active() and id in (None, self.id()):
            here = np.array([self.id()], np.int32)
            yield from (term for term, docs in self.terms_of(here) if len(docs))

    def supports(self, astype: str) -> bool:
        """Say what Whoosh's own matcher has."""
        return bool(self._theirs().supports(astype))

    def value(self) -> Any:
        """Return what Whoosh's own matcher has."""
        return self._theirs().value()

    def value_as(self, astype: str) -> Any:
        """Return what Whoosh's own matcher has."""
        return self._theirs().value_as(astype)

    def spans(self) -> Any:
        """Return what Whoosh's own matcher has."""
        return self._theirs().spans()

    def _theirs(self) -> Any:
        """Return Whoosh's own matcher at the current document: it knows what arrays do not hold."""
        found, own = self._found, self._own
        if own is None or not own.is_active() or own.id() > self.id():
            context = found.context.set(needs_current=True)
            own = self._own = found.asked.matcher(found.queries.searcher, context)
        if own.is_active() and own.id() < self.id():
            own.skip_to(self.id())
        return own


class _Follower(Matcher):  # type: ignore[misc]
    """A term of a query: as far as the query's matcher is."""

    def __init__(self, leader: ArrayMatcher, term: tuple[str, bytes], docs: Ints) -> None:
        self._leader, self._term = leader, term
        self._ids: list[int] = docs.tolist()
        self._place = 0

    def term(self) -> tuple[str, bytes]:
        return self._term

    def is_active(self) -> bool:
        if self._leader.is_active():
            self._place = bisect_left(self._ids, self._leader.id(), self._place)
            return self._place < len(self._ids)
        return False

    def id(self) -> int:
        return self._ids[self._place]


def match(queries: Queries, asked: Any, context: Any) -> Any:
    """Return a matcher for a query: Whoosh's own where the whole query has no column form."""
    if queries.has_form(asked):
        return ArrayMatcher(_Found(queries, asked, context))
    return asked.matcher(queries.searcher, context)

"""What stands for a pattern or a range of a query: words of the index that fit it, within what they may cost.

Each pattern is looked up once. Does not depend on ranking formulas.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from coopsearch.search.engines.base import Pattern, Reader
from coopsearch.search.engines.nodes import Broad, Group, Nothing, Terms
from coopsearch.search.errors import QueryError
from coopsearch.search.query.among import Among, Words
from coopsearch.search.query.cost import Cost, named
from coopsearch.search.query.expansion.patterns import expand
from coopsearch.search.query.fields import FieldTarget
from coopsearch.search.query.syntax import Fuzzy, Leaf, Regex, Wildcard


class Fitting(NamedTuple):
    """What stands for a pattern, and what is marked of it."""

    node: Group | Broad | Nothing
    words: Words


class FittingWords:
    """Finds what fits the patterns of one query."""

    def __init__(self, reader: Reader, cost: Cost) -> None:
        """Take the index, and where to note what is looked for."""
        self._reader, self._cost = reader, cost
        self._known: dict[tuple[str, Pattern], Fitting] = {}

    def of(self, tree: Wildcard | Fuzzy | Regex, place: FieldTarget, pattern: Pattern) -> Fitting:
        """Look a pattern up once, and not too many of them. Raises QueryError."""
        known = self._known.get((place.pattern, pattern))
        if known is None:
            self._cost.look(pattern, tree.position)
            try:
                terms = expand(self._reader, place.pattern, pattern)
            except QueryError as error:
                raise QueryError(
                    f"the expression at character {tree.position} of the query is too much: {error}; make it "
                    "simpler, or ask for less of it",
                    tree.position,
                ) from None
            known = self.among(pattern, place._replace(words=place.pattern), terms, tree)
            self._known[place.pattern, pattern] = known
        return known

    def among(self, key: Hashable, place: FieldTarget, terms: Sequence[str], leaf: Leaf) -> Fitting:
        """Return what stands for the terms of a pattern or a range. Raises QueryError for too many."""
        if not terms:
            return Fitting(Nothing(), frozenset())
        skip = len(place.prefix)
        if self._cost.found(named(leaf), len(terms), leaf.position):
            return Fitting(Broad(place.words, Terms(key, terms)), Among(terms, place.prefix))
        group = Group(place.words, tuple((term, 1.0) for term in terms))
        return Fitting(group, frozenset(term[skip:] for term in terms))

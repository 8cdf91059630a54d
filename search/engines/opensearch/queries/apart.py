"""Whether the cluster tells the stems of a question from all others of the index, which it knows by numbers.

Two stems have one number once in two thousand millions (see ``closeness``). Where none of an index has that
of a stem that is asked for, what the cluster says of closeness is right, and no document is looked at for it.
To make the numbers of all stems takes as long as a few questions: they are made for who asks more than that.
Does not depend on the client of a cluster.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from typing import Final

from coopsearch.search import schema
from coopsearch.search.engines.nodes import Near, Node
from coopsearch.search.engines.opensearch.closeness import number_of
from coopsearch.search.engines.opensearch.queries.statistics import StateStatistics

#: Questions before the numbers of all stems are made.
FROM: Final = 32

#: Returns all stems of an index; None where these are too many to be at hand.
Stems = Callable[[], Iterable[str] | None]


class Apart:
    """Knows the numbers of the stems of one state. Safe for many threads."""

    def __init__(self, stems: Stems, counts: StateStatistics) -> None:
        """Take what gives all stems, and what counts the documents of one."""
        self._stems, self._counts = stems, counts
        self._asked = 0
        self._numbers: array[int] | None = None

    def sure(self, nodes: Iterable[Node]) -> bool:
        """Say whether no stem of the index is taken for one that nodes of ``Rescored.more`` ask for."""
        self._asked += 1
        if self._asked <= FROM:
            return False
        if self._numbers is None:
            # Without any, no stem is told from others.
            self._numbers = array("I", sorted(map(number_of.__wrapped__, self._stems() or ())))
        stems = {
            term
            for node in nodes
            if isinstance(node, Near)
            for group in node.groups
            for term, _ in group.terms
        }
        return bool(self._numbers) and all(map(self._alone, stems))

    def _alone(self, stem: str) -> bool:
        numbers = self._numbers or array("I")
        number = number_of(stem)
        first = bisect_left(numbers, number)
        if first == len(numbers) or numbers[first] != number:
            return True  # nothing has it
        alone = bisect_right(numbers, number) - first == 1
        # It is its own, unless the stem is one that the index does not hold.
        return alone and self._counts.document_frequency(schema.STEMS, stem) > 0

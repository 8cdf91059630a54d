"""What was worked out for the nodes of questions: a plan that is asked again is the same object.

So it is looked up by which object it is: comparing nodes takes time, and two of different kinds may be equal.
Does not depend on the client of a cluster.
"""

from __future__ import annotations

from typing import Final, Generic, TypeVar

from coopsearch.search.engines.nodes import Node
from coopsearch.search.engines.opensearch.queries.weights import terms_in

V = TypeVar("V")

#: Terms of the largest node that is remembered: a pattern may stand for all words of an index.
_LARGEST: Final = 500


class Remembered(Generic[V]):
    """One value for each of some nodes. Safe for many threads."""

    def __init__(self, most: int) -> None:
        """Begin with none; of more than ``most`` nodes it begins anew."""
        self._most = most
        # A node that is held here keeps its number to itself.
        self._known: dict[int, tuple[Node, V]] = {}

    def of(self, node: Node) -> V | None:
        """Return what is remembered of a node; None for nothing."""
        found = self._known.get(id(node))
        return None if found is None else found[1]

    def note(self, node: Node, value: V) -> V:
        """Remember a value, unless the node is very large, and return it."""
        if terms_in(node) > _LARGEST:
            return value
        if len(self._known) >= self._most:
            self._known = {}
        self._known[id(node)] = node, value
        return value

    def forget(self) -> None:
        """Begin anew."""
        self._known = {}

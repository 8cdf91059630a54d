"""Scores over several indexes: what a reader counts for others, and by whose counts it weighs.

A score depends on how rare a word is and how long documents are. Readers that answer together weigh by the
sums over all of them, so that each document scores as if all lay in one index. Does not depend on query
syntax or a particular engine.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from coopsearch.search.engines.nodes import Group, Node


class Statistics(Protocol):
    """Counts over all documents among which those of one reader are weighed."""

    @property
    def documents(self) -> int:
        """Documents in all."""
        ...

    def weighed_frequency(self, group: Group) -> int:
        """Return the document frequency that a group is weighed by: see ``nodes.Group``."""
        ...

    def max_document_frequency(self, field: str, terms: Iterable[str]) -> int:
        """Return the document frequency of the most frequent of some terms; 0 for none."""
        ...

    def average_length(self, field: str) -> float:
        """Return the mean length of the documents in tokens of a field, weighted by role."""
        ...


class Member(ABC):
    """What a reader does for those that it answers with."""

    @abstractmethod
    def join(self, collection: Statistics | None) -> None:
        """Weigh by the counts of a collection from now on, before anything was asked; None lets it go."""

    @abstractmethod
    def extent(self, field: str) -> tuple[int, int]:
        """Return the tokens of a field in all documents, weighted by role, and how many documents these are.

        Documents deleted since may be counted in both.
        """

    @abstractmethod
    def matching(self, query: Node, numbers: Sequence[int]) -> frozenset[int]:
        """Return those of some documents that match."""

    @abstractmethod
    def added(self, nodes: Sequence[Node], numbers: Sequence[int]) -> list[float]:
        """Return what some nodes add together to the scores of some documents, none of them twice."""

"""What the parts of a query weigh: how rare their words are, among the documents of an index or of several.

Does not depend on the client of a cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from coopsearch.search import schema
from coopsearch.search.engines.collection import Statistics
from coopsearch.search.engines.nodes import (
    AllWordsFirst,
    And,
    AndMaybe,
    Broad,
    Checked,
    Filter,
    Group,
    Near,
    Neighbours,
    Node,
    Not,
    Or,
    Phrase,
    Rescored,
    Spelled,
    WholeTitle,
)
from coopsearch.search.engines.opensearch import mapping
from coopsearch.search.engines.opensearch.queries.statistics import StateStatistics
from coopsearch.search.ranking import Parameters, idf

#: Nodes of which it is remembered what they weigh.
_REMEMBERED: Final = 1 << 10

Slot = tuple[str, tuple[str, ...]]
"""A field, and the terms that may stand in the slot."""


class Weights:
    """Weighs nodes by counts of one state, or of a collection that it is part of."""

    def __init__(self, own: StateStatistics, parameters: Parameters) -> None:
        """Take the counts of the state, and what it is ranked with."""
        self.own, self.parameters = own, parameters
        self._collection: Statistics | None = None
        self._known: dict[tuple[type, Node], float] = {}
        self._rarities: dict[tuple[str, tuple[tuple[str, float], ...]], float] = {}
        """Of groups, whose boost has no say in it, by field and terms."""

    def join(self, collection: Statistics | None) -> None:
        """Weigh by the counts of a collection; None lets it go."""
        self._collection, self._known, self._rarities = collection, {}, {}

    @property
    def _counts(self) -> Statistics:
        return self.own if self._collection is None else self._collection

    def average_length(self, field: str) -> float:
        """Return the mean length of a field."""
        return self._counts.average_length(field)

    def bm25(self, field: str, weight: float, frequency: float, length: float) -> float:
        """Return the score of one term in one document."""
        return self.parameters.bm25(weight, frequency, length, self.average_length(field) or 1.0)

    def rarity(self, group: Group) -> float:
        """Return the inverse document frequency of a group."""
        key = group.field, group.terms
        found = self._rarities.get(key)
        if found is None:
            if len(self._rarities) >= _REMEMBERED:
                self._rarities = {}
            found = idf(self._counts.documents, self._counts.weighed_frequency(group))
            self._rarities[key] = found
        return found

    def group(self, group: Group) -> float:
        """Return what a group weighs."""
        return group.boost * self.rarity(group)

    def phrase(self, phrase: Phrase) -> float:
        """Return what a phrase weighs."""
        return self._once(phrase, lambda: phrase.boost * self._row(phrase))

    def neighbours(self, node: Neighbours) -> float:
        """Return what parts near each other weigh."""
        return self._once(node, lambda: node.boost * sum(min(map(self._row, part)) for part in node.parts))

    def spelled(self, node: Spelled) -> float:
        """Return what words weigh that spell a text."""
        return node.boost * idf(self._counts.documents, 1)

    def _once(self, node: Node, weigh: Callable[[], float]) -> float:
        """Weigh a node, and remember it: each of many documents asks for the same."""
        key = (type(node), node)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known = {}
            found = self._known[key] = weigh()
        return found

    def _row(self, row: Phrase) -> float:
        counts = self._counts
        return sum(
            idf(counts.documents, counts.max_document_frequency(field, terms))
            for field, terms in slots_of(row)
        )


def slots_of(phrase: Phrase) -> list[Slot]:
    """Return the slots of a phrase with the field of each."""
    fields: Sequence[str] = phrase.fields or (phrase.field,) * len(phrase.slots)
    return list(zip(fields, phrase.slots, strict=True))


def pairs_of(nodes: Iterable[Node]) -> Iterator[tuple[str, str]]:
    """Yield the (field, term) pairs of text that some nodes are weighed by, some of them twice."""
    for node in _every(nodes):
        match node:
            case Group(field, terms):
                if field in mapping.TEXTS:
                    yield from ((field, term) for term, _ in terms)
            case Phrase():
                yield from ((field, term) for field, terms in slots_of(node) for term in terms)
            case Spelled(field, edges):
                yield from ((field, term) for _, _, term in edges)
            case WholeTitle(words):
                yield from ((schema.TITLE_WORDS, word) for word in words)
            case _:
                pass


def titles_of(nodes: Iterable[Node]) -> Iterator[WholeTitle]:
    """Yield the titles that some nodes ask for, some of them twice."""
    return (node for node in _every(nodes) if isinstance(node, WholeTitle))


def terms_in(node: Node) -> int:
    """Count the terms that a node holds, some of them twice, and one for each part without terms."""
    return sum(map(_own_terms, _every((node,))))


def _own_terms(node: Node) -> int:
    match node:
        case Group(_, terms):
            return len(terms)
        case Broad(_, terms):
            return len(terms.terms)
        case Phrase(_, slots):
            return sum(map(len, slots))
        case Spelled(_, edges):
            return len(edges)
        case _:
            return 1


def _every(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield some nodes, each before all that are inside it."""
    for node in nodes:
        yield node
        match node:
            case And(children) | Or(children):
                yield from _every(children)
            case Not(child) | Checked(child) | Filter(child):
                yield from _every((child,))
            case AndMaybe(required, optional):
                yield from _every((required, optional))
            case Neighbours(parts):
                yield from (row for part in parts for row in part)
            case Near(groups):
                yield from groups
            case Rescored(child, more, also):
                yield from _every((child, *more, *also))
            case AllWordsFirst(child, whole):
                yield from _every((child, whole))
            case _:
                pass

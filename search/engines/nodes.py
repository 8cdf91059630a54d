"""The queries that every engine answers: a small algebra over fields, terms and positions.

The query language is read and planned elsewhere; what arrives here has no syntax left, only terms that
stand in the index. Named tuples start faster than data classes; as tuples, two nodes of different kinds may
be equal, so a kind is asked for by its class. Does not depend on query syntax.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from coopsearch.search.engines.as_written import AsWritten


class Terms:
    """Very many terms, sorted. Equal, in one state of an index, if they were asked for in one way."""

    __slots__ = ("key", "terms")
    __match_args__ = ("key", "terms")

    def __init__(self, key: Hashable, terms: Sequence[str]) -> None:
        """``key`` is how they were asked for: the terms themselves would be long to compare."""
        self.key, self.terms = key, terms

    def __eq__(self, other: object) -> bool:
        """Compare how they were asked for."""
        return isinstance(other, Terms) and self.key == other.key

    def __hash__(self) -> int:
        """Hash how they were asked for."""
        return hash(self.key)

    def __repr__(self) -> str:
        """Say how they were asked for."""
        return f"Terms({self.key!r}, {len(self.terms)} terms)"


class Group(NamedTuple):
    """A query word's alternatives in one field, scored as one term.

    Frequencies are summed, the document frequency is the highest of them, as Lucene's SynonymQuery does it.
    Terms of a weight below 1 are lesser forms: however often they occur in a document, together they count
    less than one occurrence of a full term (``ranking.lesser``), and they have a say in the document
    frequency only if no full term is in the index. So of two documents of one length, the one that holds a
    full term always scores higher than the one that holds lesser forms alone. An empty group matches nothing.
    """

    field: str
    terms: tuple[tuple[str, float], ...]
    """(term, weight) pairs; a weight is in (0, 1]."""
    boost: float = 1.0


class Broad(NamedTuple):
    """Documents that hold any of very many terms of one field; they score nothing.

    What fits thousands of words says of a document that it has some text, and not what it is about.
    """

    field: str
    terms: Terms


class Phrase(NamedTuple):
    """Slots that follow each other in one field; each slot is a set of alternatives.

    Scored as one term whose frequency is the number of occurrences and whose inverse document
    frequency is the sum over its slots.
    """

    field: str
    slots: tuple[tuple[str, ...], ...]
    slop: int = 0
    """Positions that may lie between the slots in all; 0 is side by side."""
    ordered: bool = True
    """Whether the slots must come in this order."""
    boost: float = 1.0
    fields: tuple[str, ...] = ()
    """The field of each slot, where they are not all in ``field``: words and stems of the same text."""


class Neighbours(NamedTuple):
    """Parts that stand near each other; each is any of some rows of slots, which may differ in width.

    So *e-mail* is near *address* whether it is written as two words or as one. Scored as one term whose
    frequency is the number of positions at which such a place begins, and whose inverse document frequency is
    the sum over the parts; that of a part is the lowest of its rows, each the sum over its slots.
    """

    parts: tuple[tuple[Phrase, ...], ...]
    """Each row without slop and boost; all in words and stems of the same text."""
    slop: int
    """Positions that may lie between the parts in all; no two parts share one."""
    ordered: bool
    boost: float = 1.0


class Spelled(NamedTuple):
    """Words side by side that together spell one text, in whatever groups: a number, an IBAN, a plate.

    Scored as one term whose frequency is the number of positions at which such a row of words ends, and which
    is as rare as a term of one document.
    """

    field: str
    edges: tuple[tuple[int, int, str], ...]
    """Sorted: where in the text a word begins, where it ends, and the word."""
    length: int
    """Of the text, above 0."""
    boost: float = 1.0
    text: str = ""
    """The text, where documents are to be looked at for it: it may be a list of numbers there."""


class Range(NamedTuple):
    """Documents whose value of a numeric field lies within two bounds, both included."""

    field: str
    low: int | None
    high: int | None


class And(NamedTuple):
    """Documents that match every child; scores are summed."""

    children: tuple[Node, ...]


class Or(NamedTuple):
    """Documents that match any child; scores are summed."""

    children: tuple[Node, ...]


class Not(NamedTuple):
    """Documents that do not match the child; they score nothing."""

    child: Node


class AndMaybe(NamedTuple):
    """Documents that match ``required``; ``optional`` only adds to the score."""

    required: Node
    optional: Node


class Checked(NamedTuple):
    """Documents that match the child and hold a text as it is written; the score is the child's."""

    child: Node
    wanted: AsWritten


class Filter(NamedTuple):
    """Documents that match the child; they score nothing for it."""

    child: Node


class Near(NamedTuple):
    """How close to each other words stand: see ranking.Parameters.close. Only in ``Rescored.more``.

    An occurrence of a group is one of any of its terms; weights and boosts say nothing here.
    """

    groups: tuple[Group, ...]
    """All of one text field; none twice."""


class WholeTitle(NamedTuple):
    """Documents whose whole title is a row of words, as ``tokenizer.read`` gives them; each scores ``boost``.

    Where more documents than ``titles.MOST`` may have the title, none is taken: reading them takes long.
    """

    words: tuple[str, ...]
    """One at least."""
    boost: float


class Rescored(NamedTuple):
    """Documents that match ``child``; to the scores of the best of them ``more`` is added.

    Only at the top of a query. The best are the ``Parameters.rescored`` of the highest score, ties by path.
    Of the documents that match one of ``also``, as many are rescored however low they score.
    """

    child: Node
    more: tuple[Group | Near | WholeTitle, ...]
    also: tuple[WholeTitle, ...] = ()


class AllWordsFirst(NamedTuple):
    """Documents that match ``child``; behind the first few come those that match ``whole``, then the rest.

    Only at the top of a query, around ``Rescored``: see ``all_words`` for the order and for the scores.
    """

    child: Node
    whole: Node
    """Some of the documents of ``child``, ranked as it ranks them."""
    first: int
    """How many come first by their score alone."""


class Everything(NamedTuple):
    """Every document; scores nothing."""


class Nothing(NamedTuple):
    """No document."""


Node = (
    Group
    | Broad
    | Phrase
    | Neighbours
    | Spelled
    | Range
    | And
    | Or
    | Not
    | AndMaybe
    | Checked
    | Filter
    | Near
    | WholeTitle
    | Rescored
    | AllWordsFirst
    | Everything
    | Nothing
)


def matched(node: Node) -> Node:
    """Return what a query matches, without what orders it."""
    while isinstance(node, AllWordsFirst | Rescored):
        node = node.child
    return node


def demanded(node: Node) -> Node:
    """Return what a document must match to be found, without what only ranks it."""
    while isinstance(node, AllWordsFirst | Rescored | AndMaybe | Filter):
        node = node.required if isinstance(node, AndMaybe) else node.child
    return node


def disjuncts(children: Iterable[Node]) -> list[Node]:
    """Return the children of a disjunction, those of disjunctions inside it included."""
    found: list[Node] = []
    for child in children:
        found += disjuncts(child.children) if isinstance(child, Or) else [child]
    return found


def conjuncts(children: Iterable[Node]) -> list[Node]:
    """Return the children of a conjunction, those of conjunctions inside it included."""
    found: list[Node] = []
    for child in children:
        if isinstance(child, And):
            # A conjunction of nothing matches nothing.
            found += conjuncts(child.children) if child.children else [Nothing()]
        else:
            found.append(child)
    return found

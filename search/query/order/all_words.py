"""Which documents hold all words of a short query, to be ranked before those that lack some.

A document holds a word that holds one of its own forms: a relative is another word. Function words need not
stand there. Does not depend on a particular engine.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from coopsearch.search.engines.nodes import (
    AllWordsFirst,
    And,
    AndMaybe,
    Filter,
    Group,
    Node,
    Not,
    Or,
    Range,
    Rescored,
    matched,
)
from coopsearch.search.ranking import Parameters

#: One word alone is held by all that match.
_LEAST = 2


def all_words_first(
    node: Node, leaves: Sequence[Node], functional: Collection[Group], parameters: Parameters
) -> Node:
    """Return the node of a query of plain words, with the documents put forward that hold all of them.

    ``leaves`` are its parts, ``functional`` those that are function words, without their boosts.
    """
    if len(leaves) < _LEAST:
        return node
    told = leaves if not functional else [leaf for leaf in leaves if not _is_one_of(leaf, functional)]
    words = [leaf for leaf in told if not _narrows(leaf)]
    if not _LEAST <= len(words) <= parameters.all_words:
        return node
    child = matched(node)
    parts = child.children if isinstance(child, And) else (child,)
    scored = [part for part in parts if not _narrows(part)]
    # What demands all of its words has them first already.
    if len(scored) != 1 or not isinstance(scored[0], Or):
        return node
    narrowing = [part for part in parts if _narrows(part)]
    whole: Node = AndMaybe(Filter(And((*map(_own, words), *narrowing))), scored[0])
    if isinstance(node, Rescored):
        whole = node._replace(child=whole)
    return AllWordsFirst(node, whole, parameters.first_by_score)


def _own(leaf: Node) -> Node:
    """Return a word without its relatives."""
    if isinstance(leaf, And | Or):
        return type(leaf)(tuple(map(_own, leaf.children)))
    if not isinstance(leaf, Group):
        return leaf
    own = tuple([pair for pair in leaf.terms if pair[1] == 1.0])
    return Group(leaf.field, own or leaf.terms)


def _is_one_of(leaf: Node, groups: Collection[Group]) -> bool:
    return isinstance(leaf, Group) and leaf._replace(boost=1.0) in groups


def _narrows(node: Node) -> bool:
    """Say whether a part of a query only says which documents may be found."""
    if isinstance(node, And | Or):
        return all(map(_narrows, node.children))
    return isinstance(node, Filter | Range | Not)

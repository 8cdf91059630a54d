"""What a query asks of the best documents beyond its words: exact forms, parts of compounds, closeness.

The planner says how it read each word; from that come the nodes that rescore. Knows the nodes and the
weights of the ranking; knows no index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from coopsearch.search import ranking, schema
from coopsearch.search.engines.nodes import Group, Near, Node, Rescored
from coopsearch.search.query.syntax import All, Any, Row, Tree, Word

#: Words that are looked at more closely. A longer text names its subject often enough without.
MOST: Final = 100


class Asked(NamedTuple):
    """A bare word of a query, as it was read: one or, of a compound, several slots."""

    words: tuple[str, ...]
    """The folded word of each slot."""
    groups: tuple[Group, ...]
    """What each slot stands for, without boost."""
    boost: float
    functional: bool
    """Whether it is a function word, which counts less and is close to everything."""


def texts(tree: Tree) -> Iterator[str]:
    """Yield the bare words of a query that are searched in the text, forbidden ones left out."""
    match tree:
        case Word():
            if tree.field in (None, "text"):
                yield tree.text
        case Row(clauses):
            for clause in clauses:
                if clause.occur != "not":
                    yield from texts(clause.tree)
        case All(children) | Any(children):
            for child in children:
                yield from texts(child)
        case _:
            return


def rescored(node: Node, asked: Sequence[Asked]) -> Node:
    """Return the node with what chooses between its best documents."""
    if len(asked) > MOST:
        return node
    boosts: dict[Group, float] = {}
    for one in asked:
        if one.functional:
            continue
        for word, group in zip(one.words, one.groups, strict=True):
            exact = Group(schema.WORDS, ((word, 1.0),))
            boosts[exact] = boosts.get(exact, 0.0) + one.boost * ranking.EXACT
            if len(one.groups) > 1:
                boosts[group] = boosts.get(group, 0.0) + one.boost * ranking.COMPOUND
    more: list[Group | Near] = [group._replace(boost=boost) for group, boost in boosts.items() if boost > 0]
    telling = dict.fromkeys(group for one in asked if not one.functional for group in one.groups)
    if len(telling) > 1:
        more.append(Near(tuple(telling)))
    return Rescored(node, tuple(more)) if more else node

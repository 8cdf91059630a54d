"""What a query asks of the best documents beyond its words: exact forms, parts of compounds, closeness.

The planner says how it read each word; from that come the nodes that rescore. Does not depend on a particular
engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from coopsearch.search import schema
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import Group, Near, Node, Rescored
from coopsearch.search.query import syntax
from coopsearch.search.query.order.all_words import all_words_first
from coopsearch.search.query.order.whole_title import plain_texts, titled
from coopsearch.search.query.syntax import All, Any, Row, Tree, Word
from coopsearch.search.ranking import Parameters

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


def texts(tree: Tree) -> list[str]:
    """Return the bare words of a query that are searched in the text, forbidden ones and NEAR left out."""
    found: list[str] = []
    _collect(tree, found, inside_near=False)
    return found


def is_long(tree: Tree) -> bool:
    """Say whether a query has so many bare words, those of NEAR too, that these name its subject."""
    found: list[str] = []
    _collect(tree, found, inside_near=True)
    return len(found) > MOST


def _collect(tree: Tree, found: list[str], *, inside_near: bool) -> None:
    match tree:
        case Word():
            if tree.field in (None, "text"):
                found.append(tree.text)
        case Row(clauses):
            for clause in clauses:
                if clause.occur != "not":
                    _collect(clause.tree, found, inside_near=inside_near)
        case All(children) | Any(children):
            for child in children:
                _collect(child, found, inside_near=inside_near)
        case syntax.Near(children) if inside_near:
            for child in children:
                _collect(child, found, inside_near=True)
        case _:
            return


def ordered(node: Node, asked: Sequence[Asked], leaves: Sequence[Node], tree: Tree, reader: Reader) -> Node:
    """Return the node of a query with what chooses between its best documents; ``leaves`` are its parts."""
    node = _rescored(node, asked, reader.parameters)
    if (texts := plain_texts(tree, reader)) is None or len(asked) > MOST:
        return node
    node = titled(node, texts, reader)
    functional = {group for one in asked if one.functional for group in one.groups}
    return all_words_first(node, leaves, functional, reader.parameters)


def _rescored(node: Node, asked: Sequence[Asked], parameters: Parameters) -> Node:
    if len(asked) > MOST:
        return node
    # By words and not by groups, which are long to compare: equal words have equal groups.
    boosts: dict[str | Group, float] = {}
    telling: dict[tuple[str, bool], Group] = {}
    for one in asked:
        if one.functional:
            continue
        compound = len(one.groups) > 1
        for word, group in zip(one.words, one.groups, strict=True):
            telling[word, compound] = group
            boosts[word] = boosts.get(word, 0.0) + one.boost * parameters.exact
            if compound:
                boosts[group] = boosts.get(group, 0.0) + one.boost * parameters.compound
    more: list[Group | Near] = [
        Group(schema.WORDS, ((key, 1.0),), boost) if isinstance(key, str) else key._replace(boost=boost)
        for key, boost in boosts.items()
        if boost > 0
    ]
    if len(telling) > 1:
        more.append(Near(tuple(telling.values())))
    return Rescored(node, tuple(more)) if more else node

"""Parts of a query put together: equal ones once, one alone without a node around it.

Does not depend on query syntax or an index.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coopsearch.search.engines.nodes import (
    And,
    AndMaybe,
    Everything,
    Filter,
    Group,
    Neighbours,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Range,
)


def together(nodes: Iterable[Node]) -> list[Node]:
    """Put equal words and phrases into one: what is asked for n times counts n times, and is read once."""
    given = list(nodes)
    if len(given) < 2:  # noqa: PLR2004 - one alone has no equal
        return given
    kept: dict[object, Node] = {}
    for node in given:
        if isinstance(node, Group):
            key: object = node.field, node.terms
        elif isinstance(node, Phrase):
            key = node._replace(boost=1.0)
        else:
            kept[len(kept)] = node
            continue
        same = kept.get(key)
        if isinstance(same, (Group, Phrase)):
            node = node._replace(boost=same.boost + node.boost)  # noqa: PLW2901
        kept[key] = node
    return list(kept.values())


def joined(kind: type[And | Or], nodes: Sequence[Node | None]) -> Node | None:
    """Return a node of the parts that are there: of one alone that one, of none None."""
    present = tuple(together(node for node in nodes if node is not None))
    if not present:
        return None
    return present[0] if len(present) == 1 else kind(present)


def is_filter(node: Node) -> bool:
    """Say whether a node narrows an answer and does not rank it."""
    if isinstance(node, And | Or):
        # lang:(fr OR ar)
        return all(map(is_filter, node.children))
    return isinstance(node, Filter | Range)


def is_conjunction(node: Node) -> bool:
    """Say whether the query demands all its words already."""
    return isinstance(node, And) and all(
        isinstance(child, Group | Phrase | Neighbours | Filter | Range) for child in node.children
    )


def every_of(node: Node, leaves: Sequence[Node], *, codes: bool) -> Node | None:
    """Return the documents that hold all leaves of a query, None where its node says the same.

    ``codes``: one of the leaves is of several words itself.
    """
    if is_conjunction(node) or (isinstance(node, And) and node.children == tuple(leaves)):
        return None
    if len(leaves) > 1 and any(isinstance(leaf, Nothing) for leaf in leaves):
        return Nothing()
    return And(tuple(leaves)) if len(leaves) > 1 or (leaves and codes) else None


def row_of(must: Sequence[Node], should: Sequence[Node], without: Sequence[Node]) -> Node | None:
    """Return the node of words side by side: those demanded, those wanted, and those forbidden."""
    wanted = joined(Or, should)
    demanded = joined(And, must)
    if demanded is None:
        node = wanted
    elif wanted is None:
        node = demanded
    elif all(map(is_filter, must)):
        node = And((wanted, demanded))
    else:
        node = AndMaybe(demanded, wanted)
    if not without:
        return node
    return And((node or Everything(), *map(Not, without)))


def narrowed(node: Node, leaves: list[Node], narrowing: Node | None) -> tuple[Node, list[Node]]:
    """Return a query and its leaves with what narrows it beside its words, as if that stood among them."""
    if narrowing is None:
        return node, leaves
    # On one level with the rest, so that it is seen which parts rank and which narrow.
    parts = node.children if isinstance(node, And) else (node,)
    return And((*parts, narrowing)), [*leaves, narrowing]

"""Parts of a query put together: equal ones once, one alone without a node around it.

Does not depend on query syntax or an index.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coopsearch.search.engines.nodes import And, Filter, Group, Node, Or, Phrase, Range


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
    return isinstance(node, Filter | Range)


def is_conjunction(node: Node) -> bool:
    """Say whether the query demands all its words already."""
    return isinstance(node, And) and all(
        isinstance(child, Group | Phrase | Filter | Range) for child in node.children
    )

"""How many documents hold all words of a query, which is said beside how many hold any.

Does not depend directly on query syntax or a particular engine.
"""

from __future__ import annotations

from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import And, Group, Not, Or, matched
from coopsearch.search.query.planned import Plan


def holding_all(reader: Reader, plan: Plan, total: int) -> int:
    """Return how many documents hold all words of a query that ``total`` documents match."""
    every = plan.every
    if every is None or not total:
        return total
    node = matched(plan.node)
    match node, every:
        case Or(words), And((Group() as one, Group() as other)) if words == (one, other):
            # Of two words all is known: who holds one, who holds the other, and who holds either.
            return reader.search(one, 0).total + reader.search(other, 0).total - total
    # What the query forbids counts for neither number.
    forbidden = (
        tuple(child for child in node.children if isinstance(child, Not)) if isinstance(node, And) else ()
    )
    return reader.search(And((every, *forbidden)) if forbidden else every, 0).total

"""Queries that name documents by absolute addresses, as one index has these addresses.

An index calls what lies beside it by relative addresses. Does not depend on query syntax or a particular
engine.
"""

from __future__ import annotations

from typing import Final

from coopsearch.search import schema
from coopsearch.search.engines.nodes import (
    AllWordsFirst,
    And,
    AndMaybe,
    Checked,
    Filter,
    Group,
    Node,
    Not,
    Or,
    Rescored,
)

_ADDRESSES: Final = frozenset({schema.PATH, schema.FILE})


def localised(node: Node, base: str) -> Node:
    """Return a query for the index whose addresses are relative to ``base``; the same where it names none."""
    match node:
        case Group(field, terms) if field in _ADDRESSES:
            local = tuple((term.removeprefix(base), weight) for term, weight in terms)
            return node if local == terms else node._replace(terms=local)
        case And() | Or():
            return _several(node, base)
        case Not(child) | Filter(child) | Checked(child) | Rescored(child):
            found = localised(child, base)
            return node if found is child else node._replace(child=found)
        case AndMaybe(required, optional):
            first, second = localised(required, base), localised(optional, base)
            return node if first is required and second is optional else AndMaybe(first, second)
        case AllWordsFirst(child, whole):
            first, second = localised(child, base), localised(whole, base)
            same = first is child and second is whole
            return node if same else node._replace(child=first, whole=second)
        case _:
            return node


def _several(node: And | Or, base: str) -> And | Or:
    children = tuple(localised(child, base) for child in node.children)
    same = all(one is other for one, other in zip(children, node.children, strict=True))
    return node if same else node._replace(children=children)

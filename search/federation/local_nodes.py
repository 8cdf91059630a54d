"""Queries that name documents by absolute addresses, as one index has these addresses.

An index calls what lies beside it by relative addresses. Marks are kept beside each index, so what has one is
named as a document of that index alone. Does not depend on query syntax or a particular
engine.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from coopsearch.search import schema
from coopsearch.search.engines.nodes import (
    AllWordsFirst,
    And,
    AndMaybe,
    Broad,
    Checked,
    Filter,
    Group,
    Node,
    Not,
    Or,
    Rescored,
    Terms,
)

_ADDRESSES: Final = frozenset({schema.PATH, schema.FILE})


class Local(NamedTuple):
    """What an index is among several."""

    place: int
    """Its number, from 0."""
    base: str
    """The folder that its addresses are relative to, with a separator behind it."""


def in_index(place: int, path: str) -> str:
    """Return the address of a document as one of the index of a number alone, in that index's own form."""
    # No absolute address begins so.
    return f"\0{place}\0{path}"


def localised(node: Node, base: Local) -> Node:
    """Return a query for one index; the same where it names no document."""
    match node:
        case Broad(field, Terms(key, terms)) if field in _ADDRESSES:
            start = in_index(base.place, "")
            mine = [
                term.removeprefix(start if term.startswith(start) else base.base)
                for term in terms
                if term.startswith(start) or not term.startswith("\0")
            ]
            return Broad(field, Terms((key, base.place), sorted(mine)))
        case Group(field, terms) if field in _ADDRESSES:
            local = tuple((term.removeprefix(base.base), weight) for term, weight in terms)
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


def _several(node: And | Or, base: Local) -> And | Or:
    children = tuple(localised(child, base) for child in node.children)
    same = all(one is other for one, other in zip(children, node.children, strict=True))
    return node if same else node._replace(children=children)

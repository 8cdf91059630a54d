"""The names of orders and facets as a caller gives them, and counts as a caller gets them.

Does not depend on query syntax, a particular engine or the terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from coopsearch.search.engines.base import FACETS, ORDERS, Facet, Order, Reader, folder_depth
from coopsearch.search.engines.nodes import Node
from coopsearch.search.errors import SettingsError

_Name = TypeVar("_Name", bound=str)


def order_of(name: Order) -> Order:
    """Return an order. Raises SettingsError for one that there is not, and lists those that there are."""
    return _known("order", name, ORDERS)


def facets_of(names: Iterable[Facet]) -> tuple[Facet, ...]:
    """Return facets, none twice. Raises SettingsError for one that there is not.

    ``folder:2`` counts by the first two folders of each address.
    """
    return tuple(
        name if folder_depth(name) else _known("facet", name, FACETS) for name in dict.fromkeys(names)
    )


def counts(reader: Reader, node: Node, facets: Iterable[Facet]) -> dict[str, dict[str, int]]:
    """Count the documents that match by each facet, the most first, equal ones by name."""
    return {
        facet: dict(sorted(reader.count(node, facet).items(), key=lambda one: (-one[1], one[0])))
        for facet in facets
    }


def _known(what: str, name: _Name, known: Sequence[_Name]) -> _Name:
    if name not in known:
        raise SettingsError(f"there is no {what} {name!r}; there are: {', '.join(known)}")
    return name

"""The names of orders and facets as a caller gives them, and counts as a caller gets them.

Does not depend on query syntax, a particular engine or the terminal.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, cast

from coopsearch.search.engines.base import FACETS, ORDERS, Order, Reader
from coopsearch.search.engines.folders import folder_depth
from coopsearch.search.engines.nodes import Node, matched
from coopsearch.search.errors import SettingsError
from coopsearch.search.schema import META_NAMES

if TYPE_CHECKING:
    from coopsearch.search.engines.base import Facet

#: The facet of names in the texts, unless documents have a field that is called so; and how many it counts.
NAMES: Final = "name"
_MOST_NAMES: Final = 1_000
#: Stands before the name of a field of the documents' own; engines count by some of these names themselves.
FIELDS: Final = "fields."
#: Names that a message lists.
_LISTED: Final = 30


def order_of(name: Order) -> Order:
    """Return an order. Raises SettingsError for one that there is not, and lists those that there are."""
    if name not in ORDERS:
        raise _unknown("order", name, ORDERS)
    return name


def checked_names(facets: Iterable[str]) -> tuple[str, ...]:
    """Return names, none twice. Raises TypeError for what is none."""
    names = tuple(dict.fromkeys(facets))
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"the name of a facet is a str, not {type(name).__name__}: {name!r:.60}")
    return names


def facets_of(names: Iterable[str], reader: Reader) -> tuple[str, ...]:
    """Return facets. Raises SettingsError for what is neither one nor a field that documents have."""
    found = tuple(names)
    for name in found:
        named = name == NAMES or _is_column(name)
        if not named and not reader.document_frequency(META_NAMES, _own(name, reader)):
            own = (f"{FIELDS}{one}" if one in FACETS else one for one, _ in reader.terms(META_NAMES))
            raise _unknown("facet", name, (*FACETS, NAMES, *own))
    return found


def counts(reader: Reader, node: Node, facets: Iterable[str]) -> dict[str, dict[str, int]]:
    """Count the documents that match by each facet, the most first, equal ones by name."""
    found = {}
    for name in facets:
        if _is_column(name):
            of_each = reader.count(node, cast("Facet", name))
        elif name == NAMES and not reader.document_frequency(META_NAMES, NAMES):
            # Imported here: few count names, for which the texts are read.
            from coopsearch.search.results.listed_names import listed_names

            of_each = {one.name: one.documents for one in listed_names(reader, matched(node), _MOST_NAMES)}
        else:
            # Imported here: few count by a field of their own.
            from coopsearch.search.results.field_values import count_values

            of_each = count_values(reader, node, _own(name, reader))
        found[name] = dict(sorted(of_each.items(), key=lambda one: (-one[1], one[0])))
    return found


def _own(name: str, reader: Reader) -> str:
    """Return the name of a documents' own field: ``fields.type`` is that called type."""
    return name if reader.document_frequency(META_NAMES, name) else name.removeprefix(FIELDS)


def _is_column(name: str) -> bool:
    """Say whether an engine counts by a facet itself: ``folder:2`` is by the first two folders."""
    return name in FACETS or bool(folder_depth(name))


def _unknown(what: str, name: str, known: Iterable[str]) -> SettingsError:
    names = list(dict.fromkeys(known))
    listed = ", ".join(names[:_LISTED]) + (", ..." if len(names) > _LISTED else "")
    return SettingsError(f"there is no {what} {name!r}; there are: {listed}")

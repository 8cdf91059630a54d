"""How many documents have each value of a field of their own: an author, a country, a sender.

Does not depend on query syntax, a particular engine or the terminal.
"""

from __future__ import annotations

from collections import Counter

from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import Node
from coopsearch.search.model import PEOPLE


def count_values(reader: Reader, node: Node, name: str) -> dict[str, int]:
    """Count the documents that match by a field; "" stands for those that have no value in it.

    In a field of people each counts alone, by the address where there is one, for a name is written in many
    ways.
    """
    total = reader.search(node, 0).total
    found: Counter[str] = Counter()
    said = 0
    for value, documents in reader.values(node, name).items():
        each = _people(value) if name in PEOPLE else {" ".join(value.split())}
        said += documents if each != {""} else 0
        for one in each - {""}:
            found[one] += documents
    if total > said:
        found[""] = total - said
    return dict(found)


def _people(text: str) -> set[str]:
    # Imported here: mail alone has such fields.
    from email.utils import getaddresses

    people = {address.lower() or name for name, address in getaddresses([text])} - {""}
    return people or {" ".join(text.split())}

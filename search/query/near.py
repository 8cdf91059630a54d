"""What NEAR joins: words in any of their forms, patterns, texts in quotes, and any of some of these.

A compound may stand as one word or as two, so what is joined can differ in width.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import factorial, prod
from typing import Final

from coopsearch.search import schema
from coopsearch.search.engines.as_written import AsWritten
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import (
    Broad,
    Checked,
    Group,
    Neighbours,
    Node,
    Nothing,
    Or,
    Phrase,
    Spelled,
)
from coopsearch.search.errors import QueryError
from coopsearch.search.query import syntax
from coopsearch.search.query.cost import Cost, refuse_broad
from coopsearch.search.query.syntax import Fuzzy, Leaf, Regex, Tree, Wildcard, Word

#: Choices of one row of each part, in each order: every one is looked at.
_MOST_CHOICES: Final = 200


def near(tree: syntax.Near, node_of: Callable[[Leaf], Node | None], cost: Cost, reader: Reader) -> Node:
    """Return the node of a NEAR; ``node_of`` plans a leaf. Raises QueryError for what cannot be joined.

    A word as it is written is looked for in what NEAR finds, wherever it stands there.
    """
    checks: list[AsWritten] = []

    def leaf(child: Leaf) -> Node | None:
        node = node_of(child)
        if not isinstance(node, Checked):
            return node
        if any(child is one for one in tree.children):
            checks.append(node.wanted)
        return node.child

    node = _near(tree, leaf, cost, reader)
    for wanted in checks:
        node = Checked(node, wanted)
    return node


def _near(tree: syntax.Near, node_of: Callable[[Leaf], Node | None], cost: Cost, reader: Reader) -> Node:
    parts: list[tuple[Phrase, ...]] = []
    for child in tree.children:
        rows = tuple(dict.fromkeys(_rows(child, node_of, tree.position)))
        if not rows:
            return Nothing()
        parts.append(rows)
    slop = tree.slop * (len(parts) - 1)
    if all(len(rows) == 1 and len(rows[0].slots) == 1 for rows in parts):
        names = tuple(rows[0].field for rows in parts)
        mixed = names if len(set(names)) > 1 else ()
        slots = tuple(rows[0].slots[0] for rows in parts)
        found = Phrase(names[0], slots, slop, tree.ordered, fields=mixed)
        cost.slots(_slots(found), reader, tree.position, ordered=tree.ordered)
        return found
    choices = prod(map(len, parts)) * (1 if tree.ordered else factorial(min(len(parts), 10)))
    if choices > _MOST_CHOICES:
        raise QueryError(
            f"NEAR at character {tree.position} joins too many compounds and texts in quotes; write ONEAR, "
            "where their order is known, or join fewer",
            tree.position,
        )
    # The most frequent row of each part stands for it.
    usual = [max(rows, key=lambda row: _frequency(row, reader)) for rows in parts]
    cost.slots([slot for row in usual for slot in _slots(row)], reader, tree.position, ordered=tree.ordered)
    return Neighbours(tuple(parts), slop, tree.ordered)


def _frequency(row: Phrase, reader: Reader) -> int:
    return sum(reader.document_frequency(name, term) for name, terms in _slots(row) for term in terms)


def _slots(node: Phrase) -> list[tuple[str, tuple[str, ...]]]:
    """Return each slot of a phrase with its field."""
    return list(zip(node.fields or (node.field,) * len(node.slots), node.slots, strict=True))


def _rows(tree: Tree, node_of: Callable[[Leaf], Node | None], position: int) -> Iterator[Phrase]:
    """Yield what a child of NEAR may be, as rows of slots; the single words of each field together."""
    singles: dict[str, dict[str, None]] = {}
    for child in tree.children if isinstance(tree, syntax.Any) else (tree,):
        if not isinstance(child, Word | syntax.Phrase | Wildcard | Fuzzy | Regex):
            raise QueryError(
                f'NEAR at character {position} joins words, "texts in quotes", patterns and '
                "(one OR another); join the words of a group by OR, or put them in quotes",
                position,
            )
        if isinstance(child, syntax.Phrase) and child.field in (syntax.NAME, syntax.NAMED):
            raise QueryError(
                f'the name "{child.text}" at character {child.position} stands beside NEAR, which joins '
                "single words of names; write ~ before each of them",
                child.position,
            )
        if isinstance(child, syntax.Phrase) and child.slop:
            raise QueryError(
                f'"{child.text}"~{child.slop} at character {child.position} stands beside NEAR, which joins '
                f"words that are side by side; leave out ~{child.slop}",
                child.position,
            )
        node = node_of(child)
        for part in node.children if isinstance(node, Or) else (node,):
            match part:
                case Group(field, terms):
                    _check_field(field, position)
                    singles.setdefault(field, {}).update(dict.fromkeys(term for term, _ in terms))
                case Phrase(field):
                    _check_field(field, position)
                    yield part._replace(boost=1.0)
                case Broad(field, terms):
                    _check_field(field, position)
                    refuse_broad(child.text, len(terms.terms), child.position)
                case Nothing() | Spelled() | None:
                    continue
                case _:
                    _check_field("", position)
    for name, words in singles.items():
        yield Phrase(name, (tuple(words),))


def _check_field(field: str, position: int) -> None:
    if field not in (schema.WORDS, schema.STEMS):
        raise QueryError(
            f"NEAR at character {position} joins words of the text; leave out their fields", position
        )

"""What is asked for as a name: ``~Ghazouani``, ``name:Ghazouani``, ``~"Mohamed Ould Ghazouani"``.

A name is met in other spellings and scripts, whether or not it is a common word, too. One of several words is
met in any order, with or without particles and middle names, and with initials.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from coopsearch.search import schema
from coopsearch.search.analysis.tokenizer import read
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import Group, Node
from coopsearch.search.query import syntax
from coopsearch.search.query.among import Words
from coopsearch.search.query.cost import Cost
from coopsearch.search.query.expansion.families import Member
from coopsearch.search.query.expansion.names import Names
from coopsearch.search.query.fields import FieldTarget
from coopsearch.search.query.syntax import Word

#: Where a name is looked for: among the words of the text, which have no other forms than its spellings.
_TARGET: Final = FieldTarget(schema.WORDS, schema.WORDS, schema.WORDS)


class Noting(Protocol):
    """Takes what is to be marked in a text, and how a leaf was read."""

    def __call__(
        self,
        tree: syntax.Leaf,
        place: FieldTarget,
        words: tuple[Words, ...],
        stems: tuple[frozenset[str], ...],
        *,
        apart: bool,
        family: tuple[Member, ...],
    ) -> None:
        """Note it: each slot is marked by itself if they stand ``apart``."""
        ...


def node_of(
    leaf: Word | syntax.Phrase,
    names: Names,
    cost: Cost,
    reader: Reader,
    note: Noting,
    say: Callable[[str], None],
) -> Node | None:
    """Return what finds a name, None for a text without letters. Raises QueryError for too many words."""
    if leaf.as_written:
        say(
            f'= is left out: a name is found however it is spelt; write ="{leaf.text}" for what is written so'
        )
    if isinstance(leaf, syntax.Phrase) and leaf.slop:
        say(f'~{leaf.slop} is left out: the parts of the name "{leaf.text}" stand near each other anyway')
    # "Ghazouani, Mohamed" begins with the family's name.
    family, _, first = leaf.text.replace("،", ",").partition(",")
    cost.words(leaf.text, leaf.position)
    words = read(f"{first} {family}" if first else leaf.text).slots
    # Imported for those who ask for a name.
    from coopsearch.search.names.compounds import parts_of
    from coopsearch.search.query.expansion import full_names

    parts = parts_of(words)
    if not parts:
        return None
    slots = [
        full_names.slot_of(part, names, first=not at, beside=len(parts) > 1) for at, part in enumerate(parts)
    ]
    members = tuple(dict.fromkeys(one for slot in slots for one in slot.members))
    none = tuple(frozenset[str]() for _ in slots)
    note(leaf, _TARGET, tuple(frozenset(slot.words) for slot in slots), none, apart=True, family=members)
    if len(slots) == 1 and not slots[0].rest and len(parts[0].alone) == 1:
        others = tuple((one.stem, one.weight) for one in members)
        return Group(schema.WORDS, ((parts[0].alone[0], 1.0), *others), leaf.boost)
    return full_names.node_of(slots, words, leaf.boost, cost, reader, position=leaf.position, say=say)

"""What is asked for as a name: ``~Ghazouani``, ``name:Ghazouani``, ``~"Mohamed Ould Ghazouani"``.

A name is met in other spellings and scripts, whether or not it is a common word, too. One of several words is
met in any order, with or without particles and middle names, and with initials.
"""

from __future__ import annotations

from typing import Final, Protocol

from coopsearch.search import schema
from coopsearch.search.analysis.tokenizer import read
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import Group, Node, Or, Phrase
from coopsearch.search.names.particles import parts
from coopsearch.search.query import syntax
from coopsearch.search.query.among import Words
from coopsearch.search.query.cost import Cost
from coopsearch.search.query.expansion.families import Member
from coopsearch.search.query.expansion.names import Names
from coopsearch.search.query.fields import FieldTarget
from coopsearch.search.query.syntax import Word

#: Words that may stand between two neighbours of a name: a particle, a middle name.
BETWEEN: Final = 3
#: What counts less where only the first and the last of several names stand together.
_FIRST_AND_LAST: Final = 0.5
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
    leaf: Word | syntax.Phrase, names: Names, cost: Cost, reader: Reader, note: Noting
) -> Node | None:
    """Return what finds a name, None for a text without letters. Raises QueryError for too many words."""
    # "Ghazouani, Mohamed" begins with the family's name.
    family, _, first = leaf.text.replace("،", ",").partition(",")
    words = parts(read(f"{first} {family}" if first else leaf.text).slots)
    cost.words(leaf.text, leaf.position)
    if not words:
        return None
    spelled = [names.wide(word) for word in words]
    slots = tuple(
        (word, *(one.stem for one in several)) for word, several in zip(words, spelled, strict=True)
    )
    members = tuple(dict.fromkeys(one for several in spelled for one in several))
    none = tuple(frozenset[str]() for _ in slots)
    note(leaf, _TARGET, tuple(map(frozenset, slots)), none, apart=True, family=members)
    if len(words) == 1:
        others = tuple((one.stem, one.weight) for one in spelled[0])
        return Group(schema.WORDS, ((words[0], 1.0), *others), leaf.boost)
    # A first name may be an initial; a family's name is written in full.
    full = [*((*slot, slot[0][0]) for slot in slots[:-1]), slots[-1]]
    cost.slots([(schema.WORDS, slot) for slot in full], reader, leaf.position, ordered=False)
    node: Node = _near(full, leaf.boost)
    if len(words) > 2:  # noqa: PLR2004 - there is a name between the first and the last
        node = Or((node, _near([full[0], full[-1]], leaf.boost * _FIRST_AND_LAST)))
    return node


def _near(slots: list[tuple[str, ...]], boost: float) -> Phrase:
    unique = tuple(tuple(dict.fromkeys(slot)) for slot in slots)
    return Phrase(schema.WORDS, unique, BETWEEN * (len(slots) - 1), ordered=False, boost=boost)

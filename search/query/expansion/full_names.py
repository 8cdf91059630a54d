"""A name of several words: in any order, with particles and middle names between, and with initials.

What is written as it was typed comes first. An initial is met where it is written as one, directly before the
next part of the name or behind a family's name: of letters that are words of a language nothing else says
that one stands for a name (*il y a Smith*, *5 m*). Does not depend on query
syntax.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Final, NamedTuple

from coopsearch.search import schema
from coopsearch.search.engines.as_written import AsWritten
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import And, Checked, Group, Node, Not, Or, Phrase
from coopsearch.search.names.choosing import NAMES_TOO
from coopsearch.search.names.compounds import Part, rest_words
from coopsearch.search.names.particles import PARTICLES
from coopsearch.search.names.scripts import LATIN, script_of
from coopsearch.search.query.cost import Cost
from coopsearch.search.query.expansion.families import Member
from coopsearch.search.query.expansion.names import Names
from coopsearch.search.query.expansion.words import of_language

#: Words that may stand between two neighbours of a name: a particle, a middle name.
BETWEEN: Final = 3
#: What counts less where only the first and the last of several names stand together, and with an initial.
_FIRST_AND_LAST: Final = 0.5
_INITIAL: Final = 0.25
#: What a part counts that is written in two words, beside one.
_IN_TWO: Final = 0.5
#: Ways to read a name whose parts are each one word or two.
_MOST_WAYS: Final = 4
#: Spellings of the family's name that are looked for behind an initial, and documents that are read for each.
_SPELLINGS: Final = 8
_READ: Final = 1_000
#: Letters that are no word of a language, and no sign of a measure before a name: their stop may be missing.
_NO_WORDS: Final = frozenset("bfkpqrvwxz")
#: Initials of middle names that were not typed.
_MIDDLE: Final = tuple("befghkopqrvwxz")
#: What may stand between an initial and the family's name.
_PARTICLES: Final = ("al", "el", "ould", "ben", "bin", "ibn", "abu", "abou", "de", "van", "von")
#: *Monsieur*, and where it is written so.
_TITLE: Final = ("m", "fr")

#: A word or several at each place of a name.
Row = tuple[tuple[str, ...], ...]


class Slot(NamedTuple):
    """A part of a name, as one word or as two."""

    part: Part
    alone: tuple[str, ...]
    before: tuple[str, ...]
    """What is written before ``rest``; empty if it is one word alone."""
    rest: tuple[str, ...]
    """What follows what is written before it; empty if it is one word alone."""
    members: tuple[Member, ...]
    """Other spellings in it."""

    @property
    def words(self) -> tuple[str, ...]:
        """All words that may stand for it."""
        return tuple(dict.fromkeys((*self.alone, *self.rest)))


def slot_of(part: Part, names: Names, *, first: bool, beside: bool) -> Slot:
    """Return what stands for a part in the words of an index, itself first.

    Arabic writes particles together with the ``first`` part of a name alone. ``beside`` says that the name
    has other parts.
    """
    members: dict[str, Member] = {}

    def hung(words: tuple[str, ...]) -> tuple[str, ...]:
        return names.hung(words) if first else words

    def spelled(words: Sequence[str]) -> tuple[str, ...]:
        near = [one for word in words for one in names.wide(word, beside=beside)]
        for one in near:
            known = members.get(one.stem)
            if known is None or known.weight < one.weight:
                members[one.stem] = one
        return tuple(dict.fromkeys((*words, *(one.stem for one in near))))

    alone = hung(spelled(part.alone))
    rest = spelled(rest_words(part)) if part.before else ()
    others = tuple(one for one in members.values() if one.stem not in part.typed)
    return Slot(part, alone, hung(part.before), rest, others)


def node_of(
    slots: Sequence[Slot],
    words: Sequence[str],
    boost: float,
    cost: Cost,
    reader: Reader,
    *,
    position: int,
    say: Callable[[str], None],
) -> Node:
    """Return what finds a name of several parts, or of one that may be two words; ``words`` are as typed."""
    found: list[Node] = []
    ways = list(_ways(slots))
    for at, row in enumerate(ways):
        if len(row) > 1:
            cost.slots([(schema.WORDS, slot) for slot in row], reader, position, ordered=False)
        # What is two words has more slots, each of which adds to the score.
        found += _near(row, boost * (_IN_TWO if at else 1.0), len(slots), reader)
    typed = tuple((word,) for slot in slots for word in slot.part.typed)
    if len(typed) == 1:
        found.insert(0, Group(schema.WORDS, ((typed[0][0], 1.0),), boost))
    elif cost.affords(_looks(typed, reader), reader.documents):
        as_typed = Phrase(schema.WORDS, typed, BETWEEN * (len(typed) - 1), boost=boost)
        doubtful = NAMES_TOO.intersection(word for (word,) in typed)
        found.insert(0, _sure(as_typed, next(iter(doubtful)), reader) if doubtful else as_typed)
    if len(slots) > 2:  # noqa: PLR2004 - there is a name between the first and the last
        for row in _ways([slots[0], slots[-1]]):
            if cost.affords(_looks(row, reader), reader.documents):
                found += _near(row, boost * _FIRST_AND_LAST, 2, reader)
    if len(slots) > 1:
        found += _with_initials(slots, words, boost * _INITIAL, reader, say)
    return found[0] if len(found) == 1 else Or(tuple(found))


def _ways(slots: Sequence[Slot]) -> Iterator[Row]:
    """Yield the rows of slots that a name may be: each part one word, or two."""
    choices = [((slot.alone,), (slot.before, slot.rest)) if slot.rest else ((slot.alone,),) for slot in slots]
    for at, chosen in enumerate(product(*choices)):
        if at < _MOST_WAYS:
            yield tuple(slot for row in chosen for slot in row)


def _near(row: Row, boost: float, names: int, reader: Reader) -> Iterator[Node]:
    """Yield what finds the parts of a name near each other."""
    if len(row) == 1:
        yield Group(schema.WORDS, tuple((word, 1.0) for word in row[0]), boost)
        return
    # An article may stand between the two words of one part.
    slop = BETWEEN * (names - 1) + len(row) - names
    bare = tuple(tuple(word for word in slot if word not in NAMES_TOO) for slot in row)
    if all(bare):
        yield Phrase(schema.WORDS, bare, slop, ordered=False, boost=boost)
    for at, slot in enumerate(row):
        for word in NAMES_TOO.intersection(slot):
            others = (*row[:at], (word,), *row[at + 1 :])
            yield _sure(Phrase(schema.WORDS, others, slop, ordered=False, boost=boost), word, reader)


def _sure(phrase: Phrase, word: str, reader: Reader) -> Node:
    """Return what finds a phrase with a name that has the letters of a word which is everywhere."""
    if min(_looks((slot,), reader) for slot in phrase.slots) > _READ:
        return phrase._replace(slop=0, ordered=True)
    return Checked(phrase, AsWritten(schema.WORDS, word))


def _looks(row: Sequence[tuple[str, ...]], reader: Reader) -> int:
    return sum(reader.document_frequency(schema.WORDS, word) for slot in row for word in slot)


def _with_initials(
    slots: Sequence[Slot], words: Sequence[str], boost: float, reader: Reader, say: Callable[[str], None]
) -> Iterator[Node]:
    """Yield what finds the family's name with initials of those before it, in Latin script."""
    *first, family = slots
    initial = first[0].part.typed[0][0]
    if script_of(initial) != LATIN:
        return
    held = [word for word in family.alone if script_of(word) == LATIN]
    held = [word for word in held if reader.document_frequency(schema.WORDS, word)][:_SPELLINGS]
    letters = tuple(slot.part.typed[0][0] for slot in first)
    every = tuple(
        word[0] for word in words[: len(words) - len(family.part.typed)] if word not in {"al", "el"}
    )
    rows = {row for row in (letters, every) if len(row) > 1 and all(script_of(one) == LATIN for one in row)}
    particles = tuple(
        dict.fromkeys((*_PARTICLES, *(word for word in words if word in PARTICLES and len(word) > 1)))
    )
    for last in held:
        looks = min(reader.document_frequency(schema.WORDS, one) for one in (initial, last))
        if looks > _READ:
            say(f"{last} with an initial was not looked for: it stands in too many documents")
            continue
        for text in (f"{initial}. {last}", f"{last}, {initial}.", f"{last} {initial}."):
            ordered = text.startswith(f"{initial}.")
            yield _no_title(_checked(((initial,), (last,)), text, boost, ordered=ordered), initial)
        if initial in _NO_WORDS:
            yield _checked(((initial,), (last,)), f"{initial.upper()} {last.capitalize()}", boost)
        for row in sorted(rows):
            yield _checked(
                (*((one,) for one in row), (last,)), "".join(f"{one}. " for one in row) + last, boost
            )
            # T.E. Lawrence is two words.
            pair = ("".join(row),), (last,)
            text = "".join(f"{one}." for one in row) + f" {last}"
            yield Checked(Phrase(schema.WORDS, pair, boost=boost), AsWritten(schema.WORDS, text))
        yield _checked(((initial,), _MIDDLE, (last,)), f"{initial.upper()}.", boost)
        for particle in particles:
            if reader.document_frequency(schema.WORDS, particle):
                between = (initial,), (particle,), (last,)
                yield _no_title(_checked(between, f"{initial}. {particle}", boost), initial)


def _no_title(found: Checked, initial: str) -> Node:
    """Return the same, where its initial is also a title, without the language that writes the title so."""
    letter, language = _TITLE
    return And((found, Not(of_language(language)))) if initial == letter else found


def _checked(row: Row, text: str, boost: float, *, ordered: bool = True) -> Checked:
    """Return what finds a row of words where it is written so, its initial as a capital with a stop."""
    found = Checked(Phrase(schema.WORDS, row, 0, ordered=ordered, boost=boost), AsWritten(schema.WORDS, text))
    # A family's name is written in capitals, or not; its initial always is one.
    return Checked(found, AsWritten(schema.WORDS, f"{row[0][0][0].upper()}.")) if text.islower() else found

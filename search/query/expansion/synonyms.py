"""Words that a person declared to mean the same: what they add to a word of a query.

A synonym of one word joins the stems of the word that it stands for, and one of several is a phrase beside
it; both count less than the word itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from coopsearch.search import schema
from coopsearch.search.analysis.tokenizer import read
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import And, Group, Node, Or, Phrase
from coopsearch.search.errors import SettingsError
from coopsearch.search.query.among import HighlightTerm
from coopsearch.search.query.expansion.families import Member
from coopsearch.search.query.syntax import Clause, Word

if TYPE_CHECKING:
    from coopsearch.search.query.interpretation import Readings

#: What a synonym counts, where the word itself counts 1.
WEIGHT: Final = 0.5
#: The rule that an explanation names.
RULE: Final = "synonym"

#: Stems for each of some words side by side.
Slots = tuple[tuple[str, ...], ...]
#: Each word or phrase with those that stand for it.
Declared = Sequence[tuple[str, Sequence[str]]]


class Terms(Protocol):
    """Knows what some words mean together."""

    def met(self, clauses: Sequence[Clause], at: int) -> Met | None:
        """Return what plain words from one on mean together, None where that is nothing else."""
        ...


class Met(NamedTuple):
    """Words of a query that have synonyms or translations together."""

    end: int
    """One past the last of them."""
    others: tuple[Node, ...]
    wanted: tuple[HighlightTerm, ...]
    """What of the others is marked in a text."""
    text: str = ""
    """The words, where it is to be told what they mean together."""
    told: tuple[Member, ...] = ()
    """The others, for a person."""
    together: bool = False
    """Whether the words count side by side as the others do: else these would come before them."""

    def either(
        self, node: Node | None, leaves: list[Node], first: int, readings: Readings | None = None
    ) -> Node | None:
        """Return what finds the words or what they mean; the leaves of the words begin at ``first``."""
        if self.text and readings is not None:
            readings.note_term(self.text, self.told)
        if node is None or not self.others:
            return node
        others = self.others
        if self.together and (together := _together(leaves[first:])) is not None:
            boost = max((one.boost for one in others if isinstance(one, Group | Phrase)), default=1.0)
            others = (*others, together._replace(boost=boost))
        leaves[first:] = [Or((And(tuple(leaves[first:])), *self.others))]
        return Or((node, *others))


def _together(leaves: Sequence[Node]) -> Phrase | None:
    """Return what asks for words side by side, by the groups that ask for each of them; None if it cannot."""
    slots: list[tuple[str, ...]] = []
    for leaf in leaves:
        parts = leaf.children if isinstance(leaf, Or) else (leaf,)
        group = next((one for one in parts if isinstance(one, Group) and one.field == schema.STEMS), None)
        terms = tuple(term for term, weight in group.terms if weight == 1.0) if group is not None else ()
        if not terms:
            return None
        slots.append(terms)
    return Phrase(schema.STEMS, tuple(slots)) if len(slots) > 1 else None


def first_met(known: Iterable[Terms | None], clauses: Sequence[Clause], at: int) -> Met | None:
    """Return what plain words from one on mean together, by the first who knows."""
    found = (one.met(clauses, at) for one in known if one is not None)
    return next((met for met in found if met is not None), None)


def rows_from(clauses: Sequence[Clause]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield how many of the clauses, from the first one on, are plain words of one sign, and these words."""
    words: tuple[str, ...] = ()
    for count, clause in enumerate(clauses, 1):
        tree = clause.tree
        if (
            not isinstance(tree, Word)
            or tree.field is not None
            or tree.exact
            or clause.occur != clauses[0].occur
        ):
            return
        words += read(tree.text).slots
        yield count, words


class Synonyms:
    """What was declared, over one state of an index. Safe for many threads."""

    def __init__(self, reader: Reader, declared: Declared, stems_of: Callable[[str], Iterable[str]]) -> None:
        """Take the state, what was declared, and what gives a folded word's stems."""
        self._stems_of = stems_of
        self._words: dict[str, list[Slots]] = {}
        self._rows: dict[tuple[str, ...], list[Slots]] = {}
        self._longest = 0
        keys = [(read(text).slots, members) for text, members in declared]
        held = reader.among(schema.WORDS, {words[0] for words, _ in keys if len(words) == 1})
        for words, members in keys:
            others = [tuple((word,) for word in read(one).slots) for one in members]
            if len(words) > 1:
                self._rows.setdefault(words, []).extend(others)
                self._longest = max(self._longest, len(words))
            elif words:
                # What the index holds is found in its other forms, too; their stems are known.
                for form in {words[0], *(stems_of(words[0]) if words[0] in held else ())}:
                    self._words.setdefault(form, []).extend(others)

    def members(self, word: str) -> list[Member]:
        """Return the stems of the synonyms of a folded word that are one word each."""
        own = {*self._stems_of(word)} if self._of(word) else set()
        found = {stem for row in self._of(word) if len(row) == 1 for stem in self._stems(row)[0]}
        return [Member(stem, WEIGHT, RULE) for stem in sorted(found - own)]

    def phrases(self, word: str) -> tuple[Slots, ...]:
        """Return the stems of those that are several words, slot by slot."""
        return tuple(dict.fromkeys(self._stems(row) for row in self._of(word) if len(row) > 1))

    def met(self, clauses: Sequence[Clause], at: int) -> Met | None:
        """Return what plain words from one on mean together, None where nothing was declared of them."""
        longest = None
        for end, words in rows_from(clauses[at : at + self._longest]):
            if (rows := self._rows.get(words)) is not None:
                longest = at + end, rows
        if longest is None or clauses[at].occur == "not":
            return None
        slots = [self._stems(row) for row in longest[1]]
        return Met(longest[0], tuple(map(_node, slots)), tuple(map(_wanted, slots)))

    def _of(self, word: str) -> list[Slots]:
        if (found := self._words.get(word)) is not None or not self._words:
            return found or []
        return next((self._words[stem] for stem in self._stems_of(word) if stem in self._words), [])

    def _stems(self, row: Slots) -> Slots:
        return tuple(tuple(sorted({*self._stems_of(slot[0])})) for slot in row)


def _node(slots: Slots) -> Node:
    if len(slots) == 1:
        return Group(schema.STEMS, tuple((stem, 1.0) for stem in slots[0]), WEIGHT)
    return Phrase(schema.STEMS, slots, boost=WEIGHT)


def _wanted(slots: Slots) -> HighlightTerm:
    return HighlightTerm(tuple(frozenset[str]() for _ in slots), tuple(map(frozenset, slots)), 1.0)


def declared_of(value: Mapping[str, Iterable[str]] | Iterable[Iterable[str]]) -> Declared:
    """Return synonyms as they are kept, of what a caller gives.

    A table has each word found by those that stand for it; of groups, each member is found by all others.
    Raises SettingsError for one without letters or digits, TypeError for anything else.
    """
    if isinstance(value, Mapping):
        found = [(word, _listed(members)) for word, members in value.items()]
    else:
        groups = [_listed(group) for group in value]
        found = [(one, [each for each in group if each != one]) for group in groups for one in group]
    for word, members in found:
        for one in (word, *members):
            if not isinstance(one, str):
                raise TypeError(f"a synonym is a str, not {type(one).__name__}: {one!r:.60}")
            if not read(one).slots:
                raise SettingsError(f"the synonym {one!r:.60} holds no letters or digits; give a word")
    return found


def _listed(members: Iterable[str]) -> list[str]:
    if isinstance(members, (str, bytes)):
        raise TypeError(f"several synonyms are expected; put the one into a list: [{members!r:.60}]")
    return list(dict.fromkeys(members))

"""What a bare word of a query stands for in an index: its parts, their stems in each language, its relatives.

The same for all queries of one state, so it is remembered. Does not depend on query syntax.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from typing import Final, NamedTuple, Protocol, Self

from coopsearch.search import schema
from coopsearch.search.analysis.function_words import unhung
from coopsearch.search.analysis.tokenizer import read
from coopsearch.search.engines.nodes import And, Filter, Group, Node, Phrase
from coopsearch.search.query.among import HighlightTerm
from coopsearch.search.query.expansion.families import Member
from coopsearch.search.query.expansion.synonyms import RULE, WEIGHT, Slots, Synonyms

#: Words that are remembered, and the longest of them in characters.
_REMEMBERED: Final = 4096
_LONGEST_REMEMBERED: Final = 64


def of_language(language: str) -> Filter:
    """Return what finds the documents with a passage in a language."""
    return Filter(Group(schema.LANGUAGE, ((language, 1.0),)))


class Beside(NamedTuple):
    """Several words side by side that stand for one."""

    slots: Slots
    """The stems of each of them."""
    weight: float
    rule: str
    source: str = ""

    def node(self, boost: float = 1.0) -> Node:
        """Return what asks for them."""
        return Phrase(schema.STEMS, self.slots, boost=boost * self.weight)

    def without(self, stems: Container[str]) -> Self:
        """Return the same: side by side they say more than each of them."""
        del stems
        return self

    def mark(self, weight: float = 1.0) -> HighlightTerm:
        """Return what of them is marked in a text."""
        nothing = tuple(frozenset[str]() for _ in self.slots)
        return HighlightTerm(nothing, tuple(map(frozenset, self.slots)), weight)

    @property
    def told(self) -> tuple[Member, ...]:
        """The same for a person."""
        return (Member(" ".join(slot[0] for slot in self.slots), self.weight, self.rule, self.source),)


class Apart(NamedTuple):
    """Single words that stand for one and are scored apart from it, as one term."""

    told: tuple[Member, ...]
    field: str
    """``schema.STEMS``, or ``schema.WORDS`` where they are words as they are written."""
    language: str = ""
    """The language of the documents in which they are looked for, "" for all."""
    boost: float = 1.0

    def node(self, boost: float = 1.0) -> Node:
        """Return what asks for them."""
        terms = tuple((one.stem, one.weight) for one in self.told)
        group = Group(self.field, terms, boost * self.boost)
        return And((group, of_language(self.language))) if self.language else group

    def without(self, stems: Container[str]) -> Self | None:
        """Return the same without those whose stems are known, None if nothing is left."""
        if self.field != schema.STEMS:
            return self
        left = tuple(one for one in self.told if one.stem not in stems)
        return self._replace(told=left) if left else None

    def mark(self, weight: float = 1.0) -> HighlightTerm:
        """Return what of them is marked in a text."""
        terms, nothing = (frozenset(one.stem for one in self.told),), (frozenset[str](),)
        words, stems = (terms, nothing) if self.field == schema.WORDS else (nothing, terms)
        return HighlightTerm(words, stems, weight, language=self.language)


class Forms(NamedTuple):
    """What a bare word of a query stands for in an index, whatever field it is asked in."""

    words: tuple[str, ...]
    """Folded; of a compound its parts."""
    slots: tuple[tuple[str, ...], ...]
    """The stems of each of them, sorted."""
    whole: tuple[str, ...]
    """Words that stand for all of a compound."""
    joined: tuple[str, ...]
    """Their stems, sorted."""
    own: tuple[tuple[str, float], ...]
    """The stems of a single word, and of what stands for it, as terms, sorted."""
    family: tuple[Member, ...]
    """Relatives of a single word that are none of these."""
    related: tuple[tuple[str, float], ...]
    """``own`` and the family, as terms."""
    exact: tuple[frozenset[str], ...]
    """Each of the words, as ``Wanted`` has them."""
    stems: tuple[frozenset[str], ...]
    """The stems of each of them, as ``Wanted`` has them."""
    marked: tuple[frozenset[str], ...]
    """``stems`` and those of the family: what is marked in a text."""
    opened: tuple[tuple[str, ...], ...] = ()
    """The stems of the two words that a closed compound stands for; empty for any other word."""
    spelled: tuple[Member, ...] = ()
    """Words that spell a name otherwise, and count as they stand alone."""
    share: float = 1.0
    """What these count beside their weights."""
    phrases: tuple[Beside | Apart, ...] = ()
    """What stands for it beside its group: several words, or one that counts apart."""

    def with_whole(self, whole: Forms, weight: float) -> Forms:
        """Return the same with the compound that the word begins, as a form of it of less weight."""
        known = {term for term, _ in self.related}
        stems = [stem for stem, _ in whole.own if stem not in known]
        family = (*self.family, *(Member(stem, weight, "compound") for stem in stems))
        return self._replace(
            family=family,
            related=self.own + tuple((one.stem, one.weight) for one in family),
            marked=(self.stems[0].union(one.stem for one in family),),
        )

    def with_others(
        self,
        members: Iterable[Member],
        rows: Iterable[Beside | Apart] = (),
        spelled: Sequence[Member] = (),
        share: float = 1.0,
    ) -> Forms:
        """Return the same with what else stands for it: translations, spellings of a name.

        Of a compound, the members stand for all of it. Of those that are ``spelled``, only the word itself
        counts, and no other form of its stem; they count ``share``.
        """
        known = {term for term, _ in self.related}
        family = (*self.family, *(one for one in members if one.stem not in known))
        rows = [other for row in rows if (other := row.without(known)) is not None]
        if len(self.words) != 1:
            return self._replace(family=family, phrases=(*self.phrases, *rows))
        return self._replace(
            family=family,
            phrases=(*self.phrases, *rows),
            related=self.own + tuple((one.stem, one.weight) for one in family),
            marked=(self.stems[0].union(one.stem for one in family),),
            exact=(self.exact[0].union(one.stem for one in spelled),),
            spelled=(*self.spelled, *spelled),
            share=self.share * share,
        )

    @property
    def told(self) -> tuple[Member, ...]:
        """The family, spellings, and what stands beside the group, for a person."""
        return (*self.family, *self.spelled, *(one for row in self.phrases for one in row.told))

    def of_compound(self, field: str, boost: float) -> list[Group]:
        """Return what stands for all of a compound and is one word: itself, its translations."""
        terms = (*((stem, 1.0) for stem in self.joined), *((one.stem, one.weight) for one in self.family))
        return [Group(field, terms, boost)] if terms else []

    def beside(self, *, in_text: bool) -> list[Beside | Apart]:
        """Return what else stands for it, to be marked; what is one word for one is ``marked`` already.

        What ``rows`` has is looked for only ``in_text``.
        """
        found: list[Beside | Apart] = []
        if len(self.words) > 1:
            found += [Beside(((one.stem,),), 1.0, one.rule) for one in self.family]
        if not in_text:
            return found
        opened = [Beside(self.opened, 1.0, "compound")] if self.opened else []
        return [*opened, *found, *self.phrases]

    def rows(self, boost: float, compound: float) -> list[Node]:
        """Return what stands for a word beside its group; an open compound counts ``compound``."""
        opened = [Beside(self.opened, compound, "compound")] if self.opened else []
        return [row.node(boost) for row in (*opened, *self.phrases)]

    def as_words(self, boost: float) -> list[Group]:
        """Return the spellings of a name that count as they stand alone."""
        terms = tuple((one.stem, one.weight) for one in self.spelled)
        return [Group(schema.WORDS, terms, boost * self.share)] if terms else []


class Kin(NamedTuple):
    """A word of a query, and what is related to it, to be told apart in an answer."""

    text: str
    """As it is typed."""
    own: Group
    """The word itself in any of its forms."""
    opened: Phrase | None
    """The two words that it is, if it is a closed compound."""
    family: Group
    others: Group
    """Translations and spellings of a name, which are not related to it but the same in other words."""


#: Rules whose members say the same in other words.
_THE_SAME: Final = frozenset(("translation", "name"))


def kin_of(forms: Forms, text: str, field: str) -> Kin | None:
    """Return a word of a query with its family in a field, None if it has none."""
    others = [one for one in forms.family if one.rule in _THE_SAME]
    own = [one for one in forms.family if one not in others]
    itself = [one for one in own if one.weight == 1.0 or one.rule == "compound"]
    family = [one for one in own if one not in itself]
    if not family and not others:
        return None
    terms = (*forms.own, *_full(itself))
    opened = Phrase(field, forms.opened) if forms.opened else None
    return Kin(text, Group(field, terms), opened, Group(field, _full(family)), Group(field, _full(others)))


def _full(members: Iterable[Member]) -> tuple[tuple[str, float], ...]:
    return tuple((one.stem, 1.0) for one in members)


class FormsOf(Protocol):
    """Gives the forms of a word."""

    def __call__(self, text: str, language: str, *, alone: bool = False) -> Forms:
        """Return what a word of a query in a language ("" for none) stands for; see ``WordForms``."""
        ...


class WordForms:
    """Finds the forms of words in one state of an index; remembers them. Safe for many threads."""

    def __init__(
        self,
        stems_of: Callable[[str], Iterable[str]],
        family_of: Callable[[str], Sequence[Member]],
        opened: Callable[[str], tuple[str, str] | None] = lambda _: None,
        synonyms: Synonyms | None = None,
    ) -> None:
        """Take what gives a folded word's stems in all languages of the index, its relatives, its parts.

        ``synonyms`` are those that somebody declared.
        """
        self._synonyms = synonyms
        self._stems_of = stems_of
        self._family_of = family_of
        self._opened = opened
        self._known: dict[tuple[str, str, bool], Forms] = {}

    def __call__(self, text: str, language: str, *, alone: bool = False) -> Forms:
        """Return what a word of a query in a language ("" for none) stands for.

        ``alone`` leaves its family and the compounds that it may be out of it: finding these takes longest.
        """
        key = text, language, alone
        found = self._known.get(key)
        if found is None:
            found = self._find(text, language, alone=alone)
            if len(text) <= _LONGEST_REMEMBERED:
                if len(self._known) >= _REMEMBERED:
                    self._known.clear()
                self._known[key] = found
        return found

    def _find(self, text: str, language: str, *, alone: bool) -> Forms:
        reading = read(text)
        words = unhung(reading.slots, language)
        slots = tuple(tuple(sorted({*self._stems_of(word)})) for word in words)
        whole = reading.joined if words == reading.slots else ()
        joined = tuple(sorted({stem for word in whole for stem in self._stems_of(word)}))
        own = sorted({*slots[0], *joined}) if len(slots) == 1 else []
        # A family is of one word: the parts of a compound stand for themselves.
        wide = bool(own) and not alone
        family = tuple(one for one in self._family_of(words[0]) if one.stem not in own) if wide else ()
        phrases: tuple[Beside, ...] = ()
        if wide and self._synonyms is not None:
            known = {*own, *(one.stem for one in family)}
            family += tuple(one for one in self._synonyms.members(words[0]) if one.stem not in known)
            phrases = tuple(Beside(slots, WEIGHT, RULE) for slots in self._synonyms.phrases(words[0]))
        terms = tuple((stem, 1.0) for stem in own)
        stems = tuple(map(frozenset, slots))
        parts = (self._opened(words[0]) or ()) if wide else ()
        return Forms(
            words,
            slots,
            whole,
            joined,
            own=terms,
            family=family,
            related=terms + tuple((one.stem, one.weight) for one in family),
            exact=tuple(frozenset({word}) for word in words),
            stems=stems,
            marked=(stems[0].union(one.stem for one in family),) if family else stems,
            opened=tuple(tuple(sorted({*self._stems_of(part)})) for part in parts),
            phrases=phrases,
        )

"""Translations in a query: what its words are in the other languages of an index, by the lexicons.

A translation joins the group of its word, as a family does; one of several words is a phrase beside it. What
the lexicons say is weighed here: votes of all of them are added up, the best are taken, and of these what the
index holds. Does not depend on query syntax.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple, TypeVar

from coopsearch.search import ranking, schema
from coopsearch.search.analysis.function_words import function_words_of
from coopsearch.search.analysis.stems import fits
from coopsearch.search.engines.base import Reader
from coopsearch.search.lexicons.opened import user_lexicons
from coopsearch.search.query.expanding import LANGUAGES
from coopsearch.search.query.expansion.families import Member
from coopsearch.search.query.expansion.placing import BESIDE, Single, is_mixed, placed
from coopsearch.search.query.expansion.words import Apart, Beside
from coopsearch.search.translation.bundled import bundled
from coopsearch.search.translation.lexicon import Lexicon
from coopsearch.search.translation.table import Translation, Unusable

#: The rule that an explanation names.
RULE: Final = "translation"
#: Translations of one word into one language.
MOST: Final = 8
#: From this share of the best one's votes on, a translation counts as much as the word itself.
FULL: Final = 0.45
#: What a translation of several words counts beside the group.
PHRASE: Final = 0.5
#: The same where one of its words is a translation by itself, by which its documents are found already.
WITHIN: Final = 0.15
#: What a translation counts at most that is another word of a language of the index, too (main: hand), or
#: one into a language of which the word itself may be (pain: douleur).
FALSE_FRIEND: Final = 0.3
#: Words whose translations are remembered.
_REMEMBERED: Final = 4096

_T = TypeVar("_T")


class Meaning(NamedTuple):
    """What a word or a term is in other languages, as far as the index holds it."""

    members: tuple[Member, ...] = ()
    """Single words that join the group of what they mean, by their stems."""
    rows: tuple[Beside | Apart, ...] = ()
    """What is looked for beside it: several words, and single ones that count apart."""

    @property
    def told(self) -> tuple[Member, ...]:
        """All of it, for a person."""
        return self.members + tuple(one for row in self.rows for one in row.told)


NOTHING: Final = Meaning()


class Translations:
    """What the lexicons say, over one state of an index. Safe for many threads."""

    def __init__(
        self,
        reader: Reader,
        held: Sequence[str],
        into: Sequence[str],
        lexicons: Iterable[Lexicon],
        faults: Iterable[str] = (),
        *,
        alike: bool = False,
    ) -> None:
        """Take the state, the languages of the index that lexicons know, and those into which is translated.

        ``faults`` say which lexicons could not be opened, and ``alike`` is as for ``Foreign.voices``.
        """
        self._reader = reader
        self.held, self._into = tuple(held), tuple(into)
        self._lexicons = list(lexicons)
        #: Why lexicons are not asked, for a person.
        self.faults = list(faults)
        self._known: dict[tuple[tuple[str, ...], tuple[str, ...]], Meaning] = {}
        #: Whether documents of several languages stand beside each other in an answer.
        self.is_mixed = not alike and is_mixed(reader, self.held)

    def languages_of(self, word: str) -> tuple[str, ...]:
        """Return the languages that have a folded word: as it stands or, if none has, in any form."""
        possible = [one for one in LANGUAGES if fits(word, one)]
        exact = self._sound(
            lambda: [one for one in possible if any(each.table.holds(word, one) for each in self._lexicons)]
        )
        return tuple(
            exact
            or self._sound(
                lambda: [one for one in possible if any(each.knows(word, one) for each in self._lexicons)]
            )
        )

    def longest_term(self, word: str, language: str) -> int:
        """Return of how many words a term may be that a folded word begins; 0 if none begins so."""
        return max(
            self._sound(lambda: [one.longest_term(word, language) for one in self._lexicons]), default=0
        )

    def holds(self, word: str, languages: Iterable[str]) -> bool:
        """Say whether any lexicon has a folded word of some languages as it stands."""
        asked, tables = tuple(languages), [one.table for one in self._lexicons]
        return bool(
            self._sound(lambda: [one for one in asked if any(each.holds(word, one) for each in tables)])
        )

    def is_term(self, words: tuple[str, ...], language: str) -> bool:
        """Say whether folded words are a term of a language."""
        return bool(self._sound(lambda: [one for one in self._lexicons if one.term(words, language)]))

    def meaning(self, words: tuple[str, ...], sources: tuple[str, ...]) -> Meaning:
        """Return what a folded word, or several that are a term, of some languages is in the others."""
        key = words, sources
        found = self._known.get(key)
        if found is None:
            found = self._find(words, sources)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = found
        return found

    def _find(self, words: tuple[str, ...], sources: tuple[str, ...]) -> Meaning:
        # Language -> words of a translation -> the translation, its votes and who gave them.
        found: dict[str, dict[str, tuple[Translation, float, dict[str, None]]]] = {}
        known = set(words) if len(words) == 1 else set()
        for name, language, one in self._sound(lambda: list(self._said(words, sources, known))):
            several = found.setdefault(language, {})
            before = several.get(one.words)
            votes, names = (before[1], before[2]) if before is not None else (0.0, {})
            several[one.words] = one, votes + one.vote, {**names, name: None}
        singles: dict[str, Single] = {}
        # Several words, by their stems: what asks for them, and the stem of the compound that they are.
        rows: dict[tuple[str, ...], tuple[Beside, str]] = {}
        typed = " ".join(words)
        for language, several in found.items():
            best = sorted(several.values(), key=lambda one: (-one[1], one[0].words))[:MOST]
            for one, votes, names in best:
                weight = 1.0 if votes >= FULL * best[0][1] else round(votes / best[0][1], 2)
                if language in sources or (
                    one.words not in known and self._misleads(one.words, language, found)
                ):
                    weight = min(weight, FALSE_FRIEND)
                stems, source = tuple(one.stems.split()), ", ".join(names)
                if one.words == typed:
                    # It is written alike, and found as what it is.
                    continue
                if len(stems) > 1:
                    slots = tuple((stem,) for stem in stems)
                    rows.setdefault(stems, (Beside(slots, weight, RULE, source), one.joined))
                single = one.joined or ("" if len(stems) > 1 else one.stems)
                if single in function_words_of(language):
                    # It would meet every text: est, east; والي, governor, whose stem is that of "to".
                    continue
                if single and (single not in singles or singles[single].member.weight < weight):
                    member = Member(single, weight, RULE, source)
                    singles[single] = Single(member, one.words.replace(" ", ""), language)
        held = self._reader.among(schema.STEMS, {*singles, *(slot for row in rows for slot in row)})
        usual = self._usual(words, known) if self.is_mixed else 0
        asked = [one for stem, one in sorted(singles.items()) if stem in held]
        inside: Sequence[Member] = [one.member for one in asked]
        apart: Sequence[Apart] = []
        if self.is_mixed:
            meant = {language: {*several, *known} for language, several in found.items()}
            inside, apart = placed(self._reader, asked, self.held, usual, partial(self._shares, meant))
        beside: list[Beside] = []
        for stems, (row, joined) in rows.items():
            if held.issuperset(stems):
                # Documents that hold it are found already by the compound that it is, or by one of its words.
                found_already = joined in held or not singles.keys().isdisjoint(stems)
                weight = row.weight * (WITHIN if found_already else PHRASE)
                if usual:
                    rarity = self._rarity(schema.WORDS, words, usual) / self._rarity(schema.STEMS, stems)
                    weight *= BESIDE * min(1.0, rarity)
                beside.append(row._replace(weight=round(weight, 2)))
        return Meaning(tuple(inside), (*apart, *beside))

    def _usual(self, words: tuple[str, ...], known: set[str]) -> int:
        """Return in how many documents what is translated stands: of a term at most, by its rarest word."""
        if len(words) == 1:
            return self._reader.max_document_frequency(schema.WORDS, known)
        return min(self._reader.document_frequency(schema.WORDS, one) for one in words)

    def _rarity(self, field: str, terms: Sequence[str], at_least: int = 1) -> float:
        """Return the inverse document frequency of terms side by side, each in so many documents at least."""
        reader = self._reader
        counts = (max(reader.document_frequency(field, term), at_least) for term in terms)
        return sum(ranking.idf(reader.documents, min(count, reader.documents)) for count in counts)

    def _shares(self, meant: Mapping[str, Container[str]], single: Single) -> bool:
        """Say whether the stem of a translation is that of another word than those that are meant."""
        stem, language = single.member.stem, single.language
        words = self._sound(lambda: [w for one in self._lexicons for w in one.table.of_stem(stem, language)])
        return any(word not in meant[language] for word in words)

    def _said(
        self, words: tuple[str, ...], sources: tuple[str, ...], known: set[str]
    ) -> Iterator[tuple[str, str, Translation]]:
        """Yield each translation with its lexicon and language; what is translated is noted as ``known``."""
        for lexicon in self._lexicons:
            for source in sources:
                if len(words) == 1:
                    bases: Iterable[str] = lexicon.bases(words[0], source)
                else:
                    bases = filter(None, [lexicon.term(words, source)])
                for base in bases:
                    known.add(base)
                    for language, several in lexicon.table.translations(base, source).items():
                        # A word of two languages may mean either, where the index holds both.
                        own = (source,) if self.is_mixed else sources
                        if language in self._into and language not in own:
                            for one in several:
                                yield lexicon.name, language, one

    def _misleads(self, text: str, language: str, found: Mapping[str, Container[str]]) -> bool:
        """Say whether a translation is a word of another language of the index, too, and means another thing.

        ``found`` are the translations into each language.
        """
        others = [one for one in self.held if one != language and text not in found.get(one, ())]
        return bool(
            self._sound(
                lambda: [one for one in self._lexicons for other in others if one.table.holds(text, other)]
            )
        )

    def _sound(self, ask: Callable[[], list[_T]]) -> list[_T]:
        """Return what the lexicons answer; one that proves damaged is left out from there on."""
        while True:
            try:
                return ask()
            except Unusable as error:
                self.faults.append(str(error))
                self._lexicons = [one for one in self._lexicons if one.name != error.name]


def lexicons() -> tuple[list[Lexicon], list[str]]:
    """Return the lexicons that can be asked, and why others cannot."""
    added = user_lexicons()
    faults = [*added.faults]
    tables = [*added.tables]
    try:
        tables.insert(0, bundled())
    except Unusable as error:
        faults.append(str(error))
    return list(map(Lexicon, tables)), faults

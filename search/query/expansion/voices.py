"""Which language each word of one query is of, and what the words are in others.

The language of a query is what its asker says, else what its function words tell, else the one whose lexicon
has most of its words. Of languages that have equally many, one of the index is chosen: who asks in the
language of the documents means their words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coopsearch.search import schema
from coopsearch.search.analysis.function_words import function_words, is_function_word
from coopsearch.search.analysis.stems import fits
from coopsearch.search.engines.nodes import Group, Node
from coopsearch.search.query.among import HighlightTerm
from coopsearch.search.query.expanding import LANGUAGES
from coopsearch.search.query.expansion.synonyms import Met, rows_from
from coopsearch.search.query.expansion.translations import NOTHING, Meaning, Translations
from coopsearch.search.query.expansion.words import Beside
from coopsearch.search.query.syntax import Clause


class Voices:
    """The languages of the words of one query."""

    def __init__(self, translations: Translations, sources: Mapping[str, tuple[str, ...]], told: str) -> None:
        """Take what translates, the languages of each folded word, and that of the query ("" for none)."""
        self._translations = translations
        self._sources = sources
        self.language = told
        """The language of the query, "" where its words do not tell."""
        self.used = False
        """Whether the index holds any translation that was asked for."""

    @property
    def faults(self) -> Sequence[str]:
        """Why lexicons are not asked, for a person."""
        return self._translations.faults

    def holds(self, word: str) -> bool:
        """Say whether any lexicon has a folded word of the query as it stands."""
        return self._translations.holds(word, self._sources.get(word, ()))

    def meaning(self, words: tuple[str, ...]) -> Meaning:
        """Return what a folded word of the query, or the parts of a compound, is in other languages."""
        if len(words) == 1:
            return self._meaning(words, self._sources.get(words[0], ()))
        if (found := self._term(words)) != NOTHING:
            return found
        # A compound may be one word in the lexicon: cease-fire, e-mail.
        whole = "".join(words)
        return self._meaning((whole,), [one for one in self._of_term(words[0]) if self._has(whole, one)])

    def _term(self, words: tuple[str, ...]) -> Meaning:
        """Return what several folded words are together in other languages, if they are a term."""
        sources = [one for one in self._of_term(words[0]) if self._translations.is_term(words, one)]
        return self._meaning(words, sources[:1])

    def _has(self, word: str, language: str) -> bool:
        return self._translations.holds(word, (language,))

    def _meaning(self, words: tuple[str, ...], sources: Sequence[str]) -> Meaning:
        found = self._translations.meaning(words, tuple(sources)) if sources else NOTHING
        self.used |= bool(found.members or found.rows)
        return found

    def _of_term(self, first: str) -> Sequence[str]:
        """Return the languages of which a term may be that a folded word begins."""
        if self.language and fits(first, self.language):
            return (self.language,)
        return tuple(one for one in LANGUAGES if fits(first, one))

    def _longest_term(self, first: str) -> int:
        found = (self._translations.longest_term(first, one) for one in self._of_term(first))
        return max(found, default=0)

    def met(self, clauses: Sequence[Clause], at: int) -> Met | None:
        """Return what plain words from one on are together in other languages, None if that is nothing."""
        rows: list[tuple[int, tuple[str, ...]]] = []
        longest = 0
        for count, words in rows_from(clauses[at:]):
            if count == 1:
                longest = self._longest_term(words[0]) if words and clauses[at].occur != "not" else 0
            elif 1 < len(words) <= longest:
                rows.append((at + count, words))
            if len(words) >= longest:
                break
        for end, row in reversed(rows):
            meaning = self._term(row)
            if meaning.members or meaning.rows:
                return Met(
                    end,
                    tuple(nodes_of(meaning)),
                    tuple(wanted_of(meaning)),
                    " ".join(row),
                    meaning.told,
                    together=self._translations.is_mixed,
                )
        return None


def nodes_of(meaning: Meaning) -> list[Node]:
    """Return what asks for translations: all that are one word as one group, what stands beside it alone."""
    found = [row.node() for row in meaning.rows]
    if meaning.members:
        found.append(Group(schema.STEMS, tuple((one.stem, one.weight) for one in meaning.members)))
    return found


def wanted_of(meaning: Meaning) -> list[HighlightTerm]:
    """Return the same as what is marked in a text."""
    single = [Beside(((one.stem,),), one.weight, one.rule) for one in meaning.members]
    return [row.mark() for row in (*meaning.rows, *single)]


def voices(translations: Translations, words: Sequence[str], told: str) -> Voices:
    """Return the languages of the folded words of a query; ``told`` is its own, "" if none shows."""
    if told in LANGUAGES:
        functional = function_words(words, told)
        asked = [word for word in dict.fromkeys(words) if word not in functional]
        # A word of another script is not in the language of the others.
        strange = {word: translations.languages_of(word) for word in asked if not fits(word, told)}
        return Voices(translations, {**dict.fromkeys(asked, (told,)), **strange}, told)
    asked = [word for word in dict.fromkeys(words) if len(words) == 1 or not is_function_word(word)]
    known = {word: translations.languages_of(word) for word in asked}
    counts = {one: sum(one in languages for languages in known.values()) for one in LANGUAGES}
    likely = {word: _likely(languages, counts, translations.held) for word, languages in known.items()}
    return Voices(translations, likely, "")


def _likely(languages: tuple[str, ...], counts: Mapping[str, int], held: Sequence[str]) -> tuple[str, ...]:
    """Return of which of its languages a word is: that of most words of the query, else one of the index."""
    most = max((counts[one] for one in languages), default=0)
    likely = tuple(one for one in languages if counts[one] == most)
    return tuple(one for one in likely if one in held) or likely

"""Whether a query may hold words of another language than the index, so that a lexicon is worth asking.

Most queries are in the one language of their index, and for them nothing is imported or opened: every word
stands in the index. Does not depend on query syntax.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from coopsearch.search import schema
from coopsearch.search.analysis.function_words import asked_in
from coopsearch.search.analysis.stems import fits
from coopsearch.search.engines.base import Reader
from coopsearch.search.query.expanding import AUTO, LANGUAGES, Expanding
from coopsearch.search.query.expansion.words import Forms

if TYPE_CHECKING:
    from coopsearch.search.query.expansion.names import Names
    from coopsearch.search.query.expansion.translations import Translations
    from coopsearch.search.query.expansion.voices import Voices


class Foreign:
    """Asks the lexicons for one state of an index, where that can matter. Safe for many threads."""

    def __init__(self, reader: Reader, languages: Iterable[str]) -> None:
        """Take the state and the languages that it holds."""
        self._reader = reader
        self._languages = tuple(languages)
        self._held = tuple(one for one in LANGUAGES if one in self._languages)
        self._opened: dict[tuple[tuple[str, ...], bool], Translations] = {}
        #: The words that were looked up last, and those of them that the index holds.
        self._looked: tuple[frozenset[str], frozenset[str]] = frozenset(), frozenset()

    def voices(self, words: Sequence[str], choice: Expanding = AUTO, *, alike: bool = False) -> Voices | None:
        """Return what translates the folded words of a query; None where nothing does.

        ``alike`` says that they are those of a document whose likes are looked for: nothing was typed that
        would have to come first.
        """
        into = self._held if choice.into is None else tuple(one for one in choice.into if one in self._held)
        if not into or not words:
            return None
        # One word alone does not tell a language: car is French for "because".
        alone = len(words) == 1
        told = choice.spoken or ("" if alone else asked_in(words, {*LANGUAGES, *self._languages}))
        if into == (told,):
            return None
        if not told and len(self._held) == 1 and self._holds_all(words, *self._held):
            return None
        # Imported for queries that may not be in the language of the index.
        from coopsearch.search.query.expansion.voices import voices

        return voices(self._translations(into, alike=alike), words, told)

    def _translations(self, into: tuple[str, ...], *, alike: bool) -> Translations:
        found = self._opened.get((into, alike))
        if found is None:
            from coopsearch.search.query.expansion.translations import Translations, lexicons

            found = Translations(self._reader, self._held, into, *lexicons(), alike=alike)
            self._opened[into, alike] = found
        return found

    def _holds_all(self, words: Sequence[str], language: str) -> bool:
        """Say whether all words of a query can be of a language, and stand in the index."""
        asked = frozenset(word for word in words if word.isalpha())
        if not all(fits(word, language) for word in asked if len(word) > 1):
            return False
        looked, held = self._looked
        if not asked <= looked:
            # When a query is taken apart, its words are asked about again, one by one.
            held = self._reader.among(schema.WORDS, asked)
            self._looked = asked, held
        return asked <= held


def with_others(forms: Forms, voices: Voices | None, names: Names | None, text: str = "") -> Forms:
    """Return the forms of a word with other spellings of the name that it is, and with its translations.

    A name that the lexicon has only by its stem is another word: الغزواني does not mean *invasion*. ``text``
    is the word as it is typed.
    """
    single = forms.words[0] if len(forms.words) == 1 else ""
    found = names(single, small=text.islower()) if single and names is not None else None
    if found is not None and found.spelled:
        forms = forms.with_others(found.stems, spelled=found.words, share=found.share)
        if voices is not None and not voices.holds(single):
            return forms
    if voices is None:
        return forms
    meaning = voices.meaning(forms.words)
    return forms.with_others(*meaning) if meaning.members or meaning.rows else forms

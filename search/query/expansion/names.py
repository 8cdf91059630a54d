"""Other spellings of a name among the words of an index: of a bare word that looks like one, or of any.

Remembered as long as the index is open: the first look for a name takes a fraction of a millisecond, and a
further one next to nothing. Does not depend on query syntax.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from coopsearch.search import schema
from coopsearch.search.engines.base import Reader
from coopsearch.search.query.expansion.families import Member
from coopsearch.search.ranking import idf

if TYPE_CHECKING:
    from coopsearch.search.names.spellings import Spelling

#: The rule that an explanation names.
RULE: Final = "name"
#: Letters of the shortest bare word that is taken for a name.
_SHORTEST: Final = 4
#: What another spelling counts at most: less than the word as it was typed.
_MOST: Final = 0.95
#: Names that are remembered.
_REMEMBERED: Final = 4096


class Found(NamedTuple):
    """Other spellings of a word."""

    stems: tuple[Member, ...] = ()
    """Stems that stand for nothing but the name."""
    words: tuple[Member, ...] = ()
    """Words whose stems are other words', too: الغزواني has that of *invasion*."""
    spelled: frozenset[str] = frozenset()
    """All of them, as words."""
    share: float = 1.0
    """What ``words`` count, beside their weights: how rare they may be."""


class Names:
    """The names of one state of an index. Safe for many threads."""

    def __init__(self, reader: Reader, stems_of: Callable[[str], Iterable[str]]) -> None:
        """Take the state, and what gives a folded word's stems in all languages of the index."""
        self._reader = reader
        self._stems_of = stems_of
        self._bare: dict[tuple[str, bool], Found] = {}
        self._wide: dict[tuple[str, bool], tuple[Member, ...]] = {}

    def __call__(self, word: str, *, small: bool = False) -> Found:
        """Return other spellings of a folded bare word, if it looks like a name.

        A name has four letters and more, is not a common word of a language, and where the index holds it,
        it is written as a name somewhere. What stands nowhere and is typed in ``small`` letters is sooner a
        word of a language, so that only what is spelt nearly the same is taken for it.
        """
        if len(word) < _SHORTEST or not word.isalpha():
            return NONE
        key = word, small
        found = self._bare.get(key)
        if found is None:
            found = self._find(word, small=small)
            if len(self._bare) >= _REMEMBERED:
                self._bare.clear()
            self._bare[key] = found
        return found

    def spelled(self, word: str) -> frozenset[str]:
        """Return the words of the index that spell a folded bare word otherwise."""
        return self(word).spelled

    def wide(self, word: str, *, beside: bool = False) -> tuple[Member, ...]:
        """Return other spellings of a folded word that somebody calls a name: words and not stems.

        More of them than of a bare word, and of Arabic common ones, too: سعيد is *happy*. What is hung on a
        common word is none, unless it is ``beside`` other parts of a name: there فليس may be *Flis*.
        """
        found = self._wide.get((word, beside))
        if found is None:
            # Imported here, as below: most queries are of common words alone.
            from coopsearch.search.names.choosing import is_asked_for
            from coopsearch.search.names.keys import keys
            from coopsearch.search.names.spellings import WIDE_LIMIT, WIDE_MOST, spellings

            near = spellings(word, self._reader.named(keys(word)), WIDE_LIMIT)
            told = [one for one in near if is_asked_for(word, one, beside=beside)][:WIDE_MOST]
            found = tuple(Member(one.word, _weight(one), RULE) for one in told)
            if len(self._wide) >= _REMEMBERED:
                self._wide.clear()
            self._wide[word, beside] = found
        return found

    def hung(self, words: Iterable[str]) -> tuple[str, ...]:
        """Return folded words, and with what of Arabic is written together with them documents hold them."""
        from coopsearch.search.names.choosing import NAMES_TOO
        from coopsearch.search.names.scripts import with_clitics

        every = tuple(dict.fromkeys(words))
        # In the letters that an index has, وعلى is "and on" more often than "and Ali".
        sure = [word for word in every if word not in NAMES_TOO]
        held = self._reader.among(schema.WORDS, [form for word in sure for form in with_clitics(word)[1:]])
        return (*every, *sorted(held.difference(every)))

    def _find(self, word: str, *, small: bool) -> Found:
        from coopsearch.search.names.common import is_common
        from coopsearch.search.names.keys import keys
        from coopsearch.search.names.spellings import MOST, spellings

        if not (wanted := keys(word)):
            return NONE
        reader = self._reader
        named = reader.named(wanted)
        # Most words share their key with nothing: then no lexicon need be asked what they are.
        if named in ([], [word]) or is_common(word):
            return NONE
        documents = reader.document_frequency(schema.WORDS, word)
        if word not in named and documents:
            return NONE
        # Imported for what is a name.
        from coopsearch.search.names.choosing import is_believed, is_nearly_the_same, is_rarer

        strict = small and not documents
        told = []
        for one in spellings(word, named):
            if not is_believed(word, one) or (strict and not is_nearly_the_same(word, one)):
                continue
            if not is_rarer(word, documents, one, reader.document_frequency(schema.WORDS, one.word)):
                told.append(one)
        return self._met(word, told[:MOST], documents)

    def _met(self, word: str, told: list[Spelling], documents: int) -> Found:
        """Return spellings as stems where these are of nothing but the name, else as words."""
        from coopsearch.search.names.scripts import with_clitics

        reader = self._reader
        own = {*self._stems_of(word)}
        stems: dict[str, Member] = {}
        words: list[Member] = []
        for one in told:
            others = reader.among(schema.STEMS, {*self._stems_of(one.word)} - own)
            forms = reader.among(schema.WORDS, with_clitics(one.word))
            held = sum(reader.document_frequency(schema.WORDS, form) for form in forms)
            if all(reader.document_frequency(schema.STEMS, stem) <= held for stem in others):
                stems |= {stem: Member(stem, _weight(one), RULE) for stem in sorted(others - stems.keys())}
            else:
                words += (Member(form, _weight(one), RULE) for form in forms)
        spelled = frozenset(one.word for one in told)
        return Found(tuple(stems.values()), tuple(words), spelled, self._share(words, documents))

    def _share(self, words: list[Member], documents: int) -> float:
        """Return what words count so that none is worth more than the rarity of what was typed allows.

        Stems are scored together with the typed word, by its document frequency; these are not.
        """
        if not words or not documents:
            return 1.0
        most = max(self._reader.document_frequency(schema.WORDS, one.stem) for one in words)
        every = self._reader.documents
        return min(1.0, idf(every, documents) / idf(every, most))


def _weight(one: Spelling) -> float:
    from coopsearch.search.names.costs import weight

    return round(min(weight(one.cost), _MOST), 2)


NONE: Final = Found()

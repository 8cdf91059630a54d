"""Other spellings of a name among the words of an index: of a bare word that looks like one, or of any.

Remembered as long as the index is open: the first look for a name takes a fraction of a millisecond, and a
further one next to nothing. Does not depend on query syntax.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from coopsearch.search import schema
from coopsearch.search.engines.base import Reader
from coopsearch.search.query.expansion.families import Member

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


class _Found(NamedTuple):
    """Other spellings of a word."""

    stems: tuple[Member, ...] = ()
    """Stems that stand for nothing but the name."""
    words: tuple[Member, ...] = ()
    """Words whose stems are other words', too: الغزواني has that of *invasion*."""
    spelled: frozenset[str] = frozenset()
    """All of them, as words."""


class Names:
    """The names of one state of an index. Safe for many threads."""

    def __init__(self, reader: Reader, stems_of: Callable[[str], Iterable[str]]) -> None:
        """Take the state, and what gives a folded word's stems in all languages of the index."""
        self._reader = reader
        self._stems_of = stems_of
        self._bare: dict[str, _Found] = {}
        self._wide: dict[str, tuple[Member, ...]] = {}

    def __call__(self, word: str) -> tuple[Member, ...]:
        """Return the stems of other spellings of a folded bare word, if it looks like a name.

        A name has four letters and more, is not a common word of a language, and where the index holds it,
        it is written as a name somewhere.
        """
        return self._of_bare(word).stems

    def words(self, word: str) -> tuple[Member, ...]:
        """Return the same as words, where the stem would bring other words."""
        return self._of_bare(word).words

    def spelled(self, word: str) -> frozenset[str]:
        """Return the words of the index that spell a folded bare word otherwise."""
        return self._of_bare(word).spelled

    def wide(self, word: str) -> tuple[Member, ...]:
        """Return other spellings of a folded word that somebody calls a name: words and not stems.

        More of them than of a bare word, and common ones, too, where they are written nearly the same.
        """
        found = self._wide.get(word)
        if found is None:
            # Imported here, as below: most queries are of common words alone.
            from coopsearch.search.names.common import is_common
            from coopsearch.search.names.keys import keys
            from coopsearch.search.names.spellings import LIMIT, WIDE_LIMIT, WIDE_MOST, spellings

            near = spellings(word, self._reader.named(keys(word)), WIDE_LIMIT)
            told = [one for one in near if one.cost <= LIMIT / 2 or not is_common(one.word)]
            found = tuple(Member(one.word, _weight(one), RULE) for one in told[:WIDE_MOST])
            if len(self._wide) >= _REMEMBERED:
                self._wide.clear()
            self._wide[word] = found
        return found

    def _of_bare(self, word: str) -> _Found:
        if len(word) < _SHORTEST or not word.isalpha():
            return _NONE
        found = self._bare.get(word)
        if found is None:
            found = self._find(word)
            if len(self._bare) >= _REMEMBERED:
                self._bare.clear()
            self._bare[word] = found
        return found

    def _find(self, word: str) -> _Found:
        from coopsearch.search.names.common import is_common
        from coopsearch.search.names.keys import keys
        from coopsearch.search.names.spellings import MOST, spellings

        if not (wanted := keys(word)):
            return _NONE
        reader = self._reader
        named = reader.named(wanted)
        # Most words share their key with nothing: then no lexicon need be asked what they are.
        if named in ([], [word]) or is_common(word):
            return _NONE
        if word not in named and reader.document_frequency(schema.WORDS, word):
            return _NONE
        own = {*self._stems_of(word)}
        stems: dict[str, Member] = {}
        words: list[Member] = []
        common = (one for one in spellings(word, named) if not is_common(one.word))
        told = list(islice(common, MOST))
        for one in told:
            others = reader.among(schema.STEMS, {*self._stems_of(one.word)} - own)
            held = reader.among(schema.WORDS, others)
            # A stem that is a word of its own, and does not sound like the name, is of that word.
            if all(stem not in held or keys(stem) & wanted for stem in others):
                stems |= {stem: Member(stem, _weight(one), RULE) for stem in sorted(others - stems.keys())}
            else:
                words.append(Member(one.word, _weight(one), RULE))
        return _Found(tuple(stems.values()), tuple(words), frozenset(one.word for one in told))


def _weight(one: Spelling) -> float:
    from coopsearch.search.names.costs import weight

    return round(min(weight(one.cost), _MOST), 2)


_NONE: Final = _Found()

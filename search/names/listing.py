"""The names in texts: which there are, in how many documents, and how each is spelt.

No model: a name in Latin or Cyrillic script is a run of words with capitals, particles among them, and one in
Arabic script a word that spells such a name, or that follows a title (الرئيس, السيد). A word that begins a
sentence or stands in a heading is a name only if it is written so elsewhere, too, and one that is mostly
written small is none. Does not depend on an index or on engines.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from heapq import nlargest
from typing import Final, NamedTuple, TypeVar

from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.lazy import expression
from coopsearch.search.names.choosing import is_believed, looks_common
from coopsearch.search.names.common import is_common
from coopsearch.search.names.costs import cost
from coopsearch.search.names.inflected import hangs_on_function_word
from coopsearch.search.names.keys import keys
from coopsearch.search.names.known import known_name
from coopsearch.search.names.particles import INSIDE, OFFICES, TITLES, parts
from coopsearch.search.names.spellings import Spelling

#: Names that are compared with each other, the most frequent ones, and spellings that are told of one.
_COMPARED: Final = 20_000
_SPELLINGS: Final = 12
#: What two spellings of a name may cost for each letter of the longer one to be told as one; and where both
#: stand in so many documents that they are sooner two names: Sudan and Sweden.
_A_LETTER: Final = 0.24
_OF_FREQUENT: Final = 0.16
_FREQUENT: Final = 20
#: Spellings of a name of which another one must be near.
_NEAR_ANY: Final = 3
#: Words of the longest run: longer ones are headings.
_LONGEST: Final = 6
#: The shortest name, in letters.
_SHORTEST: Final = 3

_CAPITAL: Final = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĠĢĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽȘȚА-ЯЁЇІЄ"
_WORD: Final = rf"[{_CAPITAL}](?:[^\W\d_]|['’](?=[^\W\d_]))*(?:-[^\W\d_]+)*"
_NEXT: Final = rf"(?:(?:{'|'.join(INSIDE)})[ -]|(?:al|el|Al|El)-|[{_CAPITAL}]\.[ ]?){{0,3}}"
_RUN: Final = expression(
    rf"(?<![\w'’.@/-])(?:[{_CAPITAL}]\.[ ]?){{0,2}}{_WORD}(?:[ \u00a0\n]{_NEXT}{_WORD})*(?![\w@])"
)
#: What a sentence begins after.
_BEGINS: Final = frozenset('.!?:;…«“"(\n•–—*#>')
#: Characters before a run that are looked at.
_BEFORE: Final = 12
_ARABIC: Final = expression("[\u0621-\u064a\u0671-\u06d3]{3,}")
#: An Arabic word without a title is looked at as if it were so far from a name.
_ANY: Final = 2.0
#: What it may cost beside a name that stands in the texts, letter for letter, all the same.
_SAME: Final = 0.2
_ARTICLES: Final = frozenset(("al", "el", "ul", "as", "ash", "ad", "an", "ar", "at", "az"))
_ADVERB: Final = "ly"
#: What the people of a place, and its things, end in.
_OF_A_PLACE: Final = ("n", "an", "ian", "ese", "i", "ish")
_OF_PLACES: Final = ("", "a", "e", "y", "on")
#: Words that name a part of the earth only with the next one.
_REGIONS: Final = frozenset("middle far near central upper lower".split())
_POSSESSIVE: Final = ("'s", "’s")


_K = TypeVar("_K", str, tuple[str, ...])


class Name(NamedTuple):
    """A name, with all that spells it in some texts."""

    name: str
    """As it is most often written."""
    documents: int
    spellings: tuple[tuple[str, int], ...]
    """Each with its documents, the most frequent first; the name itself is the first of them."""


class _Seen:
    """One spelling of a name."""

    __slots__ = ("documents", "sure", "written")

    def __init__(self) -> None:
        self.documents = array("I")
        self.written: Counter[str] = Counter()
        self.sure = False
        """Whether it stood where only a name has a capital."""


class Tally:
    """Takes texts, a document at a time, and counts the names in them."""

    def __init__(self) -> None:
        """Begin without names."""
        self._documents = 0
        self._seen: dict[tuple[str, ...], _Seen] = {}
        self._arabic: dict[str, _Seen] = {}
        self._read: dict[str, tuple[tuple[str, ...], str]] = {}
        self._small: Counter[str] = Counter()
        """Words in small letters, with the texts that hold them."""

    def add(self, texts: Iterable[tuple[str, bool]]) -> None:
        """Take the texts of a document, and of each whether it is a heading."""
        number, self._documents = self._documents, self._documents + 1
        for text, heading in texts:
            for match in _RUN().finditer(text):
                written = match[0]
                found = self._read.get(written)
                if found is None:
                    found = self._read[written] = _named(written)
                key, shown = found
                if not key:
                    continue
                first = shown[:1] == written[:1] and _begins(text, match.start())
                self._note(self._seen, key, shown, number, sure=not (heading or (first and len(key) == 1)))
            self._small.update(set(text.split()))
            if not text.isascii():
                self._take_arabic(text, number)

    def _take_arabic(self, text: str, number: int) -> None:
        titled = False
        for word in _ARABIC().findall(text):
            # The conjunction is written with the article, and is not of the name.
            folded = normalize(word.removeprefix("و") if word.startswith("وال") else word)
            is_title = folded in TITLES
            if not is_title:
                self._note(self._arabic, folded, folded, number, sure=titled)
            titled = is_title

    @staticmethod
    def _note(seen: dict[_K, _Seen], key: _K, shown: str, number: int, *, sure: bool) -> None:
        one = seen.get(key)
        if one is None:
            one = seen[key] = _Seen()
        if not one.documents or one.documents[-1] != number:
            one.documents.append(number)
            one.written[shown] += 1
        one.sure |= sure

    def names(self, limit: int) -> list[Name]:
        """Return the names that stand in most documents, each with its spellings."""
        sure = {key: one for key, one in self._seen.items() if one.sure and not self._is_small(key, one)}
        often = nlargest(_COMPARED, sure, key=lambda key: (len(sure[key].documents), key))
        groups = _Groups()
        for key in often:
            groups.add(key, sure[key])
        words = {word for key in often for word in key}
        self._add_arabic(groups, words)
        told = nlargest(limit, groups.made(), key=lambda one: (len(one[0]), one[1][0][0]))
        return [Name(spellings[0][0], len(documents), tuple(spellings)) for documents, spellings in told]

    def _is_small(self, key: tuple[str, ...], one: _Seen) -> bool:
        """Say whether a single word is mostly written small."""
        return len(key) == 1 and self._small[key[0]] > len(one.documents) // 2

    def _add_arabic(self, groups: _Groups, words: set[str]) -> None:
        """Add the words of Arabic script that follow a title, or spell a name that stands here."""
        by_key: dict[str, list[str]] = {}
        for word in words:
            for key in keys(word):
                by_key.setdefault(key, []).append(word)
        for word, one in sorted(self._arabic.items(), key=lambda pair: (-len(pair[1].documents), pair[0])):
            if is_common(word) or len(word) < _SHORTEST:
                continue
            near = {other for key in keys(word) for other in by_key.get(key, ())}
            # Without a title, what may be a form of a common word is one: بأنه is *that it*.
            if hangs_on_function_word(word):
                continue
            if (
                not one.sure
                and looks_common(word, _ANY)
                and all(cost(word, other, _SAME) > _SAME for other in near)
            ):
                continue
            if one.sure or any(_is_one(word, other) for other in near):
                groups.add((word,), one)


class _Groups:
    """Names, those that are one joined."""

    def __init__(self) -> None:
        self._groups: list[list[tuple[tuple[str, ...], _Seen]]] = []
        self._by_key: dict[tuple[int, str], list[int]] = {}

    def add(self, name: tuple[str, ...], one: _Seen) -> None:
        """Add a name to the one that it spells, else as another."""
        own = [(len(name), key) for key in sorted(keys(name[-1]))]
        near = sorted({at for key in own for at in self._by_key.get(key, ())})
        for at in near:
            # The most frequent spellings of a name come first; a further one is near any of them.
            if any(_is_same(name, one, *known) for known in self._groups[at][:_NEAR_ANY]):
                self._groups[at].append((name, one))
                return
        for key in own:
            self._by_key.setdefault(key, []).append(len(self._groups))
        self._groups.append([(name, one)])

    def made(self) -> Iterator[tuple[set[int], list[tuple[str, int]]]]:
        """Yield of each name the documents, and the spellings with how many documents each has."""
        for group in self._groups:
            documents: set[int] = set()
            spelled: Counter[str] = Counter()
            for _, one in group:
                documents.update(one.documents)
                shown, _ = max(one.written.items(), key=lambda pair: (pair[1], pair[0]))
                spelled[shown] += len(one.documents)
            yield documents, sorted(spelled.items(), key=lambda pair: (-pair[1], pair[0]))[:_SPELLINGS]


def _is_same(name: tuple[str, ...], one: _Seen, other: tuple[str, ...], its: _Seen) -> bool:
    often = min(len(one.documents), len(its.documents)) >= _FREQUENT
    a_letter = _OF_FREQUENT if often else _A_LETTER
    return all(_is_one(mine, theirs, a_letter) for mine, theirs in zip(name, other, strict=True))


def _is_one(word: str, other: str, a_letter: float = _A_LETTER) -> bool:
    """Say whether two folded words spell one name, beyond doubt."""
    if word == other:
        return True
    most = a_letter * max(len(word), len(other))
    if keys(word).isdisjoint(keys(other)) or (found := cost(word, other, most)) > most:
        return False
    return is_believed(word, Spelling(other, found)) or is_believed(other, Spelling(word, found))


def _named(written: str) -> tuple[tuple[str, ...], str]:
    """Return the folded parts of the name in a run of words with capitals, none for no name; and its text."""
    words = written.split()
    offices = [at for at, word in enumerate(words) if normalize(word.rstrip(".")) in OFFICES]
    if offices and offices[-1] + 1 < len(words):
        words = words[offices[-1] + 1 :]
    while words and _is_none(words[0]):
        del words[0]
    end = next((at for at in range(len(words), 0, -1) if not _ends_none(words[at - 1])), 0)
    # Middle East and African Union are names as a whole.
    if end == len(words) or len(words) > _LONGEST or words[-1] in INSIDE or not _is_region(words[:end]):
        words = words[:end]
    if words and words[-1].endswith(_POSSESSIVE):
        words[-1] = words[-1][:-2]
    folded = tuple(_without_article(normalize(word.strip("-.'’"))) for word in words)
    told = parts(folded)
    if not told or len(words) > _LONGEST or all(map(is_common, told)):
        return (), ""
    if len(told) == 1 and len(words) == 1 and (_is_joined_of_common(told[0]) or _is_of_a_place(told[0])):
        return (), ""
    if len(told) == 1 and (
        len(told[0]) < _SHORTEST or (words[-1].isupper() and len(told[0]) < 2 * _SHORTEST)
    ):
        # UN and NATO are names of another kind: acronyms.
        return (), ""
    return told, " ".join(words)


def _ends_none(word: str) -> bool:
    return word in INSIDE or _is_none(word)


def _is_none(word: str) -> bool:
    """Say whether a word at either end of a run is not of the name: *The*, *President*."""
    folded = normalize(word.rstrip(".").removesuffix("'s").removesuffix("’s"))
    return folded in TITLES or (len(folded) > 1 and is_common(folded) and folded not in INSIDE)


def _without_article(word: str) -> str:
    """Return a folded word without an Arabic article that a hyphen parts from it."""
    article, hyphen, rest = word.partition("-")
    return rest if hyphen and article in _ARTICLES and "-" not in rest else word


def _is_joined_of_common(word: str) -> bool:
    """Say whether a word is made of common words alone, with hyphens or as an adverb: Secretary-General."""
    if word.endswith(_ADVERB):
        return is_common(word.removesuffix(_ADVERB))
    return "-" in word and all(
        is_common(part) or part in TITLES or len(part) < _SHORTEST for part in word.split("-")
    )


def _is_of_a_place(word: str) -> bool:
    """Say whether a folded word is what the people or things of a place are called: African, Iraqis."""
    for plural in ("s", ""):
        for ending in _OF_A_PLACE:
            bare = word.removesuffix(plural).removesuffix(ending)
            is_whole = bare + ending + plural == word and len(bare) >= _SHORTEST
            if is_whole and any(known_name(bare + more) for more in _OF_PLACES):
                return True
    return False


def _is_region(words: list[str]) -> bool:
    """Say whether a single word in front of common ones is none that names anything by itself."""
    return len(words) == 1 and (_is_of_a_place(normalize(words[0])) or normalize(words[0]) in _REGIONS)


def _begins(text: str, at: int) -> bool:
    """Say whether a sentence may begin at a place."""
    before = text[max(0, at - _BEFORE) : at].rstrip(" \u00a0")
    if not before or before[-1] not in _BEGINS:
        return not before
    # The stop of "Mr." and of an initial ends no sentence.
    word = before[:-1].rpartition(" ")[2] if before[-1] == "." else ""
    return not (word[:1].isupper() and (len(word) == 1 or normalize(word) in TITLES))

"""The language of a passage, offline: by script, then by frequent words, endings and letters.

Each word of a text has a weight for each language, worked out once a word; a text's score is their sum. The
weights of all languages are digits of one large integer, so that a text costs one addition a word.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from coopsearch.search.analysis.langid import scripts

if TYPE_CHECKING:
    from coopsearch.search.analysis.langid.profiles import Profile

#: Bits of each language in a packed weight: room for the words of ``READ`` characters.
_BITS: Final = 16

#: Pieces that are read of a text; and of one that is not clear after these, characters in all.
FIRST: Final = 24
READ: Final = 800

#: The weight of the first word of a list, and of the last.
_FIRST: Final = 12.0
_LAST: Final = 5.0

#: A margin of this much between the best and the second is certain.
CERTAIN: Final = 30

#: Confidence with which a passage stands for itself, whatever is around it.
SURE: Final = 0.4
#: Confidence up to which a guess is one of endings and letters: what stands around a text says more of it.
DOUBTFUL: Final = 0.15

#: Margin up to which a text that looks most like some third language is left undecided between these two.
_OPEN: Final = 4

#: What any language but these needs: margin over these, and different words that speak for it, one more for
#: every so many words of a text that is not short. A wrong rare language spoils stems, and each language of
#: an index costs a stem more of every word, when it is indexed and when it is asked for.
COMMON: Final = ("en", "fr")
RARE_MARGIN: Final = 12
_RARE_WORDS: Final = 2
_RARE_WORDS_EVERY: Final = 6
_RARE_SHORT: Final = 12
_RARE_WORDS_MOST: Final = 6
_REMEMBERED: Final = 1 << 16

#: What is known of the languages around a document of which nothing is known.
NO_LANGUAGES: Final[Mapping[str, str]] = MappingProxyType({})

#: What often stands around a word: without it, most pieces are one.
_SIGNS: Final = ".,;:!?\"'()[]"

_words_of: Final = re.compile(r"[^\W\d_]+").findall


def _profiles() -> dict[str, Profile]:
    """Return the profiles of all languages of the Latin script, those of ``COMMON`` first."""
    from coopsearch.search.analysis.langid import profiles
    from coopsearch.search.analysis.language import packaged

    own = {code: one.profile() for code, one in packaged().items() if one.profile is not None}
    others = {code: profiles.profile(code) for code in profiles.WORDS if code not in own}
    return {code: own[code] for code in COMMON} | own | others


def _neutral() -> tuple[str, str, str]:
    """Return the words and the endings that speak for no language, and the code of what is in none."""
    from coopsearch.search.analysis.langid import profiles

    return profiles.ALIKE, profiles.NEITHER, profiles.FILLER


class _Weights(dict[str, int]):
    """Word in lower case -> its packed weights; unknown words are weighed by their endings and letters."""

    def __init__(self) -> None:
        profiles = _profiles()
        alike, neither, self.filler = _neutral()
        self.codes = tuple(profiles)
        self.bytes = len(self.codes) * _BITS // 8
        self._shift = {code: _BITS * place for place, code in enumerate(self.codes)}
        self._endings: dict[str, int] = {}
        self._letters: dict[str, int] = {}
        for code, profile in profiles.items():
            for weight, listed in profile.endings.items():
                for ending in listed.split():
                    key = ending
                    self._endings[key] = self._endings.get(key, 0) + (weight << self._shift[code])
            for weight, listed in profile.letters.items():
                for letter in listed:
                    self._letters[letter] = self._letters.get(letter, 0) + (weight << self._shift[code])
        self.listed: dict[str, frozenset[str]] = {}
        listed_weights: dict[str, int] = {}
        for code, profile in profiles.items():
            words = list(dict.fromkeys(profile.words.split()))
            self.listed[code] = frozenset(words)
            for place, word in enumerate(words):
                weight = round(_FIRST - (_FIRST - _LAST) * min(1.0, place / 60))
                listed_weights[word] = listed_weights.get(word, 0) + (weight << self._shift[code])
        for word in alike.split():
            listed_weights.setdefault(word, 0)
        for ending in neither.split():
            self._endings.setdefault(ending, 0)
        self.update(listed_weights)
        self._kept = listed_weights

    def __missing__(self, word: str) -> int:
        weight = sum(self._letters[letter] for letter in set(word) if letter in self._letters)
        if 4 <= len(word) <= 40:
            for length in (6, 5, 4, 3, 2, 1):
                if (found := self._endings.get(word[-length:])) is not None:
                    weight += found
                    break
            for length in (4, 3, 2):
                if (found := self._endings.get("^" + word[:length])) is not None:
                    weight += found
                    break
        if len(self) > _REMEMBERED:
            self.clear()
            self.update(self._kept)
        self[word] = weight
        return weight


class _Pieces(dict[str, int]):
    """What stands between white space -> the packed weights of its words: the look that a text costs."""

    def __init__(self) -> None:
        self.weights = _Weights()
        self._before: dict[str, int] = {}
        """The full table that this one took the place of: what is still in use comes over."""

    def __missing__(self, piece: str) -> int:
        weight = self._before.get(piece)
        if weight is None:
            word = piece.strip(_SIGNS)
            if word.isalpha() and word.isascii():
                weight = self.weights[word.lower()]
            else:
                weight = sum(map(self.weights.__getitem__, _words_in(piece)))
        if len(self) > _REMEMBERED:
            self._before = self.copy()
            self.clear()
        self[piece] = weight
        return weight


def _words_in(text: str) -> list[str]:
    return _words_of((text if text.isascii() else unicodedata.normalize("NFC", text)).lower())


_tables: list[_Pieces] = []


def _table() -> _Pieces:
    if not _tables:
        _tables.append(_Pieces())  # two threads may both build it: the same either way
    return _tables[0]


class Judgement(NamedTuple):
    """What a text says of itself."""

    kind: str
    """"latin", or the code of its script's main language, or "" for a text without letters."""
    language: str
    """ISO 639-1 code, "" if nothing speaks for any."""
    confidence: float
    """How sure that is, 0 to 1."""


def detect(text: str) -> tuple[str, float]:
    """Return the language of a text (ISO 639-1, "" if nothing speaks for any) and how sure that is, 0 to 1.

    Conservative: a language other than English and French is named only on the evidence of several of its
    own words, or by its script.
    """
    return judge(text)[1:]


def judge(text: str) -> Judgement:
    """Judge a text by its beginning, and by more of it where that leaves a doubt."""
    part = text[:READ]
    found = part.split(None, FIRST)
    short = len(found) <= FIRST and len(part) == len(text)
    begin = part if short else " ".join(found[:FIRST])
    script = scripts.script(begin)
    if script == scripts.LATIN:
        language, confidence = _latin(begin)
        if confidence == 1 or short:
            return Judgement(script, language, confidence)
    if not short:
        script = scripts.script(part)
        if script == scripts.LATIN:
            return Judgement(script, *_latin(part))
    return Judgement(script, scripts.language(part, script), 1.0) if script else Judgement("", "", 0.0)


def weights(pieces: Iterable[str]) -> list[int]:
    """Return what pieces without white space weigh together for each language of the Latin script.

    English and French come first. A weight has 16 bits: so few pieces, each of so little weight, that no sum
    needs more.
    """
    return _unpacked(sum(map(_table().__getitem__, pieces)))


def _unpacked(packed: int) -> list[int]:
    scores = memoryview(packed.to_bytes(_table().weights.bytes, sys.byteorder)).cast("H").tolist()
    return scores if sys.byteorder == "little" else scores[::-1]


def _latin(text: str) -> tuple[str, float]:
    pieces = _table()
    table = pieces.weights
    packed = sum(map(pieces.__getitem__, text.split()))
    if not packed:
        return "", 0.0
    scores = _unpacked(packed)
    highest = max(scores)
    best = scores.index(highest)
    common = max(scores[0], scores[1])
    if best > 1 and not _is_clear(highest - common, _words_in(text), table.listed[table.codes[best]]):
        if abs(scores[0] - scores[1]) <= (0 if not common else _OPEN):
            return "", 0.0  # names, or a language unknown here: it speaks for neither of the two
        return table.codes[0 if scores[0] >= scores[1] else 1], 0.0
    if table.codes[best] == table.filler:
        return "", 0.0
    scores[best] = 0
    # Against English or French a rare language is not a rival unless it has words of its own.
    rival = max(scores[0], scores[1], max(scores) - RARE_MARGIN if best < 2 else max(scores))
    return table.codes[best], min(1.0, max(0, highest - rival) / CERTAIN)


def _is_clear(margin: int, words: Sequence[str], listed: Collection[str]) -> bool:
    """Say whether the evidence is enough to name a rare language.

    Running text has many different function words; that of a language nobody knows here has a few over and
    over that look like another's (Maori: o, te, a).
    """
    own = len(set(words).intersection(listed))
    more = max(0, len(words) - _RARE_SHORT)
    wanted = min(_RARE_WORDS_MOST, _RARE_WORDS + more // _RARE_WORDS_EVERY)
    return margin >= RARE_MARGIN and (own >= wanted or (not more and own > 0 and margin >= 2 * RARE_MARGIN))


def assign(texts: Sequence[str], sure: float = SURE) -> list[str]:
    """Return a language for each of a document's passages, in order; "" where nothing tells.

    A passage that is sure stands for itself. A doubtful one keeps its guess if the document speaks that
    language nearby or mainly; else it takes the language of the nearest sure passages of its script, else the
    document's main one of that script, else its guess. A text without letters takes its neighbour's.
    """
    return settle([judge(text) for text in texts], list(map(len, texts)), sure)


def settle(
    judged: Sequence[Judgement],
    lengths: Sequence[int],
    sure: float = SURE,
    spoken: Mapping[str, str] = NO_LANGUAGES,
) -> list[str]:
    """Return ``assign`` of texts that were judged, with their lengths.

    ``spoken`` says, for each kind of text, which language was spoken before this document: a hint for one
    that has no sure passage of that kind.
    """
    if len(judged) == 1:
        kind, code, confidence = judged[0]
        return [code if confidence > DOUBTFUL else spoken.get(kind, code)]
    kinds = [kind for kind, _, _ in judged]
    guesses = [(code, confidence) for _, code, confidence in judged]
    votes: dict[str, dict[str, float]] = {}
    for length, kind, (code, confidence) in zip(lengths, kinds, guesses, strict=True):
        if code and confidence >= sure:
            votes.setdefault(kind, {}).setdefault(code, 0.0)
            votes[kind][code] += confidence * length
    main = {kind: max(found, key=lambda code: found[code]) for kind, found in votes.items()}
    for kind, code in _leaning(kinds, guesses).items():
        main.setdefault(kind, code)
    result: list[str] = []
    before = _nearest(kinds, guesses, sure)
    after = _nearest(kinds[::-1], guesses[::-1], sure)[::-1]
    for place, (kind, (code, confidence)) in enumerate(zip(kinds, guesses, strict=True)):
        if not kind:
            result.append("")
        elif (
            code
            and confidence >= sure
            and (confidence >= 0.8 or code in COMMON or code == main[kind] or kind != scripts.LATIN)
        ):
            result.append(code)
        else:
            near = [found for found in (before[place], after[place]) if found]
            if code and (code in near or code == main.get(kind)) and confidence > 0:
                result.append(code)
            elif len(set(near)) == 1:
                result.append(near[0])
            else:
                result.append(
                    (code if confidence > DOUBTFUL else "")
                    or (near[0] if near else "")
                    or main.get(kind, "")
                    or spoken.get(kind, code)
                )
    return _without_letters(kinds, result)


def _leaning(kinds: Sequence[str], guesses: Sequence[tuple[str, float]]) -> dict[str, str]:
    """Return what the passages of each kind say together where none is sure: ten cells of a table, say."""
    totals: dict[str, dict[str, float]] = {}
    for kind, (code, confidence) in zip(kinds, guesses, strict=True):
        if code and confidence:
            of_kind = totals.setdefault(kind, {})
            of_kind[code] = of_kind.get(code, 0.0) + confidence
    found = {}
    for kind, of_kind in totals.items():
        first, *others = sorted(of_kind.values(), reverse=True)
        if first - sum(others) >= SURE:
            found[kind] = max(of_kind, key=lambda code: of_kind[code])
    return found


def _nearest(kinds: Sequence[str], guesses: Sequence[tuple[str, float]], sure: float) -> list[str]:
    """Return, for each passage, the language of the last sure one before it in the same script."""
    last: dict[str, str] = {}
    found: list[str] = []
    for kind, (code, confidence) in zip(kinds, guesses, strict=True):
        found.append(last.get(kind, ""))
        if code and confidence >= sure:
            last[kind] = code
    return found


def _without_letters(kinds: Sequence[str], languages: list[str]) -> list[str]:
    """Give passages without letters the language before them, those at the beginning the one after."""
    last = next((code for code, kind in zip(languages, kinds, strict=True) if kind and code), "")
    result: list[str] = []
    for code, kind in zip(languages, kinds, strict=True):
        if kind:
            last = code or last
        result.append(code if kind else last)
    return result

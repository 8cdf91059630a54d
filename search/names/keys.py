"""The consonant keys of a word: what the spellings of one name have in common.

Two spellings of a name share one key at least; so do some words that have nothing to do with each other,
which ``costs`` sets apart. A key is of classes of consonants (p is b, v is f, q is k): vowels, w and y say
little, since scripts and schools write them differently. Where a letter may stand for one sound or another
(ق is *q* in one country and *g* in the next), the word has a key for each. Does not depend on an index or on
engines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from coopsearch.search.lazy import expression
from coopsearch.search.names.scripts import ARABIC, CYRILLIC, WITH_ARTICLE, bare, script_of

#: Keys of one word: a long word with many letters of two sounds has the first of them.
_MOST: Final = 12
#: The shortest and the longest word that has keys, in letters.
SHORTEST: Final = 3
LONGEST: Final = 40

#: Letters that are written together for one sound, as one sign of ``_LATIN``; ``ç`` is c before e, i or y.
_TOGETHER: Final = {
    "sch": "š", "tch": "Ç", "kh": "X", "gh": "ğ", "sh": "š", "ch": "č", "th": "þ", "dh": "ð", "ph": "F",
    "dj": "J", "zh": "J", "ck": "K", "qu": "K", "ng": "ñ", "tz": "ž", "c": "ç",
}  # fmt: skip
_TOGETHER_RE: Final = expression("|".join([*(one for one in _TOGETHER if one != "c"), "c(?=[eiy])"]))
#: The class of each letter, in capitals; small letters stand for one class or another, see ``_EITHER``.
_LATIN: Final = str.maketrans(
    {
        **dict.fromkeys("aeiouy", ""),
        "b": "B", "p": "B", "f": "F", "v": "F", "d": "D", "l": "L", "m": "M", "n": "N", "r": "R", "s": "S",
        "t": "T", "z": "Z", "k": "K", "q": "K", "c": "K", "x": "KS", "Ç": "C", "ğ": "J",
        "g": "g", "j": "j", "h": "h", "w": "w", "š": "s", "č": "c", "þ": "t", "ð": "d", "ñ": "n", "ž": "z",
        "ç": "k",
    }
)  # fmt: skip
_ARABIC: Final = str.maketrans(
    {
        **dict.fromkeys("ءاوىيئؤعآأإ", ""),
        "ب": "B",
        "پ": "B",
        "ت": "T",
        "ط": "T",
        "ج": "J",
        "غ": "J",
        "گ": "J",
        "ڭ": "J",
        "ژ": "J",
        "ح": "H",
        "ه": "H",
        "ة": "H",
        "خ": "X",
        "د": "D",
        "ض": "D",
        "ر": "R",
        "س": "S",
        "ص": "S",
        "ش": "C",
        "چ": "C",
        "ف": "F",
        "ڤ": "F",
        "ڥ": "F",
        "ل": "L",
        "م": "M",
        "ن": "N",
        "ق": "q",
        "ك": "K",
        "ث": "e",
        "ذ": "f",
        "ظ": "f",
        "ز": "a",
    }
)
#: Of the letters that have a name in Latin script which is longer, the classes at once.
_CYRILLIC: Final = str.maketrans(
    {
        **dict.fromkeys("аеёиійыоуэюяєїўъьј", ""),
        "б": "B",
        "п": "B",
        "ф": "F",
        "в": "w",
        "д": "D",
        "ђ": "J",
        "л": "L",
        "љ": "L",
        "м": "M",
        "н": "N",
        "њ": "N",
        "р": "R",
        "с": "S",
        "ш": "C",
        "щ": "C",
        "ч": "C",
        "ћ": "C",
        "ц": "TS",
        "т": "T",
        "з": "Z",
        "ж": "J",
        "џ": "J",
        "к": "K",
        "г": "y",
        "ґ": "g",
        "х": "x",
    }
)
_EITHER: Final = {
    "g": ("J", "K"), "j": ("J", "", "X", "H"), "h": ("H", ""), "w": ("", "F"), "s": ("C", "SH"),
    "c": ("C", "X", "K"), "t": ("T", "S", "TH"), "d": ("D", "Z", "DH"), "n": ("NJ", "N"), "z": ("TS", "Z"),
    "k": ("S", "K", "C"), "q": ("K", "J"), "e": ("T", "S"), "f": ("D", "Z"), "a": ("Z", "S"),
    "x": ("X", "H"), "y": ("J", "K", "H"),
}  # fmt: skip
_UNSURE: Final = frozenset(_EITHER)
#: Arabic letters that are written for one sound, and one for them.
_ONE_SOUND: Final = ("تش", "چ")
#: Letters that end a word and may be silent; the first of them are so in any spelling.
_ONE_H: Final = frozenset("hهة")
_ENDS: Final = _ONE_H | {"ح"}
_ARABIC_WORD: Final = expression(f"[\u0620-\u06ff]{{{SHORTEST},{LONGEST}}}")
#: Rows of classes whose keys are remembered: many words share one.
_REMEMBERED: Final = 1 << 16
#: With so few consonants a key says less than that a name begins with a vowel.
_FEW: Final = 2
_VOWELS: Final = frozenset("aeiouyاعءئأإآаеёиійоуэюяє")


def keys(word: str) -> frozenset[str]:
    """Return the keys of a folded word: of letters of Latin, Arabic or Cyrillic script alone, else none.

    A word has keys with and without what may be an article before it (al-, el-, ال).
    """
    if not SHORTEST <= len(word) <= LONGEST or not (script := script_of(word)):
        return frozenset()
    found: frozenset[str] = frozenset()
    for one in bare(word, script):
        if script == ARABIC:
            pattern = one.replace(*_ONE_SOUND).translate(_ARABIC)
        elif script == CYRILLIC:
            pattern = one.translate(_CYRILLIC)
        else:
            pattern = _TOGETHER_RE().sub(_one_sign, one).translate(_LATIN)
        found |= _of_pattern(pattern, one[0] in _VOWELS, one[-1] if one[-1] in _ENDS else "")
    return found


def keys_of_all(words: Sequence[str]) -> Iterator[frozenset[str]]:
    """Yield the keys of each of many words: those of Arabic script in a fraction of the time.

    Their letters are replaced in all of them at once, and an article in front of the classes of the rest.
    """
    patterns = "\n".join(words).replace(*_ONE_SOUND).translate(_ARABIC).split("\n")
    if len(patterns) != len(words):
        # There are none, or a line's end stands in one, which is no word.
        yield from map(keys, words)
        return
    plain = _ARABIC_WORD().fullmatch
    for word, pattern in zip(words, patterns, strict=True):
        # All letters that have a class become ASCII; a word with others needs a closer look.
        if not (plain(word) and pattern.isascii()):
            yield keys(word)
            continue
        last = word[-1] if word[-1] in _ENDS else ""
        found = _of_pattern(pattern, word[0] in _VOWELS, last)
        if word.startswith(WITH_ARTICLE) and len(forms := bare(word, ARABIC)) > 1:
            rest = forms[1]
            article = word[: -len(rest)].translate(_ARABIC)
            found |= _of_pattern(pattern[len(article) :], rest[0] in _VOWELS, last)
        yield found


@lru_cache(_REMEMBERED)
def _of_pattern(pattern: str, vowel: bool, last: str) -> frozenset[str]:  # noqa: FBT001 - what is remembered
    """Return the keys of a row of classes, of a word that a vowel begins or not, and of its last letter."""
    if _UNSURE.isdisjoint(pattern):
        whole = _single(pattern)
        if not last and len(whole) >= _FEW:
            return frozenset((whole,))
    found: set[str] = set()
    for whole in _meant(pattern):
        key = whole[:-1] if whole[-1:] == "H" and last in _ONE_H else whole
        found.add("A" + key if vowel and len(key) < _FEW else key)
        if last == "ح" and len(key) > _FEW:
            found.add(key[:-1])
    found.discard("")
    return frozenset(found)


def _one_sign(match: re.Match[str]) -> str:
    return _TOGETHER[match[0]]


def _meant(pattern: str) -> list[str]:
    """Return the keys that a row of classes may mean, each without doubles, the likeliest first."""
    if _UNSURE.isdisjoint(pattern):
        return [_single(pattern)]
    found = [""]
    for sign in pattern:
        others = _EITHER.get(sign)
        if others is None:
            found = [one + sign for one in found]
        elif len(found) < _MOST:
            found = [one + other for other in others for one in found]
        else:
            found = [one + others[0] for one in found]
    return list(dict.fromkeys(map(_single, found)))[:_MOST]


def _single(key: str) -> str:
    """Return a key with each class once where it follows itself: محمد and Mohammed, عبدالله and Abdallah."""
    before = ""
    for sign in key:
        if sign == before:
            break
        before = sign
    else:
        return key
    return "".join(sign for at, sign in enumerate(key) if key[at - 1 : at] != sign)

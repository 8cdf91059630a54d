"""The consonant keys of a word: what the spellings of one name have in common.

Two spellings of a name share one key at least; so do some words that have nothing to do with each other,
which ``costs`` sets apart. A key is of classes of consonants (p is b, v is f, q is k): vowels, w and y say
little, since scripts and schools write them differently. Where a letter may stand for one sound or another
(ق is *q* in one country and *g* in the next), the word has a key for each. Does not depend on an index or on
engines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from coopsearch.search.lazy import expression
from coopsearch.search.names.scripts import ARABIC, CYRILLIC, bare, script_of

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
        "ك": "q",
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
#: With so few consonants a key says less than that a name begins with a vowel.
_FEW: Final = 2
_VOWELS: Final = frozenset("aeiouyاعءئأإآаеёиійоуэюяє")


def keys(word: str) -> frozenset[str]:
    """Return the keys of a folded word: of letters of Latin, Arabic or Cyrillic script alone, else none.

    A word has keys with and without what may be an article before it (al-, el-, ال).
    """
    if not SHORTEST <= len(word) <= LONGEST or not (script := script_of(word)):
        return frozenset()
    return frozenset(key for one in bare(word, script) for key in _keys(one, script))


def _keys(word: str, script: str) -> Iterator[str]:
    if script == ARABIC:
        pattern = word.replace("تش", "چ").translate(_ARABIC)
    elif script == CYRILLIC:
        pattern = word.translate(_CYRILLIC)
    else:
        pattern = _TOGETHER_RE().sub(_one_sign, word).translate(_LATIN)
    first = "A" if word[0] in _VOWELS else ""
    last = word[-1]
    for whole in _meant(pattern):
        key = whole[:-1] if whole[-1:] == "H" and last in "hهة" else whole
        key = first + key if len(key) < _FEW else key
        if key:
            yield key
        if last == "ح" and len(key) > _FEW:
            yield key[:-1]


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

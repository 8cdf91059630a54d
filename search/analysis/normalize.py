"""Folding: the one spelling under which all spellings of a word are kept and found.

Case, accents, ligatures, compatibility forms, digits of any script and the optional marks of Arabic and
Hebrew are levelled. Does not depend on a particular language or stemming.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

#: Letters that Unicode does not decompose, and the letters one types for them.
_LETTERS: Final = {
    "œ": "oe",
    "æ": "ae",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ł": "l",
    "ħ": "h",
    "ŧ": "t",
    "ŋ": "n",
    "ı": "i",
    "ȷ": "j",
    # Arabic, as Lucene's ArabicNormalizer; the hamza of ا is a mark and goes with the marks.
    "ٱ": "ا",
    "ى": "ي",
    "ة": "ه",
    "ک": "ك",
    "ی": "ي",
    "ـ": "",
    # The seat of a hamza is a matter of school: مسؤول and مسئول, شؤون and شئون.
    "ؤ": "ئ",
}

#: Letters with a mark that makes another letter of them, not an accent: these stay composed.
_KEPT: Final = frozenset("йїўئ")

#: Marks that go: the accents of Latin, Greek and Cyrillic (general blocks), Hebrew points, Arabic harakat.
#: Marks of Indic and South-East Asian scripts and of kana are vowels or make other letters: they stay.
_MARKS: Final = (
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x0591, 0x05BD),
    (0x05BF, 0x05BF),
    (0x05C1, 0x05C2),
    (0x05C4, 0x05C5),
    (0x05C7, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06DC),
    (0x06DF, 0x06E4),
    (0x06E7, 0x06E8),
    (0x06EA, 0x06ED),
    (0x0898, 0x089F),
    (0x08CA, 0x08E1),
    (0x08E3, 0x08FF),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0x2DE0, 0x2DFF),
    (0xA66F, 0xA67D),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
    (0xE0100, 0xE01EF),
)

#: Rounds until a word no longer changes. Two are enough for all of Unicode but for a few oddities.
_ROUNDS: Final = 6


def _goes(code: int) -> bool:
    return any(low <= code <= high for low, high in _MARKS) or unicodedata.category(chr(code)) == "Cf"


def _levelled(characters: Iterable[str]) -> str:
    return "".join(_LETTERS.get(one, one) for one in characters if not _goes(ord(one)))


class _Folded(dict[int, str]):
    """Character -> what it folds to, worked out when a character is first met, so that import is free."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character in _KEPT:
            result = character
        elif character == "ؤ":
            result = _LETTERS[character]
        elif character.isdecimal():
            result = str(unicodedata.decimal(character))
        else:
            parts = unicodedata.normalize("NFD", character)
            levelled = _levelled(parts)
            # A syllable of Hangul, say, comes apart without losing anything: it stays whole.
            result = character if levelled == parts else unicodedata.normalize("NFC", levelled)
        self[code] = result
        return result


_folded: Final = _Folded()


def normalize(word: str) -> str:
    """Return the folded form of a word.

    Steps: NFKC, case folding, removal of accents, harakat, tatweel and invisible characters, letters as
    one types them (œ as oe, ى as ي), ASCII digits, NFC. The result does not change when folded again, and
    is the same for the NFC and the NFD form of a word. Punctuation stays (so wildcards may be folded);
    a word of marks only folds to "".

    The Arabic part follows Lucene's ArabicNormalizer (alef, yeh, teh marbuta, tatweel, harakat) and adds
    Persian keheh and yeh, which keyboards and scans put for the Arabic letters.
    """
    if word.isascii():
        return word.lower()
    spaced = any(map(str.isspace, word))
    for _ in range(_ROUNDS):
        before = word
        word = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold())
        word = unicodedata.normalize("NFC", word.translate(_folded))
        if not spaced and any(map(str.isspace, word)):
            word = "".join(word.split())  # NFKC spells ﷺ as four words; here it is one
        if word == before:
            break
    return word

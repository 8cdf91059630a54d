"""Text that is the codes of a font: each letter stands as many places further in the table of characters.

Fonts that hold a part of their letters often number them in the order of ASCII, from another number on. A
program that takes the numbers for letters gives `0SVIQ MTWYQ` for *Lorem ipsum*. It is found by counting:
how likely the characters are in a language of Latin letters, as they stand and with each shift taken back.
Does not depend on PDFium.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import Final

from coopsearch.indexer.extract.pdf.arabic import is_arabic

#: Letters of 1,000 of running text, in the middle of English, French, Spanish, Italian and German.
_OF_1000: Final = dict(zip("etainosrlducmpghfvbqyjzxwk", (
    145, 80, 78, 76, 74, 72, 72, 67, 47, 43, 36, 33, 28, 25, 17, 18, 14, 15, 13, 7, 9, 4, 4, 4, 8, 5
), strict=True))  # fmt: skip
#: The same of what stands between words.
_BETWEEN: Final = {".": 8, ",": 10, "'": 4, "-": 4, "(": 2, ")": 2, ":": 2, ";": 1}
_DIGIT: Final = 3
_RARE: Final = 0.5
_NEVER: Final = 0.05
#: How much rarer a capital is, and what a blank has of all.
_CAPITAL: Final = 0.1
_BLANK: Final = 150
_SPACES: Final = 1000 + _BLANK

#: Characters below which a text is too short to tell.
_FEW: Final = 8
#: Of numbers and leaders most tables consist.
_LEADERS: Final = re.compile(r"([\W_])\1+")
#: Characters that are looked at.
_SAMPLE: Final = 20_000
#: Natural logarithms: how much likelier a shifted text is, in all and for each character; how likely it is as
#: it stands, at most, and shifted, at least.
_IN_ALL: Final = 14.0
_EACH: Final = 0.55
#: The same in all for a few letters, how likely they are as they stand, and the vowels that they become.
_IN_A_FEW: Final = 8.0
_ODD: Final = -3.8
_SPOKEN: Final = 0.3
_VOWELS: Final = frozenset(map(ord, "aeiouy"))
_UNLIKELY: Final = -3.55
_LIKELY: Final = -3.45
#: The same of what is numbers and signs as it stands, and the different letters that it becomes.
_PLAINLY: Final = -3.2
#: Letters that tell that a text is one, how likely they are at least, and which share is all.
_SURE: Final = 20
_LIKELY_HERE: Final = -3.2
_ALL: Final = 0.9
_VARIED: Final = 16


def is_coded(text: str) -> bool:
    """Say whether a text reads as a language with its characters shifted, and not as it stands."""
    text = _LEADERS.sub("", text[:_SAMPLE])
    counts = Counter(text)
    for char in [char for char in counts if char <= " " or "\x7f" <= char <= "\xa0"]:
        del counts[char]
    if max(counts, default="") > "\xff":
        return False
    if sum(count for char, count in counts.items() if char.isalpha()) * 2 < counts.total():
        # Numbers and signs become letters with one shift or another, but few different ones.
        there, shift = _best(counts)
        moved = (ord(char) + shift for char in counts)
        return there > _PLAINLY and sum(1 for code in moved if code > 0 and chr(code).isalpha()) >= _VARIED
    for digit in "0123456789":
        del counts[digit]
    total = counts.total()
    if total < _FEW:
        return False
    here = sum(count * _standing(char) for char, count in counts.items()) / total
    if here > _UNLIKELY:
        return False
    there, shift = _best(counts)
    if there < _LIKELY or there - here < _EACH:
        return False
    more = (there - here) * total
    if more > _IN_ALL:
        return True
    # A word or two, or the number of a car: words have vowels.
    vowels = sum(count for char, count in counts.items() if ord(char) + shift in _VOWELS)
    return more > _IN_A_FEW and here < _ODD and vowels > _SPOKEN * total


def is_plain(text: str) -> bool:
    """Say whether a text, however short, has the letters of a language as it stands."""
    letters = [char for char in unicodedata.normalize("NFD", text) if char.isalpha()]
    if len(letters) < _SURE:
        return False
    if sum(map(is_arabic, letters)) > _ALL * len(letters):
        return True
    return sum(map(_standing, letters)) > _LIKELY_HERE * len(letters)


def _best(counts: Counter[str]) -> tuple[float, int]:
    """Return how likely a text is with the best shift, for each character, and that shift."""
    there, shift = max((_shifted(counts, shift), shift) for shift in range(-96, 97) if shift)
    return there / max(1, counts.total()), shift


def _standing(char: str) -> float:
    return _LOGS.get(char.lower(), _LOG_NEVER)


def _shifted(counts: Mapping[str, int], shift: int) -> float:
    return sum(count * _SHIFTED.get(ord(char) + shift, _LOG_NEVER) for char, count in counts.items())


def _log(share: float) -> float:
    return math.log(share / _SPACES)


_LOG_NEVER: Final = _log(_NEVER)
_LOGS: Final = (
    {chr(code): _log(_RARE) for code in range(33, 127)}
    | {char: _log(share) for char, share in (_OF_1000 | _BETWEEN).items()}
    | dict.fromkeys("0123456789", _log(_DIGIT))
)
_SHIFTED: Final = (
    {ord(char): log for char, log in _LOGS.items()}
    | {ord(char.upper()): _log(share * _CAPITAL) for char, share in _OF_1000.items()}
    | {32: _log(_BLANK)}
)

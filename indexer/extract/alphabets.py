"""How well the bytes of a text read as French, English or Arabic in each of the older encodings of those.

Encodings of DOS, Windows, the Macintosh and ISO have the same letters in different places. Read in another
than its own, French has signs and capitals inside words, and Arabic other letters than the common ones.
Both can be counted. Nothing is said where the difference is small or no encoding reads well.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import Final

_HIGH: Final = re.compile(rb"[\x80-\xff]")
#: Bytes beyond ASCII that touch a letter of ASCII.
_JOINED: Final = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]|[\x80-\xff](?=[A-Za-z])")
_SAMPLE: Final = 32_768
_MOST: Final = 1_000

_WESTERN: Final = ("cp858", "mac_roman", "iso8859_15")
#: What a letter, or a sign where it cannot stand, costs; an alphabet of one of these reads well enough.
_RARE: Final = 0.5
_WRONG: Final = 3.0
_GOOD: Final = 0.3
#: How much worse, by character that is another one there and in all, the alphabet of Windows must read.
_CLEAR: Final = 0.7
_CLEAR_IN_ALL: Final = 1.5
_FRENCH: Final = frozenset("éèêçôûîâïœëÉÈÊÀÇÔÎŒÂ")
_EUROPEAN: Final = frozenset("áíóúñäöüßåøæãõìòÙÛÏËÁÍÓÚÑÄÖÜÅØÆÃÕ")
_BLANK: Final = " \t\r\n"

#: Letters of Arabic by how rare they are: ten times the natural logarithm of one over their share.
_SHARES: Final = {
    "ا": 19, "ل": 22, "ي": 26, "م": 27, "و": 29, "ن": 30, "ت": 31, "ر": 31, "ع": 34, "ب": 34, "ة": 34,
    "د": 35, "ف": 37, "ه": 37, "س": 38, "ق": 38, "أ": 40, "ك": 40, "ح": 40, "ج": 43, "ش": 46, "ط": 47,
    "ص": 47, "خ": 48, "إ": 48, "ى": 48, "ض": 50, "ز": 51, "ذ": 52, "ث": 52, "ئ": 55, "غ": 57, "ء": 57,
    "ظ": 60, "ؤ": 67, "آ": 69,
}  # fmt: skip
#: Vowel signs, which few write but those do often; digits and punctuation.
_VOWELS: Final = dict.fromkeys("ًٌٍَُِّْ", 50)
_SIGNS: Final = {**dict.fromkeys("،؛؟«»“”‘’–…٠١٢٣٤٥٦٧٨٩٪", 50), **dict.fromkeys('\xa0ـ- !"()./:;', 40)}
_COSTS: Final = {**_SHARES, **_VOWELS, **_SIGNS}
_FOREIGN: Final = 120
_ARABIC: Final = ("cp1256", "iso8859_6", "mac_arabic", "cp720")
#: Arabic in its own encoding costs 29 to 36, in another one 45 and more.
_READS: Final = 40
_CLEARLY: Final = 6
#: Fewer bytes are left to what their words are.
_FEW: Final = 8


def other_alphabet(data: bytes) -> str:
    """Name the encoding in which data clearly reads better than in those of Windows, "" for none.

    It is one of Windows where all that could mislead others are signs between plain letters.
    """
    first = _HIGH.search(data)
    if first is None:
        return ""
    sample = data[max(0, first.start() - 1) :][:_SAMPLE]
    joined = sum(1 for _ in _JOINED.finditer(sample))
    high = len(sample) - len(sample.translate(None, bytes(range(128, 256))))
    return (_arabic(sample) if joined * 4 <= high else "") or _latin(sample)


def _arabic(sample: bytes) -> str:
    counts = Counter(sample)
    costs: dict[str, float] = {}
    for encoding in _ARABIC:
        total = number = 0
        for byte, count in counts.items():
            if byte < 128:  # noqa: PLR2004
                continue
            total += count * _COSTS.get(bytes((byte,)).decode(encoding, "replace"), _FOREIGN)
            number += count
        costs[encoding] = total / number
    best = min(costs, key=costs.__getitem__)
    if best == "cp1256" or number < _FEW or costs[best] > _READS or costs["cp1256"] < costs[best] + _CLEARLY:
        return ""
    if best == "cp720":
        return best
    # The Macintosh has the letters of ISO 8859-6, and digits and signs of its own where that has nothing.
    return "iso8859_6" if _is_iso(counts) else "mac_arabic"


def _is_iso(counts: Counter[int]) -> bool:
    signs = frozenset(range(0x80, 0x100)) - frozenset((0xA4, 0xAD, *range(0xC1, 0xDB), *range(0xE0, 0xF3)))
    return counts[0xA0] <= counts[0x20] and not any(counts[sign] for sign in signs - {0xA0, 0xAC, 0xBB, 0xBF})


def _latin(sample: bytes) -> str:
    found = [
        sample[max(0, match.start() - 1) : match.end() + 1].rjust(3 if match.end() < len(sample) else 2)
        for match in islice(_HIGH.finditer(sample), _MOST)
    ]
    pages = ("cp1252", *_WESTERN)
    texts = {code: [f"{piece.decode(code, 'replace'):3}" for piece in found] for code in pages}
    costs = {code: sum(_cost(*text) for text in pieces) for code, pieces in texts.items()}
    best = min(_WESTERN, key=costs.__getitem__)
    others = sum(one[1] != other[1] for one, other in zip(texts["cp1252"], texts[best], strict=True))
    if costs["cp1252"] <= _GOOD * len(found) and not any(text[1].isalpha() for text in texts["cp1252"]):
        return "cp1252"  # nothing but signs where signs stand
    clear = costs["cp1252"] >= costs[best] + max(_CLEAR_IN_ALL, _CLEAR * others)
    return best if clear and costs[best] <= _GOOD * len(found) else ""


def _cost(left: str, char: str, right: str) -> float:
    """Return how odd a character is between two others: 0 for what is common, 3 for what cannot be."""
    if char.isalpha() and char not in "ªº":
        return _letter(left, char, right)
    within = left.isalpha() and right.isalpha()
    if char in "’‘":
        return 0 if within else _GOOD if left.isalpha() or right.isalpha() else 2
    if char in "«“„‹":
        return _WRONG if left.isalnum() else 0
    if char in "»”›":
        return _WRONG if right.isalnum() else 0
    if char in "–—…":
        return 0.2 if within else 0
    if char == "°":
        return 0 if left.isdigit() or left in "nN" + _BLANK else 2
    if char in "€£":
        return 2 if within or left in "\r\n" else 0
    if char in "\xa0\xad":
        return _CLEAR if within else 0
    if char in "¼½" and right in "uU":
        return 2  # œu and Œu of ISO 8859-15
    if char in "§©®™½¼¾•·±×²³":
        return _WRONG if within else _GOOD
    return _WRONG


def _letter(left: str, char: str, right: str) -> float:
    if char.islower():
        cased = right.isupper() and left != " "
        alone = not (left.isalpha() or right.isalpha())
        if char == "à":
            known = 1.0 if right.isalpha() else 0
        elif char == "ù":
            known = 0 if left in "oO" else 1.0
        else:
            known = 0 if char in _FRENCH else _RARE if char in _EUROPEAN else _WRONG
        return _WRONG if cased else known + (alone and char != "à")
    known = 0.2 if char in _FRENCH else 1 if char in _EUROPEAN else _WRONG
    if left.islower():
        return _WRONG if right.isalpha() else 1.4
    return known + (not (left.isalpha() or right.isalpha()) and char != "À")

"""Which script a text is in, and the language of those scripts that have few.

Counts letters by script; Arabic and Cyrillic letters are shared by several languages, which their own
letters and frequent words tell apart. The Latin script is only recognised here; ``detect`` tells its
languages apart.
"""

from __future__ import annotations

import functools
import re
from typing import Final

LATIN: Final = "latin"
_RANGES: Final = {
    LATIN: "A-Za-zªºÀ-ÖØ-öø-\u024f\u1e00-\u1eff\uff21-\uff3a\uff41-\uff5a",
    "ar": "\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdfb\ufe70-\ufefc",
    "ru": "\u0400-\u052f",
    "el": "\u0370-\u03ff\u1f00-\u1fff",
    "he": "\u05d0-\u05f4",
    "hy": "\u0531-\u0588",
    "ka": "\u10a0-\u10ff",
    "hi": "\u0900-\u0963\u0970-\u097f",
    "bn": "\u0980-\u09ff",
    "pa": "\u0a00-\u0a7f",
    "gu": "\u0a80-\u0aff",
    "ta": "\u0b80-\u0bff",
    "te": "\u0c00-\u0c7f",
    "kn": "\u0c80-\u0cff",
    "ml": "\u0d00-\u0d7f",
    "si": "\u0d80-\u0dff",
    "th": "\u0e00-\u0e4e",
    "lo": "\u0e80-\u0eff",
    "my": "\u1000-\u109f",
    "am": "\u1200-\u137f",
    "km": "\u1780-\u17ff",
    "ko": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3",
    "ja": "\u3041-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f",
    "zh": "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff",
}
_other_letter: Final = re.compile(f"[^\\W\\d_{_RANGES[LATIN]}ʰ-˿]").search

#: Letters and words of the languages that share a script; the script's name is the answer otherwise.
_SIGNS: Final = {
    "ar": (
        ("ur", "ٹڈڑںےھہ", "کے کی میں ہے سے کا اور نے کو پر"),
        ("fa", "پچژگکی", "از که این است را با برای آن می در بود شد های به"),
        ("ku", "ێۆەڕڵڤ", "لە بۆ کە ئەم بە"),
    ),
    "ru": (
        ("uk", "іїєґ", "та що не на від це як він для був які"),
        ("be", "ў", "і што на не ён як гэта"),
        ("sr", "ђћљњџј", "је у и на да се за су од што"),
        ("mk", "ѓќѕ", "на во се од за што е"),
        ("kk", "әғқңөұүһ", "және мен бұл үшін"),
        ("bg", "", "да се от е ще са към че във със която които който това няма ли бе"),
    ),
}
#: How many of a hundred letters a language's own letters must be at least. Names alone bring fewer.
_OWN_LETTERS: Final = 2.0
#: Russian letters that Bulgarian, which has no letter of its own, does not have.
_NOT_BULGARIAN: Final = "ыэё"
_words: Final = re.compile(r"[^\W\d_]+").findall


def script(text: str) -> str:
    """Return "latin", or the code of the script's main language, or "" for a text without letters.

    The script with most letters wins; Han beside kana is Japanese.
    """
    if is_latin(text):
        return LATIN if any(map(str.isalpha, text)) else ""
    first = next(filter(_other_letter, text))
    for name in ("ar", "ru"):
        # Mostly letters of one script, as most texts are: the others need no counting.
        if _pattern(name).match(first) and 2 * _count(name, text) > sum(map(str.isalpha, text)):
            return name
    counts = {name: _count(name, text) for name in _RANGES}
    if counts["ja"] and counts["zh"] and counts["ja"] * 10 >= counts["zh"]:
        counts["ja"] += counts["zh"]
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else ""


def is_latin(text: str) -> bool:
    """Say whether a text has no letters but those of the Latin script."""
    return text.isascii() or _other_letter(text) is None


def _count(name: str, text: str) -> int:
    return sum(map(len, _pattern(name).findall(text)))


@functools.cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(f"[{_RANGES[name]}]+")


@functools.cache
def _own(letters: str) -> re.Pattern[str]:
    return re.compile(f"[{letters}]")


def language(text: str, name: str) -> str:
    """Return the language of a text of a script (not "latin"): its main one, unless signs say else."""
    best, highest = name, 0.0
    text = text.lower()
    found: list[str] = []
    length = 1
    for code, letters, frequent in _SIGNS.get(name, ()):
        own = len(_own(letters or _NOT_BULGARIAN).findall(text))
        if (own == 0) is bool(letters):
            continue
        if not found:
            found = _words(text)
            length = sum(map(len, found))
        if letters and 100 * own < _OWN_LETTERS * length:
            continue  # a name in another spelling
        listed = sum(map(set(frequent.split()).__contains__, found)) / len(found)
        score = listed + (0.05 if letters else -0.15)
        if score > highest and (listed or name != "ar"):
            best, highest = code, score
    return best

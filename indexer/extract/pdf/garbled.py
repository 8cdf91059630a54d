"""Text that is none: what a PDF gives where its fonts do not say which letters they show.

Tells by the letters alone, whatever the language: by signs that nothing is known of, by alphabets mixed
within words, by words without vowels, by letters that are all shifted. In doubt it is taken for text. Does
not depend on PDFium.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from coopsearch.indexer.extract.metadata import UNKNOWN
from coopsearch.indexer.extract.pdf.coded import is_coded

LETTER: Final = re.compile(r"[^\W\d_]")
#: Signs other than rules, leaders and marks of sentences.
_SIGN: Final = re.compile(r"[^\w\s.,…_·•*=|—–-]")
#: Raised figures and letters are of no alphabet.
_WORD: Final = re.compile(r"[^\W\d_\u00b2\u00b3\u00b9\u1d2c-\u1dbf\u2070-\u207f]{3,}")
_LATIN: Final = re.compile(r"[A-Za-zÀ-ÿ]{4,}")
_VOWEL: Final = re.compile(r"[aeiouyà-æè-ïò-öø-ýÿ]", re.IGNORECASE)
_WESTERN: Final = re.compile(r"[À-ÿ]")
_RARE: Final = re.compile(r"[ƀ-ɏ]")
#: Of one way of writing.
_JAPANESE: Final = frozenset(("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HALFWIDTH", "FULLWIDTH"))
#: Characters that are looked at: what a document is shows on its first pages.
_SAMPLE: Final = 20_000
#: Characters below which nothing but signs that nothing is known of tells.
_FEW: Final = 8
#: Of so many characters one that is unknown is many, where there are more of them than blanks.
_MANY: Final = 20
#: Letters in words that suffice to tell a language by its vowels; how many all have at least, and how many
#: words at most have none.
_ENOUGH: Final = 200
_VOWELS: Final = 0.22
_MUTE: Final = 0.35


def is_garbled(text: str) -> bool:
    """Say whether a text is none."""
    text = text[:_SAMPLE]
    unknown = len(UNKNOWN.findall(text.replace("\n", "")))
    # Where no blank stands, they are the blanks.
    if unknown * (_MANY if unknown > text.count(" ") else 4) > len(text):
        return True
    visible = "".join(text.split())
    if len(visible) < _FEW:
        return False
    if len(_SIGN.findall(visible)) * 2 >= len(visible):
        return True
    if is_coded(text):
        return True
    if text.isascii():
        return _is_mute(text)
    rare = len(_RARE.findall(visible)) * 3 > len(LETTER.findall(visible))
    return rare or _is_mixed(text) or _is_western(text) or _is_mute(text)


def _is_mute(text: str) -> bool:
    """Say whether words have too few vowels for any language in Latin letters."""
    words = _LATIN.findall(text)
    letters = "".join(words)
    if len(letters) < _ENOUGH or len(letters) * 2 < len(LETTER.findall(text)):
        return False
    mute = sum(1 for word in words if not _VOWEL.search(word))
    return mute > _MUTE * len(words) and len(_VOWEL.findall(letters)) < _VOWELS * len(letters)


def _is_western(text: str) -> bool:
    """Say whether words are those of another alphabet, shown by the codes of accented letters."""
    letters = "".join(_LATIN.findall(text))
    return len(letters) >= _FEW and len(_WESTERN.findall(letters)) * 5 > len(letters) * 3


def _is_mixed(text: str) -> bool:
    """Say whether letters of several alphabets stand in many words."""
    words = _WORD.findall(text)
    mixed = sum(1 for word in words if not word.isascii() and len(set(map(_alphabet, word))) > 1)
    return mixed > 2 and mixed * 4 > len(words)  # noqa: PLR2004 - two may happen


@lru_cache(maxsize=4096)
def _alphabet(letter: str) -> str:
    name = unicodedata.name(letter, "").split(" ", 1)[0]
    return "CJK" if name in _JAPANESE else name

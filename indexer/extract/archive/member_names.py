"""Names of members that archives keep as bytes of a code page which they do not name.

Programs of DOS and Windows write names in the code page of their machine. It is told by what the names of
an archive look like in each: words of French, of Arabic, of Chinese. Where none fits, nothing is guessed.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Final

#: A field beside the name that has it in Unicode (Info-ZIP).
_UNICODE: Final = 0x7075
_WORD: Final = re.compile(r"[^\W\d_]+")
#: Signs that stand in names of files between words.
_SIGNS: Final = frozenset("’‘“”«»°·–—№،؛؟、。（）《》「」【】・ー～　ـ")
#: Without the letters of Iceland, which one code page has where another has the accents of French.
_LATIN: Final = re.compile(r"[a-zA-Zà-ïñ-öø-üÿÀ-ÏÑ-ÖØ-ÜœŒßšžŠŽ]+")
_ARABIC: Final = re.compile("[ء-غف-ي]{2,}|[وأءآ]")
_CHINESE: Final = re.compile("[一-鿿]+")
_JAPANESE: Final = re.compile("[ぁ-ヶー一-鿿々]+")
#: Share of the words that must look right.
_ENOUGH: Final = 0.75
#: First byte of the last sign that is common in Chinese, as GB 2312 sorts them; the share of those in words.
_COMMON: Final = 0xD7
_MOST_COMMON: Final = 0.8


def _is_latin(word: str) -> bool:
    letters = sum(char.isascii() for char in word)
    cased = word.islower() or word.isupper() or word[1:].islower()
    # "été" has one plain letter, "à" none.
    plain = 3 * letters >= len(word) or word in {"à", "À", "é", "É", "ô"}
    return cased and plain and _LATIN.fullmatch(word) is not None


def _is_arabic(word: str) -> bool:
    return _ARABIC.fullmatch(word) is not None


def _is_chinese(word: str) -> bool:
    try:
        first = word.encode("gb2312")[::2]
    except UnicodeEncodeError:
        return False
    common = sum(byte <= _COMMON for byte in first)
    return _CHINESE.fullmatch(word) is not None and common >= _MOST_COMMON * len(word)


def _is_japanese(word: str) -> bool:
    return _JAPANESE.fullmatch(word) is not None


#: Code pages and what their words look like; the first of those that fit equally well is taken.
_PAGES: Final[tuple[tuple[str, Callable[[str], bool]], ...]] = (
    ("cp850", _is_latin), ("cp1252", _is_latin), ("cp1256", _is_arabic), ("cp720", _is_arabic),
    ("gbk", _is_chinese), ("cp932", _is_japanese),
)  # fmt: skip


def page_of(names: Iterable[bytes]) -> str:
    """Return the code page of names, by Python's name for it; "" if none fits."""
    odd = [name for name in names if not name.isascii() and not _is_unicode(name)]
    best, found = _ENOUGH, ""
    for page, fits in _PAGES:
        try:
            text = "\n".join(name.decode(page) for name in odd)
        except UnicodeDecodeError:
            continue
        share = _share(text, fits)
        if share > best or (share == best and not found):
            best, found = share, page
    return found


def decoded(name: bytes, page: str, extra: bytes = b"") -> str | None:
    """Return a name as text; None where nobody can tell. ``extra`` are the fields beside it in a zip."""
    if told := _told(name, extra):
        return told
    for encoding in ("utf-8", page):
        try:
            return name.decode(encoding) if encoding else None
        except UnicodeDecodeError:
            continue
    return None


def _is_unicode(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


def _share(text: str, fits: Callable[[str], bool]) -> float:
    """Return which part of the words of other than plain letters fit, and of the signs between them."""
    judged = [fits(word) for word in _WORD.findall(text) if not word.isascii()]
    judged += [sign in _SIGNS for sign in _WORD.sub("", text) if not sign.isascii()]
    return sum(judged) / len(judged) if judged else 0.0


def _told(name: bytes, extra: bytes) -> str:
    """Return the name that stands in Unicode beside another, "" if there is none of that name."""
    for kind, data in _fields(extra):
        if kind == _UNICODE and data[:5] == struct.pack("<BI", 1, zlib.crc32(name)):
            try:
                return data[5:].decode()
            except UnicodeDecodeError:
                return ""
    return ""


def _fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        yield kind, extra[at + 4 : at + 4 + length]
        at += 4 + length

"""Which one-byte encoding a text is in, told by how its letters stand together.

English and French on Windows are cp1252, Arabic is cp1256, and cp1256 has the small French letters in the
same places. So the choice hangs on the other bytes: in Arabic they make up whole words, in French each
stands alone among ASCII letters. What is neither goes to charset-normalizer, which is slow and, for Arabic,
mostly wrong.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from coopsearch.indexer.extract.alphabets import other_alphabet

#: Runs of bytes that are letters in every encoding of Windows.
_RUN: Final = re.compile(rb"[\xc0-\xd6\xd8-\xf6\xf8-\xff]+")
#: A byte that is a sign in cp1252, between letters. Those that occur there in good text are left out:
#: … ‘ ’ – — Š š Ž ž Œ œ Ÿ ­ · ª º.
_SIGN: Final = re.compile(
    rb"(?<=[A-Za-z\xc0-\xff])[\x80-\x84\x86-\x89\x8b\x8d\x8f\x90\x93-\x95\x98\x99\x9b\x9d\xa1-\xa9"
    rb"\xab\xac\xae-\xb6\xb8\xb9\xbb-\xbf](?=[A-Za-z\xc0-\xff])"
)
#: Arabic vowel signs of cp1256, and its letters ا to ي. The French letters between them are none of these.
_VOWELS: Final = bytes((0xF0, 0xF1, 0xF2, 0xF3, 0xF5, 0xF6, 0xF8, 0xFA))
_ARABIC: Final = frozenset((*range(0xC1, 0xD7), *range(0xD8, 0xE0), 0xE1, 0xE3, 0xE4, 0xE5, 0xE6, 0xEC, 0xED))
#: The commonest: ا ل ي م ن و ر ت ب ه ة ع د. Four in five letters of Arabic; one in five of Russian read so.
_COMMON: Final = frozenset(b"\xc7\xe1\xed\xe3\xe4\xe6\xd1\xca\xc8\xe5\xc9\xda\xcf")
_LETTERS: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

#: Kana, kanji, and the signs and wide letters that stand among them.
_EASTERN: Final = re.compile(
    "[\u2010-\u2312\u2500-\u266f\u3000-\u33ff\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef×÷¨´°±¶§Α-я]"
)
_RUNS: Final = 50_000
_NEAR: Final = 32_768
#: What charset-normalizer may choose from: the encodings that office machines have used. Its
#: full list holds many that nobody writes and that fit anything.
_OTHERS: Final = (
    "cp1251",
    "koi8_r",
    "cp866",
    "cp1250",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1257",
    "iso8859_2",
    "iso8859_5",
    "iso8859_6",
    "iso8859_7",
    "iso8859_8",
    "mac_roman",
    "cp437",
    "cp850",
    "cp852",
    "cp720",
    "cp874",
    "gb18030",
    "big5",
    "shift_jis",
    "euc_jp",
    "euc_kr",
)


def decode_bytes(data: bytes) -> str:
    """Return the text of data that is in a one-byte encoding (or an older one of East Asia)."""
    encoding = guess(data)
    # cp1252 has five holes; as charset-normalizer saw nothing better, they are faults.
    return data.decode(encoding, "replace")


def guess(data: bytes) -> str:
    """Name the encoding of data that is not UTF-8."""
    if _is_shift_jis(data[:_NEAR]):
        return "cp932"
    if other := other_alphabet(data):
        return other
    arabic = common = latin = foreign = 0
    for match in islice(_RUN.finditer(data), _RUNS):
        run = match[0].translate(None, _VOWELS) or match[0]
        start, end = match.span()
        joined = (start > 0 and data[start - 1] in _LETTERS) or (end < len(data) and data[end] in _LETTERS)
        letters = sum(byte in _ARABIC for byte in run)
        if joined and len(run) <= 2:  # noqa: PLR2004
            latin += len(run)
        elif end - start == 1:
            # A word of one letter: à and ô there, و here. It tells nothing.
            continue
        elif letters * 5 >= len(run) * 4:
            arabic += letters
            common += sum(byte in _COMMON for byte in run)
        else:
            foreign += len(run)
    if arabic > foreign and common * 5 >= arabic * 2:
        # Latin letters with accents beside Arabic words are French in cp1256; only a text that is nearly
        # all Latin can hold an Arabic word by accident.
        return "cp1256" if arabic * 10 > latin else "cp1252"
    signs = sum(1 for _ in islice(_SIGN.finditer(data), _RUNS))
    if arabic + foreign <= latin and signs * 10 <= latin:
        return "cp1252"
    if not (arabic or foreign or latin or signs):
        return "cp1252"  # only quotation marks, dashes, money
    return _ask(data) or ("cp1256" if arabic > latin + foreign else "cp1252")


def _is_shift_jis(data: bytes) -> bool:
    """Say whether data is Japanese in Shift-JIS: charset-normalizer knows it in long texts alone.

    Nearly all of its characters have two bytes, most of the first ones are signs elsewhere and no letters,
    and many of the second ones are no ASCII letters, which behind an accented letter of DOS all are.
    """
    pairs = firsts = seconds = at = single = 0
    while at < len(data):
        byte = data[at]
        if byte < 0x80:  # noqa: PLR2004
            at += 1
        elif 0xA1 <= byte <= 0xDF:  # noqa: PLR2004 - katakana of half the width
            single += 1
            at += 1
        elif at + 1 == len(data):
            break  # Cut within a character.
        else:
            pairs += 1
            firsts += byte < 0xA0  # noqa: PLR2004
            seconds += data[at + 1] > 0x7F  # noqa: PLR2004
            at += 2
    if pairs < 4 or single * 4 > pairs or firsts * 10 < pairs * 4 or seconds * 10 < pairs * 4:  # noqa: PLR2004
        return False
    try:
        text = data[:at].decode("cp932")
    except UnicodeDecodeError:
        return False
    return all(one < "\x80" or _EASTERN.match(one) for one in set(text))


def _ask(data: bytes) -> str:
    """Let charset-normalizer choose; "" if it finds nothing that fits."""
    from charset_normalizer import from_bytes

    first = next((at for at, byte in enumerate(data[: 64 * _NEAR]) if byte >= 128), 0)  # noqa: PLR2004
    start = max(0, first - 1024)
    best = from_bytes(data[start : start + _NEAR], cp_isolation=list(_OTHERS)).best()
    return best.encoding if best else ""

"""From bytes to text: which encoding a file is in, and whether it is text at all.

Works on what the bytes say and nothing else: no file, no format, no declaration. What is decided, in this
order: a mark at the start, strict UTF-8, UTF-16 by its zeros, UTF-8 with a few faults, then the
one-byte encodings of the languages read here (see ``codepages``).
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from bisect import bisect
from collections import Counter
from contextlib import suppress
from typing import Final

from coopsearch.search.errors import ExtractionError

#: UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

#: How files begin that are not text, whatever their name says.
_KINDS: Final = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x7fELF", "a program"),
    (b"\x89PNG\r\n\x1a\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF87a", "a picture (GIF)"),
    (b"GIF89a", "a picture (GIF)"),
    (b"\x1f\x8b\x08", "compressed (gzip)"),
    (b"\xfd7zXZ\x00", "compressed (xz)"),
    (b"BZh91AY&SY", "compressed (bzip2)"),
    (b"\x28\xb5\x2f\xfd", "compressed (zstd)"),
    (b"7z\xbc\xaf\x27\x1c", "an archive (7z)"),
    (b"Rar!\x1a\x07", "an archive (rar)"),
    (b"SQLite format 3\x00", "a database (SQLite)"),
)

_SAMPLE: Final = 65536
#: Bytes below the space that text does hold: backspace (old bold type), tab, line and page breaks, the
#: end mark of DOS, escape (colours in logs).
_KEPT: Final = bytes(range(32, 256)) + b"\x08\t\n\x0b\x0c\r\x1a\x1b"
#: One zero byte in so many is damage of a text, as a crash leaves it in a log; more are not text.
_ZEROS: Final = 1000
#: Controls, what is not assigned, and what each program assigns for itself.
_NO_TEXT: Final = frozenset(("Cc", "Cn", "Co"))
#: Where alphabets begin: Greek, Cyrillic, Armenian, Hebrew, Arabic, Syriac and on, Arabic in old forms.
_SCRIPTS: Final = ("\u0370", "\u0400", "\u0530", "\u0590", "\u0600", "\u0700", "\u1e00", "\ufb1d")
#: In most texts one in so many is a blank, and nearly never in numbers.
_SPACED: Final = 16
#: No word has so many characters; in so many at least one is a blank.
_WORD: Final = 24
_WORDS: Final = 100
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
#: The beginning of a character of UTF-8 whose end is missing.
_BEGINNING: Final = re.compile(
    rb"[\xc2-\xf4]|\xe0[\xa0-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]|\xed[\x80-\x9f]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]?|[\xf1-\xf3][\x80-\xbf]{1,2}|\xf4[\x80-\x8f][\x80-\xbf]?"
)


class NotText(ExtractionError):
    """A file is not text, by its bytes."""

    def __init__(self, why: str) -> None:
        """Take what shows it."""
        super().__init__(f"not text: {why}")


def decode(data: bytes) -> str:
    """Return the text of a file, without a byte order mark and with its line ends as they are.

    Faulty bytes become U+FFFD; a lone surrogate never comes out. Raises NotText for what is not text.
    """
    refuse_kinds(data)
    marked = decode_marked(data)
    if marked is not None:
        return marked
    controls = len(data.translate(None, _KEPT))
    if controls:
        # UTF-16 is full of them: zeros, or the sixes of Arabic.
        wide = _decode_wide(data)
        if wide is not None:
            return wide
        if data.count(0) * _ZEROS > len(data):
            raise NotText("it holds zero bytes")
        if controls > 1 + len(data) // 33:
            raise NotText("too many control characters")
        data = data.replace(b"\0", b" ")
    if b"\x1b$" in data and data.isascii():
        # Japanese as mails have it: escapes switch between alphabets.
        with suppress(UnicodeDecodeError):
            return data.decode("iso2022_jp_ext")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        return _decode_faulty(data, error)


def refuse_kinds(data: bytes) -> None:
    """Raise NotText for data that begins as a known format does that is not text."""
    for start, kind in _KINDS:
        if data.startswith(start):
            raise NotText(f"it is {kind}, whatever its name says")


def decode_marked(data: bytes) -> str | None:
    """Return the text of data that begins with a byte order mark, None if there is none."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            if encoding.startswith("utf-32") and not is_plausible(data[len(mark) :], encoding):
                continue  # UTF-16 whose first character is a zero
            return data[len(mark) :].decode(encoding, "replace")
    return None


def clean(text: str) -> str:
    """Return the text with U+FFFD for lone surrogates, which no encoding can write."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _decode_wide(data: bytes) -> str | None:
    encoding = wide_encoding(data)
    return data.decode(encoding, "replace") if encoding else None


def is_wide(data: bytes) -> bool:
    """Say whether data that is text has two or four bytes a character."""
    if data.startswith(codecs.BOM_UTF8) or not data.translate(None, _KEPT):
        return False
    return decode_marked(data[:4]) is not None or bool(wide_encoding(data))


def wide_encoding(data: bytes) -> str:
    """Name the encoding of two or four bytes a character in which data makes sense, "" for none."""
    for mark, encoding in _MARKS[1:]:
        if data.startswith(mark) and is_plausible(data[len(mark) :], encoding):
            return encoding
    for encoding in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
        # In UTF-32 of any living script, half of the bytes and more are zeros.
        fits = encoding < "utf-32" or data[:_SAMPLE].count(0) * 2 > len(data[:_SAMPLE])
        if fits and is_wide_text(data, encoding):
            return encoding
    return ""


def is_wide_text(data: bytes, encoding: str) -> bool:
    """Say whether the beginning of data is text in an encoding that no mark names, and no row of numbers."""
    sample = data[:_SAMPLE]
    return is_plausible(sample, encoding) and _has_words(sample.decode(encoding, "replace"))


def is_plausible(data: bytes, encoding: str) -> bool:
    """Say whether the beginning of data makes sense in an encoding of two or four bytes a character."""
    width = 4 if encoding.startswith("utf-32") else 2
    sample = data[: min(_SAMPLE, len(data) // width * width)]
    text = sample.decode(encoding, "replace")
    if not text:
        return not data
    # Letters of the alphabets west of India, their marks, general punctuation, presentation forms.
    known = sum(
        " " <= c < "\u0780" or "\u2000" <= c < "\u2100" or "\ufb1d" <= c < "\uff00" or c in "\t\n\r\f\x0b"
        for c in text
    )
    # Text cut within a character ends in a fault, so a few are borne.
    return known * 10 >= len(text) * 9 or (known * 10 >= len(text) * 6 and _is_written(text))


def _is_written(text: str) -> bool:
    """Say whether text of other scripts is text: all its characters are such as are printed."""
    return all(c.isprintable() or c in "\t\n\r\f\x0b\u3000" for c in text)


def _has_words(text: str) -> bool:
    """Say whether text is of one alphabet beside the Latin one, with blanks, and nearly without controls.

    Small whole numbers of two or four bytes are letters too, but of many alphabets.
    """
    odd = sum(unicodedata.category(c) in _NO_TEXT and c not in "\t\n\r\f\x0b" for c in text)
    if odd * 100 > len(text) + 100:
        return False
    blanks = sum(c in " \t\n\r\f\x0b\xa0\u200c\u3000" for c in text)
    if blanks * _SPACED >= len(text):
        return sum("\u0300" <= c < "\u0370" for c in text) * 2 <= len(text)
    if len(text) >= _WORDS and blanks * _WORDS < len(text) and not text.startswith(("{", "[", "<")):
        return False
    if text.isascii():
        # Words, figures, paths; of any signs by chance one in five is none of these.
        common = sum(c.isalnum() or c in " \t\n\r,.;:-_=/\\\"'<>()" for c in text)
        return len(text) < _WORDS or common * 100 >= len(text) * 88
    if len(text) >= _WORD and not blanks:
        return False
    letters = [c for c in text if c.isalpha()]
    latin = [c for c in letters if c < "\u0300"]
    common = sum(c < "\u0100" or c == "œ" for c in latin)
    ascii_letters = sum(map(str.isascii, latin))
    # Other letters than ours are fewer in all languages; Vietnamese has most.
    if (latin and common * 2 <= len(latin)) or (ascii_letters * 4 < len(latin) and len(latin) >= _WORD // 2):
        return False
    scripts = Counter(bisect(_SCRIPTS, c) for c in letters if c >= "\u0300" and not "\u1e00" <= c < "\u2000")
    others = scripts.total()
    marks = sum("\u0300" <= c < "\u0370" for c in text)
    return marks * 2 <= len(text) and (not others or max(scripts.values()) * 10 >= others * 8)


def _decode_faulty(data: bytes, error: UnicodeDecodeError) -> str:
    """Decode what is nearly UTF-8 as UTF-8, and the rest by the one-byte encodings."""
    lenient = data.decode("utf-8", "replace")
    faults = lenient.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    sound = len(lenient) - len(data.translate(None, bytes(range(128, 256)))) - faults
    cut = _BEGINNING.fullmatch(data, error.start) is not None
    if sound and (cut or faults * 4 <= sound):
        return lenient
    # Imported here: most texts are UTF-8.
    from coopsearch.indexer.extract.codepages import decode_bytes

    return decode_bytes(data)

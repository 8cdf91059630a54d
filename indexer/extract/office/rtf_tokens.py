"""The words of RTF: what they stand for, and in which encoding the bytes between them are.

RTF specification 1.9.1. ``rtf`` reads the groups.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

#: A control word with its number, a byte as two digits, a control symbol, a brace, text.
_TOKEN: Final = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)", re.DOTALL
)

#: Words and symbols that stand for a character.
SIGNS: Final = {
    "tab": "\t", "line": "\n", "lbr": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ",
    "zwj": "\u200d", "zwnj": "\u200c", "ltrmark": "\u200e", "rtlmark": "\u200f",
    "~": "\xa0", "_": "-", "-": "", "\\": "\\", "{": "{", "}": "}", "\n": "", "\r": "", ":": "", "|": "",
}  # fmt: skip

#: Encodings by the number that a font gives for its letters.
_CHARSETS: Final = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 179: "cp1256", 180: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
#: Fonts of signs say so by this number.
SYMBOLS: Final = 2
_PAGES: Final = {10000: "mac_roman", 65001: "utf-8", 20127: "cp1252", 936: "gbk", 54936: "gb18030"}


class Token(NamedTuple):
    """A piece of the file; one of the parts is set."""

    word: str = ""
    """A control word or symbol."""
    number: int | None = None
    data: bytes = b""
    brace: int = 0
    """1 opens a group, -1 ends it."""


def tokens(data: bytes) -> Iterator[Token]:
    r"""Yield the pieces of a file; what follows ``\bin`` is passed over."""
    at = 0
    while match := _TOKEN.search(data, at):
        at = match.end()
        word, number, byte, symbol, brace, text = match.groups()
        if word:
            name = word.decode("ascii")
            count = int(number) if number else None
            if name == "bin":
                at += max(0, count or 0)
            else:
                yield Token(name, count)
        elif byte:
            yield Token(data=bytes((int(byte, 16),)))
        elif symbol:
            yield Token("par" if symbol in b"\r\n" else symbol.decode("latin-1"))
        elif brace:
            yield Token(brace=1 if brace == b"{" else -1)
        else:
            yield Token(data=text)


def page_codec(number: int | None) -> str:
    """Return the encoding of a code page by its number, that of Western Windows for one not known."""
    name = _PAGES.get(number or 0) or f"cp{number}"
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name


def charset_codec(number: int | None) -> str:
    """Return the encoding of a font by its number of letters, "" where it leaves that to the document."""
    return _CHARSETS.get(number or 0, "")


def joined(text: str) -> str:
    """Return text with each pair of surrogates as the character that it stands for."""
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    except UnicodeError:
        return text

"""What the headers of a mail say: encoded words, raw letters of any encoding, charsets by all their names."""

from __future__ import annotations

import binascii
import codecs
import re
from email.message import Message
from email.policy import Compat32
from typing import Final

from coopsearch.indexer.extract.codepages import guess
from coopsearch.indexer.extract.encoding import clean, decode
from coopsearch.search.errors import ExtractionError

_HEADER: Final = 4_000
_VALUES: Final = 50
#: An encoded word. Programs put spaces in it, and leave out those between two.
_WORD: Final = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?\r\n]*)\?=")
_ESCAPE: Final = re.compile(rb"=([0-9A-Fa-f]{2})")
#: Codecs of Python that no mail is in, or that one should not be read with.
_NO_CHARSET: Final = frozenset({
    "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem",
})  # fmt: skip
#: Encodings of one byte a letter, by how their names begin.
_ONE_BYTE: Final = ("cp125", "iso8859", "koi8", "mac", "tis")
#: What is named by one of these and is of another, larger one.
_LARGER: Final = {
    "iso8859-1": "cp1252", "ascii": "utf-8", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949",
    "shift_jis": "cp932", "iso8859-9": "cp1254", "tis-620": "cp874",
}  # fmt: skip
#: Names that Python does not know.
_NAMES: Final = {
    "unicode-1-1-utf-7": "utf-7", "utf8mb4": "utf-8", "ks_c_5601": "cp949", "ansi": "cp1252",
    "macintosh": "mac_roman", "sjis": "cp932", "arabic": "cp1256", "dos-720": "cp720",
    "asmo-708": "iso8859-6",
}  # fmt: skip


class Headers(Compat32):
    """Gives each header as text; the library gives an object for raw letters, and U+FFFD in file names."""

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002 - the library's signature
        """Return the value, its raw letters decoded."""
        return value if value.isascii() else raw_text(value.encode("utf-8", "surrogateescape"))


HEADERS: Final = Headers()


def header_text(message: Message, name: str, value: str | None = None) -> str:
    """Return what a header says, decoded and on one line; "" if there is none. ``value`` is taken instead."""
    values = [value] if value is not None else message.get_all(name, [])
    return ", ".join(filter(None, (decoded(str(one)) for one in values[:_VALUES])))


def decoded(value: str) -> str:
    """Return the text of a header's value."""
    found: list[str] = []
    held: tuple[str, bytes] | None = None
    at = 0
    value = value[: 8 * _HEADER]
    for match in _WORD.finditer(value):
        between = value[at : match.start()]
        data = _word(match[2], match[3])
        charset = match[1].lower()
        if held is not None and not between.strip():
            # A letter may begin in one word and end in the next.
            if held[0] == charset:
                held = (charset, held[1] + data)
                at = match.end()
                continue
            between = ""
        if held is not None:
            found.append(charset_text(held[1], held[0]))
        found.append(between)
        held, at = (charset, data), match.end()
    if held is not None:
        found.append(charset_text(held[1], held[0]))
    found.append(value[at:])
    return clean(" ".join("".join(found).split()))[:_HEADER]


def _word(kind: str, coded: str) -> bytes:
    data = coded.encode("utf-8", "surrogateescape")
    if kind in "qQ":
        return _ESCAPE.sub(lambda match: bytes.fromhex(match[1].decode()), data.replace(b"_", b" "))
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    letters = letters[: -1 if len(letters) % 4 == 1 else None]
    try:
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    except binascii.Error:
        return data


def charset_text(data: bytes, charset: str | None) -> str:
    """Return the text of bytes by the charset that they are said to be in, or else by what they are."""
    said = by_charset(data, charset)
    return raw_text(data) if said is None else said


def by_charset(data: bytes, charset: str | None) -> str | None:
    """Return the text of bytes by a charset, None where nobody knows it or the bytes are not in it."""
    codec = _codec(charset)
    if not codec:
        return None
    try:
        if data.isascii():
            return data.decode(codec)
        return clean(_by_codec(data, codec))
    except (LookupError, UnicodeError):
        return None


def raw_text(data: bytes) -> str:
    """Return the text of bytes of which no charset is known."""
    try:
        return decode(data)
    except ExtractionError:
        return data.decode("utf-8", "replace")


def _codec(charset: str | None) -> str:
    """Return Python's name of a charset, "" for one that nobody knows or that says nothing."""
    name = (charset or "").strip("\"' ;").lower()
    for one in (name, _NAMES.get(name, ""), name.removeprefix("x-"), re.sub(r"-[ie]$", "", name)):
        one = _NAMES.get(one, one)  # noqa: PLW2901 - by its other name
        try:
            found = codecs.lookup(one).name if one else ""
        except (LookupError, ValueError):
            continue
        if found and found not in _NO_CHARSET:
            return _LARGER.get(found, found)
    return ""


def _by_codec(data: bytes, codec: str) -> str:
    """Decode. Raises UnicodeError, and LookupError for a codec that gives no text."""
    if codec.startswith(_ONE_BYTE):
        try:
            # What is good UTF-8 beyond ASCII is text of no other encoding.
            return data.decode()
        except UnicodeDecodeError:
            pass
    if codec == "cp1252" and guess(data) == "cp1256":
        # Programs of the West name their own charset whatever is written with them.
        codec = "cp1256"
    return data.decode(codec, "replace" if codec.startswith("cp125") else "strict")

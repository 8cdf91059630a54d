"""The bytes of a mail's part: out of base64, quoted-printable or uuencode, also written badly.

Base64 comes without its padding, in pieces that were encoded one by one, or with a mailing list's plain lines
below it; a part says to be base64 and is none. What is there is taken.
"""

from __future__ import annotations

import binascii
import re
from email.message import Message
from typing import Final

#: A line of base64, of its own alphabet or that of addresses; the rule above a list's footer is none.
_CODED: Final = re.compile(rb"(?![-_]{3,}$)[A-Za-z0-9+/_-]*={0,2}")
_SOUND: Final = re.compile(rb"[A-Za-z0-9+/]*={0,2}")
_PIECE: Final = re.compile(rb"[A-Za-z0-9+/]+")
#: Letters that make three bytes.
_QUANTUM: Final = 4


def payload_of(part: Message) -> bytes:
    """Return the bytes of a part that is not a multipart, b"" of one that is."""
    raw = part.get_payload()
    if not isinstance(raw, str):
        return b""
    if coding_of(part) == "base64":
        return unbased(raw.encode("ascii", "surrogateescape" if not raw.isascii() else "strict"))
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def coding_of(part: Message) -> str:
    """Return how a part is encoded, as it says."""
    return str(part.get("content-transfer-encoding", "")).strip().lower()


def unbased(data: bytes) -> bytes:
    """Return what base64 stands for, and the plain lines after it as they are."""
    packed = data.translate(None, b" \t\r\n")
    if len(packed) % _QUANTUM == 0 and _SOUND.fullmatch(packed):
        return binascii.a2b_base64(packed)
    lines = data.splitlines(keepends=True)
    coded = _coded(lines)
    if coded < len(lines) and not any(line.strip() for line in lines[:coded]):
        return data
    packed = b"".join(line.strip() for line in lines[:coded]).replace(b"-", b"+").replace(b"_", b"/")
    found = b"".join(_piece(match[0]) for match in _PIECE.finditer(packed))
    rest = b"".join(lines[coded:])
    return found + (b"\n\n" + rest if rest.strip() else b"")


def _coded(lines: list[bytes]) -> int:
    """Count the lines from the first that are base64, blank ones among them."""
    for number, line in enumerate(lines):
        if not _CODED.fullmatch(line.strip()):
            return number
    return len(lines)


def _piece(coded: bytes) -> bytes:
    """Return what one run of base64 stands for: padding is what ends a run."""
    over = len(coded) % _QUANTUM
    if over == 1:
        # Six bits of a byte whose others are lost.
        coded, over = coded[:-1], 0
    return binascii.a2b_base64(coded + b"=" * (-over % _QUANTUM))

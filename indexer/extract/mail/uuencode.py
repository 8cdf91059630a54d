"""Files in the text of a mail, as programs put them there before MIME: uuencode, and base64 in its form."""

from __future__ import annotations

import binascii
import re
from typing import Final, NamedTuple

from coopsearch.indexer.extract.mail.transfer import unbased

_BEGIN: Final = re.compile(r"begin(-base64)? +[0-7]{3,4} +(\S.{0,250}?)\s*")
#: A line of the old form: its length, and characters of six bits.
_LINE: Final = re.compile(r"[!-M][ -`]{1,90}\s*")
_END: Final = frozenset({"end", "===="})


class Inlined(NamedTuple):
    """A file that stood in a text."""

    name: str
    data: bytes


def taken_out(text: str) -> tuple[str, list[Inlined]]:
    """Return the text without the files in it, and the files."""
    if "begin" not in text:
        return text, []
    kept: list[str] = []
    files: list[Inlined] = []
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        match = _BEGIN.fullmatch(lines[at]) if lines[at].startswith("begin") else None
        end = _end(lines, at + 1, based=bool(match[1])) if match else 0
        if match is None or not end:
            kept.append(lines[at])
            at += 1
            continue
        block = lines[at + 1 : end]
        files.append(Inlined(match[2], _based(block) if match[1] else _decoded(block)))
        # The end may be missing where a mail was cut.
        at = end + 1 if end < len(lines) and lines[end].strip() in _END else end
    return ("\n".join(kept) if files else text), files


def _end(lines: list[str], start: int, *, based: bool) -> int:
    """Return the number of the line behind a file, 0 where there is none."""
    at = start
    while at < len(lines) and lines[at].strip() not in _END:
        line = lines[at]
        if not based and line.strip(" `") and not _LINE.fullmatch(line):
            break
        if based and not re.fullmatch(r"[A-Za-z0-9+/]{1,100}={0,2}\s*", line):
            break
        at += 1
    # One good line alone is a sentence that begins with the word.
    return at if at - start > 1 or (at < len(lines) and at > start and lines[at].strip() in _END) else 0


def _based(block: list[str]) -> bytes:
    return unbased("\n".join(block).encode())


def _decoded(block: list[str]) -> bytes:
    return b"".join(map(_line, block))


def _line(line: str) -> bytes:
    if not line.strip(" `"):
        return b""
    count = (ord(line[0]) - 32) & 63
    wanted = (count + 2) // 3 * 4
    # Spaces at the end are lost on the way, and some programs add a sum.
    body = line[1:].rstrip("\r\n")[:wanted].ljust(wanted)
    try:
        return binascii.a2b_uu(line[0] + body)
    except (binascii.Error, UnicodeEncodeError):
        return b""

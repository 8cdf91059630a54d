"""What a mail says anew and what it quotes, paragraph by paragraph, in English, French and Arabic.

Lines that begin with ``>`` are quoted, and so is all below the line that programs put above a mail they
answer or forward.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

#: Above the passages of what a mail quotes.
QUOTED: Final = "quoted"
_MARK: Final = re.compile(r"\s{0,3}(?:>\s?)+")
#: "On Monday, Jane wrote:" above quoted lines.
_WROTE: Final = re.compile(
    r"\s*(?:on\b.{4,200}\bwrote|le\b.{4,200}\ba écrit|.{0,200}\b(?:writes|wrote|said|écrivait|écrit)|"
    r"في .{4,200}كتب.{0,80})"
    r"\s*[:：]?\s*",
    re.IGNORECASE,
)
#: What stands above a whole mail that follows.
_BELOW: Final = re.compile(
    r"\s*(?:-{2,}\s*(?:original message|forwarded message|message d['’]origine|message original|"
    r"message transféré|message transfere|الرسالة الأصلية|رسالة معاد توجيهها)\s*-{2,}|"
    r"-{2,}\s*forwarded by .{0,200}|begin forwarded message\s*:|début du message (?:réexpédié|transféré)\s*:|"
    r"_{20,})\s*",
    re.IGNORECASE,
)


def paragraphs(text: str) -> Iterator[tuple[str, bool]]:
    """Yield paragraphs and whether they are quoted, without the marks of quoting."""
    for quoted, run in groupby(_lines(text.splitlines()), key=lambda line: line[1]):
        block: list[str] = []
        for line, _ in run:
            if line and not line.isspace():
                block.append(line)
            elif block:
                yield "\n".join(block), quoted
                block = []
        if block:
            yield "\n".join(block), quoted


def _lines(lines: list[str]) -> Iterator[tuple[str, bool]]:
    below = quoted = False
    for number, line in enumerate(lines):
        mark = _MARK.match(line)
        if mark:
            quoted = True
            yield line[mark.end() :], True
        elif below or _BELOW.fullmatch(line):
            below = True
            yield line, True
        elif not line or line.isspace():
            # Between two quoted lines it belongs to them; elsewhere it parts paragraphs all the same.
            yield "", quoted
        else:
            quoted = _leads(lines, number)
            yield line, quoted


def _leads(lines: list[str], number: int) -> bool:
    """Say whether a line, or it and the next, names whom the lines after it quote."""
    for length in (1, 2):
        after = next((line for line in lines[number + length : number + length + 3] if line.strip()), "")
        if after.lstrip().startswith(">"):
            said = " ".join(lines[number : number + length])
            return bool(_WROTE.fullmatch(said)) and not any(
                line.lstrip().startswith(">") for line in lines[number : number + length]
            )
    return False

"""Text whose lines flow ([RFC 3676], ``format=flowed``): paragraphs as they were written.

A line that ends in a space goes on in the next; with ``delsp=yes`` that space is none of the text.
"""

from __future__ import annotations

import re
from typing import Final

_MARKS: Final = re.compile(r">*")
_SIGNATURE: Final = "-- "
#: A longer paragraph is the work of a program whose lines all end in spaces.
_LONGEST: Final = 100_000


def unflowed(text: str, *, delsp: bool) -> str:
    """Return the text with each paragraph on one line, its marks of quoting before it."""
    found: list[str] = []
    parts: list[str] = []
    depth = held = 0
    for line in text.splitlines():
        marks = len(_MARKS.match(line)[0])  # type: ignore[index]  # it matches always
        said = line[marks:]
        # Programs leave a space at the end of a paragraph's last line, too.
        if parts and (marks != depth or said == _SIGNATURE or not said.strip() or held > _LONGEST):
            found.append(_joined(depth, parts))
            parts, held = [], 0
        stuffed = said.startswith(" ")
        said = said[1:] if stuffed else said
        depth = marks
        goes_on = said.endswith(" ") and said != _SIGNATURE
        if parts and delsp and stuffed and not marks and said and not said.startswith((" ", ">", "From ")):
            # Nothing asked for the space that the standard takes away here: it stands between two words.
            # Behind marks of quoting all programs write one.
            said = f" {said}"
        parts.append(said[:-1] if goes_on and delsp else said)
        held += len(said)
        if not goes_on:
            found.append(_joined(depth, parts))
            parts, held = [], 0
    if parts:
        found.append(_joined(depth, parts))
    return "\n".join(found)


def _joined(depth: int, parts: list[str]) -> str:
    return (">" * depth + " " if depth else "") + "".join(parts)

"""Marks above and below letters, each put behind the letter that it stands at.

A PDF draws a mark where it likes: before its letter or behind it, as a combining mark or as an accent of
its own (as TeX does), and PDFium sees a gap there and gives a blank. Where the mark stands says whose it
is. Does not depend on PDFium.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import islice
from typing import Final

#: Accents that have room of their own, and the marks that they are above a letter.
_ACCENTS: Final = {
    "`": "\u0300", "´": "\u0301", "ˆ": "\u0302", "^": "\u0302", "˜": "\u0303", "~": "\u0303", "¯": "\u0304",
    "˘": "\u0306", "˙": "\u0307", "¨": "\u0308", "˚": "\u030a", "˝": "\u030b", "ˇ": "\u030c", "¸": "\u0327",
    "˛": "\u0328",
}  # fmt: skip
#: Of Latin letters, of Arabic and Hebrew ones, and for all.
_MARKS: Final = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed`´ˆ^˜~¯˘˙¨˚˝ˇ¸˛]"
)
#: How many characters away the letter of a mark may stand; a blank and other marks may be between.
_NEAR: Final = 8
#: How many characters away from a mark a blank may be that comes of it.
_BESIDE: Final = 3
#: Letters on either side of a mark that may be its own.
_LETTERS: Final = 2

Edges = tuple[float, float] | None


def has_marks(text: str) -> bool:
    """Say whether any character may be a mark of a letter."""
    return _MARKS.search(text) is not None


def attached(chars: Sequence[str], edges: Sequence[Edges], room: float) -> tuple[list[str], list[Edges]]:
    """Return characters with each mark behind its letter, as one, and without the blanks that marks made.

    ``edges`` are where they begin and end, None for blanks that have no place; ``room`` is what a blank
    needs.
    """
    owners = {at: owner for at, char in enumerate(chars) if (owner := _owner(chars, edges, at)) is not None}
    if not owners:
        return list(chars), list(edges)
    signs: list[str] = []
    places: list[Edges] = []
    where: dict[int, int] = {}
    for at, char in enumerate(chars):
        if at in owners or (char.isspace() and _is_made(chars, edges, at, owners, room)):
            continue
        where[at] = len(signs)
        signs.append(char)
        places.append(edges[at])
    for at, owner in owners.items():
        signs[where[owner]] += _ACCENTS.get(chars[at], chars[at])
    for owner in set(owners.values()):
        signs[where[owner]] = unicodedata.normalize("NFC", _dotted(signs[where[owner]]))
    return signs, places


def _owner(chars: Sequence[str], edges: Sequence[Edges], at: int) -> int | None:
    """Return which letter a character is a mark of, None if it is not a mark."""
    char, edge = chars[at], edges[at]
    if edge is None or not _MARKS.match(char):
        return None
    centre = sum(edge) / 2
    found: list[tuple[float, int]] = []
    before = range(at - 1, max(at - _NEAR, 0) - 1, -1)
    for side in (before, range(at + 1, min(at + _NEAR, len(chars)))):
        letters = ((spot, place) for spot in side if (place := edges[spot]) and _is_letter(chars[spot]))
        for spot, (left, right) in islice(letters, _LETTERS):
            if left <= centre <= right and (char not in _ACCENTS or _fits(chars[spot], char)):
                found.append((abs(centre - (left + right) / 2), spot))
    return min(found)[1] if found else None


def _is_letter(char: str) -> bool:
    return char[0].isalpha() and not _MARKS.match(char)


def _fits(letter: str, accent: str) -> bool:
    """Say whether a letter with an accent is one letter: what only looks like an accent is not above one."""
    return len(unicodedata.normalize("NFC", _dotted(letter + _ACCENTS[accent]))) == 1


def _dotted(sign: str) -> str:
    """Return a sign with the plain letter where it has one that lost its dot to an accent."""
    return sign.replace("ı", "i", 1).replace("ȷ", "j", 1) if len(sign) > 1 else sign


def _is_made(
    chars: Sequence[str], edges: Sequence[Edges], at: int, owners: dict[int, int], room: float
) -> bool:
    """Say whether a blank near a mark stands between letters that touch."""
    if owners.keys().isdisjoint(range(at - _BESIDE, at + _BESIDE + 1)):
        return False
    sides: list[tuple[float, float]] = []
    for side in (range(at - 1, at - _NEAR, -1), range(at + 1, at + _NEAR)):
        signs = (spot for spot in side if spot not in owners and 0 <= spot < len(chars))
        spot = next((spot for spot in signs if not chars[spot].isspace()), at)
        if (edge := edges[spot]) is None or spot == at:
            return False
        sides.append(edge)
    (left, right), (left_, right_) = sides
    return max(left_ - right, left - right_) <= room

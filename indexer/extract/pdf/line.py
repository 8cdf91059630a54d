"""A line of print: its text, put right by where its letters stand.

PDFium gives letters in an order of its own, and blanks where it sees gaps: right for most lines, not for
letters that are set apart, for two directions in one line, for two letters that are one sign. Does not
depend on PDFium.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Final, NamedTuple

from coopsearch.indexer.extract.pdf.arabic import (
    has_arabic,
    is_arabic,
    is_mixed,
    is_reversed,
    mixed,
    unshaped,
)

#: A character, and where it begins and ends on its line; None for a blank.
Sign = tuple[str, tuple[float, float] | None]

#: Hyphens that show at a line's end only.
_SOFT: Final = re.compile("\u00ad(?!\\s*$)")
_SPACES: Final = re.compile(r"\s+")
#: Letters set apart: four capitals or more, each alone.
_SPACED: Final = re.compile(r"(?<!\S)[^\W\d_](?: [^\W\d_]){3,}(?!\S)")
#: Words of a line, and the mean of their letters, where letters may be set apart in print.
_TOKENS: Final = 4
_SHORT: Final = 2.4
#: How far letters are set apart then, in heights, and how much farther words are.
_LEAST: Final = 0.04
_MOST: Final = 0.25
_WORDS: Final = 0.15
UNKNOWN: Final = "\ufffd"
#: Marks of lists as the fonts Symbol and Wingdings have them.
_BULLETS: Final = dict.fromkeys((0xF0A7, 0xF0A8, 0xF0B7, 0xF0D8, 0xF0E0, 0xF0FC, 0xF06E, 0xF076), "•")
#: Room for a space, in heights.
_ROOM: Final = 0.12


class Line(NamedTuple):
    """A line of print, or the part of one that stands in a column."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float = 0.0
    """Of most of its letters, with room above and below; 0 where nobody looked."""

    @property
    def height(self) -> float:
        """Stands for the font's size."""
        return self.size or self.top - self.bottom


def is_placed(text: str) -> bool:
    """Say whether it matters where the letters of a line stand."""
    if has_arabic(text):
        return True
    tokens = text.split()
    return len(tokens) >= _TOKENS and sum(map(len, tokens)) <= _SHORT * len(tokens)


def placed(signs: Sequence[Sign], size: float, *, made: bool, arabic: bool) -> str:
    """Return a line's text by its signs. ``made`` is whether no blank stands in the file.

    ``arabic`` is whether the page is.
    """
    chars, edges = [char for char, _ in signs], [edge for _, edge in signs]
    text = "".join(chars)
    if is_mixed(text):
        return mixed(by_place(chars, edges, size), arabic=arabic)
    restore(chars, edges)
    return closed(chars, edges, size) if made else "".join(chars)


def plain(text: str) -> str:
    """Return a line's text with plain letters, marks of lists, and white space as single blanks."""
    text = _SOFT.sub("", unshaped(text).translate(_BULLETS))
    return _SPACED.sub(_closed, _SPACES.sub(" ", text).strip())


def _closed(match: re.Match[str]) -> str:
    return match[0].replace(" ", "") if match[0].isupper() else match[0]


def restore(chars: list[str], edges: Sequence[tuple[float, float] | None]) -> None:
    """Put letters right that one sign stands for: PDFium turns some round with the line."""
    at = 0
    while at < len(chars):
        end = at + 1
        while end < len(chars) and edges[end] == edges[at] is not None:
            end += 1
        if end - at > 1 and is_reversed("".join(chars[at:end])):
            chars[at:end] = reversed(chars[at:end])
        at = end


def by_place(chars: Sequence[str], edges: Sequence[tuple[float, float] | None], size: float) -> str:
    """Return a line's characters as they stand from left to right, with spaces where there is room."""
    chars = list(chars)
    restore(chars, edges)
    signs = [
        (edge, "".join(char for char, _ in run))
        for edge, run in groupby(zip(chars, edges, strict=True), key=itemgetter(1))
        if edge is not None
    ]
    parts: list[str] = []
    before: float | None = None
    for (left, right), sign in sorted(signs, key=lambda one: one[0][0]):
        if before is not None and left - before > _ROOM * size:
            parts.append(" ")
        parts.append(sign[::-1] if is_arabic(sign) else sign)
        before = right if before is None else max(before, right)
    return "".join(parts)


def closed(chars: Sequence[str], edges: Sequence[tuple[float, float] | None], size: float) -> str:
    """Return a line's text without the spaces that letters set apart seem to have.

    ``edges`` are where characters begin and end, None for spaces. Words are then told by gaps that are much
    wider than those between most letters.
    """
    text = "".join(chars)
    tokens = text.split()
    if len(tokens) < _TOKENS or sum(map(len, tokens)) > _SHORT * len(tokens):
        return text
    gaps = [right[0] - left[1] for left, right in pairwise(edge for edge in edges if edge is not None)]
    usual = sorted(gaps)[len(gaps) // 2]
    if not _LEAST * size < usual < _MOST * size:
        return text
    parts: list[str] = []
    before: float | None = None
    for char, edge in zip(chars, edges, strict=True):
        if edge is None:
            parts.append(char.strip())
            continue
        if before is not None and edge[0] - before > usual + _WORDS * size:
            parts.append(" ")
        parts.append(char)
        before = edge[1]
    return "".join(parts)

"""The characters of a page into lines, or into what columns have of them, by where they stand.

What is read from the left comes in the order it stands, so a wide gap before the next word ends a run. In a
line with Arabic it does not: a word in Latin letters is told from its far end, and so is a whole phrase.
There the places of all words of the line say where its gaps are. Does not depend on PDFium.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from typing import Final, NamedTuple, Protocol

from coopsearch.indexer.extract.pdf.arabic import has_arabic, scripts
from coopsearch.indexer.extract.pdf.line import UNKNOWN, Line, Sign, is_placed, placed, plain
from coopsearch.search.analysis.note_marks import raised

#: A gap of this many heights within a line is one between columns or cells.
_GAP: Final = 1.6
#: What PDFium gives for a hyphen at a line's end, and for the end of one.
_HYPHENS: Final = "\x02\ufffe"
_ENDS: Final = "\r\n" + _HYPHENS
_PIECE: Final = re.compile(r"[\r\n\x02\ufffe]|[^\S\r\n]+|[^\s\x02\ufffe]+")

#: Figures that may be the mark of a note: behind a letter or a sign, behind a year, or before a word.
_FIGURES: Final = re.compile(
    r"(?:(?<=[^\s\d])|(?<=(?<!\d)(?:19|20)\d\d))[0-9]{1,3}(?:,[0-9]{1,3})*(?!\d)|(?<!\S)[0-9]{1,3}(?=[^\W\d_]{3})"
)
_LETTER: Final = re.compile("[^\\W\\d_]{3}[a-z]$")
_NUMBER: Final = re.compile("[0-9]{1,3}(?:,[0-9]{1,3})*")
#: What is raised stands higher by this share of the height of what stands beside it.
_RAISED: Final = 0.2
#: It is smaller than this share of it, and what stands on one line differs by less than that in its feet.
_SMALLER: Final = 0.95
_LEVEL: Final = 0.05
#: Places at which what stands without a blank is cut.
_CUTS: Final = 3

#: Left, bottom, right, top.
Box = tuple[float, float, float, float]


class Print(Protocol):
    """The characters of a page, and where each stands: asked for few of them, as each takes its time."""

    @property
    def text(self) -> str:
        """All of them."""
        ...

    def is_made(self, index: int) -> bool:
        """Say whether a character does not stand in the file: the library saw a gap."""
        ...

    def is_end(self, index: int) -> bool:
        """Say whether a line's end is one, and not a letter that its font gives so odd a number."""
        ...

    def box(self, index: int) -> Box | None:
        """Return where a character stands."""
        ...


class Word(NamedTuple):
    """What stands between blanks; one letter of it, or those of one script, where more is too wide."""

    text: str
    start: int
    """The number of its first character."""
    end: int
    box: Box | None
    first: Box | None
    """The place of its first character."""


#: Blanks are words without a place.
_BLANK: Final = " "


def runs(print_: Print) -> Iterator[Run]:
    """Yield what stands together: lines, or what columns have of them."""
    line: list[Word] = []
    arabic = False
    for piece in _PIECE.finditer(print_.text):
        start, end = piece.span()
        first = piece[0][0]
        if first in _HYPHENS or (first in _ENDS and print_.is_end(start)):
            # PDFium leaves the end of such a line out.
            if first in _HYPHENS:
                line.append(Word("-", start, end, None, None))
            yield from _parts(print_, line, arabic=arabic)
            line, arabic = [], False
        elif first.isspace() and first not in _ENDS:
            line.append(Word(_BLANK, start, end, None, None))
        else:
            beside = next((word.first for word in reversed(line[-2:]) if word.first is not None), None)
            text = UNKNOWN if first in _ENDS else _marked(print_, piece[0], start, beside)
            arabic = arabic or has_arabic(text)
            line.extend(_words(print_, text, start, end))
    yield from _parts(print_, line, arabic=arabic)


def _marked(print_: Print, text: str, start: int, before: Box | None) -> str:
    """Return as many characters of what stands between blanks, with raised figures as what they are.

    ``before`` is the place of what comes before it: in Arabic, a number comes by itself.
    """
    if _NUMBER.fullmatch(text):
        is_mark = _is_level(print_, start, start + len(text) - 1) and _is_raised(print_.box(start), before)
        return raised(text, "") if is_mark else text
    parts: list[str] = []
    at = 0
    for found in _FIGURES.finditer(text):
        first, end = found.span()
        beside = first - 1 if first else end
        # Of a line that is turned or slants, each character stands higher than the one before.
        further = max(beside - 1, 0) if first else min(end + 1, len(text) - 1)
        if (
            _is_raised(print_.box(start + first), print_.box(start + beside))
            and _is_level(print_, start + beside, start + further)
            and _is_level(print_, start + first, start + end - 1)
        ):
            parts += [text[at:first], raised(found[0], text[:first])]
            at = end
    return "".join((*parts, text[at:]))


def _is_raised(box: Box | None, beside: Box | None) -> bool:
    """Say whether a character is raised, smaller than the one beside it, and not above it."""
    if box is None or beside is None:
        return False
    height = beside[3] - beside[1]
    apart = max(box[0], beside[0]) > min(box[2], beside[2]) - (box[2] - box[0]) / 2
    return apart and 0 < box[3] - box[1] < _SMALLER * height and box[1] - beside[1] > _RAISED * height


def _is_level(print_: Print, one: int, other: int) -> bool:
    """Say whether two characters stand on one line."""
    if one == other:
        return True
    first, second = print_.box(one), print_.box(other)
    return (
        first is not None
        and second is not None
        and abs(first[1] - second[1]) < _LEVEL * (first[3] - first[1])
    )


def _words(print_: Print, text: str, start: int, end: int) -> Iterator[Word]:
    """Yield a word with its place; those of each script in it, for their ends lie elsewhere."""
    if has_arabic(text) and len(parts := scripts(text)) > 1:
        for part in parts:
            yield from _word(print_, part, start, start + len(part))
            start += len(part)
        return
    first, last = print_.box(start), print_.box(end - 1) if end - start > 1 else None
    if first is not None and last is not None and _is_above(first, last):
        for cut in _cuts(print_, start, end):
            yield from _word(print_, text[: cut - start], start, cut)
            yield Word(_BLANK, cut, cut, None, None)
            text, start, first = text[cut - start :], cut, print_.box(cut)
    yield from _placed_word(print_, text, start, end, first, last)


def _word(print_: Print, text: str, start: int, end: int) -> Iterator[Word]:
    """Yield a word with its place; its letters, if it is too wide."""
    last = print_.box(end - 1) if end - start > 1 else None
    yield from _placed_word(print_, text, start, end, print_.box(start), last)


def _placed_word(
    print_: Print, text: str, start: int, end: int, first: Box | None, last: Box | None
) -> Iterator[Word]:
    """Yield a word by the places of its first and its last character."""
    if end - start == 1:
        yield Word(text, start, end, first, first)
        return
    if first is not None and last is not None:
        if (
            _is_raised(last, first)
            and _LETTER.search(text)
            and _is_raised(last, print_.box(end - 2))
            and _is_level(print_, start, end - 2)
        ):
            text = text[:-1] + raised(text[-1], text[:-1])
        whole = _united(first, last)
        if whole[2] - whole[0] <= (end - start) * (whole[3] - whole[1]):
            yield Word(text, start, end, whole, first)
            return
    for at, char in enumerate(text, start):
        box = print_.box(at)
        yield Word(char, at, at + 1, box, box)


def _cuts(print_: Print, start: int, end: int) -> list[int]:
    """Return which characters stand far above or below the one before: what is printed over a text does.

    It comes without a blank. Where many do, each letter stands by itself, and none is told.
    """
    before = print_.box(start)
    found: list[int] = []
    for at in range(start + 1, end):
        box = print_.box(at)
        if box is not None and before is not None and _is_above(before, box):
            found.append(at)
        before = box or before
    return found if len(found) <= _CUTS else []


def _is_above(one: Box, other: Box) -> bool:
    """Say whether one of two characters stands above the other, with room between."""
    room = min(one[3] - one[1], other[3] - other[1]) / 2
    return max(one[1] - other[3], other[1] - one[3]) > room > 0


def _parts(print_: Print, line: Sequence[Word], *, arabic: bool) -> Iterator[Run]:
    """Yield what columns have of a line, in the order in which it comes; ``arabic``: it has some."""
    part = None
    if arabic:
        line = [_whole(print_, word) for word in line]
        part = _part(line)
    found = {0: Run(print_)}
    at = 0
    run = found[at]
    for word in line:
        if word.box is None:
            run.add(word)
            continue
        if part is not None:
            at = part(word.box)
            run = found.setdefault(at, Run(print_))
        elif run.is_apart(word.first):
            at += 1
            run = found[at] = Run(print_)
        run.add(word)
    yield from found.values()


def _whole(print_: Print, word: Word) -> Word:
    """Return a word of a line with Arabic as wide as it is: an address comes in parts, last one first."""
    if word.box is None or word.end - word.start == 1 or has_arabic(word.text):
        return word
    boxes = [box for at in range(word.start, word.end) if (box := print_.box(at))]
    return word._replace(box=reduce(_united, boxes))


def _part(line: Sequence[Word]) -> Callable[[Box], int]:
    """Return what tells in which part of a line a place is, by the wide gaps that no word stands in."""
    ends: list[float] = []
    edge = height = None
    for left, bottom, right, top in sorted(word.box for word in line if word.box is not None):
        if edge is not None and height is not None and left - edge > _GAP * max(height, top - bottom) > 0:
            ends.append(edge)
        if edge is None or right >= edge:
            edge, height = right, top - bottom
    return lambda box: bisect_left(ends, box[0])


class Run:
    """Words of one line that stand together, as they come."""

    def __init__(self, print_: Print) -> None:
        """Begin with none."""
        self.words: list[Word] = []
        self._print = print_
        self._heights: list[tuple[float, float]] = []
        """Bottom and top of each letter, by the first of its word: tails and marks of some reach out."""
        self._left = self._right = 0.0

    def add(self, word: Word) -> None:
        """Add a word, or a blank."""
        self.words.append(word)
        box, first = word.box, word.first
        if box is not None and first is not None:
            if self._heights:
                self._left, self._right = min(self._left, box[0]), max(self._right, box[2])
            else:
                self._left, self._right = box[0], box[2]
            self._heights += [(first[1], first[3])] * len(word.text)

    def is_apart(self, box: Box | None) -> bool:
        """Say whether what comes stands so far off that it is in another column."""
        if not self._heights or box is None:
            return False
        bottom, top = self._heights[-1]
        return max(box[0] - self._right, self._left - box[2]) > _GAP * (top - bottom) > 0

    def line(self, *, arabic: bool) -> Line | None:
        """Return the line, None if it holds nothing. ``arabic`` is whether its page is."""
        if not self._heights:
            return None
        bottom, top = sorted(self._heights)[len(self._heights) // 2]
        size = top - bottom
        text = "".join(word.text for word in self.words)
        if is_placed(text):
            blanks = [word for word in self.words if word.text == _BLANK]
            made = all(self._print.is_made(at) for word in blanks for at in range(word.start, word.end))
            text = placed([*self._signs()], size, made=made, arabic=arabic)
        text = plain(text)
        return Line(text, self._left, bottom, self._right, top) if text else None

    def _signs(self) -> Iterator[Sign]:
        for word in self.words:
            for at, char in enumerate(word.text, word.start):
                box = None if word.box is None else self._print.box(at)
                yield char, None if box is None else (box[0], box[2])


def _united(one: Box, other: Box) -> Box:
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )

"""Lines of a page into paragraphs in the order they are read.

Columns are found where white runs down between lines; repeated heads and feet are told by their place. Does
not depend on PDFium.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from coopsearch.indexer.extract.pdf.arabic import is_arabic
from coopsearch.indexer.extract.pdf.hyphens import Hyphens
from coopsearch.indexer.extract.pdf.line import Line
from coopsearch.indexer.extract.pdf.page import Page

#: Letters that lines of a column have on average; cells of tables have fewer.
_COLUMN: Final = 12
#: Share of the rows from the first to the last that both columns have; a box beside a table has less.
_SHARED: Final = 0.4
#: Looks at lines after which no more columns are searched for on a page: half a second or so.
_LOOKS: Final = 500_000
#: Columns within columns.
_DEEPEST: Final = 8
#: Lines of one paragraph differ by less in height.
_ALIKE: Final = 1.18
#: Share of a page's height in which heads and feet stand, each.
_MARGIN: Final = 0.15
#: Pages on which a head is one, and how far they may lie apart.
_LEAST: Final = 3
_NEAR: Final = 2
_NUMBER: Final = re.compile(
    r"\W*(?:(?:page|p\.|صفحة)\s*)?\d{1,4}(?:\s*(?:/|of|de|sur|من)\s*\d{1,4})?\W*", re.IGNORECASE
)
_DIGITS: Final = re.compile(r"\d+|\b[ivxlc]+\b")
_STOP: Final = re.compile(r"""[.!?…:؟۔]["'»”’)\]]{0,3}$""")
_ITEM: Final = re.compile(r"(?:[•▪‣●–—-]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")


class Paragraph(NamedTuple):
    """Lines that are read as one."""

    text: str
    height: float


def repeated(pages: Sequence[Page]) -> set[tuple[str, int]]:
    """Return the marks (see ``mark``) of heads, feet and page numbers; none in fewer than three pages.

    They stand on a third of the pages, or are the outermost line of three that lie close together: heads
    change with the chapter.
    """
    counts: Counter[tuple[str, int]] = Counter()
    runs: Counter[tuple[str, int]] = Counter()
    last: dict[tuple[str, int], int] = {}
    near: set[tuple[str, int]] = set()
    for number, page in enumerate(pages):
        counts.update({mark(line) for line in page.lines if in_margin(line, page.bottom, page.top)})
        for one in {mark(line) for line in outermost(page)}:
            runs[one] = runs[one] + 1 if number - last.get(one, -_NEAR - 1) <= _NEAR else 1
            last[one] = number
            if runs[one] >= _LEAST:
                near.add(one)
    least = max(_LEAST, len(pages) // 3)
    return near | {one for one, count in counts.items() if count >= least}


def outermost(page: Page) -> list[Line]:
    """Return the highest and the lowest line of a page, as far as they stand in its margins."""
    if len(page.lines) <= 1:
        return []  # It is what stands on the page.
    lines = {max(page.lines, key=lambda line: line.top), min(page.lines, key=lambda line: line.bottom)}
    return [line for line in lines if in_margin(line, page.bottom, page.top)]


def is_number(line: Line) -> bool:
    """Say whether a line is the number of a page, and nothing else."""
    return _NUMBER.fullmatch(line.text) is not None


def mark(line: Line) -> tuple[str, int]:
    """Return what is the same of a running head on every page: its text without numbers, its height."""
    return _DIGITS.sub("#", line.text.casefold()), round(line.bottom / 6)


def in_margin(line: Line, bottom: float, top: float) -> bool:
    """Say whether a line stands at the head or the foot of a page."""
    room = (top - bottom) * _MARGIN
    return line.bottom > top - room or line.top < bottom + room


def ordered(lines: Iterable[Line]) -> list[list[Line]]:
    """Return the lines of a page as columns in the order they are read; each from top to bottom."""
    return [_joined(column) for column in _Columns().of(list(lines), 0)]


def paragraphs(column: Sequence[Line], hyphens: Hyphens) -> list[Paragraph]:
    """Return the paragraphs of a column."""
    steps = [above.bottom - below.bottom for above, below in pairwise(column)]
    usual = median(steps) if steps else 0.0
    groups: list[list[Line]] = []
    for line in column:
        if groups and _continues(groups[-1], line, usual):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [joined(group, hyphens) for group in groups]


def flowed(columns: Iterable[Sequence[Line]], hyphens: Hyphens) -> list[Paragraph]:
    """Return the paragraphs of a page; one that ends within a word goes on in the next column."""
    found: list[Paragraph] = []
    for column in columns:
        for number, one in enumerate(paragraphs(column, hyphens)):
            if number == 0 and found and one.text[:1].islower() and found[-1].text.endswith(("-", "\u00ad")):
                text = hyphens.joined(found[-1].text, one.text)
                if text is not None:
                    found[-1] = Paragraph(text, found[-1].height)
                    continue
            found.append(one)
    return found


def joined(lines: Sequence[Line], hyphens: Hyphens) -> Paragraph:
    """Return lines, at least one, as the paragraph that they are."""
    text = lines[0].text
    for line in lines[1:]:
        text = hyphens.joined(text, line.text) or f"{text} {line.text}"
    return Paragraph(text, median(line.height for line in lines))


def _continues(group: list[Line], line: Line, usual: float) -> bool:
    last = group[-1]
    size = max(last.height, 0.1)
    step = last.bottom - line.bottom
    # A sentence goes on: lists above and below may be printed closer than it.
    flows = line.text[:1].islower() and not _STOP.search(last.text)
    most = max(min(usual, 2 * size) * 1.3, size * (1.6 if flows else 1.05))
    if step > most or not 1 / _ALIKE < line.height / size < _ALIKE:
        return False
    if _ITEM.match(line.text):
        return False
    rtl = is_arabic(line.text)
    indent = last.right - line.right if rtl else line.left - last.left
    return not (_STOP.search(last.text) and indent > size * 0.6)


class _Columns:
    """The search for the columns of one page. It is bounded: a large table asks for the cube of its rows."""

    def __init__(self) -> None:
        self._left = _LOOKS

    def of(self, lines: list[Line], depth: int) -> list[list[Line]]:
        rows = _rows(lines)
        if depth > _DEEPEST or all(len(row) == 1 for row in rows):
            return [lines] if lines else []
        found: list[list[Line]] = []
        plain: list[Line] = []
        at = 0
        while at < len(rows):
            if (band := self._band(rows, at)) is None:
                plain.extend(rows[at])
                at += 1
                continue
            end, sides = band
            if plain:
                found.append(plain)
                plain = []
            words = " ".join(line.text for row in rows[at:end] for line in row)
            # Whoever reads from the right begins with the column there.
            for side in reversed(sides) if is_arabic(words) else sides:
                found.extend(self.of(side, depth + 1))
            at = end
        return [*found, plain] if plain else found

    def _band(self, rows: list[list[Line]], at: int) -> tuple[int, tuple[list[Line], list[Line]]] | None:
        """Return where columns end that begin with a row, and their two sides; None if none begin."""
        # They begin with lines of text, and end with a row that both have.
        if len(rows[at]) == 1 or sum(len(line.text) for line in rows[at]) < _COLUMN * len(rows[at]):
            return None
        for end in range(len(rows), at, -1):
            if len(rows[end - 1]) == 1:
                continue
            band = [line for row in rows[at:end] for line in row]
            self._left -= len(band)
            if self._left < 0:
                return None
            if sides := _sides(band, rows[at:end]):
                return end, sides
        return None


def _rows(lines: list[Line]) -> list[list[Line]]:
    """Return groups of lines between which white runs across."""
    rows: list[list[Line]] = []
    floor = 0.0
    for line in sorted(lines, key=lambda line: -line.top):
        inset = line.height * 0.25
        if rows and line.top - inset > floor:
            rows[-1].append(line)
            floor = min(floor, line.bottom + inset)
        else:
            rows.append([line])
            floor = line.bottom + inset
    return rows


def _sides(lines: list[Line], rows: list[list[Line]]) -> tuple[list[Line], list[Line]] | None:
    """Return the lines left and right of the widest white that runs down, if they are columns."""
    best, cut = 0.0, 0.0
    across = sorted(lines, key=lambda line: line.left)
    edge = across[0].right
    for line in across[1:]:
        if line.left - edge > best:
            best, cut = line.left - edge, (line.left + edge) / 2
        edge = max(edge, line.right)
    if best < 0.5 * median(line.height for line in lines):
        return None
    left = [line for line in lines if line.right <= cut]
    right = [line for line in lines if line.right > cut]
    for side in (left, right):
        if len(side) <= 1 or sum(len(line.text) for line in side) < _COLUMN * len(side):
            return None
    shared = sum(1 for row in rows if len({line.right <= cut for line in row}) > 1)
    return (left, right) if shared >= _SHARED * len(rows) else None


def _joined(lines: list[Line]) -> list[Line]:
    """Return lines from top to bottom, with what stands side by side as one."""
    joined: list[Line] = []
    row: list[Line] = []
    for line in sorted(lines, key=lambda line: -(line.top + line.bottom)):
        apart = abs((line.top + line.bottom) - (row[0].top + row[0].bottom)) if row else 0.0
        # Of the taller one: the number of a note stands higher than its text.
        if row and apart > max(row[0].height, line.height) * 0.8:
            joined.append(_row(row))
            row = []
        row.append(line)
    if row:
        joined.append(_row(row))
    return joined


def _row(row: list[Line]) -> Line:
    if len(row) == 1:
        return row[0]
    text = " ".join(line.text for line in row)
    row = sorted(row, key=lambda line: line.left, reverse=is_arabic(text))
    return Line(
        " ".join(line.text for line in row),
        min(line.left for line in row),
        min(line.bottom for line in row),
        max(line.right for line in row),
        max(line.top for line in row),
        median(line.height for line in row),
    )

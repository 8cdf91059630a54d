"""Lines of a page into paragraphs in the order they are read.

Columns are found where white runs down between lines. Does not depend on PDFium.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from coopsearch.indexer.extract.pdf.arabic import is_arabic
from coopsearch.indexer.extract.pdf.hyphens import Hyphens
from coopsearch.indexer.extract.pdf.line import Line

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
#: A letter this much taller than the line beside it begins its first word; and letters that are words.
_INITIAL: Final = 1.8
_WORDS: Final = frozenset("AIYÀÔ")
_STOP: Final = re.compile(r"""[.!?…:؟۔]["'»”’)\]]{0,3}$""")
_ITEM: Final = re.compile(r"(?:[•▪‣●–—-]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")


class Paragraph(NamedTuple):
    """Lines that are read as one."""

    text: str
    height: float


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
    parts = [lines[0].text]
    for line in lines[1:]:
        if whole := hyphens.joined(parts[-1], line.text):
            parts[-1] = whole
        else:
            parts.append(line.text)
    return Paragraph(" ".join(parts), median(line.height for line in lines))


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
    if _is_initial(row[0], row[1]):
        first = row[1]._replace(text=row[0].text + row[1].text)
        return _row([first, *row[2:]])
    return Line(
        " ".join(line.text for line in row),
        min(line.left for line in row),
        min(line.bottom for line in row),
        max(line.right for line in row),
        max(line.top for line in row),
        median(line.height for line in row),
    )


def _is_initial(letter: Line, line: Line) -> bool:
    """Say whether a line begins with a large letter beside it, as chapters do.

    Where that letter may be a word, it is left alone.
    """
    return (
        len(letter.text) == 1
        and letter.text.isupper()
        and letter.text not in _WORDS
        and letter.height > _INITIAL * line.height
        and 0 <= line.left - letter.right + line.height / 2 < line.height * 1.5
        and (line.text[0].isalpha() or line.text[0] in "'’")
    )

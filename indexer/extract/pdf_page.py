"""A page of a PDF into lines with their places, as PDFium sees them. The one file that knows PDFium.

Boxes are in points, turned so that the page stands upright, y upwards. Knows nothing of reading order,
paragraphs or documents.
"""

from __future__ import annotations

import ctypes
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any, Final, NamedTuple

from coopsearch.indexer.extract.base import DPI, MOST_DOTS, Picture
from coopsearch.indexer.extract.pdf_arabic import is_arabic, is_mixed, is_reversed, mixed, unshaped
from coopsearch.indexer.extract.refusals import encrypted
from coopsearch.search.errors import ExtractionError

#: A gap of this many heights within a line is one between columns or cells.
_GAP: Final = 1.6
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
#: What PDFium gives for a hyphen at a line's end.
_HYPHENS: Final = {0x02, 0xFFFE}
_HALVES: Final = range(0xD800, 0xE000)
#: Comments and fields of a page that are read, and bytes that one may have; two end it.
_NOTES: Final = 2_000
_NOTE: Final = 1_000_000
_HALF: Final = 2
#: Points an inch.
POINTS: Final = 72
#: A page with fewer characters may be a scan with a stamp.
_FEW: Final = 100
#: Objects of a page that are looked at.
_OBJECTS: Final = 2_000
_PASSWORD: Final = 4
_SECURITY: Final = 5


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


class Page(NamedTuple):
    """What stands on a page."""

    bottom: float = 0.0
    top: float = 0.0
    """Of its text."""
    lines: Sequence[Line] = ()
    """In the order of the file."""
    covered: float = 0.0
    """Share of the page that pictures cover, where it has little text; 0 where nobody looked."""
    drawn: bool = False
    """Whether there is anything on it."""
    notes: Sequence[str] = ()
    """Comments on it, and what its form was filled with."""
    read: Sequence[Sequence[Line]] | None = None
    """Where its text was recognised from a picture: its paragraphs, in the order they are read."""

    @property
    def text(self) -> str:
        """All of it, line by line."""
        return "\n".join(line.text for line in self.lines)


@contextmanager
def opened(data: bytes) -> Iterator[Any]:
    """Open a PDF with an empty password and close it. Raises ExtractionError."""
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        # PDFium keeps the reason of its last failure.
        if raw.FPDF_GetLastError() in {_PASSWORD, _SECURITY}:
            raise encrypted() from None
        raise ExtractionError("damaged: PDFium finds no document in it") from None
    try:
        yield document
    finally:
        document.close()


def information(document: Any) -> dict[str, str]:
    """Return what the PDF says of itself: Title, Author, CreationDate, ModDate."""
    return {
        name: _utf8(str(document.get_metadata_value(name)))
        for name in ("Title", "Author", "CreationDate", "ModDate")
    }


def _utf8(value: str) -> str:
    """Undo what comes of UTF-8 where the format wants another encoding."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def page_of(document: Any, number: int) -> Page:
    """Return a page (from 0). One that cannot be loaded has nothing on it."""
    import pypdfium2

    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return Page()
    try:
        words = page.get_textpage()
    except pypdfium2.PdfiumError:
        page.close()
        return Page()
    try:
        runs = list(_runs(words, _direction(words)))
        arabic = is_arabic("".join(char for run in runs for char in run.chars))
        lines = [line for run in runs if (line := run.line(arabic=arabic))]
        few = sum(len(line.text) for line in lines) < _FEW
        covered, drawn = _pictured(page) if few else (0.0, True)
        # Print may fill a part of the page alone, whatever that says of its size.
        bottom = min((line.bottom for line in lines), default=0.0)
        top = max((line.top for line in lines), default=0.0)
        return Page(bottom, top, lines, covered, drawn, list(_notes(page)))
    finally:
        words.close()
        page.close()


def picture_of(document: Any, number: int) -> Picture | None:
    """Return a page (from 0) as it looks, None if it is blank or cannot be drawn."""
    import pypdfium2

    try:
        page = document[number]
        try:
            width, height = page.get_size()
            scale = min(DPI / POINTS, math.sqrt(MOST_DOTS / max(width * height, 1.0)))
            bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
        finally:
            page.close()
    except (pypdfium2.PdfiumError, ValueError, OverflowError):
        return None
    rows = memoryview(bitmap.buffer).cast("B")
    wide, stride = bitmap.width, bitmap.stride
    grey = b"".join(rows[at : at + wide] for at in range(0, stride * bitmap.height, stride))
    return None if grey.count(grey[:1]) == len(grey) else Picture(wide, bitmap.height, grey)


def _notes(page: Any) -> Iterator[str]:
    from pypdfium2 import raw

    # What a pop-up shows is its parent's; of a file that hangs on, it is the name.
    keys = dict.fromkeys((raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP, raw.FPDF_ANNOT_FILEATTACHMENT), b"")
    keys[raw.FPDF_ANNOT_WIDGET] = b"V"
    for number in range(min(raw.FPDFPage_GetAnnotCount(page), _NOTES)):
        note = raw.FPDFPage_GetAnnot(page, number)
        if not note:
            continue
        if key := keys.get(raw.FPDFAnnot_GetSubtype(note), b"Contents"):
            size = raw.FPDFAnnot_GetStringValue(note, key, None, 0)
            if _HALF < size < _NOTE:
                held = ctypes.create_string_buffer(size)
                raw.FPDFAnnot_GetStringValue(
                    note, key, ctypes.cast(held, ctypes.POINTER(ctypes.c_ushort)), size
                )
                text = held.raw[:-2].decode("utf-16-le", "replace")
                if text := _SPACES.sub(" ", unshaped(text)).strip():
                    yield text
        raw.FPDFPage_CloseAnnot(note)


def _pictured(page: Any) -> tuple[float, bool]:
    """Return the share of a page that pictures cover, and whether anything is drawn on it."""
    from pypdfium2 import raw

    left, bottom, right, top = page.get_mediabox()
    area = abs((right - left) * (top - bottom)) or 1.0
    covered = 0.0
    drawn = False
    for number, item in enumerate(page.get_objects(max_depth=3)):
        drawn = drawn or item.type != raw.FPDF_PAGEOBJ_TEXT
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            # Within a form the place is the form's, not the page's; its size is near enough.
            x, y, across, up = item.get_bounds()
            covered += abs((across - x) * (up - y))
        if number > _OBJECTS:
            break
    return min(1.0, covered / area), drawn


def _direction(words: Any) -> int:
    """Return the degrees by which most letters are turned; what the page says of itself shows it sideways."""
    from pypdfium2 import raw

    count = words.count_chars()
    turns = Counter(
        round(-math.degrees(angle) / 90) % 4 * 90
        for index in range(0, count, max(1, count // 200))
        if (angle := raw.FPDFText_GetCharAngle(words, index)) >= 0
    )
    return turns.most_common(1)[0][0] if turns else 0


def _runs(words: Any, turn: int) -> Iterator[_Run]:
    from pypdfium2 import raw

    rect = raw.FS_RECTF()
    where = ctypes.byref(rect)
    line = _Run()
    for index in range(words.count_chars()):
        code = raw.FPDFText_GetUnicode(words, index)
        made = raw.FPDFText_IsGenerated(words, index) == 1
        if code in {10, 13} and (made or not raw.FPDFText_HasUnicodeMapError(words, index)):
            yield line
            line = _Run()
            continue
        if code in _HYPHENS:
            # PDFium leaves the end of such a line out.
            line.add("-")
            yield line
            line = _Run()
            continue
        # Half of a pair is no character; the other half neither.
        char = chr(code) if code not in _HALVES and code <= sys.maxunicode else UNKNOWN
        if char.isspace() or made:
            line.add(" " if char.isspace() else char)
            line.blanks = line.blanks or not made
        elif not raw.FPDFText_GetLooseCharBox(words, index, where):
            line.add(char)
        else:
            box = _turn((rect.left, rect.bottom, rect.right, rect.top), turn)
            if line.is_apart(box):
                yield line
                line = _Run()
            line.add(char, box)
    yield line


class _Run:
    """Characters of one line, as they come."""

    def __init__(self) -> None:
        self.chars: list[str] = []
        self.blanks = False
        """Whether blanks stand in the file; else PDFium saw them in the gaps."""
        self._edges: list[tuple[float, float] | None] = []
        self._heights: list[float] = []
        self._box: tuple[float, float, float, float] | None = None

    def add(self, char: str, box: tuple[float, float, float, float] | None = None) -> None:
        self.chars.append(char)
        if box is None:
            self._edges.append(None)
            return
        left, bottom, right, top = box
        self._edges.append((left, right))
        self._heights.append(top - bottom)
        held = self._box
        self._box = (
            (min(held[0], left), min(held[1], bottom), max(held[2], right), max(held[3], top))
            if held
            else box
        )

    def is_apart(self, box: tuple[float, float, float, float]) -> bool:
        """Say whether a character stands so far off that it is in another column."""
        held = self._box
        if held is None:
            return False
        return max(box[0] - held[2], held[0] - box[2]) > _GAP * (held[3] - held[1]) > 0

    def line(self, *, arabic: bool) -> Line | None:
        """Return the line, None if it holds nothing. ``arabic`` is whether its page is."""
        if self._box is None:
            return None
        size = sorted(self._heights)[len(self._heights) // 2]
        text = "".join(self.chars)
        if is_mixed(text):
            text = mixed(by_place(self.chars, self._edges, size), arabic=arabic)
        else:
            if not text.isascii():
                restore(self.chars, self._edges)
            text = "".join(self.chars) if self.blanks else closed(self.chars, self._edges, size)
        text = _SOFT.sub("", unshaped(text).translate(_BULLETS))
        text = _SPACES.sub(" ", text).strip()
        return Line(_SPACED.sub(_closed, text), *self._box, size) if text else None


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
            continue
        if before is not None and edge[0] - before > usual + _WORDS * size:
            parts.append(" ")
        parts.append(char)
        before = edge[1]
    return "".join(parts)


def _turn(box: tuple[float, float, float, float], turn: int) -> tuple[float, float, float, float]:
    left, bottom, right, top = box
    match turn % 360:
        case 90:
            return bottom, -right, top, -left
        case 180:
            return -right, -top, -left, -bottom
        case 270:
            return -top, left, -bottom, right
    return box

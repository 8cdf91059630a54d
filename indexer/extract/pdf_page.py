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
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from coopsearch.indexer.extract.pdf_arabic import unshaped
from coopsearch.indexer.extract.refusals import encrypted
from coopsearch.search.errors import ExtractionError

#: A gap of this many heights within a line is one between columns or cells.
_GAP: Final = 1.6
_SPACES: Final = re.compile(r"\s+")
#: Letters set apart: four capitals or more, each alone.
_SPACED: Final = re.compile(r"(?<!\S)[^\W\d_](?: [^\W\d_]){3,}(?!\S)")
#: What PDFium gives for a hyphen at a line's end.
_HYPHENS: Final = {0x02, 0xFFFE}
_HALVES: Final = range(0xD800, 0xE000)
_PASSWORD: Final = 4
_SECURITY: Final = 5


class Line(NamedTuple):
    """A line of print, or the part of one that stands in a column."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        """Of its tallest letters with room above and below: stands for the font's size."""
        return self.top - self.bottom


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
        name: str(document.get_metadata_value(name))
        for name in ("Title", "Author", "CreationDate", "ModDate")
    }


def page_lines(document: Any, number: int) -> tuple[float, float, list[Line]]:
    """Return the bottom, the top and the lines of a page (from 0), in the order of the file.

    A page that cannot be loaded has none.
    """
    import pypdfium2

    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return 0.0, 0.0, []
    try:
        words = page.get_textpage()
    except pypdfium2.PdfiumError:
        page.close()
        return 0.0, 0.0, []
    try:
        box = _turn(page.get_mediabox(), turn := _direction(words))
        return box[1], box[3], list(_lines(words, turn))
    finally:
        words.close()
        page.close()


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


def _lines(words: Any, turn: int) -> Iterator[Line]:
    from pypdfium2 import raw

    rect = raw.FS_RECTF()
    where = ctypes.byref(rect)
    chars: list[str] = []
    box: list[float] = []
    for index in range(words.count_chars()):
        code = raw.FPDFText_GetUnicode(words, index)
        if code in {10, 13}:
            yield from _line(chars, box)
            chars, box = [], []
            continue
        if code in _HYPHENS:
            # PDFium leaves the end of such a line out.
            yield from _line([*chars, "-"], box)
            chars, box = [], []
            continue
        # Half of a pair is no character; the other half neither.
        char = chr(code) if code not in _HALVES and code <= sys.maxunicode else "\ufffd"
        if char.isspace() or raw.FPDFText_IsGenerated(words, index) == 1:
            chars.append(" " if char.isspace() else char)
            continue
        if not raw.FPDFText_GetLooseCharBox(words, index, where):
            chars.append(char)
            continue
        left, bottom, right, top = _turn((rect.left, rect.bottom, rect.right, rect.top), turn)
        if box:
            height = box[3] - box[1]
            apart = max(left - box[2], box[0] - right)
            if apart > _GAP * height > 0:
                yield from _line(chars, box)
                chars, box = [], []
        chars.append(char)
        box = (
            [min(box[0], left), min(box[1], bottom), max(box[2], right), max(box[3], top)]
            if box
            else [left, bottom, right, top]
        )
    yield from _line(chars, box)


def _line(chars: list[str], box: list[float]) -> Iterator[Line]:
    text = _SPACES.sub(" ", unshaped("".join(chars))).strip()
    if box and text:
        yield Line(_SPACED.sub(_closed, text), *box)


def _closed(match: re.Match[str]) -> str:
    return match[0].replace(" ", "") if match[0].isupper() else match[0]


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

"""A page of a PDF into lines with their places, as PDFium sees them. No other file imports PDFium.

Boxes are in points, turned so that the page stands upright, y upwards. ``layout`` puts the lines in order
and makes paragraphs of them.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from coopsearch.indexer.extract.base import DPI, MOST_DOTS, Picture
from coopsearch.indexer.extract.pdf.arabic import is_arabic
from coopsearch.indexer.extract.pdf.line import Line, plain, whole
from coopsearch.indexer.extract.pdf.runs import Box, runs
from coopsearch.indexer.extract.reasons import encrypted
from coopsearch.search.errors import ExtractionError

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
    attached: bool = False
    """Whether files hang on it."""
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


def labels(document: Any) -> list[str]:
    """Return what is printed on each page to number it, as the PDF says; "" where it says nothing."""
    import pypdfium2

    found = []
    for number in range(len(document)):
        try:
            found.append(str(document.get_page_label(number)))
        except (pypdfium2.PdfiumError, UnicodeError):
            found.append("")
    return found


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
        print_ = _Print(words, _direction(words))
        arabic = is_arabic(print_.text)
        lines = [line for run in runs(print_) if (line := run.line(arabic=arabic))]
        few = sum(len(line.text) for line in lines) < _FEW
        covered, drawn = _pictured(page) if few else (0.0, True)
        # Print may fill a part of the page alone, whatever that says of its size.
        bottom = min((line.bottom for line in lines), default=0.0)
        top = max((line.top for line in lines), default=0.0)
        notes, attached = _notes(page)
        return Page(bottom, top, lines, covered, drawn, notes, attached)
    finally:
        words.close()
        page.close()


def attachments(document: Any, pages: Sequence[int]) -> Iterator[tuple[str, bytes]]:
    """Yield the names and bytes of the files that are attached to a document, and to some of its pages."""
    import pypdfium2
    from pypdfium2 import raw

    def held(attached: Any) -> Iterator[tuple[str, bytes]]:
        try:
            yield _plain_name(attached.get_name()), bytes(attached.get_data())
        except (pypdfium2.PdfiumError, UnicodeError):
            return  # Named and not there.

    for number in range(min(document.count_attachments(), _NOTES)):
        try:
            yield from held(document.get_attachment(number))
        except pypdfium2.PdfiumError:
            continue
    for number in pages:
        page = raw.FPDF_LoadPage(document, number)
        if not page:
            continue  # Also -1, the document.
        for at in range(min(raw.FPDFPage_GetAnnotCount(page), _NOTES)):
            note = raw.FPDFPage_GetAnnot(page, at)
            if note and raw.FPDFAnnot_GetSubtype(note) == raw.FPDF_ANNOT_FILEATTACHMENT:
                attached = raw.FPDFAnnot_GetFileAttachment(note)
                if attached:
                    yield from held(pypdfium2.PdfAttachment(attached, document))
            if note:
                raw.FPDFPage_CloseAnnot(note)
        raw.FPDF_ClosePage(page)


def _plain_name(name: str) -> str:
    return "".join(char for char in name if char.isprintable())


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


def _notes(page: Any) -> tuple[list[str], bool]:
    """Return the comments on a page, and whether files hang on it."""
    from pypdfium2 import raw

    found: list[str] = []
    attached = False

    # What a pop-up shows is its parent's; of a file that hangs on, it is the name.
    keys = dict.fromkeys((raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP, raw.FPDF_ANNOT_FILEATTACHMENT), b"")
    keys[raw.FPDF_ANNOT_WIDGET] = b"V"
    for number in range(min(raw.FPDFPage_GetAnnotCount(page), _NOTES)):
        note = raw.FPDFPage_GetAnnot(page, number)
        if not note:
            continue
        kind = raw.FPDFAnnot_GetSubtype(note)
        attached = attached or kind == raw.FPDF_ANNOT_FILEATTACHMENT
        if key := keys.get(kind, b"Contents"):
            size = raw.FPDFAnnot_GetStringValue(note, key, None, 0)
            if _HALF < size < _NOTE:
                held = ctypes.create_string_buffer(size)
                raw.FPDFAnnot_GetStringValue(
                    note, key, ctypes.cast(held, ctypes.POINTER(ctypes.c_ushort)), size
                )
                text = held.raw[:-2].decode("utf-16-le", "replace")
                if text := plain(text):
                    found.append(text)
        raw.FPDFPage_CloseAnnot(note)
    return found, attached


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


class _Print:
    """The characters of a page, and where each stands: asked for few of them, as each takes its time."""

    def __init__(self, words: Any, turn: int) -> None:
        from pypdfium2 import raw

        self._raw = raw
        self._words = words
        self._turn = turn
        self._rect = raw.FS_RECTF()
        self._where = ctypes.byref(self._rect)
        self.text = self._text()

    def _text(self) -> str:
        """Return a character for each that PDFium counts."""
        count = self._words.count_chars()
        if count <= 0:
            return ""
        held = (ctypes.c_ushort * (count + 1))()
        got = self._raw.FPDFText_GetText(self._words, 0, count, held) - 1
        # What comes at once leaves some out and has two for others: it counts only if none is.
        text = bytes(held).decode("utf-16-le", "replace")[:got]
        if got == count == len(text):
            return text
        get = self._raw.FPDFText_GetUnicode
        return whole(held[:count] if got == count else [get(self._words, index) for index in range(count)])

    def is_made(self, index: int) -> bool:
        """Say whether a character does not stand in the file: PDFium saw a gap."""
        return bool(self._raw.FPDFText_IsGenerated(self._words, index) == 1)

    def is_end(self, index: int) -> bool:
        """Say whether a line's end is one, and not a letter that its font gives so odd a number."""
        return self.is_made(index) or not self._raw.FPDFText_HasUnicodeMapError(self._words, index)

    def box(self, index: int) -> Box | None:
        """Return where a character stands."""
        if not self._raw.FPDFText_GetLooseCharBox(self._words, index, self._where):
            return None
        rect = self._rect
        left, bottom, right, top = rect.left, rect.bottom, rect.right, rect.top
        if not self._turn:
            return left, bottom, right, top
        return _turned((left, bottom, right, top), self._turn)


def _turned(box: Box, turn: int) -> Box:
    left, bottom, right, top = box
    match turn % 360:
        case 90:
            return bottom, -right, top, -left
        case 180:
            return -right, -top, -left, -bottom
        case 270:
            return -top, left, -bottom, right
    return box

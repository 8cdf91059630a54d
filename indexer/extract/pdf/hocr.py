"""What a program that recognises text says of a page (hOCR), as paragraphs of lines with their places.

The program's own paragraphs and their order are kept. What it was unsure of is left out: pictures are not
text, whatever can be read into them. Does not depend on Tesseract or PDFium.
"""

from __future__ import annotations

import html
import re
from typing import Final

from coopsearch.indexer.extract.pdf.line import Line

#: Words that the program is less sure of (of 100) are left out, and lines in which the mean is lower.
_WORD_SURE: Final = 20
_LINE_SURE: Final = 45
_PART: Final = re.compile(
    r"""<p[ ]class='ocr_par'|"""
    r"""<span[ ]class='(?:ocr_line|ocr_header|ocr_textfloat|ocr_caption)'[^>]*?title="(?P<line>[^"]*)"|"""
    r"""<span[ ]class='ocrx_word'[^>]*?title='(?P<word>[^']*)'[^>]*>(?P<text>.*?)</span>""",
    re.VERBOSE | re.DOTALL,
)
_BOX: Final = re.compile(r"bbox (\d+) (\d+) (\d+) (\d+)")
_SIZE: Final = re.compile(r"x_size ([\d.]+)")
_SURE: Final = re.compile(r"x_wconf (\d+)")
_TAG: Final = re.compile(r"<[^<>]*>")
#: Of direction: each line is told by its letters.
_MARKS: Final = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_ALNUM: Final = re.compile(r"\w")


def paragraphs_of(answer: bytes, height: float, scale: float) -> list[list[Line]]:
    """Return the paragraphs of a page. ``height`` is the picture's, in dots; ``scale`` is dots a point."""
    found: list[list[Line]] = []
    title = ""
    words: list[tuple[str, int]] = []

    def end() -> None:
        if line := _line(title, words, height, scale):
            found[-1].append(line)
        words.clear()

    for match in _PART.finditer(answer.decode("utf-8", "replace")):
        if match["text"] is not None:
            if text := _MARKS.sub("", html.unescape(_TAG.sub("", match["text"]))).strip():
                sure = _SURE.search(match["word"])
                words.append((text, int(sure[1]) if sure else 0))
            continue
        if found:
            end()
        if match["line"] is None or not found:
            found.append([])
        title = match["line"] or ""
    if found:
        end()
    return [lines for lines in found if lines]


def _line(title: str, words: list[tuple[str, int]], height: float, scale: float) -> Line | None:
    box = _BOX.search(title)
    kept = [one for one in words if one[1] >= _WORD_SURE]
    text = " ".join(word for word, _ in kept)
    if box is None or not _ALNUM.search(text) or sum(sure for _, sure in words) < _LINE_SURE * len(words):
        return None
    left, _, right, bottom = (float(one) for one in box.groups())
    size = _SIZE.search(title)
    # The size of its print, not the ink that it happens to have: a line may lack tall letters.
    tall = float(size[1]) if size else bottom - float(box[2])
    floor = (height - bottom) / scale
    return Line(text, left / scale, floor, right / scale, floor + tall / scale)

"""Pictures: what is written in them, as OCR reads it. One document for a file, its pages with their numbers.

They are handed to PDFium as pages of a PDF, and are scans from there on. Where OCR is not wanted nobody looks
into them. Knows which formats of pictures there are and nothing of their insides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from coopsearch.indexer.extract.base import Picture, Source
from coopsearch.indexer.extract.image import bmp as picture_bmp
from coopsearch.indexer.extract.image import gif as picture_gif
from coopsearch.indexer.extract.image import jpeg as picture_jpeg
from coopsearch.indexer.extract.image import png as picture_png
from coopsearch.indexer.extract.image import tiff as picture_tiff
from coopsearch.indexer.extract.image.as_pdf import LEAST, Sheet, pdf_of
from coopsearch.indexer.extract.pdf.reader import read
from coopsearch.indexer.extract.reasons import empty
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError, FileState
from coopsearch.search.model import Document

_KINDS: Final[tuple[tuple[bytes, str, Callable[[bytes], list[Sheet]]], ...]] = (
    (picture_png.MAGIC, "png", picture_png.sheets),
    (picture_jpeg.MAGIC, "jpeg", picture_jpeg.sheets),
    *((magic, "tiff", picture_tiff.sheets) for magic in picture_tiff.MAGICS),
    (picture_bmp.MAGIC, "bmp", picture_bmp.sheets),
    (picture_gif.MAGIC, "gif", picture_gif.sheets),
)


def extract(source: Source) -> Iterator[Document | Problem]:
    """Yield the document that a picture is. Raises ExtractionError if it shows no text, with the reason."""
    if source.recognise is None:
        source.open().close()  # One that is gone is told as that.
        raise ExtractionError("no text: a picture; --ocr reads what is written in it", FileState.NO_TEXT)
    data = source.read()
    if not data:
        raise empty()
    for magic, kind, sheets in _KINDS:
        if data.startswith(magic):
            yield from _pages(source, sheets(data), kind)
            return
    raise ExtractionError("damaged: no picture, whatever its name says")


def _pages(source: Source, sheets: list[Sheet], kind: str) -> Iterator[Document | Problem]:
    if all(min(sheet.width, sheet.height) < LEAST for sheet in sheets):
        raise ExtractionError("no text: too small a picture to show any", FileState.NO_TEXT)
    asked = _Asked(source.recognise)
    try:
        for item in read(replace(source, recognise=asked), pdf_of(sheets), kind):
            yield _unpaged(item) if len(sheets) == 1 and isinstance(item, Document) else item
    except ExtractionError as error:
        if error.state == FileState.NO_TEXT and not asked.pages:
            # PDFium does not say which.
            raise ExtractionError(
                "no text: the picture is of one colour, or cannot be unpacked", FileState.NO_TEXT
            ) from None
        raise
    if any(sheet.cut for sheet in sheets):
        raise ExtractionError("damaged: the picture is cut off; what is left of it is read")


class _Asked:
    """Who recognises text, and how often that was asked for."""

    def __init__(self, recognise: Callable[[Picture], bytes] | None) -> None:
        assert recognise is not None
        self._recognise = recognise
        self.pages = 0

    def __call__(self, picture: Picture) -> bytes:
        self.pages += 1
        return self._recognise(picture)


def _unpaged(document: Document) -> Document:
    """Return a document of one page, which needs no number."""
    return document._replace(passages=tuple(one._replace(page=None) for one in document.passages))

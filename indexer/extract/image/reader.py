"""Pictures: what is written in them, as OCR reads it. One document for a file, its pages with their numbers.

They are scans that need no PDF around them. Where OCR is not wanted, pictures are not opened. ``decode``
unpacks them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.image.decode import Pages, kind_of
from coopsearch.indexer.extract.pdf.page import Page
from coopsearch.indexer.extract.pdf.reader import document_of
from coopsearch.indexer.extract.pdf.scan import recognised
from coopsearch.indexer.extract.reasons import empty
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError, FileState
from coopsearch.search.model import Document

_CUT: Final = "damaged: the picture is cut off"


def extract(source: Source) -> Iterator[Document | Problem]:
    """Yield the document that a picture is. Raises ExtractionError if it shows no text, with the reason."""
    if source.recognise is None:
        source.open().close()  # One that is gone is told as that.
        raise ExtractionError("no text: a picture; --ocr reads what is written in it", FileState.NO_TEXT)
    data = source.read()
    if not data:
        raise empty()
    kind = kind_of(data)
    if not kind:
        raise ExtractionError("damaged: no picture, whatever its name says")
    pictures = Pages(data, kind)
    if pictures.small:
        raise ExtractionError("no text: too small a picture to show any", FileState.NO_TEXT)
    drawn = [Page(drawn=True) for _ in range(len(pictures))]
    found, gaps = recognised(pictures.draw, drawn, {}, source.recognise)
    pages = [found.get(number, page) for number, page in enumerate(drawn)]
    if any(page.text.strip() for page in pages):
        for item in document_of(source, pages, kind, {}, gaps):
            yield _unpaged(item) if len(pages) == 1 and isinstance(item, Document) else item
        if pictures.cut:
            raise ExtractionError(f"{_CUT}; what is left of it is read")
        return
    for gap in gaps:
        raise ExtractionError(gap.reason, gap.state)
    if pictures.cut:
        raise ExtractionError(f"{_CUT}; what is left of it shows no text")
    why = "OCR finds none" if pictures.shown else "the picture is of one colour"
    raise ExtractionError(f"no text: {why}", FileState.NO_TEXT)


def _unpaged(document: Document) -> Document:
    """Return a document of one page, which needs no number."""
    return document._replace(passages=tuple(one._replace(page=None) for one in document.passages))

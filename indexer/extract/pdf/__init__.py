"""PDF, and what scans of any format need: text from places on a page. The format is declared here.

Every run loads the declaration; the reader is imported when the first PDF is met.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.extract.base import Format, Item, Source


def _pdf(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.pdf.reader import extract

    return extract(source)


FORMATS: Final = (
    Format("pdf", 6, (".pdf",), _pdf, signature=rb"(?:\xef\xbb\xbf)?\s*%PDF-", risky=True, container=True),
)

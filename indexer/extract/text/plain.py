"""Plain text: paragraphs, with Markdown's headings where people have pasted some.

The document's text is the file's own, decoded, so that ranges and lines are those an editor shows.
"""

from __future__ import annotations

from collections.abc import Iterator

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.encoding import decode
from coopsearch.indexer.extract.passages import passages
from coopsearch.indexer.extract.titles import title_of
from coopsearch.search.model import Document


def extract(source: Source) -> Iterator[Document]:
    """Yield the one document that a text file is. Raises ExtractionError if it is not text or too large."""
    text = decode(source.read())
    found = tuple(passages(text))
    yield Document(
        path=source.address,
        file=source.address,
        title=title_of(text, found, source.address),
        text=text,
        passages=found,
        type="txt",
        date=source.date,
    )

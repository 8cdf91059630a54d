"""HTML: what a reader of the page would read, block by block.

Scripts, styles and what is hidden are not text. Navigation, footers and the like are left out where the
page marks them and enough is left. The document's text is made here: its passages, a blank line
between them. Entities are decoded, inline tags split no words.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.dates import iso_day
from coopsearch.indexer.extract.passages import Outline
from coopsearch.indexer.extract.split import pieces
from coopsearch.indexer.extract.text.html_blocks import Block, Reading
from coopsearch.indexer.extract.text.html_source import SourceLines, decode_html, flattened
from coopsearch.indexer.extract.titles import meant, named
from coopsearch.search.model import Document, Passage

_TITLE_LIMIT: Final = 500
#: Pages within each other.
_DEEPEST: Final = 3
#: Names under which pages give a date, the best first.
_DATES: Final = ("article:published_time", "datepublished", "dc.date.issued", "dcterms.issued", "dc.date",
                 "dcterms.date", "dc.date.created", "dcterms.created", "date", "pubdate", "publishdate",
                 "publish-date", "time")  # fmt: skip
#: Names under which they give what becomes a field.
_FIELDS: Final = {
    "author": "author",
    "article:author": "author",
    "dc.creator": "author",
    "dcterms.creator": "author",
    "description": "description",
    "og:description": "description",
    "dc.description": "description",
    "keywords": "keywords",
    "news_keywords": "keywords",
}


def extract(source: Source) -> Iterator[Document]:
    """Yield the one document that a page is. Raises ExtractionError if it is not text or too large."""
    reading = _read(source.read())
    text, found = _passages(_chosen(reading.blocks))
    first = next((text[one.start : one.end] for one in found if one.level), "")
    title = " ".join((meant(reading.title) or first).split())[:_TITLE_LIMIT]
    yield Document(
        path=source.address,
        file=source.address,
        title=title or named(source.address),
        text=text,
        passages=tuple(found),
        type="html",
        date=next((day for name in _DATES if (day := iso_day(reading.meta.get(name, "")))), "")
        or source.date,
        fields=_fields(reading.meta),
    )


def page_blocks(html: bytes) -> list[Block]:
    """Return the blocks of a page that is a part of a document. Raises ExtractionError if it is not text."""
    return _chosen(_read(html).blocks)


def _read(data: bytes) -> Reading:
    return _read_page(decode_html(data), 0)


def _read_page(html: str, depth: int) -> Reading:
    """Read a page; ``depth`` is in how many others it stands."""
    from selectolax.lexbor import LexborHTMLParser

    reading = Reading(
        SourceLines(html),
        lambda page: _read_page(page, depth + 1).blocks if depth < _DEEPEST else [],
    )
    root = LexborHTMLParser(flattened(html)).root
    if root is not None:
        reading.read(root)
    return reading


def _chosen(blocks: list[Block]) -> list[Block]:
    """Leave out what surrounds the text, if the page tells it apart and if that leaves most of the text."""
    total = _size(blocks)
    text = [block for block in blocks if not block.around]
    if _size(text) * 4 < total:
        return blocks
    main = [block for block in text if block.main]
    return main if _size(main) * 10 >= _size(text) * 7 else text


def _size(blocks: list[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _passages(blocks: list[Block]) -> tuple[str, list[Passage]]:
    parts: list[str] = []
    found: list[Passage] = []
    outline = Outline()
    at = 0
    for block in blocks:
        if block.level:
            above = outline.enter(block.level, " ".join(block.text.split()))
            found.append(Passage(at, at + len(block.text), block.line, None, above, block.level))
        else:
            path = outline.path
            for number, (start, end) in enumerate(pieces(block.text, 0, len(block.text))):
                # Only where a block begins is known; where in the source its later parts are is not.
                found.append(Passage(at + start, at + end, None if number else block.line, None, path))
        parts.append(block.text)
        at += len(block.text) + 2
    return "\n\n".join(parts), found


def _fields(meta: dict[str, str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, field in _FIELDS.items():
        value = " ".join(meta.get(name, "").split())
        if value:
            fields.setdefault(field, value)
    return fields

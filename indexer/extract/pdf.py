"""PDF: one document, its passages with their pages.

Text comes from the letters' places, so that columns are read one after the other; running heads, feet
and page numbers are left out. Larger print makes headings. Nothing is recognised from images.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.extract.about import UNKNOWN, likely_day, told
from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.passages import Outline
from coopsearch.indexer.extract.pdf_arabic import is_visual, turned
from coopsearch.indexer.extract.pdf_layout import Paragraph, in_margin, mark, ordered, paragraphs, repeated
from coopsearch.indexer.extract.pdf_page import Line, information, opened, page_lines
from coopsearch.indexer.extract.refusals import too_large
from coopsearch.indexer.extract.split import pieces
from coopsearch.indexer.extract.titles import TITLE_LIMIT, first_heading, first_line, named
from coopsearch.search.errors import NO_TEXT, ExtractionError
from coopsearch.search.model import Document, Passage

#: Pages that one PDF may have. A damaged one may claim millions.
PAGE_LIMIT: Final = 20_000
#: Print this much larger than most of the text is a heading.
_LARGER: Final = 1.18
_HEADING_LIMIT: Final = 200
_LETTER: Final = re.compile(r"[^\W\d_]")
_DAY: Final = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?")


def extract(source: Source) -> Iterator[Document]:
    """Yield the one document that a PDF is. Raises ExtractionError if it gives no text, with the reason."""
    with opened(source.read()) as document:
        count = len(document)
        if count > PAGE_LIMIT:
            raise too_large(f"{count:,} pages, over {PAGE_LIMIT:,}; split it")
        pages = []
        size = 0
        for number in range(count):
            pages.append(page := page_lines(document, number))
            size += sum(len(line.text) for line in page[2])
            if size > source.limit:
                raise too_large()
        about = information(document)
    _check(pages)
    repair = is_visual(line.text for page in pages for line in page[2])
    text, found = _passages(_pages(pages, repair=repair))
    fields = {"author": author} if (author := told(about["Author"])) else {}
    if repair:
        # Told, as what was turned back may be wrong here and there.
        fields["repaired"] = "arabic"
    title = told(about["Title"]) or first_heading(text, found) or first_line(text)
    yield Document(
        path=source.address,
        file=source.address,
        title=title[:TITLE_LIMIT] or named(source.address),
        text=text,
        passages=tuple(found),
        type="pdf",
        date=_day(about["CreationDate"]) or _day(about["ModDate"]) or source.date,
        fields=fields,
    )


def _check(pages: list[tuple[float, float, list[Line]]]) -> None:
    text = "".join(line.text for page in pages for line in page[2])
    if not text.strip():
        raise ExtractionError(
            "no text: it holds images alone, as a scan does; recognise its text and store it anew",
            NO_TEXT,
        )
    if len(UNKNOWN.findall(text)) * 4 > len(text):
        raise ExtractionError(
            "no text: its fonts do not say which letters they show; treat it as a scan", NO_TEXT
        )


def _pages(
    pages: list[tuple[float, float, list[Line]]], *, repair: bool
) -> Iterator[tuple[int, list[Paragraph]]]:
    """Yield page numbers from 1 and what is read on the page."""
    around = repeated(pages)
    for number, (bottom, top, lines) in enumerate(pages, 1):
        kept = [line for line in lines if mark(line) not in around or not in_margin(line, bottom, top)]
        if repair:
            kept = [line._replace(text=turned(line.text)) for line in kept]
        yield number, [one for column in ordered(kept) for one in paragraphs(column)]


def _passages(pages: Iterator[tuple[int, list[Paragraph]]]) -> tuple[str, list[Passage]]:
    read = [(number, one) for number, some in pages for one in some]
    levels = _levels([one for _, one in read])
    parts: list[str] = []
    found: list[Passage] = []
    outline = Outline()
    at = 0
    for number, one in read:
        text = UNKNOWN.sub("", one.text)
        level = levels.get(round(one.height), 0) if _is_short(text) else 0
        if level:
            found.append(Passage(at, at + len(text), None, number, outline.enter(level, text), level))
        else:
            path = outline.path
            found.extend(
                Passage(at + start, at + end, None, number, path) for start, end in pieces(text, 0, len(text))
            )
        parts.append(text)
        at += len(text) + 2
    return "\n\n".join(parts), found


def _is_short(text: str) -> bool:
    return len(text) <= _HEADING_LIMIT and _LETTER.search(text) is not None


def _levels(read: list[Paragraph]) -> dict[int, int]:
    """Return the level of each height of print that makes headings: 1 for the largest."""
    letters: Counter[int] = Counter()
    for one in read:
        letters[round(one.height)] += len(one.text)
    if not letters:
        return {}
    usual = letters.most_common(1)[0][0]
    large = sorted((height for height in letters if height > usual * _LARGER), reverse=True)
    return {height: min(level, 6) for level, height in enumerate(large, 1)}


def _day(value: str) -> str:
    match = _DAY.match(value)
    if match is None:
        return ""
    return likely_day("-".join(part for part in match.groups() if part))

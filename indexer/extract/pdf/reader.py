"""PDF: one document, its passages with their pages.

Text comes from the letters' places, so that columns are read one after the other; running heads, feet
and page numbers are left out. Larger print makes headings. Pages that show text but hold none are told, or
read by OCR.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from coopsearch.indexer.extract.base import Item, Member, Source
from coopsearch.indexer.extract.dates import document_day
from coopsearch.indexer.extract.metadata import UNKNOWN, About, likely_day, told, writer
from coopsearch.indexer.extract.office.embedded import with_embedded
from coopsearch.indexer.extract.passages import Outline, plain
from coopsearch.indexer.extract.pdf.arabic import is_visual, turned
from coopsearch.indexer.extract.pdf.heads import left_out
from coopsearch.indexer.extract.pdf.hyphens import Hyphens
from coopsearch.indexer.extract.pdf.layout import Paragraph, flowed, joined, ordered
from coopsearch.indexer.extract.pdf.line import Line
from coopsearch.indexer.extract.pdf.page import (
    Page,
    attachments,
    information,
    labels,
    opened,
    page_of,
    picture_of,
)
from coopsearch.indexer.extract.pdf.scan import Gap, Lack, recognised, spans, unread
from coopsearch.indexer.extract.pdf.scan import gaps as gaps_of
from coopsearch.indexer.extract.reasons import too_large
from coopsearch.indexer.extract.split import pieces
from coopsearch.indexer.extract.titles import TITLE_LIMIT, first_line, named
from coopsearch.indexer.problem import Problem
from coopsearch.search import page_labels
from coopsearch.search.errors import ExtractionError, FileState
from coopsearch.search.model import Document, Passage

#: Pages that one PDF may have. A damaged one may claim millions.
PAGE_LIMIT: Final = 20_000
#: Print this much larger than most of the text is a heading.
_LARGER: Final = 1.18
_HEADING_LIMIT: Final = 200
#: Letters that a title has.
_SHORTEST: Final = 4
_LETTER: Final = re.compile(r"[^\W\d_]")
_DAY: Final = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(?:(\d\d)(\d\d)(\d\d))?")


class _Blank(ExtractionError):
    """Nothing is drawn on any page."""

    def __init__(self) -> None:
        super().__init__("no text: nothing stands on its pages", FileState.NO_TEXT)


def extract(source: Source) -> Iterator[Item]:
    """Yield the document that a PDF is, what of its pages gives no text, and the files attached to it.

    Raises ExtractionError if none gives text, with the reason.
    """
    data = source.read()
    attached: list[int] = []
    items = _documents(source, data, attached)
    # Pages that show text and hold none lack it, whatever hangs on them; blank ones do not.
    return with_embedded(
        items, _attached(source, data, attached), lambda error: not isinstance(error, _Blank)
    )


def _attached(source: Source, data: bytes, pages: Sequence[int]) -> Iterator[Member]:
    if not pages:
        return
    with opened(data) as document:
        for number, (label, held) in enumerate(attachments(document, pages), 1):
            if source.budget is not None:
                source.budget.unpack(len(held))
            name = label.replace("\\", "/").rpartition("/")[2].strip()
            yield Member(name if name.strip(".") else f"part {number}", partial(io.BytesIO, held), len(held))


def _documents(source: Source, data: bytes, attached: list[int]) -> Iterator[Document | Problem]:
    """Yield the document that a PDF of these bytes is, and its pages that give no text.

    To ``attached`` are added the pages, from 0, with files that hang on them, -1 for those of the document.
    """
    with opened(data) as document:
        if len(document) > PAGE_LIMIT:
            raise too_large(f"{len(document):,} pages, over {PAGE_LIMIT:,}; split it")
        pages = _read(document, source.limit)
        attached += [-1] if document.count_attachments() else []
        attached += [number for number, page in enumerate(pages) if page.attached]
        lacking = unread(pages)
        if source.recognise is None:
            scanned: dict[int, Page] = {}
            gaps = gaps_of(lacking)
        else:
            scanned, gaps = recognised(partial(picture_of, document), pages, lacking, source.recognise)
        about = information(document) | {page_labels.FIELD: page_labels.kept(labels(document))}
    # What cannot be read is not text; a stamp on a scan is.
    kept = [
        scanned[number]._replace(notes=page.notes)
        if number in scanned
        else page._replace(lines=() if lacking.get(number) is Lack.GARBLED else page.lines)
        for number, page in enumerate(pages)
    ]
    if not any(page.notes or page.text.strip() for page in kept):
        drawn = any(page.drawn or page.text.strip() for page in pages)
        raise _without_text(gaps, drawn=drawn, recognised=source.recognise is not None)
    yield from document_of(source, kept, "pdf", about, gaps)


def _read(document: Any, limit: int) -> list[Page]:
    pages: list[Page] = []
    size = 0
    for number in range(len(document)):
        pages.append(page_of(document, number))
        size += sum(map(len, pages[-1].notes)) + len(pages[-1].text)
        if size > limit:
            raise too_large()
    return pages


def _without_text(gaps: Sequence[Gap], *, drawn: bool, recognised: bool) -> ExtractionError:
    if not drawn:
        return _Blank()
    if recognised:
        for gap in gaps:
            return ExtractionError(f"no text: {gap.reason}", gap.state)
        return ExtractionError("no text: OCR finds none", FileState.NO_TEXT)
    if any(gap.lack is Lack.GARBLED for gap in gaps):
        return ExtractionError(f"no text: {Lack.GARBLED.value}; --ocr reads it as a scan", FileState.NO_TEXT)
    return ExtractionError(
        "no text: it holds images alone, as a scan does; --ocr reads those", FileState.NO_TEXT
    )


def document_of(
    source: Source, pages: Sequence[Page], kind: str, about: Mapping[str, str], gaps: Sequence[Gap]
) -> Iterator[Document | Problem]:
    """Yield the document that pages make, then what is to be told of those that give no text.

    ``about`` is what the file says of itself, as ``information`` has it, with the labels of its pages. Raises
    ExtractionError for too much text.
    """
    if sum(len(page.text) for page in pages) > source.limit:
        raise too_large()
    yield _document(source, pages, kind, about)
    for gap in gaps:
        yield Problem(source.address, f"no text on {gap}", gap.state)


def _document(source: Source, pages: Sequence[Page], kind: str, about: Mapping[str, str]) -> Document:
    repair = is_visual(line.text for page in pages if page.read is None for line in page.lines)
    text, found = _passages(_pages(pages, repair=repair))
    created, modified = _day(about.get("CreationDate", "")), _day(about.get("ModDate", ""))
    fields = About("", writer(about.get("Author", "")), "", created, modified).fields
    if repair:
        # Told, as what was turned back may be wrong here and there.
        fields["repaired"] = "arabic"
    if numbers := [number for number, page in enumerate(pages, 1) if page.read]:
        # The same.
        fields["ocr"] = "all" if len(numbers) == len(pages) else spans(numbers)
    if printed := about.get(page_labels.FIELD, ""):
        fields[page_labels.FIELD] = printed
    return Document(
        path=source.address,
        file=source.address,
        title=_title(told(about.get("Title", "")), text, found) or named(source.address),
        text=text,
        passages=tuple(found),
        type=kind,
        date=document_day(created, modified) or source.date,
        fields=fields,
    )


def _title(told: str, text: str, found: Sequence[Passage]) -> str:
    """Return what the file says, if that can be a title; else the largest heading where headings begin."""
    if _is_title(told):
        return told
    headings = [one for one in found if one.level and _is_title(text[one.start : one.end])]
    if headings:
        page = headings[0].page
        first = min((one for one in headings if one.page == page), key=lambda one: one.level)
        return plain(text[first.start : first.end])[:TITLE_LIMIT]
    line = first_line(text)
    return line if _is_title(line) else told or line


def _is_title(text: str) -> bool:
    """Say whether a line is long enough to be one, and of words: no letters of a program, no number."""
    return len(_LETTER.findall(text)) >= _SHORTEST


def _pages(pages: Sequence[Page], *, repair: bool) -> Iterator[tuple[int, list[Paragraph]]]:
    """Yield page numbers from 1 and what is read on the page."""
    out = left_out(pages)
    hyphens = Hyphens(line.text for page in pages for line in page.lines)
    for number, page in enumerate(pages, 1):

        def is_kept(line: Line, out: frozenset[Line] = out[number - 1]) -> bool:
            return line not in out

        notes = [Paragraph(note, 0.0) for note in page.notes]
        if page.read is not None:
            parts = [joined(kept, hyphens) for part in page.read if (kept := list(filter(is_kept, part)))]
            yield number, parts + notes
            continue
        lines = list(filter(is_kept, page.lines))
        if repair:
            lines = [line._replace(text=turned(line.text)) for line in lines]
        yield number, flowed(ordered(lines), hyphens) + notes


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
        if one.height:
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
    *day, hours, minutes, seconds = match.groups()
    time = f"T{hours}:{minutes}:{seconds}" if hours else ""
    return likely_day("-".join(part for part in day if part) + time)

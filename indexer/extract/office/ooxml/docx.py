"""Word documents (docx): what a reader of the print would read, then notes, comments, headers and footers.

Deleted text is left out, inserted text is kept. Text boxes, and the alternative texts of pictures, stand
behind the paragraph that holds them.
WordprocessingML, ECMA-376 part 1, chapter 17; also as one XML file, as Word 2003 and 2007 write it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.document_builder import ROW, Flow, row
from coopsearch.indexer.extract.metadata import About
from coopsearch.indexer.extract.office.ooxml.charts import PICTURED, pictured
from coopsearch.indexer.extract.office.ooxml.chunks import Chunks, Read
from coopsearch.indexer.extract.office.ooxml.lifted import lifted, raised_styles
from coopsearch.indexer.extract.office.ooxml.parts import (
    choices,
    main_part,
    properties,
    properties_in,
    said_of,
    written,
)
from coopsearch.indexer.extract.office.package import Package
from coopsearch.indexer.extract.office.xml_reader import Element, attribute, find, words
from coopsearch.indexer.extract.reasons import is_of_whole
from coopsearch.indexer.extract.text.alternative import alternative_text
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

#: Deleted, moved away, or instructions to Word. Of text above other text (ruby) the text below is read.
_SKIPPED: Final = frozenset(
    "del moveFrom delText instrText delInstrText rPr pPr sdtPr tblPr trPr tcPr tblGrid rt sectPr "
    "fldData binData docPr cNvPr binaryData".split()
)
_SIGNS: Final = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_HEADING: Final = re.compile(r"(?:heading|titre|überschrift|título|titolo|kop|rubrik|عنوان|العنوان) ?([1-9])")
_TITLES: Final = frozenset(("title", "titre", "العنوان"))
_BODY_LEVEL: Final = 9
#: Holds the alternative text of a picture, until its paragraph is through.
_ALTERNATIVE: Final = "alternative"
#: A drawing says it at the most so often in a row.
_NEAR: Final = 8
_NOTES: Final = (("footnotes", "Footnotes"), ("endnotes", "Endnotes"), ("comments", "Comments"))
_EDGES: Final = ("header", "footer")


def extract(source: Source, package: Package, read: Read) -> Iterator[Document | Problem]:
    """Yield the one document, and what could not be read of it. Raises ExtractionError with the reason.

    ``read`` is for its chunks, which are of other formats.
    """
    main = main_part(package)
    chunks = Chunks(source, package, read)
    problems = chunks.problems
    flow = Flow(source.limit)
    related = package.relations(main)
    styles = next((one.target for one in related if one.kind == "styles"), "")
    levels: dict[str, int] = {}
    up: frozenset[str] = frozenset()
    try:
        if styles:
            declared = package.tree(styles)
            levels, up = _levels(declared), raised_styles(declared)
    except ExtractionError:
        pass  # It is read without headings.
    story = _Story(flow, levels)
    story.read(lifted(chunks.tree(main), up))
    pictured(package, package.related(main, *PICTURED), flow)
    for kind, name in _NOTES:
        for part in package.related(main, kind):
            flow.part(name)
            try:
                _notes(lifted(chunks.tree(part), up), story)
            except ExtractionError as error:
                if is_of_whole(error):
                    raise
                problems.append(Problem(source.address, f"its {kind} are left out: {error}"))
    flow.part("Header or footer")
    seen: set[str] = set()
    for part in package.related(main, *_EDGES):
        try:
            edge = story.text_of(lifted(chunks.tree(part), up))
        except ExtractionError as error:
            if is_of_whole(error):
                raise
            problems.append(Problem(source.address, f"a header or footer is left out: {error}"))
            continue
        if edge not in seen:
            seen.add(edge)
            flow.add(edge)
    flow.described |= chunks.described
    yield flow.document(source, "docx", properties(package))
    yield from flow.lacking(source)
    yield from problems


def extract_flat(source: Source, root: Element) -> Iterator[Document]:
    """Yield the document of one XML file. Raises ExtractionError if it has no text."""
    flow = Flow(source.limit)
    styles = next(root.iter("styles"), None)
    lifted(root, raised_styles(styles) if styles is not None else frozenset())
    story = _Story(flow, _levels(styles) if styles is not None else {})
    body = next(root.iter("body"), None)
    if body is None:
        raise ExtractionError("damaged: it has no body")
    story.read(body)
    for kind, name in _NOTES:
        for part in root.iter(kind):
            flow.part(name)
            _notes(part, story)
    about = next((one for one in root.iter() if one.tag in {"coreProperties", "DocumentProperties"}), None)
    yield flow.document(source, "docx", properties_in(about) if about is not None else About())


def _levels(styles: Element) -> dict[str, int]:
    """Return the level of each style that makes headings: 0 for a title, 1 to 9, by the style's id."""
    found = {attribute(style, "styleId"): style for style in styles.iter("style")}
    levels = {}
    for key in found:
        style, seen = found.get(key), 0
        while style is not None and seen <= len(found):
            level = _own_level(style)
            if level is not None:
                if level < _BODY_LEVEL:
                    levels[key] = level
                break
            style = found.get(attribute(style.find("basedOn"), "val"))
            seen += 1
    return levels


def _own_level(style: Element) -> int | None:
    """Return the level that a style itself gives, from 0 for a title; None if it gives none."""
    name = attribute(style.find("name"), "val").lower()
    if name in _TITLES:
        return 0
    if match := _HEADING.fullmatch(name):
        return int(match[1])
    outline = attribute(find(style, "pPr", "outlineLvl"), "val")
    return min(int(outline) + 1, _BODY_LEVEL) if outline.isdecimal() else None


def _notes(root: Element, story: _Story) -> None:
    for note in root:
        # Separators are notes to Word too.
        if attribute(note, "type") not in {"separator", "continuationSeparator", "continuationNotice"}:
            story.read(note)


class _Story:
    """Reads blocks into the flow."""

    def __init__(self, flow: Flow, levels: dict[str, int]) -> None:
        self._flow = flow
        self._levels = levels
        self._titled = 0
        """1 below a title: headings are a level deeper then."""
        self._kept = ""
        """A paragraph whose end was deleted: it goes on in the next."""

    def read(self, block: Element) -> None:
        """Add the paragraphs and tables in an element."""
        for child in choices(block):
            if child.tag == "p":
                self._paragraph(child)
            elif child.tag == "tbl":
                self._table(child)
            elif child.tag not in _SKIPPED:
                self.read(child)
        if self._kept:
            self._flow.add(self._kept)
            self._kept = ""

    def text_of(self, block: Element) -> str:
        """Return all paragraphs in an element as lines."""
        return "\n".join(filter(None, map(str.strip, _cell(block))))

    def _paragraph(self, paragraph: Element) -> None:
        boxes: list[Element] = []
        text = self._kept + _inline(paragraph, boxes)
        self._kept = ""
        own = paragraph.find("pPr")
        mark = find(own, "rPr")
        if mark is not None and (mark.find("del") is not None or mark.find("moveFrom") is not None):
            self._kept = text
        else:
            self._flow.add(text, self._level(own, text))
        for box in boxes:
            if box.tag == "tbl":
                self._table(box)
            else:
                self.read(box)

    def _level(self, own: Element | None, text: str) -> int:
        if own is None or not text.strip():
            return 0
        outline = attribute(own.find("outlineLvl"), "val")
        level = int(outline) + 1 if outline.isdecimal() else None
        if level is None:
            level = self._levels.get(attribute(own.find("pStyle"), "val"), _BODY_LEVEL + 1)
        if level == 0:
            self._titled = 1
            return 1
        return level + self._titled if level <= _BODY_LEVEL else 0

    def _table(self, table: Element) -> None:
        for line in _rows(table):
            cells = [cell for cell in choices(line) if cell.tag in {"tc", "sdt"}]
            text = row("\n".join(_cell(cell)) for cell in cells)
            if len(text) <= ROW:
                self._flow.add(text)
            else:
                for cell in cells:
                    self.read(cell)


def _rows(table: Element) -> Iterator[Element]:
    for child in choices(table):
        if child.tag == "tr":
            if find(child, "trPr", "del") is None:
                yield child
        elif child.tag not in _SKIPPED:
            yield from _rows(child)


def _cell(block: Element) -> Iterator[str]:
    """Yield the paragraphs in an element, tables within it a row at a time."""
    for child in choices(block):
        if child.tag == "p":
            boxes: list[Element] = []
            yield _inline(child, boxes)
            for box in boxes:
                yield from _cell(box)
        elif child.tag == "tbl":
            for line in _rows(child):
                yield row("\n".join(_cell(cell)) for cell in choices(line))
        elif child.tag not in _SKIPPED:
            yield from _cell(child)


def _inline(element: Element, boxes: list[Element]) -> str:
    """Return the text of a paragraph; what stands in it as blocks is put aside."""
    parts: list[str] = []
    _collect(element, parts, boxes)
    return "".join(parts)


def _collect(element: Element, parts: list[str], boxes: list[Element]) -> None:
    for child in choices(element):
        tag = child.tag
        if tag == "t":
            parts.append(child.text or "")
        elif tag in _SIGNS:
            parts.append(_SIGNS[tag])
        elif tag in {"txbxContent", "tbl"}:
            boxes.append(child)
        elif tag in {"docPr", "cNvPr"}:
            _put_aside(said_of(child), boxes)
        elif tag == "textpath":
            parts.append(f" {attribute(child, 'string')} ")
        elif tag == "sym":
            code = attribute(child, "char")
            # Signs of a font of signs have no letter.
            if len(code) == 4 and not code.startswith(("F", "f")) and code.isalnum():  # noqa: PLR2004
                parts.append(_letter(code))
        elif tag == "p":
            # Drawings hold paragraphs of their own.
            parts.append("\n")
            _collect(child, parts, boxes)
        elif tag not in _SKIPPED:
            # Shapes as they were drawn before 2010.
            _put_aside(alternative_text(child.get("alt", "")), boxes)
            _collect(child, parts, boxes)


def _put_aside(text: str, boxes: list[Element]) -> None:
    """Add the alternative text of a picture to what stands behind the paragraph, once."""
    if text and not any(box.tag == _ALTERNATIVE and words(box) == text for box in boxes[-_NEAR:]):
        box = Element(_ALTERNATIVE)
        box.append(written(text))
        boxes.append(box)


def _letter(code: str) -> str:
    try:
        return chr(int(code, 16))
    except ValueError:
        return ""

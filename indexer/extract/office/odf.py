"""OpenDocument: text (odt), slides (odp), sheets (ods) and drawings (odg), packed or as one XML file.

Notes and comments follow the text, headers and footers of the master pages stand once. What was deleted
is left out. OASIS OpenDocument 1.3, part 3; also what came before it, of StarOffice 6 and OpenOffice.org 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.document_builder import ROW, Flow, row
from coopsearch.indexer.extract.metadata import About, about
from coopsearch.indexer.extract.office.package import Package
from coopsearch.indexer.extract.office.reading_order import Box, around, in_order, is_right_to_left
from coopsearch.indexer.extract.office.xml_reader import Element, attribute, find, words
from coopsearch.indexer.extract.reasons import encrypted, is_of_whole
from coopsearch.indexer.extract.text.alternative import alternative_text
from coopsearch.indexer.problem import Problem
from coopsearch.search.analysis.note_marks import raised
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

#: What the body of each kind is called.
KINDS: Final = {"text": "odt", "presentation": "odp", "spreadsheet": "ods", "drawing": "odg"}
#: The class of documents of StarOffice whose body is of another kind.
_GLOBAL: Final = {"text-global": "text"}

_SKIPPED: Final = frozenset(
    "tracked-changes ruby-text forms scripts sequence-decls variable-decls user-field-decls binary-data "
    "event-listeners settings shapes-decls note-citation table-column index-title-template "
    "table-of-content-source dde-connection-decls content-validations named-expressions calculation-settings "
    "database-ranges data-pilot-tables font-face-decls automatic-styles styles header-decl footer-decl "
    "date-time-decl footnote-citation endnote-citation".split()
)
#: What a picture shows, in words.
_ALTERNATIVES: Final = frozenset(("title", "desc"))
_TEXTS: Final = frozenset(("p", "h", "span", "a"))
#: Read after the text, not where they stand.
_ASIDE: Final = {"note": "Notes", "footnote": "Notes", "endnote": "Notes", "annotation": "Comments"}
_NOTES: Final = frozenset(("note-body", "footnote-body", "endnote-body"))
_ROW_GROUPS: Final = frozenset("table-rows table-header-rows table-row-group".split())
_CELLS: Final = frozenset(("table-cell", "covered-table-cell"))
_EDGES: Final = frozenset("header header-left header-first footer footer-left footer-first".split())
_DEFAULT_SHEET: Final = re.compile(r"(?:sheet|feuil(?:le)?|tabelle|hoja|ورقة) ?\d+", re.IGNORECASE)
#: The content of an object in a package; deeper ones are of another document.
_OBJECT: Final = re.compile(r"[^/]+/content\.xml")
#: A length, and the centimetres that each unit has.
_LENGTH: Final = re.compile(r"(-?\d{1,9}(?:\.\d{1,9})?)(cm|mm|in|inch|pt)")
_UNITS: Final = {"cm": 1, "mm": 0.1, "in": 2.54, "inch": 2.54, "pt": 2.54 / 72}
#: How text stands that is raised.
_RAISED: Final = re.compile(r"\s*(?:super|[1-9]\d?%)")
#: Pieces before raised text in which the word is looked for that it stands at.
_NEAR: Final = 4
#: Spaces that one element may stand for.
_SPACES: Final = 200


def extract(source: Source, package: Package) -> Iterator[Document | Problem]:
    """Yield the document that a package is, and what it lacks. Raises ExtractionError if it gives no text."""
    _refuse_locked(package)
    content = package.tree("content.xml")
    said = _said(package.tree("meta.xml")) if "meta.xml" in package else About()
    styles = package.tree("styles.xml") if "styles.xml" in package else None
    yield from _document(source, content, styles, said, _charts(package))


def _charts(package: Package) -> Iterator[Element]:
    """Yield the charts of a document, which keep a table of what they show; not those that are damaged."""
    for name in sorted(package.names()):
        if not _OBJECT.fullmatch(name):
            continue
        try:
            chart = find(package.tree(name), "body", "chart")
        except ExtractionError as error:
            if is_of_whole(error):
                raise
            continue
        if chart is not None:
            yield chart


def extract_flat(source: Source, root: Element) -> Iterator[Document | Problem]:
    """Yield the document of one XML file. Raises ExtractionError if it gives no text."""
    yield from _document(source, root, root, _said(root))


def _refuse_locked(package: Package) -> None:
    if "META-INF/manifest.xml" in package:
        manifest = package.tree("META-INF/manifest.xml")
        if next(manifest.iter("encryption-data"), None) is not None:
            raise encrypted()


def _said(root: Element) -> About:
    meta = next(root.iter("meta"), None)
    said = {one.tag: words(one) for one in meta} if meta is not None else {}
    return about(
        said.get("title", ""),
        said.get("initial-creator") or said.get("creator", ""),
        created=said.get("creation-date", ""),
        modified=said.get("date", ""),
    )


def _document(
    source: Source,
    root: Element,
    styles: Element | None,
    said: About,
    charts: Iterable[Element] = (),
) -> Iterator[Document | Problem]:
    kind, content = _content(root)
    reading = _Reading(Flow(source.limit), _titles(root, styles), _raised(root, styles))
    if kind in {"odp", "odg"}:
        reading.slides(content)
    elif kind == "ods":
        reading.sheets(content)
    else:
        reading.blocks(content)
    for chart in charts:
        reading.blocks(chart)
    reading.rest(styles if kind == "odt" else None)
    described = (words(one) for tag in _ALTERNATIVES for one in content.iter(tag))
    reading.flow.described |= set(map(alternative_text, described))
    yield reading.flow.document(source, kind, said, table=kind == "ods")
    yield from reading.flow.lacking(source)


def _content(root: Element) -> tuple[str, Element]:
    """Return the kind of a document and the element that holds it. Raises ExtractionError for none."""
    body = find(root, "body")
    if body is None:
        raise ExtractionError("damaged: it has no body")
    for child in body:
        if child.tag in KINDS:
            return KINDS[child.tag], child
    # StarOffice says it above the body.
    told = attribute(root, "class")
    kind = KINDS.get(_GLOBAL.get(told, told))
    if kind is None:
        raise ExtractionError("damaged: it has no body")
    return kind, body


def kind_in(root: Element) -> str:
    """Return the kind of document that is in a package, "" for what is none, as charts and formulas are."""
    try:
        return _content(root)[0]
    except ExtractionError:
        return ""


def _titles(*roots: Element | None) -> frozenset[str]:
    """Return the styles of titles: the one of that name and those made from it."""
    titles = {"Title"}
    for root in roots:
        for style in root.iter("style") if root is not None else ():
            if attribute(style, "parent-style-name") == "Title":
                titles.add(attribute(style, "name"))
    return frozenset(titles)


def _raised(*roots: Element | None) -> frozenset[str]:
    """Return the styles of raised text."""
    return frozenset(
        attribute(style, "name")
        for root in roots
        for style in (root.iter("style") if root is not None else ())
        if any(_RAISED.match(attribute(one, "text-position")) for one in style)
    )


class _Reading:
    """Reads blocks into the flow; notes and comments are put aside until the text is through."""

    def __init__(self, flow: Flow, titles: frozenset[str], raised_styles: frozenset[str]) -> None:
        self.flow = flow
        self._titles = titles
        self._raised = raised_styles
        self._titled = 0
        self._aside: dict[str, list[Element]] = {}

    def blocks(self, element: Element) -> None:
        """Add the paragraphs, headings and tables in an element."""
        for child in element:
            tag = child.tag
            if tag in {"p", "h"}:
                boxes: list[Element] = []
                text = self._inline(child, boxes)
                self.flow.add(text, self._level(child, text))
                for box in boxes:
                    self.blocks(box)
            elif tag == "table":
                self._table(child)
            elif tag in _ASIDE:
                self._aside.setdefault(_ASIDE[tag], []).append(child)
            elif tag in _ALTERNATIVES:
                self.flow.add(alternative_text(words(child)))
            elif tag not in _SKIPPED:
                self.blocks(child)

    def slides(self, content: Element) -> None:
        """Add slides: their title as a heading, what stands on them, the speaker's notes."""
        for number, slide in enumerate(content.iter("page"), 1):
            self.flow.page = number
            self.flow.part()
            shapes: list[tuple[Box | None, Element]] = []
            notes = []
            for shape in slide:
                if attribute(shape, "class") == "title":
                    self.flow.add(" ".join(self._lines(shape)), 1)
                elif shape.tag == "notes":
                    notes.append(shape)
                elif shape.tag not in _SKIPPED:
                    shapes.append((_place(shape), shape))
            backwards = is_right_to_left("".join(words(shape) for _, shape in shapes))
            for shape in (*in_order(shapes, right_to_left=backwards), *notes):
                self.blocks(_around(shape))
        self.flow.page = None

    def sheets(self, content: Element) -> None:
        """Add sheets: their name as a heading unless a program gave it, then their rows."""
        for sheet in content.iter("table"):
            self.flow.part()
            name = attribute(sheet, "name")
            self.flow.add("" if _DEFAULT_SHEET.fullmatch(name) else name, 1)
            self._table(sheet)
            for child in sheet:
                if child.tag == "shapes":
                    self.blocks(child)

    def rest(self, styles: Element | None) -> None:
        """Add notes, comments, and the headers and footers of the master pages."""
        while self._aside:
            name, notes = next(iter(self._aside.items()))
            del self._aside[name]
            self.flow.part(name)
            for note in notes:
                body = next((child for child in note if child.tag in _NOTES), None)
                if body is None:
                    # A comment begins with who wrote it and when.
                    body = Element("body")
                    body.extend(child for child in note if child.tag in {"p", "list"})
                self.blocks(body)
        self.flow.part("Header or footer")
        seen = set()
        for edge in styles.iter() if styles is not None else ():
            if edge.tag in _EDGES:
                text = "\n".join(self._lines(edge))
                if text not in seen:
                    seen.add(text)
                    self.flow.add(text)

    def _level(self, element: Element, text: str) -> int:
        if not text.strip():
            return 0
        if element.tag == "h":
            given = attribute(element, "outline-level") or attribute(element, "level")
            return self._titled + (int(given) if given.isdecimal() and given != "0" else 1)
        if attribute(element, "style-name") in self._titles:
            self._titled = 1
            return 1
        return 0

    def _table(self, table: Element) -> None:
        for line in _rows(table):
            cells = [child for child in line if child.tag in _CELLS]
            text = row(self._cell(cell) for cell in cells)
            if len(text) <= ROW:
                self.flow.add(text)
            else:
                for cell in cells:
                    self.blocks(cell)

    def _cell(self, cell: Element) -> str:
        kind = attribute(cell, "value-type")
        if kind == "date":
            day, _, time = attribute(cell, "date-value").partition("T")
            return f"{day} {time[:5]}" if time.strip("0:.") else day
        return "\n".join(self._lines(cell))

    def _lines(self, element: Element) -> Iterator[str]:
        """Yield the paragraphs in an element."""
        for child in element:
            if child.tag in {"p", "h"}:
                boxes: list[Element] = []
                yield self._inline(child, boxes)
                for box in boxes:
                    yield from self._lines(box)
            elif child.tag in _ASIDE:
                self._aside.setdefault(_ASIDE[child.tag], []).append(child)
            elif child.tag in _ALTERNATIVES:
                yield alternative_text(words(child))
            elif child.tag == "table-row":
                yield row("\n".join(self._lines(cell)) for cell in child)
            elif child.tag not in _SKIPPED:
                yield from self._lines(child)

    def _inline(self, element: Element, boxes: list[Element]) -> str:
        parts: list[str] = []
        self._collect(element, parts, boxes)
        return "".join(parts)

    def _collect(self, element: Element, parts: list[str], boxes: list[Element]) -> None:
        parts.append(_folded(element.text))
        for child in element:
            tag = child.tag
            if tag == "s":
                count = attribute(child, "c")
                parts.append(" " * (min(int(count), _SPACES) if count.isdecimal() else 1))
            elif tag == "tab":
                parts.append("\t")
            elif tag == "line-break":
                parts.append("\n")
            elif tag in _ASIDE:
                self._aside.setdefault(_ASIDE[tag], []).append(child)
            elif tag in {"text-box", "table", "object"}:
                boxes.append(_around(child))
            elif tag in _ALTERNATIVES:
                if tag == "title" and element.tag in _TEXTS:
                    parts.append(words(child))  # A field that shows the title of the document.
                else:
                    boxes.append(_around(child))
            elif tag == "p":
                # Shapes hold paragraphs of their own.
                boxes.append(_around(child))
            elif tag not in _SKIPPED:
                start = len(parts)
                self._collect(child, parts, boxes)
                if attribute(child, "style-name") in self._raised:
                    before = "".join(parts[max(0, start - _NEAR) : start])
                    parts[start:] = [raised("".join(parts[start:]), before)]
            parts.append(_folded(child.tail))


def _place(shape: Element) -> Box | None:
    """Return where a shape stands, or those of a group; None if it does not say, or says nothing itself."""
    if shape.tag == "g":
        return around(map(_place, shape))
    if not words(shape).strip():
        return None
    sides = [_LENGTH.fullmatch(attribute(shape, name)) for name in ("x", "y", "width", "height")]
    if not sides[0] or not sides[1]:
        return None
    left, top, width, height = (float(one[1]) * _UNITS[one[2]] if one else 0.0 for one in sides)
    return Box(left, top, left + width, top + height)


def _folded(text: str | None) -> str:
    """Return text with white space as the format has it: lines of XML mean nothing, more spaces are <s>."""
    if not text:
        return ""
    return re.sub(r"[ \t\r\n]+", " ", text)


def _around(element: Element) -> Element:
    """Return an element whose only child is the given one."""
    holder = Element("body")
    holder.append(element)
    return holder


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == "table-row":
            yield child
        elif child.tag in _ROW_GROUPS:
            yield from _rows(child)

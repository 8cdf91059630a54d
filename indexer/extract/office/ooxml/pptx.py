"""PowerPoint presentations (pptx): slide by slide, each with its number as the page.

A slide's title is a heading; what else stands on it comes as people read it, by its place. Notes of the
speaker and comments follow the slide. What the master slides show besides comes once, at the end.
PresentationML, ECMA-376 part 1, chapter 19.
"""

from __future__ import annotations

from collections.abc import Iterator

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.office.ooxml.charts import PICTURED, pictured, shown_by
from coopsearch.indexer.extract.office.ooxml.lifted import lifted
from coopsearch.indexer.extract.office.ooxml.parts import frame, main_part, properties
from coopsearch.indexer.extract.office.ooxml.shapes import (
    COUNTERS,
    EDGE,
    TITLES,
    Places,
    alternative,
    role,
    shapes_of,
)
from coopsearch.indexer.extract.office.package import Package
from coopsearch.indexer.extract.office.xml_reader import find
from coopsearch.indexer.extract.reasons import is_of_whole
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document


def extract(source: Source, package: Package) -> Iterator[Document | Problem]:
    """Yield the one document, and slides that cannot be read. Raises ExtractionError with the reason."""
    main = main_part(package)
    slides = {one.id: one.target for one in package.relations(main) if one.kind == "slide"}
    flow = Flow(source.limit)
    problems = []
    places = Places(package)
    layouts: dict[str, None] = {}
    footers: dict[str, None] = {}
    for number, one in enumerate(package.tree(main).iter("sldId"), 1):
        part = slides.get(one.get("r:id", ""), "")
        flow.page = number
        flow.part()
        try:
            footers.update(dict.fromkeys(_slide(package, part, flow, places)))
            layouts.update(dict.fromkeys(package.related(part, "slideLayout")))
        except ExtractionError as error:
            if is_of_whole(error):
                raise
            problems.append(Problem(source.address, f"slide {number} is left out: {error}"))
    flow.page = None
    flow.part("Header or footer")
    for text in (*footers, *_master_text(package, layouts, source.limit)):
        flow.add(text)
    yield flow.document(source, "pptx", properties(package))
    yield from flow.lacking(source)
    yield from problems


def _slide(package: Package, part: str, flow: Flow, places: Places) -> list[str]:
    """Add a slide, its notes and its comments; return its footers."""
    shapes = places.ordered(part, find(lifted(package.tree(part)), "cSld", "spTree"))
    charts = {one.id: one.target for one in package.relations(part) if one.kind in PICTURED}
    footers = Flow(1 << 20)
    for shape in shapes:
        if role(shape) in TITLES:
            frame(shape, flow, 1)
    for shape in shapes:
        kind = role(shape)
        if kind == EDGE:
            frame(shape, footers)
        elif kind not in TITLES and kind not in COUNTERS:
            frame(shape, flow)
            pictured(package, [charts.pop(one) for one in shown_by(shape) if one in charts], flow)
            flow.describe(alternative(shape))
    pictured(package, charts.values(), flow)
    for notes in package.related(part, "notesSlide"):
        for shape in shapes_of(find(lifted(package.tree(notes)), "cSld", "spTree")):
            if role(shape) not in COUNTERS and role(shape) != EDGE:
                frame(shape, flow)
    for comments in package.related(part, "comments"):
        for comment in package.tree(comments).iter():
            if comment.tag == "text":
                flow.add(comment.text or "")
            elif comment.tag == "txBody":
                frame(comment, flow)
    return footers.texts()


def _master_text(package: Package, layouts: dict[str, None], limit: int) -> list[str]:
    """Return what layouts and masters show by themselves; what stands for the slide's own is not text."""
    found = Flow(limit)
    masters = {master: None for layout in layouts for master in package.related(layout, "slideMaster")}
    for part in (*masters, *layouts):
        try:
            root = package.tree(part)
        except ExtractionError:
            continue
        for shape in shapes_of(find(root, "cSld", "spTree")):
            if not role(shape):
                frame(shape, found)
    return list(dict.fromkeys(found.texts()))

"""What Word, PowerPoint and Excel packages have in common: properties, drawings and charts.

ECMA-376, parts 1 and 4. Transitional and strict files differ in namespaces, which are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.extract.document_builder import Flow, row
from coopsearch.indexer.extract.metadata import About, about
from coopsearch.indexer.extract.office.package import Package, inside
from coopsearch.indexer.extract.office.xml_reader import Element, find, words
from coopsearch.indexer.extract.reasons import is_of_whole
from coopsearch.search.errors import ExtractionError

_TYPES: Final = "[Content_Types].xml"
#: The three kinds, and the folder that each is usually in.
_KINDS: Final = {"wordprocessingml": "word", "presentationml": "ppt", "spreadsheetml": "xl"}
#: What a chart or a diagram is named by.
PICTURED: Final = ("chart", "chartEx", "diagramData")


def main_part(package: Package) -> str:
    """Return the part that holds the document. Raises ExtractionError if none does."""
    parts = package.related("", "officeDocument")
    if not parts:
        raise ExtractionError("damaged: the package does not say which of its parts is the document")
    return parts[0]


def kind_of(package: Package) -> str:
    """Return which of the three a package is, by the type of its main part, else by its folder; else ""."""
    main = main_part(package)
    told = ""
    if _TYPES in package:
        for one in package.tree(_TYPES).iter("Override"):
            if inside("", one.get("PartName", "")).lower() == main.lower():
                told = one.get("ContentType", "")
    folder = main.partition("/")[0].lower()
    return next(
        (kind for kind, usual in _KINDS.items() if kind in told or (not told and folder == usual)), ""
    )


def properties(package: Package) -> About:
    """Return what the package says of itself; nothing where that is damaged."""
    for part in package.related("", "core-properties", "metadata/core-properties"):
        try:
            root = package.tree(part)
        except ExtractionError:
            break
        said = {one.tag: words(one) for one in root}
        return about(
            said.get("title", ""), said.get("creator", ""), said.get("created", ""), said.get("modified", "")
        )
    return About()


def choices(element: Element) -> Iterator[Element]:
    """Yield the children of an element, of alternatives the first that there is."""
    for child in element:
        if child.tag != "AlternateContent":
            yield child
            continue
        choice = child.find("Choice")
        if choice is None or not len(choice):
            choice = child.find("Fallback")
        if choice is not None:
            yield from choices(choice)


def paragraph(element: Element) -> str:
    """Return the text of a paragraph of a drawing."""
    parts = []
    for run in choices(element):
        if run.tag in {"r", "fld"}:
            parts.append(words(run.find("t")))
        elif run.tag == "br":
            parts.append("\n")
        elif run.tag not in {"pPr", "endParaRPr"}:
            parts.extend(words(one) for one in run.iter("t"))
    return "".join(parts)


def frame(element: Element, flow: Flow, level: int = 0) -> None:
    """Add the paragraphs and tables of a shape, as they come."""
    for child in choices(element):
        if child.tag == "p":
            flow.add(paragraph(child), level)
        elif child.tag == "tbl":
            for line in child.iter("tr"):
                flow.add(row(" ".join(map(paragraph, cell.iter("p"))) for cell in line.iter("tc")))
        else:
            frame(child, flow, level)


def pictured(package: Package, part: str, flow: Flow) -> None:
    """Add what the charts and diagrams that a part names say; nothing of one that is damaged."""
    for target in package.related(part, *PICTURED):
        try:
            root = package.tree(target)
        except ExtractionError as error:
            if is_of_whole(error):
                raise
            continue
        for title in root.iter():
            if title.tag == "p":
                flow.add(paragraph(title))
            elif title.tag in {"strCache", "strLit"}:
                flow.add(row(words(find(point, "v")) for point in title.iter("pt")))

"""What Word, PowerPoint and Excel packages have in common: properties and drawings.

ECMA-376, parts 1 and 4. Transitional and strict files differ in namespaces, which are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.extract.document_builder import Flow, row
from coopsearch.indexer.extract.metadata import About, about
from coopsearch.indexer.extract.office.package import Package, inside
from coopsearch.indexer.extract.office.xml_reader import Element, attribute, words
from coopsearch.indexer.extract.text.alternative import alternative_text
from coopsearch.search.errors import ExtractionError

_TYPES: Final = "[Content_Types].xml"
#: What the type of a main part names one of the three kinds by, with macros or without, and its folder.
_KINDS: Final = (
    ("wordprocessingml", ("wordprocessingml", "ms-word"), "word"),
    ("presentationml", ("presentationml", "ms-powerpoint"), "ppt"),
    ("spreadsheetml", ("spreadsheetml", "ms-excel"), "xl"),
)


def main_part(package: Package) -> str:
    """Return the part that holds the document. Raises ExtractionError if none does."""
    parts = package.related("", "officeDocument")
    if not parts:
        raise ExtractionError("damaged: the package does not say which of its parts is the document")
    return parts[0]


def content_type(package: Package, part: str) -> str:
    """Return the type that a package says a part has, in small letters; "" if it does not say."""
    told = ""
    part = part.lower()
    for one in package.tree(_TYPES) if _TYPES in package else ():
        if one.tag == "Override" and inside("", one.get("PartName", "")).lower() == part:
            return one.get("ContentType", "").lower()
        if one.tag == "Default" and part.endswith(f".{one.get('Extension', '').lower()}"):
            told = one.get("ContentType", "").lower()
    return told


def kind_of(package: Package) -> str:
    """Return which of the three a package is, by the type of its main part, else by its folder; else ""."""
    main = main_part(package)
    told = content_type(package, main)
    folder = main.partition("/")[0].lower()
    by_type = (kind for kind, types, _ in _KINDS if any(one in told for one in types))
    by_folder = (kind for kind, _, usual in _KINDS if folder == usual)
    return next(by_type, "") or next(by_folder, "")


def properties(package: Package) -> About:
    """Return what the package says of itself; nothing where that is damaged."""
    for part in package.related("", "core-properties", "metadata/core-properties"):
        try:
            return properties_in(package.tree(part))
        except ExtractionError:
            break
    return About()


def properties_in(root: Element) -> About:
    """Return what a document says of itself in elements of today, or of Word 2003."""
    said: dict[str, str] = {}
    for one in root:
        said.setdefault(one.tag.lower(), words(one))
    return about(
        said.get("title", ""),
        said.get("creator") or said.get("author", ""),
        created=said.get("created", ""),
        modified=said.get("modified") or said.get("lastsaved", ""),
    )


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


def said_of(element: Element | None) -> str:
    """Return the alternative text of what an element names (docPr, cNvPr), "" if there is none."""
    return alternative_text(attribute(element, "title"), attribute(element, "descr"))


def written(text: str, level: int = 0) -> Element:
    """Return a paragraph of Word with a text, or a heading with its level."""
    block = Element("p")
    if level:
        own = Element("pPr")
        own.append(Element("outlineLvl", {"val": str(min(level, 9) - 1)}))
        block.append(own)
    run, inner = Element("r"), Element("t")
    inner.text = text
    run.append(inner)
    block.append(run)
    return block

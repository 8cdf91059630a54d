"""Books (epub): the pages of the spine in their order, each read as HTML.

EPUB 3.3 and 2.0.1; the package's metadata give title, author and date, and fields as those of pages. Fonts
may be disguised, but text that is locked is not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.metadata import about
from coopsearch.indexer.extract.office.package import Package, inside
from coopsearch.indexer.extract.office.xml_reader import Element, attribute, find, words
from coopsearch.indexer.extract.reasons import encrypted, is_of_whole
from coopsearch.indexer.extract.text.html import page_blocks
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

_CONTAINER: Final = "META-INF/container.xml"
_LOCKS: Final = "META-INF/encryption.xml"
#: What becomes a field under a name of its own.
_FIELDS: Final = {"description": "description", "subject": "keywords", "publisher": "publisher"}
#: Characters of a field.
_LONGEST: Final = 2_000


def extract(source: Source, package: Package) -> Iterator[Document | Problem]:
    """Yield the one document, and pages that cannot be read. Raises ExtractionError with the reason."""
    rootfile = next(package.tree(_CONTAINER).iter("rootfile"), None)
    main = inside("", attribute(rootfile, "full-path"))
    book = package.tree(main)
    pages = _pages(book, main)
    locked = _locked(package)
    if any(page.lower() in locked for page in pages):
        raise encrypted("its text is locked to one reader (DRM)")
    flow = Flow(source.limit)
    problems = []
    for page in pages:
        try:
            html = package.read(page)
            for block in page_blocks(html, pictures=True):
                flow.add(block.text, block.level)
        except ExtractionError as error:
            if is_of_whole(error):
                raise
            problems.append(Problem(source.address, f"its page {page[:100]} is left out: {error}"))
    said = _said(book)
    document = flow.document(
        source, "epub", about(said.get("title", ""), said.get("creator", ""), said.get("date", ""))
    )
    more = {field: said[name] for name, field in _FIELDS.items() if said.get(name)}
    yield document._replace(fields={**document.fields, **more})
    yield from problems


def _pages(book: Element, main: str) -> list[str]:
    """Return the parts that are the pages, in reading order; what is shown on demand comes last."""
    manifest = {
        attribute(item, "id"): item for item in book.iter("item") if "html" in attribute(item, "media-type")
    }
    spine = [one for one in book.iter("itemref") if attribute(one, "idref") in manifest]
    spine.sort(key=lambda one: attribute(one, "linear") == "no")
    items = [manifest[attribute(one, "idref")] for one in spine] or list(manifest.values())
    # What only lists the chapters says nothing that they do not.
    texts = [item for item in items if "nav" not in attribute(item, "properties").split()]
    return list(dict.fromkeys(inside(main, attribute(item, "href")) for item in texts or items))


def _locked(package: Package) -> frozenset[str]:
    """Return the parts that are encrypted, in small letters."""
    if _LOCKS not in package:
        return frozenset()
    places = package.tree(_LOCKS).iter("CipherReference")
    return frozenset(inside("", attribute(one, "URI")).lower() for one in places)


def _said(book: Element) -> dict[str, str]:
    """Return what a book says of itself, the first of each kind; of its subjects all."""
    said: dict[str, str] = {}
    metadata = find(book, "metadata")
    for one in metadata.iter() if metadata is not None else ():
        value = words(one).strip()
        if one.tag == "subject" and value:
            said[one.tag] = f"{said[one.tag]}, {value}" if one.tag in said else value
        else:
            said.setdefault(one.tag, value)
    return {name: value[:_LONGEST] for name, value in said.items()}

"""Documents of word processors, spreadsheets and slides: which kind one is, and who reads it.

The bytes decide, not the ending: people rename files, and programs store one kind under another's name.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from coopsearch.indexer.extract.base import Item, Source
from coopsearch.indexer.extract.office.embedded import (
    of_compound,
    of_objects,
    of_open_document,
    of_package,
    pictures_of,
    with_embedded,
)
from coopsearch.indexer.extract.office.ole import MAGIC, Compound
from coopsearch.indexer.extract.office.package import Package
from coopsearch.indexer.extract.reasons import empty, encrypted
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

_START: Final = 4096
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"PK00PK\x03\x04")
_HTML: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,400}?-->\s*)?<(?:!doctype\s+html|html|table|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<\?xml|\xff\xfe<\0\?\0x\0|<(?:w:wordDocument|office:document)\b"
)
#: Workbooks of Excel 2 to 4, which had no container.
_BARE_SHEETS: Final = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
#: Pages that are stored with their pictures, as a mail.
_MIME: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*mime-version:", re.IGNORECASE)
#: Documents that may be chunks of each other.
_DEEPEST: Final = 4
#: Kinds that are told and not read.
_UNREAD: Final = (
    (b"\xffWPC", "a WordPerfect document"),
    (b"\xdb\xa5", "a document of Word 2"),
    (b"\x31\xbe\x00\x00", "a document of Word for DOS or Write"),
    (b"PO^Q`", "a document of Word for DOS"),
    (b"\xfe\x37\x00\x23", "a document of Word for Macintosh"),
    (b"\x00\x00\x1a\x00", "a sheet of Lotus 1-2-3"),
)


def extract(source: Source, depth: int = 0) -> Iterator[Item]:
    """Yield the document that a file is, as the kind that its bytes say. Raises ExtractionError for none.

    It is a chunk of a document if it has a ``depth``.
    """
    with source.open() as stream:
        start = stream.read(_START)
        stream.seek(0)
        if start.startswith(_ZIP):
            yield from _packed(source, Package(source, stream), depth)
            return
    if not start:
        raise empty()
    if start.startswith(MAGIC):
        yield from _old(source)
    elif start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        from coopsearch.indexer.extract.pdf import reader as pdf

        yield from pdf.extract(source)
    elif start.lstrip(b"\xef\xbb\xbf \t\r\n\0").startswith(b"{\\rt"):
        from coopsearch.indexer.extract.office import rtf

        yield from rtf.extract(source)
    elif _HTML.match(start):
        from coopsearch.indexer.extract.text import html

        yield from html.extract(source)
    elif _XML.match(start):
        yield from _flat(source)
    else:
        yield from _other(source, start)


def _packed(source: Source, package: Package, depth: int) -> Iterator[Item]:
    if "[content_types].xml" in package or "_rels/.rels" in package:
        yield from with_embedded(
            _open_xml(source, package, depth),
            of_package(source, package),
            pictures=pictures_of(source, package),
        )
    elif "META-INF/container.xml" in package and "content.xml" not in package:
        from coopsearch.indexer.extract.office import epub

        yield from epub.extract(source, package)
    elif "content.xml" in package:
        from coopsearch.indexer.extract.office import odf

        yield from with_embedded(
            odf.extract(source, package),
            of_open_document(source, package),
            pictures=pictures_of(source, package),
        )
    elif any(name.endswith((".xml", ".rels")) for name in package.names()):
        raise ExtractionError("damaged: a package that does not say what it is")
    else:
        # An archive under the name of a document.
        from coopsearch.indexer.extract.archive import reader as archive

        yield from archive.extract(source)


def _open_xml(source: Source, package: Package, depth: int) -> Iterator[Document | Problem]:
    """Read a document of Office since 2007."""
    from coopsearch.indexer.extract.office.ooxml.parts import kind_of, main_part

    kind = kind_of(package)
    if kind == "wordprocessingml":
        from coopsearch.indexer.extract.office.ooxml import docx

        yield from docx.extract(source, package, partial(_chunk, source, depth + 1))
    elif kind == "presentationml":
        from coopsearch.indexer.extract.office.ooxml import pptx

        yield from pptx.extract(source, package)
    elif kind == "spreadsheetml":
        from coopsearch.indexer.extract.office.ooxml import xlsb, xlsx

        binary = main_part(package).lower().endswith(".bin")
        yield from (xlsb if binary else xlsx).extract(source, package)
    else:
        raise ExtractionError("no document: a package of a kind that is not read")


def _chunk(source: Source, depth: int, name: str, kind: str, data: bytes) -> Iterator[tuple[str, int]]:
    """Yield the paragraphs and headings of a chunk. Raises ExtractionError with the reason."""
    from coopsearch.indexer.extract.office.ooxml.chunks import blocks

    if depth > _DEEPEST:
        raise ExtractionError(f"over {_DEEPEST} documents are chunks of each other")
    if source.budget is not None:
        source.budget.unpack(len(data))
    inner = replace(source, path=Path(name), data=data, recognise=None)
    items: Iterator[Item]
    suffix = inner.path.suffix.lower()
    if _MIME.match(data) or kind == "message/rfc822" or suffix in {".mht", ".mhtml"}:
        from coopsearch.indexer.extract.mail import mhtml

        items = mhtml.extract(inner)
    elif "html" in kind or suffix in {".htm", ".html", ".xhtml"}:
        from coopsearch.indexer.extract.text import html

        items = html.extract(inner)
    else:
        items = extract(inner, depth)
    for item in items:
        if isinstance(item, Document):
            yield from blocks(item)


def _old(source: Source) -> Iterator[Item]:
    compound = Compound(source.read())
    if "encryptedpackage" in compound or "encryptioninfo" in compound:
        raise encrypted()
    if "worddocument" in compound:
        from coopsearch.indexer.extract.office import doc

        yield from with_embedded(doc.extract(source, compound), of_compound(source, compound))
    elif "powerpoint document" in compound:
        from coopsearch.indexer.extract.office import ppt

        yield from with_embedded(ppt.extract(source, compound), of_objects(source, ppt.objects(compound)))
    elif "workbook" in compound or "book" in compound:
        from coopsearch.indexer.extract.office import xls

        yield from with_embedded(xls.extract(source, compound), of_compound(source, compound))
    elif "__properties_version1.0" in compound:
        from coopsearch.indexer.extract.mail import msg

        yield from msg.extract(source)
    else:
        raise ExtractionError("no document: an OLE file of a kind that is not read")


def _flat(source: Source) -> Iterator[Document | Problem]:
    """Read a document that is one XML file."""
    from coopsearch.indexer.extract.office.xml_reader import tree

    root = tree(io.BytesIO(source.read()))
    if root.tag in {"wordDocument", "package"}:
        from coopsearch.indexer.extract.office.ooxml import docx

        yield from docx.extract_flat(source, root)
    elif root.tag == "document" and root.find("body") is not None:
        from coopsearch.indexer.extract.office import odf

        yield from odf.extract_flat(source, root)
    elif root.tag == "html":
        from coopsearch.indexer.extract.text import html

        yield from html.extract(source)
    else:
        raise ExtractionError(f"no document: XML of a kind that is not read ({root.tag[:60]})")


def _other(source: Source, start: bytes) -> Iterator[Document | Problem]:
    if start.startswith(_BARE_SHEETS):
        from coopsearch.indexer.extract.office import xls

        yield from xls.extract_bare(source)
        return
    for known, kind in _UNREAD:
        if start.startswith(known):
            raise ExtractionError(f"it is {kind}, which is not read; store it anew")
    if source.path.suffix.lower().startswith(".xl"):
        # Many programs give the name of a sheet to a table that is text.
        from coopsearch.indexer.extract.text import delimited as table

        yield from table.extract(source)
        return
    from coopsearch.indexer.extract.text import plain as text

    yield from text.extract(source)

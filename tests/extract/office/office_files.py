"""Small documents that the tests make themselves, and the reading of them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

from coopsearch.indexer.extract import Item, Source
from coopsearch.indexer.extract.by_signature import extract
from coopsearch.indexer.extract.office.ole import MAGIC
from coopsearch.search.model import Document

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = f'xmlns:w="{WORD}" xmlns:mc="urn:mc"'


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a zip package."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return stream.getvalue()


def relations(*given: tuple[str, str], mode: str = "Internal") -> str:
    """Return a part of relationships: (kind, target), rId1 the first."""
    rows = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/{kind}" Target="{target}" TargetMode="{mode}"/>'
        for n, (kind, target) in enumerate(given, 1)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<?xml version="1.0"?><Relationships xmlns="{space}">{rows}</Relationships>'


def core(title: str = "", author: str = "", created: str = "") -> str:
    """Return the properties of an Office package."""
    return (
        '<p:coreProperties xmlns:p="urn:p" xmlns:dc="urn:dc" xmlns:d="urn:d">'
        f"<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator><d:created>{created}</d:created>"
        "</p:coreProperties>"
    )


def docx(body: str, parts: Mapping[str, str | bytes] | None = None, *related: tuple[str, str]) -> bytes:
    """Return a Word document of a body, further parts, and the main part's relations."""
    return packed({
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(("officeDocument", "word/document.xml"), ("core-properties", "core.xml")),
        "core.xml": core(),
        "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": relations(*related),
        **(parts or {}),
    })  # fmt: skip


def paragraph(text: str, style: str = "") -> str:
    """Return a paragraph of Word."""
    own = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{own}<w:r><w:t>{text}</w:t></w:r></w:p>"


def compound(streams: dict[str, bytes]) -> bytes:
    """Return a compound file; streams are filled up with zeros, so that each has sectors of its own."""
    sectors: list[bytes] = []
    table = [0xFFFFFFFD, 0xFFFFFFFE]
    entries = [("Root Entry", 5, 0xFFFFFFFE, 0)]
    for name, data in streams.items():
        filled = data.ljust(4096, b"\0")
        parts = [filled[at : at + 512].ljust(512, b"\0") for at in range(0, len(filled), 512)]
        start = 2 + len(sectors)
        entries.append((name, 2, start, len(filled)))
        table += [*range(start + 1, start + len(parts)), 0xFFFFFFFE]
        sectors += parts
    directory = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBBIII", 2 * len(name) + 2, kind, 1, 0xFFFFFFFF, _next(n, len(entries)), _child(n))
        + struct.pack("<36xIII", start, size, 0)
        for n, (name, kind, start, size) in enumerate(entries)
    )
    assert len(entries) <= 4
    assert len(table) <= 128
    head = MAGIC + bytes(16) + struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096,
                                           0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)  # fmt: skip
    head = head.ljust(512, b"\xff")
    listed = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")
    return head + listed + directory.ljust(512, b"\0") + b"".join(sectors)


def _next(number: int, count: int) -> int:
    return number + 1 if 0 < number < count - 1 else 0xFFFFFFFF


def _child(number: int) -> int:
    return 0xFFFFFFFF if number else 1


def items(data: bytes, name: str = "a.docx") -> list[Item]:
    """Return what the bytes give, under a name."""
    return list(extract(Source(Path(name), name, "2001-02-03", data=data)))


def read(data: bytes, name: str = "a.docx") -> Document:
    """Return the one document that the bytes are."""
    (document,) = items(data, name)
    assert isinstance(document, Document)
    return document

"""Files that stand in office documents: attached, or shown as an object by the program that made them.

[MS-OLEDS] and the conventions of OPC. They are yielded as members, unopened; what draws a chart is none, as
its words are read with the document. Knows how programs wrap files and no format of what is inside.
"""

from __future__ import annotations

import io
import posixpath
import struct
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final

from coopsearch.indexer.extract.base import Item, Member, Readable, Source
from coopsearch.indexer.extract.ole import MAGIC, Compound
from coopsearch.indexer.extract.package import Package
from coopsearch.search.errors import NO_TEXT, ExtractionError

#: Files in one document; a member each, and each may hold more.
_MOST: Final = 1_000
_NATIVE: Final = "\x01ole10native"
#: Streams that are a file as they stand, and the format that reads it ("" where its bytes say).
_STREAMS: Final = (("package", "docx"), ("contents", ""))
#: Streams by which a wrapped document of an older program is known.
_OLD: Final = (
    ("worddocument", ".doc"),
    ("workbook", ".xls"),
    ("book", ".xls"),
    ("powerpoint document", ".ppt"),
)


def with_embedded(items: Iterable[Item], members: Iterator[Member]) -> Iterator[Item]:
    """Yield what a document is, then what stands in it; one without text may hold files that have some."""
    error = None
    try:
        yield from items
    except ExtractionError as reason:
        if reason.state != NO_TEXT:
            raise
        error = reason
    given = False
    for member in members:
        given = True
        yield member
    if error is not None and not given:
        raise error


def of_package(source: Source, package: Package) -> Iterator[Member]:
    """Yield the files in a package of Office."""
    names = [name for name in package.names() if "/embeddings/" in name]
    if not names:
        return
    charts = {
        one.target.lower()
        for part in package.names()
        if "/charts/" in part and part.endswith(".xml")
        for one in package.relations(part)
    }
    for number, name in enumerate(sorted(set(names) - charts)[:_MOST], 1):
        label = posixpath.basename(name)
        try:
            data = package.read(name)
        except ExtractionError as error:
            yield Member(label, partial(_fail, error))
            continue
        if source.budget is not None:
            source.budget.unpack(len(data))
        if not data.startswith(MAGIC):
            yield Member(label, partial(io.BytesIO, data), len(data))
            continue
        try:
            compound = Compound(data)
        except ExtractionError:
            continue  # An object that shows no file.
        ending = next((ending for stream, ending in _OLD if stream in compound), "")
        if ending:
            yield Member(posixpath.splitext(label)[0] + ending, partial(io.BytesIO, data), len(data))
        else:
            yield from _unwrapped(compound, number)


def _fail(error: ExtractionError) -> Readable:
    raise error


def of_compound(compound: Compound) -> Iterator[Member]:
    """Yield the files in a document of Word or Excel before 2007."""
    pools = [compound.folder(name) for name in compound.folders() if name == "objectpool"]
    found = [pool.folder(name) for pool in pools for name in pool.folders()]
    found += [compound.folder(name) for name in compound.folders() if name.startswith("mbd")]
    for number, folder in enumerate(found[:_MOST], 1):
        yield from _unwrapped(folder, number)


def _unwrapped(compound: Compound, number: int) -> Iterator[Member]:
    """Yield the file that an object wraps, if it does."""
    native = compound.read(_NATIVE)
    if native:
        label, data = _native(native)
        if data:
            name = label.replace("\\", "/").rpartition("/")[2].strip() or f"part {number}"
            yield Member(name, partial(io.BytesIO, data), len(data))
        return
    for stream, form in _STREAMS:
        data = compound.read(stream)
        if data.startswith((b"PK\x03\x04", b"%PDF-")):
            ending = ".pdf" if data.startswith(b"%PDF-") else ""
            form = "" if ending else form  # noqa: PLW2901 - the bytes say it
            yield Member(f"part {number}{ending}", partial(io.BytesIO, data), len(data), format=form)
            return


def _native(data: bytes) -> tuple[str, bytes]:
    """Return the name and the bytes of a file that Windows wrapped; "" and none if that is broken."""
    try:
        label, end = _text(data, 6)
        path, end = _text(data, end)
        (length,) = struct.unpack_from("<I", data, end + 4)
        (size,) = struct.unpack_from("<I", data, end + 8 + length)
    except (struct.error, ValueError):
        return "", b""
    at = end + 12 + length
    return label or path, data[at : at + size]


def _text(data: bytes, at: int) -> tuple[str, int]:
    """Return a text that a zero ends, and where the next begins. Raises ValueError without an end."""
    end = data.index(b"\0", at)
    raw = data[at:end]
    try:
        return raw.decode(), end + 1
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace"), end + 1

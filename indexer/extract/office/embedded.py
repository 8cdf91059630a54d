"""Files that stand in office documents: attached, or shown as an object by the program that made them.

[MS-OLEDS] and the conventions of OPC. They are yielded as members, unopened; what draws a chart is none, as
its words are read with the document.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, islice
from typing import Final

from coopsearch.indexer.extract.base import Item, Member, Readable, Source
from coopsearch.indexer.extract.office.odf import kind_in
from coopsearch.indexer.extract.office.ole import MAGIC, Compound
from coopsearch.indexer.extract.office.package import Package
from coopsearch.indexer.extract.reasons import DESCRIBED
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError, FileState

#: Files in one document; a member each, and each may hold more.
_MOST: Final = 1_000
_NATIVE: Final = "\x01ole10native"
#: Streams that are a file as they stand, and the format that reads it ("" where its bytes say).
_STREAMS: Final = (("package", "docx"), ("contents", ""))
#: How files begin that are looked for among the parts of OpenDocument, where no ending names them.
_FILES: Final = (MAGIC, b"PK\x03\x04", b"%PDF-")
#: Parts of OpenDocument that are the document's own.
_OWN: Final = frozenset((
    "mimetype", "meta-inf", "pictures", "media", "thumbnails", "objectreplacements", "configurations2",
    "basic", "scripts", "dialogs", "fonts", "layout-cache", "versions", "versionlist.xml",
))  # fmt: skip
#: What the body of each kind of them is called.
_KINDS: Final = {"text": "odt", "presentation": "odp", "spreadsheet": "ods", "drawing": "odp"}
#: Where Office and OpenDocument have their pictures.
_PICTURES: Final = re.compile(r"(?:/media|^pictures)/[^/]+\.(?:png|jpe?g|tiff?|bmp|gif|webp|jp2|heic)$")
#: An object of OLE 1 that is held, and not linked to.
_HELD: Final = 2
#: Streams by which a wrapped document of an older program is known.
_OLD: Final = (
    ("worddocument", ".doc"),
    ("workbook", ".xls"),
    ("book", ".xls"),
    ("powerpoint document", ".ppt"),
    # Not read, but counted.
    ("visiodocument", ".vsd"),
)


def with_embedded(
    items: Iterable[Item],
    members: Iterator[Member],
    told: Callable[[ExtractionError], bool] = lambda error: False,
    pictures: Iterable[Member] = (),
) -> Iterator[Item]:
    """Yield what a document is, then what stands in it; one without text may hold files that have some.

    That it has none itself is an error if they give none either, or if it is to be ``told`` in any case. Its
    ``pictures`` are members where it has no text: then they may be pages of a scan.
    """
    error = None
    bare: list[Item] = []
    try:
        for item in items:
            if isinstance(item, Problem) and item.reason == DESCRIBED:
                bare.append(item)
            else:
                yield item
    except ExtractionError as reason:
        if reason.state != FileState.NO_TEXT:
            raise
        error = reason
    given = False
    for member in chain(members, pictures if error is not None or bare else ()):
        given = True
        yield member
    if not given:
        yield from bare
    if error is not None and (not given or told(error)):
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
        yield from _object(source, data, label, number)


def of_open_document(source: Source, package: Package) -> Iterator[Member]:
    """Yield the documents and files in a package of OpenDocument. A chart and a formula are none."""
    names = sorted(package.names())
    folders: list[str] = []
    for name in names:
        folder = posixpath.dirname(name)
        within = any(name.startswith(f"{one}/") for one in folders)
        if posixpath.basename(name) == "content.xml" and folder and not within:
            folders.append(folder)
    for number, folder in enumerate(folders[:_MOST], 1):
        yield from _inner(source, package, folder, number)
    for number, name in enumerate(names, 1):
        top = name.partition("/")[0]
        if (
            top in _OWN
            or name.endswith((".xml", ".rdf"))
            or any(name.startswith(f"{one}/") for one in folders)
        ):
            continue
        try:
            data = package.read(name)
        except ExtractionError:
            continue
        if data.startswith(_FILES):
            yield from _object(source, data, posixpath.basename(name), number)


def _inner(source: Source, package: Package, folder: str, number: int) -> Iterator[Member]:
    """Yield a document that is a folder of another, as a package of its own."""
    label = posixpath.basename(folder)
    try:
        kind = kind_in(package.tree(f"{folder}/content.xml"))
        if not kind:
            return
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as made:
            for name in package.names():
                inside = name[len(folder) + 1 :] if name.startswith(f"{folder}/") else ""
                if inside and (inside.endswith(".xml") or inside.partition("/")[0] not in _OWN):
                    made.writestr(inside, package.read(name))
    except ExtractionError as error:
        yield Member(f"{label}.odt", partial(_fail, error), format="odt")
        return
    data = stream.getvalue()
    if source.budget is not None:
        source.budget.unpack(len(data))
    yield Member(f"{label or f'part {number}'}.{kind}", partial(io.BytesIO, data), len(data), format=kind)


def of_objects(source: Source, objects: Iterable[bytes]) -> Iterator[Member]:
    """Yield the files that objects of presentations before 2007 hold."""
    for number, data in enumerate(islice(objects, _MOST), 1):
        yield from _object(source, data, f"part {number}", number)


def of_rtf(source: Source, objects: Iterable[bytes]) -> Iterator[Member]:
    """Yield the files that the objects of an RTF file hold, given as their digits."""
    for number, digits in enumerate(islice(objects, _MOST), 1):
        try:
            kind, data = _first_version(bytes.fromhex(digits.decode("ascii", "replace")))
        except EOFError:
            error = ExtractionError("damaged: this embedded file is cut off")
            yield Member(f"part {number}", partial(_fail, error))
            continue
        except (ValueError, struct.error):
            continue  # Another kind of object.
        if kind.lower() == b"package":
            yield from _wrapped(bytes(4) + data, number)
        elif data.startswith(_FILES):
            yield from _object(source, data, f"part {number}", number)


def _first_version(data: bytes) -> tuple[bytes, bytes]:
    """Return the class of an object of OLE 1, and what it holds.

    Raises ValueError for a link to one, EOFError if some of it is missing.
    """
    if struct.unpack_from("<I", data, 4)[0] != _HELD:
        raise ValueError("a link")
    at = 8
    names = []
    for _ in range(3):
        (length,) = struct.unpack_from("<I", data, at)
        names.append(data[at + 4 : at + 4 + length].rstrip(b"\0"))
        at += 4 + length
    (size,) = struct.unpack_from("<I", data, at)
    if at + 4 + size > len(data):
        raise EOFError
    return names[0], data[at + 4 : at + 4 + size]


def _object(source: Source, data: bytes, label: str, number: int) -> Iterator[Member]:
    """Yield the file that an object is, or wraps."""
    if source.budget is not None:
        source.budget.unpack(len(data))
    if not data.startswith(MAGIC):
        named = "" if posixpath.splitext(label)[1] else "pdf" if data.startswith(b"%PDF-") else "docx"
        known = named if data.startswith(_FILES) else ""
        yield Member(label, partial(io.BytesIO, data), len(data), format=known)
        return
    try:
        compound = Compound(data)
    except ExtractionError:
        return  # An object that shows no file.
    ending = next((ending for stream, ending in _OLD if stream in compound), "")
    if ending:
        yield Member(posixpath.splitext(label)[0] + ending, partial(io.BytesIO, data), len(data))
    else:
        yield from _unwrapped(source, compound, number)


def pictures_of(source: Source, package: Package) -> Iterator[Member]:
    """Yield the pictures of a package, where OCR is wanted."""
    if source.recognise is None:
        return
    names = [name for name in package.names() if _PICTURES.search(name)]
    for name in sorted(names, key=_numbered)[:_MOST]:
        yield Member(posixpath.basename(name), partial(_opened, source, package, name))


def _numbered(name: str) -> list[str]:
    """Return what sorts names by the numbers in them."""
    return [part.zfill(12) if part.isdecimal() else part for part in re.split(r"(\d+)", name)]


def _opened(source: Source, package: Package, name: str) -> Readable:
    data = package.read(name)
    if source.budget is not None:
        source.budget.unpack(len(data))
    return io.BytesIO(data)


def _fail(error: ExtractionError) -> Readable:
    raise error


def of_compound(source: Source, compound: Compound) -> Iterator[Member]:
    """Yield the files in a document of Word or Excel before 2007, and the charts in one of Word."""
    pools = [compound.folder(name) for name in compound.folders() if name == "objectpool"]
    found = chain(
        (pool.folder(name) for pool in pools for name in pool.folders()),
        (compound.folder(name) for name in compound.folders() if name.startswith("mbd")),
    )
    for number, folder in enumerate(islice(found, _MOST), 1):
        yield from _unwrapped(source, folder, number)


def _unwrapped(source: Source, compound: Compound, number: int) -> Iterator[Member]:
    """Yield the file that an object wraps, or the document that it is, if it is one."""
    native = compound.read(_NATIVE)
    if native:
        yield from _wrapped(native, number)
        return
    for stream, form in _STREAMS:
        data = compound.read(stream)
        if data.startswith((b"PK\x03\x04", b"%PDF-")):
            ending = ".pdf" if data.startswith(b"%PDF-") else ""
            form = "" if ending else form  # noqa: PLW2901 - the bytes say it
            yield Member(f"part {number}{ending}", partial(io.BytesIO, data), len(data), format=form)
            return
    if ending := next((ending for stream, ending in _OLD if stream in compound), ""):
        yield Member(f"part {number}{ending}", partial(_copied, source, compound))


def _copied(source: Source, compound: Compound) -> Readable:
    from coopsearch.indexer.extract.office.ole_copy import copied

    data = copied(compound, source.limit)
    if source.budget is not None:
        source.budget.unpack(len(data))
    return io.BytesIO(data)


def _wrapped(native: bytes, number: int) -> Iterator[Member]:
    label, data = _native(native)
    if data:
        name = label.replace("\\", "/").rpartition("/")[2].strip() or f"part {number}"
        yield Member(name, partial(io.BytesIO, data), len(data))


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

"""PowerPoint presentations of 97 to 2003 (ppt): slide by slide, each with its number as the page.

Only what the last saving refers to is read, not what older ones left behind. [MS-PPT].
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.office.ole import Compound
from coopsearch.indexer.extract.reasons import encrypted
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

_CONTAINER: Final = 0xF
_ENCRYPTED: Final = 0xF3D1C4DF
(_DOCUMENT, _SLIDE, _SLIDE_PLACE, _NOTES, _TEXT_KIND, _CHARS, _BYTES, _STRING, _LIST, _EDGES, _EDIT, _PLACES,
 _COMMENT) = (1000, 1006, 1011, 1008, 3999, 4000, 4008, 4026, 4080, 4057, 4085, 6002, 12000)  # fmt: skip
_OBJECT: Final = 4113
#: Bytes of one object; it says how many it has.
_LARGEST: Final = 256 * 1024**2
#: Text of a shape, and tags of newer versions: they hold records and do not say so.
_LIKE_CONTAINERS: Final = frozenset((0xF00D, 5003))
_TITLES: Final = frozenset((0, 6))
_DEEPEST: Final = 60


class _Record(NamedTuple):
    kind: int
    instance: int
    container: bool
    data: memoryview


def extract(source: Source, compound: Compound) -> Iterator[Document]:
    """Yield the one document. Raises ExtractionError if it gives no text, with the reason."""
    data = compound.read("powerpoint document")
    user = compound.read("current user")
    if len(user) >= 20 and struct.unpack_from("<I", user, 12)[0] == _ENCRYPTED:  # noqa: PLR2004 - its size
        raise encrypted()
    flow = Flow(source.limit)
    try:
        _read(memoryview(data), user, flow)
    except (struct.error, IndexError, OverflowError):
        raise ExtractionError("damaged: its list of slides is broken") from None
    yield flow.document(source, "ppt", compound.about())


def objects(compound: Compound) -> Iterator[bytes]:
    """Yield the objects that the last saving refers to: each a compound file of its own."""
    data = memoryview(compound.read("powerpoint document"))
    try:
        places, _ = _persistent(data, compound.read("current user"))
        for place in sorted(set(places.values())):
            record = next(_records(data[place:]), None) if place < len(data) else None
            if record is not None and record.kind == _OBJECT:
                yield _unpacked(record)
    except (struct.error, IndexError, OverflowError):
        return  # The text says so.


def _unpacked(record: _Record) -> bytes:
    if not record.instance:
        return bytes(record.data)
    (size,) = struct.unpack_from("<I", record.data)
    if size > _LARGEST:
        return b""
    try:
        return zlib.decompressobj().decompress(record.data[4:], size)
    except zlib.error:
        return b""


def _read(data: memoryview, user: bytes, flow: Flow) -> None:
    places, document_at = _persistent(data, user)
    document = next(iter(_records(data[document_at:])), None) if document_at is not None else None
    if document is None or document.kind != _DOCUMENT:
        # Without its list of parts: all slides as they are stored.
        for number, record in enumerate((one for one in _records(data) if one.kind == _SLIDE), 1):
            _slide(flow, number, [], record)
        return
    notes: dict[int, _Record] = {}
    lists = {one.instance: one for one in _records(document.data) if one.kind == _LIST}
    for outline in _listed(lists.get(2)):
        page = _at(data, places, outline.place)
        if page is not None:
            for one in _records(page.data):
                if one.kind == 1009:  # noqa: PLR2004 - says whose notes they are
                    notes[struct.unpack_from("<I", one.data)[0]] = page
    for number, outline in enumerate(_listed(lists.get(0)), 1):
        _slide(flow, number, outline.texts, _at(data, places, outline.place), notes.get(outline.slide))
    flow.page = None
    flow.part("Header or footer")
    found = Flow(1 << 20)
    for outline in _listed(lists.get(1)):
        master = _at(data, places, outline.place)
        if master is not None:
            for kind, text in _texts(master.data):
                # What stands for a slide's own text says nothing.
                if kind == 4:  # noqa: PLR2004 - text that is not a placeholder's
                    found.add(text)
    for one in _records(document.data):
        if one.kind == _EDGES:
            for string in _records(one.data):
                if string.kind == _STRING and string.instance:
                    found.add(_decoded(string))
    for text in dict.fromkeys(found.texts()):
        if text != "*":
            flow.add(text)


class _Outline(NamedTuple):
    """What the list of slides says of one: where it is, its number, texts of its placeholders."""

    place: int
    slide: int
    texts: list[tuple[int, str]]


def _slide(
    flow: Flow,
    number: int,
    outline: list[tuple[int, str]],
    slide: _Record | None,
    notes: _Record | None = None,
) -> None:
    flow.page = number
    flow.part()
    texts = [*outline, *(_texts(slide.data) if slide is not None else ())]
    for kind, text in texts:
        if kind in _TITLES:
            flow.add(text.replace("\x0b", " ").replace("\r", " "), 1)
    for kind, text in texts:
        if kind not in _TITLES:
            _paragraphs(flow, text)
    for _, text in _texts(notes.data) if notes is not None else ():
        _paragraphs(flow, text)


def _paragraphs(flow: Flow, text: str) -> None:
    for paragraph in text.split("\r"):
        # A star stands for a number or a day.
        if paragraph != "*":
            flow.add(paragraph)


def _listed(record: _Record | None) -> Iterator[_Outline]:
    outline: _Outline | None = None
    kind = 4
    for one in _records(record.data) if record is not None else ():
        if one.kind == _SLIDE_PLACE:
            if outline is not None:
                yield outline
            place, slide = struct.unpack_from("<I8xI", one.data)
            outline = _Outline(place, slide, [])
        elif one.kind == _TEXT_KIND:
            (kind,) = struct.unpack_from("<I", one.data)
        elif one.kind in {_CHARS, _BYTES} and outline is not None:
            outline.texts.append((kind, _decoded(one)))
    if outline is not None:
        yield outline


def _texts(data: memoryview, depth: int = 0) -> Iterator[tuple[int, str]]:
    """Yield the kinds and texts within a record, comments last."""
    kind = 4
    later = []
    for one in _records(data):
        if one.kind == _TEXT_KIND and len(one.data) >= 4:  # noqa: PLR2004 - a number
            (kind,) = struct.unpack_from("<I", one.data)
        elif one.kind in {_CHARS, _BYTES}:
            yield kind, _decoded(one)
        elif one.kind == _COMMENT:
            later += [_decoded(text) for text in _records(one.data) if text.instance == 1]
        elif (one.container and depth < _DEEPEST and one.kind not in {_EDGES, _LIST}) or (
            one.kind in _LIKE_CONTAINERS and depth < _DEEPEST
        ):
            yield from _texts(one.data, depth + 1)
    for text in later:
        yield 4, text


def _records(data: memoryview) -> Iterator[_Record]:
    at = 0
    while at + 8 <= len(data):
        head, kind, size = struct.unpack_from("<HHI", data, at)
        at += 8
        yield _Record(kind, head >> 4, head & 0xF == _CONTAINER, data[at : at + size])
        at += size


def _at(data: memoryview, places: dict[int, int], place: int) -> _Record | None:
    return next(_records(data[places[place] :]), None) if places.get(place, len(data)) < len(data) else None


def _persistent(data: memoryview, user: bytes) -> tuple[dict[int, int], int | None]:
    """Return where each part stands as of the last saving, and where the document does."""
    places: dict[int, int] = {}
    document: int | None = None
    seen = set()
    at = struct.unpack_from("<I", user, 16)[0] if len(user) >= 20 else 0  # noqa: PLR2004 - its size
    while at and at not in seen and at < len(data):
        seen.add(at)
        edit = next(_records(data[at:]), None)
        if edit is None or edit.kind != _EDIT:
            break
        before, listed, own = struct.unpack_from("<8xIII", edit.data)
        table = next(_records(data[listed:]), None)
        if table is not None and table.kind == _PLACES:
            for number, offset in _placed(table.data):
                places.setdefault(number, offset)
        if document is None:
            document = own
        at = before
    return places, places.get(document) if document is not None else None


def _placed(data: memoryview) -> Iterator[tuple[int, int]]:
    at = 0
    while at + 4 <= len(data):
        (head,) = struct.unpack_from("<I", data, at)
        count = min(head >> 20, (len(data) - at - 4) // 4)
        for index in range(count):
            yield (head & 0xFFFFF) + index, struct.unpack_from("<I", data, at + 4 + 4 * index)[0]
        at += 4 + 4 * (head >> 20)


def _decoded(record: _Record) -> str:
    return bytes(record.data).decode("latin-1" if record.kind == _BYTES else "utf-16-le", "replace")

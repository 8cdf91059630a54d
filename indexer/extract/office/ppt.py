"""PowerPoint presentations of 97 to 2003 (ppt): slide by slide, each with its number as the page.

A slide's title comes first, then what stands on it as people read it, by its place, with what pictures are
said to show. Only what the last saving refers to is read, not what older ones left behind. [MS-PPT].
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.office.officeart import (
    ANCHOR,
    GROUP,
    SHAPE,
    Record,
    records,
    said_of,
)
from coopsearch.indexer.extract.office.ole import Compound
from coopsearch.indexer.extract.office.reading_order import Box, in_order, is_right_to_left
from coopsearch.indexer.extract.reasons import encrypted
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

_ENCRYPTED: Final = 0xF3D1C4DF
(_DOCUMENT, _SLIDE, _SLIDE_PLACE, _NOTES, _TEXT_KIND, _CHARS, _BYTES, _STRING, _LIST, _EDGES, _EDIT, _PLACES,
 _COMMENT) = (1000, 1006, 1011, 1008, 3999, 4000, 4008, 4026, 4080, 4057, 4085, 6002, 12000)  # fmt: skip
_OBJECT: Final = 4113
#: What stands on a slide: shapes and groups of them, their text boxes and places.
_DRAWING, _TEXT_BOX, _INNER_ANCHOR, _REFERENCE = 1036, 0xF00D, 0xF00F, 3998
_PASSED: Final = frozenset((_EDGES, _LIST))
#: Bytes of one object; it says how many it has.
_LARGEST: Final = 256 * 1024**2
#: Text of a shape, and tags of newer versions: they hold records and do not say so.
_LIKE_CONTAINERS: Final = frozenset((0xF00D, 5003))
_TITLES: Final = frozenset((0, 6))
#: What is no kind of text to PowerPoint: what a picture or a group is said to show.
_SHOWN: Final = -1
_DEEPEST: Final = 60


def extract(source: Source, compound: Compound) -> Iterator[Document | Problem]:
    """Yield the one document, and what it lacks. Raises ExtractionError with the reason if it has no text."""
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
    yield from flow.lacking(source)


def objects(compound: Compound) -> Iterator[bytes]:
    """Yield the objects that the last saving refers to: each a compound file of its own."""
    data = memoryview(compound.read("powerpoint document"))
    try:
        places, _ = _persistent(data, compound.read("current user"))
        for place in sorted(set(places.values())):
            record = next(records(data[place:]), None) if place < len(data) else None
            if record is not None and record.kind == _OBJECT:
                yield _unpacked(record)
    except (struct.error, IndexError, OverflowError):
        return  # The text says so.


def _unpacked(record: Record) -> bytes:
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
    document = next(iter(records(data[document_at:])), None) if document_at is not None else None
    if document is None or document.kind != _DOCUMENT:
        # Without its list of parts: all slides as they are stored.
        for number, record in enumerate((one for one in records(data) if one.kind == _SLIDE), 1):
            _slide(flow, number, [], record)
        return
    notes: dict[int, Record] = {}
    lists = {one.instance: one for one in records(document.data) if one.kind == _LIST}
    for outline in _listed(lists.get(2)):
        page = _at(data, places, outline.place)
        if page is not None:
            for one in records(page.data):
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
            for kind, text, _ in _texts(master.data):
                # What stands for a slide's own text says nothing.
                if kind == 4:  # noqa: PLR2004 - text that is not a placeholder's
                    found.add(text)
    for one in records(document.data):
        if one.kind == _EDGES:
            for string in records(one.data):
                if string.kind == _STRING and string.instance:
                    found.add(_decoded(string))
    for text in dict.fromkeys(found.texts()):
        if text != "*":
            flow.add(text)


class _Text(NamedTuple):
    """What a text is for, its letters, and the number by which shapes refer to it."""

    kind: int
    text: str
    number: int = -1


class _Outline(NamedTuple):
    """What the list of slides says of one: where it is, its number, texts of its placeholders."""

    place: int
    slide: int
    texts: list[_Text]


def _slide(
    flow: Flow,
    number: int,
    outline: list[_Text],
    slide: Record | None,
    notes: Record | None = None,
) -> None:
    flow.page = number
    flow.part()
    texts = _ordered(outline, slide.data) if slide is not None else outline
    for kind, text, _ in texts:
        if kind in _TITLES:
            flow.add(text.replace("\x0b", " ").replace("\r", " "), 1)
    for kind, text, _ in texts:
        if kind == _SHOWN:
            flow.describe(text)
        elif kind not in _TITLES:
            _paragraphs(flow, text)
    for _, text, _ in _texts(notes.data) if notes is not None else ():
        _paragraphs(flow, text)


def _paragraphs(flow: Flow, text: str) -> None:
    for paragraph in text.split("\r"):
        # A star stands for a number or a day.
        if paragraph != "*":
            flow.add(paragraph)


def _listed(record: Record | None) -> Iterator[_Outline]:
    outline: _Outline | None = None
    kind = 4
    number = -1
    for one in records(record.data) if record is not None else ():
        if one.kind == _SLIDE_PLACE:
            if outline is not None:
                yield outline
            place, slide = struct.unpack_from("<I8xI", one.data)
            outline = _Outline(place, slide, [])
            number = -1
        elif one.kind == _TEXT_KIND:
            (kind,) = struct.unpack_from("<I", one.data)
            number += 1
        elif one.kind in {_CHARS, _BYTES} and outline is not None:
            outline.texts.append(_Text(kind, _decoded(one), number))
    if outline is not None:
        yield outline


def _ordered(outline: list[_Text], slide: memoryview) -> list[_Text]:
    """Return the texts of a slide as people read them; those of the outline where a shape refers to them."""
    left: dict[int, list[_Text]] = {}
    for text in outline:
        left.setdefault(text.number, []).append(text)
    drawn = [one for part in records(slide) if part.kind == _DRAWING for one in _shapes(part.data, left)]
    backwards = is_right_to_left("".join(text.text for _, texts in drawn for text in texts))
    ordered = [text for texts in in_order(_saying(drawn), right_to_left=backwards) for text in texts]
    first = [text for texts in left.values() for text in texts]
    return first + ordered + list(_texts(slide, passed=_PASSED | {_DRAWING}))


def _shapes(
    data: memoryview, outline: dict[int, list[_Text]], depth: int = 0, *, grouped: bool = False
) -> Iterator[tuple[Box | None, list[_Text]]]:
    """Yield where shapes stand, and what they say; what they refer to is taken out of the outline.

    A group is read as one. The first one has all that is drawn.
    """
    for one in records(data):
        if one.kind == SHAPE:
            texts = [text for number in _references(one.data) for text in outline.pop(number, ())]
            texts += _texts(one.data)
            said = said_of(one.data)
            texts += [_Text(4, said.words)] if said.words else []
            texts += [_Text(_SHOWN, said.shown)] if said.shown else []
            yield _place(one.data), texts
        elif one.kind == GROUP and grouped and depth < _DEEPEST:
            inner = list(_shapes(one.data, outline, depth + 1, grouped=True))
            own = inner[0][0] if inner else None
            yield own, [text for texts in in_order(_saying(inner)) for text in texts]
        elif one.container and depth < _DEEPEST:
            yield from _shapes(one.data, outline, depth + 1, grouped=grouped or one.kind == GROUP)


def _saying(placed: list[tuple[Box | None, list[_Text]]]) -> list[tuple[Box | None, list[_Text]]]:
    """Leave out what is only drawn: it stands behind the text and parts nothing."""
    return [one for one in placed if one[1]]


def _references(shape: memoryview) -> Iterator[int]:
    """Yield which texts of the outline a shape shows."""
    for box in records(shape):
        if box.kind == _TEXT_BOX:
            for one in records(box.data):
                if one.kind == _REFERENCE and len(one.data) >= 4:  # noqa: PLR2004 - a number
                    yield struct.unpack_from("<I", one.data)[0]


def _place(shape: memoryview) -> Box | None:
    """Return where a shape stands: on the slide in short numbers, in its group in long ones."""
    for one in records(shape):
        if one.kind == ANCHOR and len(one.data) >= 8:  # noqa: PLR2004 - four numbers
            form = "<4i" if len(one.data) >= 16 else "<4h"  # noqa: PLR2004 - the same
            top, left, right, bottom = struct.unpack_from(form, one.data)
            return Box(left, top, right, bottom)
        if one.kind == _INNER_ANCHOR and len(one.data) >= 16:  # noqa: PLR2004 - the same
            return Box(*struct.unpack_from("<4i", one.data))
    return None


def _texts(data: memoryview, depth: int = 0, *, passed: frozenset[int] = _PASSED) -> Iterator[_Text]:
    """Yield the texts within a record, comments last."""
    kind = 4
    later = []
    for one in records(data):
        if one.kind == _TEXT_KIND and len(one.data) >= 4:  # noqa: PLR2004 - a number
            (kind,) = struct.unpack_from("<I", one.data)
        elif one.kind in {_CHARS, _BYTES}:
            yield _Text(kind, _decoded(one))
        elif one.kind == _COMMENT:
            later += [_decoded(text) for text in records(one.data) if text.instance == 1]
        elif (one.container and depth < _DEEPEST and one.kind not in passed) or (
            one.kind in _LIKE_CONTAINERS and depth < _DEEPEST
        ):
            yield from _texts(one.data, depth + 1)
    for text in later:
        yield _Text(4, text)


def _at(data: memoryview, places: dict[int, int], place: int) -> Record | None:
    return next(records(data[places[place] :]), None) if places.get(place, len(data)) < len(data) else None


def _persistent(data: memoryview, user: bytes) -> tuple[dict[int, int], int | None]:
    """Return where each part stands as of the last saving, and where the document does."""
    places: dict[int, int] = {}
    document: int | None = None
    seen = set()
    at = struct.unpack_from("<I", user, 16)[0] if len(user) >= 20 else 0  # noqa: PLR2004 - its size
    while at and at not in seen and at < len(data):
        seen.add(at)
        edit = next(records(data[at:]), None)
        if edit is None or edit.kind != _EDIT:
            break
        before, listed, own = struct.unpack_from("<8xIII", edit.data)
        table = next(records(data[listed:]), None)
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


def _decoded(record: Record) -> str:
    return bytes(record.data).decode("latin-1" if record.kind == _BYTES else "utf-16-le", "replace")

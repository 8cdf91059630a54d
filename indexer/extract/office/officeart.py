"""Drawings of Office before 2007: what shapes and pictures are said to show, and the words of WordArt.

The records of [MS-ODRAW], which slides are made of too; documents, slides and workbooks hold the same
drawings in places of their own.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from coopsearch.indexer.extract.text.alternative import alternative_text

DRAWING, GROUP, SHAPE, ANCHOR = 0xF002, 0xF003, 0xF004, 0xF010
_SHAPE_ITSELF: Final = 0xF00A
_PROPERTIES: Final = frozenset((0xF00B, 0xF121, 0xF122))
_CONTAINER: Final = 0xF
#: Properties: the words of WordArt, the description.
_WORDS, _DESCRIPTION = 0x00C0, 0x0381
_HAS_DATA: Final = 0x8000
_NUMBER: Final = 0x3FFF
#: A property is its number and its value, or how long its value is, which stands behind all of them.
_ROW: Final = 6
#: Bytes of a description that are read.
_LONGEST: Final = 1 << 16
_DEEPEST: Final = 60


class Record(NamedTuple):
    """A record: what it is, and what is in it."""

    kind: int
    instance: int
    container: bool
    data: memoryview


class Said(NamedTuple):
    """What a shape says beside the text in it."""

    words: str
    """The text of WordArt."""
    shown: str
    """What it is said to show."""


def records(data: memoryview) -> Iterator[Record]:
    """Yield the records that stand one after the other; the last one may be cut."""
    at = 0
    while at + 8 <= len(data):
        head, kind, size = struct.unpack_from("<HHI", data, at)
        at += 8
        yield Record(kind, head >> 4, head & 0xF == _CONTAINER, data[at : at + size])
        at += size


def said_of(shape: memoryview) -> Said:
    """Return what a shape says, given what is in its record."""
    found: dict[int, str] = {}
    for record in records(shape):
        if record.kind in _PROPERTIES:
            found.update(_texts(record))
    return Said(found.get(_WORDS, ""), alternative_text(found.get(_DESCRIPTION, "")))


def number_of(shape: memoryview) -> int:
    """Return the number by which a document refers to a shape, 0 if it has none."""
    for record in records(shape):
        if record.kind == _SHAPE_ITSELF and len(record.data) >= 4:  # noqa: PLR2004 - a number
            return int.from_bytes(record.data[:4], "little")
    return 0


def shapes(data: memoryview, depth: int = 0, *, grouped: bool = False) -> Iterator[list[memoryview]]:
    """Yield the shapes of a drawing, each with those that are grouped with it; the group itself is the first.

    What holds all shapes is a group as well.
    """
    for record in records(data):
        if record.kind == SHAPE:
            yield [record.data]
        elif not record.container or depth >= _DEEPEST:
            continue
        elif record.kind == GROUP and grouped:
            if inside := [one for some in shapes(record.data, depth + 1, grouped=True) for one in some]:
                yield inside
        else:
            yield from shapes(record.data, depth + 1, grouped=grouped or record.kind == GROUP)


def _texts(record: Record) -> Iterator[tuple[int, str]]:
    """Yield the properties of a shape that are text which somebody wrote."""
    data = record.data
    at = record.instance * _ROW
    for row in range(0, min(at, len(data) - _ROW + 1), _ROW):
        key, size = struct.unpack_from("<HI", data, row)
        if key & _HAS_DATA:
            if key & _NUMBER in {_WORDS, _DESCRIPTION}:
                text = bytes(data[at : at + min(size, _LONGEST)]).decode("utf-16-le", "replace")
                yield key & _NUMBER, text.partition("\0")[0]
            at += size

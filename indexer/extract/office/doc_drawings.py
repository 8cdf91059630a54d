"""What stands in the drawings of Word documents from 97 to 2003, by the characters that stand for them.

A picture in a line has its drawing in a stream of data, which the formatting of its character names; a shape
that floats is one of a list, by the place of its anchor. [MS-DOC] 2.9.190 (PICF) and 2.8.37 (PlcfSpa).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Final

from coopsearch.indexer.extract.office.officeart import Said, number_of, records, said_of, shapes

#: The characters that stand for a picture in the line, and for a shape that floats.
INLINE, FLOATING = "\x01", "\x08"
#: Where the head of a document says where its drawings are, and the anchors of text and of headers.
_DRAWINGS, _ANCHORS, _OF_HEADERS = 0x22A, 0x1DA, 0x1E2
_ANCHOR_SIZE: Final = 26
_PARTS: Final = frozenset((0xF000, 0xF002))
#: What a picture is in that is a drawing, and in that is a file as well.
_DRAWING, _FILE = 0x64, 0x66


class Drawings:
    """The drawings of one document."""

    def __init__(self, data: bytes, table: bytes, pictures: bytes, picture_at: Callable[[int], int]) -> None:
        """Take its streams, and what says where the picture of a character is: one more than its place.

        Raises struct.error for a head that is too short.
        """
        self._pictures = memoryview(pictures)
        self._picture_at = picture_at
        self._read: dict[int, list[Said]] = {}
        self._shapes: dict[int, list[Said]] = {}
        at, size = struct.unpack_from("<II", data, _DRAWINGS)
        for group in _drawn(memoryview(table)[at : at + size]):
            said = [one for one in map(said_of, group) if any(one)]
            if said:
                self._shapes.setdefault(number_of(group[0]), said)
        self._anchors = (dict(_anchors(data, table, _ANCHORS)), dict(_anchors(data, table, _OF_HEADERS)))

    def __bool__(self) -> bool:
        """Say whether there may be any."""
        return bool(self._shapes or self._pictures)

    def said(self, sign: str, index: int, place: int, *, header: bool) -> list[Said]:
        """Return what a drawing says, by its sign, its number in its part, and its place in the file."""
        if sign == FLOATING:
            return self._shapes.get(self._anchors[header].get(index, 0), [])
        at = self._picture_at(place) - 1
        if at not in self._read:
            self._read[at] = list(self._of_picture(at))
        return self._read[at]

    def _of_picture(self, at: int) -> Iterator[Said]:
        """Yield what a picture says that stands at a place of the data."""
        if at < 0 or at + 8 > len(self._pictures):
            return
        size, head, kind = struct.unpack_from("<IHH", self._pictures, at)
        if kind not in {_DRAWING, _FILE} or head > size:
            return
        inside = self._pictures[at + head : at + size]
        if kind == _FILE and inside:
            inside = inside[1 + inside[0] :]
        yield from (said for one in records(inside) if one.container and any(said := said_of(one.data)))


def _drawn(data: memoryview) -> Iterator[list[memoryview]]:
    """Yield the shapes of all drawings: before each stands a byte that says whose it is."""
    at = 0
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<HI", data, at + 2)
        if kind not in _PARTS:
            at += 1
            kind, size = struct.unpack("<HI", bytes(data[at + 2 : at + 8]).ljust(6, b"\0"))
            if kind not in _PARTS:
                return
        yield from shapes(data[at + 8 : at + 8 + size])
        at += 8 + size


def _anchors(data: bytes, table: bytes, where: int) -> Iterator[tuple[int, int]]:
    """Yield where shapes are anchored, and their numbers."""
    at, size = struct.unpack_from("<II", data, where)
    count = (size - 4) // (4 + _ANCHOR_SIZE) if size and at + size <= len(table) else 0
    for index in range(count):
        (place,) = struct.unpack_from("<I", table, at + 4 * index)
        (number,) = struct.unpack_from("<I", table, at + 4 * (count + 1) + _ANCHOR_SIZE * index)
        yield place, number

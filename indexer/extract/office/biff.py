"""The records of old Excel workbooks, and the strings in them. [MS-XLS]; BIFF 2 to 8.

``xls`` makes sheets of them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

CONTINUE = 0x3C


class Record(NamedTuple):
    """A record: where it begins in the stream, its kind, and its data with those that continue it."""

    at: int
    kind: int
    parts: tuple[bytes, ...]

    @property
    def data(self) -> bytes:
        """The data without what continues it."""
        return self.parts[0]


def records(data: bytes, at: int = 0) -> Iterator[Record]:
    """Yield records from a place on, to the end of the stream or where it makes no sense."""
    held: Record | None = None
    while at + 4 <= len(data):
        kind, size = struct.unpack_from("<HH", data, at)
        part = data[at + 4 : at + 4 + size]
        if kind == CONTINUE and held is not None:
            held = held._replace(parts=(*held.parts, part)) if len(held.parts) < 1 << 10 else held
        else:
            if held is not None:
                yield held
            held = Record(at, kind, (part,))
        at += 4 + size
    if held is not None:
        yield held


class Strings:
    """Reads strings of version 8 that may go on in the next part, which says anew how wide they are."""

    def __init__(self, parts: tuple[bytes, ...], at: int = 0) -> None:
        """Start at a place of the first part."""
        self._parts = parts
        self._part = 0
        self._at = at

    def __bool__(self) -> bool:
        """Say whether something is left."""
        return self._part < len(self._parts) - 1 or self._at < len(self._parts[self._part])

    def next(self) -> str:
        """Return a string with its length before it. Raises struct.error where there is none."""
        count, flags = struct.unpack("<HB", self._take(3))
        runs = struct.unpack("<H", self._take(2))[0] if flags & 8 else 0
        more = struct.unpack("<I", self._take(4))[0] if flags & 4 else 0
        text = self.chars(count, wide=flags & 1)
        self._skip(4 * runs + more)
        return text

    def chars(self, count: int, *, wide: int) -> str:
        """Return so many characters."""
        found = []
        while count > 0:
            part = self._parts[self._part]
            width = 2 if wide else 1
            here = min(count, (len(part) - self._at) // width)
            raw = part[self._at : self._at + here * width]
            found.append(raw.decode("utf-16-le" if wide else "latin-1", "replace"))
            self._at += here * width
            count -= here
            if count:
                self._part += 1
                if self._part >= len(self._parts):
                    break
                wide = (self._parts[self._part][:1] or b"\0")[0] & 1
                self._at = 1
        if self._part >= len(self._parts):
            self._part, self._at = len(self._parts) - 1, len(self._parts[-1])
        return "".join(found)

    def _take(self, size: int) -> bytes:
        found = b""
        while len(found) < size:
            part = self._parts[self._part]
            piece = part[self._at : self._at + size - len(found)]
            self._at += len(piece)
            found += piece
            if len(found) < size:
                if self._part + 1 >= len(self._parts):
                    break
                self._part += 1
                self._at = 0
        return found

    def _skip(self, size: int) -> None:
        while size > 0:
            left = len(self._parts[self._part]) - self._at
            if size <= left:
                self._at += size
                return
            size -= left
            if self._part + 1 >= len(self._parts):
                self._at = len(self._parts[self._part])
                return
            self._part += 1
            self._at = 0


def unpacked(value: int) -> float:
    """Return the number that a packed one (RK) stands for."""
    number = (
        float(value >> 2 if value < 1 << 31 else (value >> 2) - (1 << 30))
        if value & 2
        else struct.unpack("<d", struct.pack("<Q", (value & 0xFFFFFFFC) << 32))[0]
    )
    return number / 100 if value & 1 else float(number)

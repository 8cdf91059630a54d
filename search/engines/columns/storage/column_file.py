"""A file of named flat arrays: mapped, not read, and checked block by block.

Layout: 32 bytes of prelude (magic, header length, header checksum, checksum of the sums, file length), a
JSON header, the arrays, each at a multiple of 64 bytes, and one CRC-32 for every block of every array. All
numbers are little-endian. Does not depend on documents.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from coopsearch.search.engines.columns.arrays import Ints
from coopsearch.search.engines.columns.storage.toc import other_version
from coopsearch.search.errors import IndexDamaged
from coopsearch.search.indexdir import pages
from coopsearch.search.indexdir.opening import damaged, map_file

MAGIC: Final = b"COOPCOL\n"
#: The layout of this page; files of another version are refused.
VERSION: Final = 1
#: Bytes under one checksum: small enough that a single look costs little, large enough to be few.
BLOCK: Final = 1 << 14
PRELUDE: Final = struct.Struct("<8sIIIIQ")
_ALIGN: Final = 64

_array: Final = pages.row(pages.fitting(re.compile("[<|][uif][1248]")), pages.whole, pages.whole, pages.whole)
#: What the header says of an array is checked when the array is asked for: few of them are, by one command.
_header: Final = pages.record(
    {"meta": pages.mapping, "arrays": pages.mapping, "sums": pages.row(pages.whole, pages.whole)}
)


class Column:
    """One array of a file. What it returns was checked; the rest of the array was not even read."""

    __slots__ = ("_checked", "_left", "_path", "_raw", "_sums", "data", "name")

    def __init__(self, path: Path, name: str, data: Ints, raw: memoryview, sums: Ints) -> None:
        """Take the mapped bytes and their checksums.

        Not the file itself, which keeps its columns: it would stay mapped until garbage is collected.
        """
        self._path, self.name, self.data, self._raw, self._sums = path, name, data, raw, sums
        self._checked = bytearray(len(sums))
        self._left = len(sums)

    def __len__(self) -> int:
        """Count the values."""
        return len(self.data)

    def slice(self, start: int, end: int) -> Ints:
        """Return the values from ``start`` to ``end`` as a view of the file."""
        if self._left and end > start:
            self._check(start * self.data.itemsize, end * self.data.itemsize)
        return self.data[start:end]

    def at(self, index: int) -> int:
        """Return one value."""
        try:
            if self._left:
                place = index * self.data.itemsize
                if not self._checked[place // BLOCK]:
                    self._check(place, place + 1)
            return int(self.data[index])
        except IndexError:
            raise damaged(self._path, f"has no value {index} in its array {self.name}") from None

    def take(self, indexes: Ints) -> Ints:
        """Return the values at some places."""
        try:
            if self._left and len(indexes):
                blocks = np.asarray(indexes, np.int64) * self.data.itemsize // BLOCK
                unchecked = blocks[np.frombuffer(self._checked, np.uint8)[blocks] == 0]
                for block in np.unique(unchecked).tolist():
                    self._check(block * BLOCK, block * BLOCK + 1)
            return np.take(self.data, indexes)
        except IndexError:
            raise damaged(self._path, f"has not all values that are asked of its array {self.name}") from None

    def all(self) -> Ints:
        """Return the whole array."""
        return self.slice(0, len(self.data))

    def bytes(self, start: int, end: int) -> bytes:
        """Return some bytes of an array of bytes."""
        if self._left and end > start:
            self._check(start, end)
        return bytes(self._raw[start:end])

    def _check(self, start: int, end: int) -> None:
        for block in range(start // BLOCK, (end - 1) // BLOCK + 1):
            if block >= len(self._checked):
                raise damaged(self._path, f"has no block {block} of its array {self.name}")
            if not self._checked[block]:
                if zlib.crc32(self._raw[block * BLOCK : (block + 1) * BLOCK]) != self._sums[block]:
                    raise damaged(self._path, f"differs from what was written, in its array {self.name}")
                self._checked[block] = 1
                self._left -= 1


class ColumnFile:
    """A mapped file of columns. Safe for many threads: it is only read, and checks may be repeated."""

    def __init__(self, path: Path) -> None:
        """Map the file and read its header.

        Raises IndexDamaged, IndexOutdated, IndexUnreadable or FileNotFoundError.
        """
        self.path = path
        self._map = map_file(path)
        size = len(self._map)
        if size < PRELUDE.size:
            raise self.damaged(f"has {size} bytes only")
        self._view = memoryview(self._map)
        #: Stands for the whole file: what it is made of holds the checksums of all else.
        self.seal = zlib.crc32(self._view[: PRELUDE.size])
        magic, version, length, header_sum, self._sums_sum, expected = PRELUDE.unpack_from(self._map)
        if magic != MAGIC:
            raise self.damaged("is not a file of this index")
        if version != VERSION:
            raise other_version(path, version, VERSION)
        if expected != size:
            raise self.damaged(f"has {size:,} bytes instead of {expected:,}")
        data = bytes(self._view[PRELUDE.size : PRELUDE.size + length])
        if zlib.crc32(data) != header_sum:
            raise self.damaged("has a header other than was written")
        header = pages.parse(path, data, _header)
        self._header = length
        self.meta: dict[str, Any] = header["meta"]
        self._arrays: dict[str, Any] = header["arrays"]
        self._sums_at, self._sums_count = header["sums"]
        if self._sums_at + 4 * self._sums_count > size:
            raise self.damaged("has a header that does not fit it")
        self._sums: Ints | None = None
        self._columns: dict[str, Column] = {}

    def __contains__(self, name: str) -> bool:
        """Say whether there is an array of this name."""
        return name in self._arrays

    def __getitem__(self, name: str) -> Column:
        """Return an array of the file."""
        column = self._columns.get(name)
        if column is None:
            if name not in self._arrays:
                raise self.damaged(f"lacks its array {name}")
            column = self._column(name, self._entry(name))
        return column

    def _column(self, name: str, entry: tuple[str, int, int, int]) -> Column:
        """Return the array that an entry of the header describes."""
        kind, start, count, first_sum = entry
        if start + count * int(kind[2]) > self._sums_at:
            raise self.damaged(f"has no room for its array {name}")
        data = np.frombuffer(self._map, kind, count, start)
        blocks = -(-data.nbytes // BLOCK)
        raw = self._view[start : start + data.nbytes]
        sums = self._all_sums()[first_sum : first_sum + blocks]
        if len(sums) < blocks:
            raise self.damaged(f"lacks checksums of its array {name}")
        column = self._columns[name] = Column(self.path, name, data, raw, sums)
        return column

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return len(self._map)

    def count(self, name: str) -> int:
        """Return a count that the file says of itself."""
        value = self.meta.get(name)
        if type(value) is not int or not 0 <= value <= pages.LARGEST:
            raise self.damaged(f"does not say its {name}")
        return value

    def sealed(self, seal: int) -> ColumnFile:
        """Return the file itself, if it is the one that the table means. Raises IndexDamaged."""
        if self.seal != seal:
            raise self.damaged("is not the file that was written under this name")
        return self

    def strings(self) -> Iterator[bytes]:
        """Return all strings of all tables of strings."""
        for name in self._arrays:
            if name.endswith(".blob"):
                ends = self[f"{name.removesuffix('blob')}at"].all().tolist()
                for start, end in pairwise(ends):
                    yield self[name].bytes(start, end)

    def verify(self) -> None:
        """Check every block. Raises IndexDamaged."""
        end = PRELUDE.size + self._header
        # Empty arrays begin where the next one does, and stand before it.
        entries = [(name, self._entry(name)) for name in self._arrays]
        for name, entry in sorted(entries, key=lambda one: one[1][1]):
            column = self[name] if name in self._columns else self._column(name, entry)
            start = entry[1]
            column.all()
            self._check_gap(end, start)
            end = start + column.data.nbytes
        self._all_sums()
        self._check_gap(end, self._sums_at)
        if self._sums_at + 4 * self._sums_count != self.size:
            raise self.damaged("is longer than what was written")

    def damaged(self, what: str) -> IndexDamaged:
        """Return the error for this file, with the next step."""
        return damaged(self.path, what)

    def _entry(self, name: str) -> tuple[str, int, int, int]:
        """Return what the header says of an array: type, start in bytes, count, first checksum."""
        try:
            entry: tuple[str, int, int, int] = _array(self._arrays[name])
        except ValueError:
            raise self.damaged(f"has a header that does not describe its array {name}") from None
        return entry

    def _check_gap(self, start: int, end: int) -> None:
        """Check that nothing stands between two arrays: nobody reads that, but damage is damage."""
        if any(self._view[start:end]):
            raise self.damaged(f"differs from what was written, at byte {start}")

    def _all_sums(self) -> Ints:
        if self._sums is None:
            sums = np.frombuffer(self._map, "<u4", self._sums_count, self._sums_at)
            if zlib.crc32(sums.tobytes()) != self._sums_sum:
                raise self.damaged("has checksums other than were written")
            self._sums = sums
        return self._sums


def header_of(arrays: Mapping[str, tuple[str, int]], meta: Mapping[str, object]) -> tuple[bytes, list[int]]:
    """Return the header of a file with arrays of (type, bytes), and where each starts.

    The sums come after the arrays; the padding of the header makes its own length independent of them.
    """
    room = 256 + sum(len(name) + 72 for name in arrays) + len(json.dumps(meta, ensure_ascii=False).encode())
    place = -(-(PRELUDE.size + room) // _ALIGN) * _ALIGN
    table: dict[str, tuple[str, int, int, int]] = {}
    starts, blocks = [], 0
    first = place
    for name, (kind, size) in arrays.items():
        starts.append(place)
        table[name] = (kind, place, size // np.dtype(kind).itemsize, blocks)
        blocks += -(-size // BLOCK)
        place = -(-(place + size) // _ALIGN) * _ALIGN
    header = {"meta": meta, "arrays": table, "sums": (place, blocks)}
    data = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    return data.ljust(first - PRELUDE.size), [*starts, place]

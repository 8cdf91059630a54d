"""A file of named flat arrays: mapped, not read, and checked block by block.

Layout: 32 bytes of prelude (magic, header length, header checksum, checksum of the sums, file length), a
JSON header, the arrays, each at a multiple of 64 bytes, and one CRC-32 for every block of every array. All
numbers are little-endian. What is read here are numbers one by one: a small answer needs no more, and does
without NumPy, whose import takes longer than such an answer; ``column_file`` gives the same arrays to NumPy.
Does not depend on documents.
"""

from __future__ import annotations

import re
import struct
import sys
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from mmap import mmap
from pathlib import Path
from typing import Any, Final, Generic, Self, TypeVar

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

#: How the bytes of each type are read.
_FORMATS: Final = {
    "|u1": "B", "|i1": "b", "<u2": "H", "<i2": "h", "<u4": "I", "<i4": "i", "<u8": "Q", "<i8": "q",
    "<f4": "f", "<f8": "d",
}  # fmt: skip

_array: Final = pages.row(pages.fitting(re.compile("[<|][uif][1248]")), pages.whole, pages.whole, pages.whole)
#: What the header says of an array is checked when the array is asked for: few of them are, by one command.
_header: Final = pages.record(
    {"meta": pages.mapping, "arrays": pages.mapping, "sums": pages.row(pages.whole, pages.whole)}
)


def _numbers(raw: memoryview, kind: str) -> memoryview[int]:
    """Return bytes of a file as the numbers that they are."""
    form: Any = _FORMATS[kind]
    if sys.byteorder == "little":
        numbers: memoryview[int] = raw.cast(form)
        return numbers
    turned: array[int] = array(form, raw)
    turned.byteswap()
    return memoryview(turned)


class MappedColumn:
    """One array of a file. What it returns was checked; the rest of the array was not even read."""

    __slots__ = ("_checked", "_left", "_path", "_raw", "_sums", "_width", "kind", "name", "values")

    def __init__(self, path: Path, name: str, kind: str, raw: memoryview, sums: memoryview) -> None:
        """Take the mapped bytes, of what type their numbers are, and their checksums.

        Not the file itself, which keeps its columns: it would stay mapped until garbage is collected.
        """
        self._path, self.name, self.kind, self._raw, self._sums = path, name, kind, raw, sums
        self._width = int(kind[2])
        #: The numbers as they are, unchecked.
        self.values = _numbers(raw, kind)
        self._checked = bytearray(len(sums))
        self._left = len(sums)

    def __len__(self) -> int:
        """Count the values."""
        return len(self.values)

    def at(self, index: int) -> int:
        """Return one value."""
        try:
            if self._left:
                place = index * self._width
                if not self._checked[place // BLOCK]:
                    self._check(place, place + 1)
            value: int = self.values[index]
        except IndexError:
            raise damaged(self._path, f"has no value {index} in its array {self.name}") from None
        return value

    def list(self, start: int, end: int) -> list[int]:
        """Return the values from ``start`` to ``end``."""
        if self._left and end > start:
            self._check(start * self._width, end * self._width)
        return self.values[start:end].tolist()

    def not_above(self, value: int) -> int:
        """Count the values of a sorted array that are not above one."""
        if self._left:
            self._check(0, len(self._raw))
        return bisect_right(self.values, value)

    def bytes(self, start: int, end: int) -> bytes:
        """Return some bytes of an array of bytes."""
        if self._left and end > start:
            self._check(start, end)
        return bytes(self._raw[start:end])

    @property
    def size(self) -> int:
        """Bytes of the array."""
        return len(self._raw)

    def check(self) -> None:
        """Check every block. Raises IndexDamaged."""
        if self._left and len(self._raw):
            self._check(0, len(self._raw))

    def _check(self, start: int, end: int) -> None:
        for block in range(start // BLOCK, (end - 1) // BLOCK + 1):
            if block >= len(self._checked):
                raise damaged(self._path, f"has no block {block} of its array {self.name}")
            if not self._checked[block]:
                if zlib.crc32(self._raw[block * BLOCK : (block + 1) * BLOCK]) != self._sums[block]:
                    raise damaged(self._path, f"differs from what was written, in its array {self.name}")
                self._checked[block] = 1
                self._left -= 1


C_co = TypeVar("C_co", bound=MappedColumn, covariant=True)


class ArrayFile(Generic[C_co]):
    """A mapped file of columns of one class. Safe for many threads: it is only read."""

    column: type[C_co]

    def __init__(self, path: Path, mapped: ArrayFile[MappedColumn] | None = None) -> None:
        """Map the file and read its header; ``mapped`` is the same file, if it is open already.

        Raises IndexDamaged, IndexOutdated, IndexUnreadable or FileNotFoundError.
        """
        self.path = path
        self._map: mmap | bytes = map_file(path) if mapped is None else mapped._map  # noqa: SLF001 - of this class
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
        self._sums: memoryview | None = None
        self._columns: dict[str, C_co] = {}

    def __contains__(self, name: str) -> bool:
        """Say whether there is an array of this name."""
        return name in self._arrays

    def __getitem__(self, name: str) -> C_co:
        """Return an array of the file."""
        column = self._columns.get(name)
        if column is None:
            if name not in self._arrays:
                raise self.damaged(f"lacks its array {name}")
            column = self._column(name, self._entry(name))
        return column

    def _column(self, name: str, entry: tuple[str, int, int, int]) -> C_co:
        """Return the array that an entry of the header describes."""
        kind, start, count, first_sum = entry
        if kind not in _FORMATS:
            raise self.damaged(f"has numbers of no known type in its array {name}")
        if start + count * int(kind[2]) > self._sums_at:
            raise self.damaged(f"has no room for its array {name}")
        raw = self._view[start : start + count * int(kind[2])]
        blocks = -(-len(raw) // BLOCK)
        sums = self._all_sums()[first_sum : first_sum + blocks]
        if len(sums) < blocks:
            raise self.damaged(f"lacks checksums of its array {name}")
        column = self._columns[name] = self.column(self.path, name, kind, raw, sums)
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

    def sealed(self, seal: int) -> Self:
        """Return the file itself, if it is the one that the table means. Raises IndexDamaged."""
        if self.seal != seal:
            raise self.damaged("is not the file that was written under this name")
        return self

    def strings(self) -> Iterator[bytes]:
        """Return all strings of all tables of strings."""
        for name in self._arrays:
            if name.endswith(".blob"):
                at = self[f"{name.removesuffix('blob')}at"]
                ends = at.list(0, len(at))
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
            column.check()
            self._check_gap(end, start)
            end = start + column.size
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

    def _all_sums(self) -> memoryview:
        if self._sums is None:
            raw = self._view[self._sums_at : self._sums_at + 4 * self._sums_count]
            if zlib.crc32(raw) != self._sums_sum:
                raise self.damaged("has checksums other than were written")
            self._sums = _numbers(raw, "<u4")
        return self._sums


class MappedFile(ArrayFile[MappedColumn]):
    """A file whose numbers are read one by one."""

    column = MappedColumn

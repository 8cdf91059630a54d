"""Compound files (OLE), in which old Office programs store documents: streams by name.

[MS-CFB], and the property sets of [MS-OLEPS] for title, author and date.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from copy import copy
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from coopsearch.indexer.extract.metadata import About, about
from coopsearch.indexer.extract.office.rtf_tokens import page_codec
from coopsearch.search.errors import ExtractionError

MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST: Final = 0xFFFFFFFA
"""Sector numbers from here on are not sectors."""
_ENTRY: Final = 128
_FOLDER, _STREAM = 1, 2
_SUMMARY: Final = "\x05summaryinformation"
_TITLE, _AUTHOR, _CREATED, _SAVED = 2, 4, 12, 13


class _Entry(NamedTuple):
    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


class Compound:
    """An open compound file. What contradicts itself in it is ExtractionError."""

    def __init__(self, data: bytes) -> None:
        """Read the tables of sectors and the directory."""
        try:
            self._read_tables(data)
        except (struct.error, IndexError, OverflowError):
            raise ExtractionError("damaged: its table of contents is broken") from None

    def _read_tables(self, data: bytes) -> None:
        shift, small_shift = struct.unpack_from("<HH", data, 30)
        count, directory = struct.unpack_from("<II", data, 44)
        self._cutoff, small, _, more, more_count = struct.unpack_from("<IIIII", data, 56)
        if shift not in {9, 12} or small_shift > shift:
            raise ExtractionError("damaged: its table of contents is broken")
        self._data = data
        self._size = 1 << shift
        self._small_size = 1 << small_shift
        sectors = list(struct.unpack_from("<109I", data, 76))
        most = len(data) // self._size + 1
        for _ in range(min(more_count, most)):
            if more >= _LAST:
                break
            *listed, more = struct.unpack(f"<{self._size // 4}I", self._sector(more))
            sectors += listed
        self._table: list[int] = []
        for sector in sectors[: min(count, most)]:
            if sector < _LAST:
                self._table += struct.unpack(f"<{self._size // 4}I", self._sector(sector))
        entries = list(_entries(self._chain(directory)))
        if not entries:
            raise ExtractionError("damaged: its table of contents is empty")
        table = self._chain(small) if small < _LAST else b""
        self._small_table = struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])
        root = entries[0]
        self._small = self._chain(root.start)[: root.size] if root.start < _LAST else b""
        self._entries = entries
        self._streams = dict(_named(entries, root.child))

    def __contains__(self, name: str) -> bool:
        """Say whether there is a stream of that name (in small letters) at the top."""
        return name in self._streams

    def folders(self) -> list[str]:
        """Return the names of the folders (storages) at the top, sorted."""
        return sorted(name for name, entry in self._streams.items() if entry.kind == _FOLDER)

    def streams(self) -> list[str]:
        """Return the names of the streams at the top, sorted."""
        return sorted(name for name, entry in self._streams.items() if entry.kind == _STREAM)

    def folder(self, name: str) -> Compound:
        """Return a folder as a file of its own. Raises KeyError."""
        inner = copy(self)
        inner._streams = dict(_named(self._entries, self._streams[name].child))  # noqa: SLF001 - its own kind
        return inner

    def read(self, name: str) -> bytes:
        """Return a stream, as much as there is of it; empty if there is none."""
        entry = self._streams.get(name)
        if entry is None:
            return b""
        if entry.size >= self._cutoff:
            return self._chain(entry.start)[: entry.size]
        found = bytearray()
        sector = entry.start
        left = len(self._small_table)
        while sector < len(self._small_table) and len(found) < entry.size and left:
            at = sector * self._small_size
            found += self._small[at : at + self._small_size]
            sector = self._small_table[sector]
            left -= 1
        return bytes(found[: entry.size])

    def about(self) -> About:
        """Return what the file says of itself."""
        try:
            said = dict(_properties(self.read(_SUMMARY)))
        except (struct.error, IndexError, OverflowError, ValueError):
            return About()
        return about(
            said.get(_TITLE, ""),
            said.get(_AUTHOR, ""),
            created=said.get(_CREATED, ""),
            modified=said.get(_SAVED, ""),
        )

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self._size
        return self._data[at : at + self._size].ljust(self._size, b"\0")

    def _chain(self, sector: int) -> bytes:
        """Return what a chain of sectors holds; one that runs in a circle ends with the file's length."""
        found = []
        left = len(self._data) // self._size + 1
        while sector < len(self._table) and left:
            found.append(self._sector(sector))
            sector = self._table[sector]
            left -= 1
        return b"".join(found)


def _entries(directory: bytes) -> Iterator[_Entry]:
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        raw, length, kind, _, left, right, child = struct.unpack_from("<64sHBBIII", directory, at)
        start, size = struct.unpack_from("<II", directory, at + 116)
        name = raw[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace").lower()
        yield _Entry(name, kind, left, right, child, start, size)


def _named(entries: list[_Entry], first: int) -> Iterator[tuple[str, _Entry]]:
    """Yield the entries of one folder; its members are a tree of neighbours."""
    waiting = [first]
    seen: set[int] = set()
    while waiting:
        number = waiting.pop()
        if number < len(entries) and number not in seen:
            seen.add(number)
            entry = entries[number]
            yield entry.name, entry
            waiting += (entry.left, entry.right)


def _properties(data: bytes) -> Iterator[tuple[int, str]]:
    """Yield texts and times of the first property set, by their numbers."""
    if len(data) < 48:  # noqa: PLR2004 - the size of its head
        return
    (base,) = struct.unpack_from("<I", data, 44)
    (count,) = struct.unpack_from("<I", data, base + 4)
    codec = "cp1252"
    for index in range(min(count, 200)):
        key, offset = struct.unpack_from("<II", data, base + 8 + 8 * index)
        (kind,) = struct.unpack_from("<I", data, base + offset)
        at = base + offset + 4
        if key == 1 and kind == 2:  # noqa: PLR2004 - a number of 16 bits: the code page
            (page,) = struct.unpack_from("<H", data, at)
            codec = "utf-16-le" if page == 1200 else page_codec(page)  # noqa: PLR2004
        elif kind in {30, 31}:
            (size,) = struct.unpack_from("<I", data, at)
            raw = data[at + 4 : at + 4 + size * (kind - 29)]
            yield key, raw.decode("utf-16-le" if kind == 31 else codec, "replace").partition("\0")[0]  # noqa: PLR2004
        elif kind == 64:  # noqa: PLR2004 - tenths of microseconds since 1601
            (ticks,) = struct.unpack_from("<Q", data, at)
            if 0 < ticks < 1 << 62:
                yield (
                    key,
                    (datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10)).isoformat(),
                )

"""A segment in one file: its parts one after the other, a directory of them, and a checksum for each block.

A block is checked when something in it is first read, so that a large segment is opened at once and still
never believed where it was changed. To Whoosh it is a storage.
"""

from __future__ import annotations

import json
import struct
import zlib
from array import array
from pathlib import Path
from typing import IO, Any, Final, NoReturn

from whoosh.filedb.filestore import Storage
from whoosh.filedb.structfile import StructFile

from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.opening import damaged, map_file
from coopsearch.search.indexdir.pages import every, record, row, table, text, whole

_MAGIC: Final = b"COOPSEG\n"
#: At the end of the file: where the directory starts, its bytes and its checksum.
_TAIL: Final = struct.Struct("<QII")
#: Bytes that have a checksum of their own.
BLOCK: Final = 1 << 15
_directory = record({"parts": table(text, row(whole, whole)), "sums": every(whole)})


class View(StructFile):  # type: ignore[misc]
    """A part of a segment, read where it lies."""

    def __init__(self, segment: Compound, start: int, length: int, name: str) -> None:
        """Take a range of a segment's file."""
        self._segment, self._start, self._length, self._at = segment, start, length, 0
        self._name, self.onclose, self.is_closed, self.is_real = name, None, False, False

    def get(self, position: int, length: int) -> bytes:
        """Return bytes from a place. Raises ValueError beyond the ends."""
        if position < 0 or length < 0 or position + length > self._length:
            raise ValueError(f"{self._name} ends before what is to be read")
        return self._segment.bytes_at(self._start + position, length)

    def read(self, size: int | None = None) -> bytes:
        """Return the next bytes. Raises ValueError if there are not so many."""
        length = self._length - self._at if size is None else size
        data = self.get(self._at, length)
        self._at += length
        return data

    def seek(self, where: int, whence: int = 0) -> None:
        """Move to a place."""
        self._at = where + (0, self._at, self._length)[whence]

    def tell(self) -> int:
        """Return the place."""
        return self._at

    def get_array(self, position: int, typecode: str, length: int) -> array[Any]:
        """Return big-endian numbers from a place."""
        numbers = array(typecode)
        numbers.frombytes(self.get(position, length * numbers.itemsize))
        if struct.pack("=H", 1) != struct.pack(">H", 1):
            numbers.byteswap()
        return numbers

    def read_pickle(self) -> NoReturn:
        """Refuse: nothing in an index is ever unpickled."""
        raise ValueError("an index holds no pickles")

    def close(self) -> None:
        """Do nothing: the segment's file is one for all parts."""
        self.is_closed = True


class Folder(Storage):  # type: ignore[misc]
    """The folder of an index, whose segments open their own files: it has no other to give."""

    readonly = True
    supports_mmap = False

    def __init__(self, folder: Path) -> None:
        """Take the folder."""
        self.folder = str(folder)

    def list(self) -> list[str]:
        """Return nothing."""
        return []

    def file_exists(self, name: str) -> bool:  # noqa: ARG002 - of no name
        """Say that there is none."""
        return False


class Compound(Storage):  # type: ignore[misc]
    """The parts of one segment's file. Raises IndexDamaged for what is not as it was written."""

    readonly = True
    supports_mmap = False

    def __init__(self, path: Path) -> None:
        """Map the file and read its directory. Raises FileNotFoundError where there is none."""
        self.folder = str(path.parent)
        self._path = path
        self._data: Any = map_file(path)
        try:
            start, size, checksum = _TAIL.unpack(self._data[-_TAIL.size :])
            listed = self._data[start : start + size]
            if start + size + _TAIL.size != len(self._data) or zlib.crc32(listed) != checksum:
                raise ValueError(start)
            found = _directory(json.loads(listed))
            self._parts: dict[str, tuple[int, int]] = found["parts"]
            if any(at + length > start for at, length in self._parts.values()):
                raise ValueError(start)
            self._sums: tuple[int, ...] = found["sums"]
            if len(self._sums) != -(-start // BLOCK):
                raise ValueError(self._sums)
        except (struct.error, ValueError, TypeError, RecursionError, OverflowError):
            raise damaged(path, "does not hold what a segment holds") from None
        self._end = start
        self._checked = bytearray(len(self._sums))

    def bytes_at(self, start: int, length: int) -> bytes:
        """Return bytes of the file, checked."""
        for block in range(start // BLOCK, (start + length - 1) // BLOCK + 1):
            if not self._checked[block]:
                piece = self._data[block * BLOCK : min((block + 1) * BLOCK, self._end)]
                if zlib.crc32(piece) != self._sums[block]:
                    raise damaged(self._path, "differs from what was written")
                self._checked[block] = 1
        found: bytes = self._data[start : start + length]
        return found

    def open_file(self, name: str, *_: Any, **__: Any) -> View:
        """Return a part."""
        start, length = self._parts[name]
        return View(self, start, length, name)

    def list(self) -> list[str]:
        """Return the names of the parts."""
        return list(self._parts)

    def file_exists(self, name: str) -> bool:
        """Say whether there is such a part."""
        return name in self._parts

    def file_length(self, name: str) -> int:
        """Return the bytes of a part."""
        return self._parts[name][1]

    def close(self) -> None:
        """Let the file go."""
        self._data = b""


def write_compound(path: Path, storage: Storage, names: list[str]) -> tuple[int, int]:
    """Write parts that a storage holds as one new file, durably; return its size and CRC-32."""
    with durable.creating(path) as stream:
        out = _Blocks(stream)
        out.write(_MAGIC)
        parts = {}
        for name in names:
            start = out.size
            with storage.open_file(name) as part:
                while piece := part.read(BLOCK):
                    out.write(piece)
            parts[name] = (start, out.size - start)
        start, sums = out.size, out.end()
        listed = json.dumps({"parts": parts, "sums": sums}, separators=(",", ":")).encode()
        out.write(listed)
        out.write(_TAIL.pack(start, len(listed), zlib.crc32(listed)))
    return out.size, out.crc32


class _Blocks:
    """A stream whose blocks, and all of it, are summed up."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._sums: list[int] = []
        self._block = b""
        self.size = self.crc32 = 0

    def write(self, data: bytes) -> None:
        self._stream.write(data)
        self.crc32 = zlib.crc32(data, self.crc32)
        self.size += len(data)
        self._block += data
        while len(self._block) >= BLOCK:
            self._sums.append(zlib.crc32(self._block[:BLOCK]))
            self._block = self._block[BLOCK:]

    def end(self) -> list[int]:
        """Return the sums of all blocks, the last of which may be shorter."""
        return [*self._sums, zlib.crc32(self._block)] if self._block else self._sums

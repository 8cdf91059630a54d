"""Writing a file of columns, array by array or a bit of each at a time.

Arrays grow side by side in memory and, when they get large, in unnamed files beside the one to come;
``finish`` puts them in a row. Does not depend on documents.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final

import numpy as np

from coopsearch.search.engines.columns.arrays import Ints
from coopsearch.search.engines.columns.storage.column_file import BLOCK, MAGIC, PRELUDE, VERSION, header_of
from coopsearch.search.indexdir.durable import replacing, telling
from coopsearch.search.indexdir.names import SPOOL

#: Bytes of one array that are kept in memory.
_HELD: Final = 1 << 20


class _Spool:
    """The bytes of one array so far."""

    __slots__ = ("_held", "_parts", "_stream", "folder", "kind", "size")

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kind = ""
        self.size = self._held = 0
        self._parts: list[bytes] = []
        self._stream: IO[bytes] | None = None

    def add(self, data: bytes) -> None:
        self._parts.append(data)
        self.size += len(data)
        self._held += len(data)
        if self._held > _HELD:
            if self._stream is None:
                import tempfile  # reading, which shares these files' layout, does without

                with telling(self.folder):
                    self._stream = tempfile.TemporaryFile(dir=self.folder, prefix=SPOOL)  # noqa: SIM115
            with telling(self.folder):
                self._stream.writelines(self._parts)
            self._parts, self._held = [], 0

    def blocks(self) -> Iterator[bytes]:
        """Return all bytes in pieces that are whole blocks, but for the last."""
        if self._stream is not None:
            self._stream.writelines(self._parts)
            self._stream.seek(0)
            while data := self._stream.read(64 * BLOCK):
                yield data
        else:
            yield b"".join(self._parts)

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()


class ColumnWriter:
    """Makes one file. Nothing stands at its path before ``finish``."""

    def __init__(self, path: Path) -> None:
        """Prepare to write to a path; the folder exists."""
        self.path = path
        self._arrays: dict[str, _Spool] = {}

    def add(self, name: str, values: Ints) -> None:
        """Append values to an array. The type of the first values is the array's."""
        spool = self._arrays.get(name)
        if spool is None:
            spool = self._arrays[name] = _Spool(self.path.parent)
            spool.kind = values.dtype.newbyteorder("<").str
        spool.add(np.ascontiguousarray(values, spool.kind).tobytes())

    def add_bytes(self, name: str, data: bytes) -> None:
        """Append bytes to an array of bytes."""
        spool = self._arrays.get(name)
        if spool is None:
            spool = self._arrays[name] = _Spool(self.path.parent)
            spool.kind = "|u1"
        spool.add(data)

    def finish(self, meta: Mapping[str, Any]) -> int:
        """Write and fsync the file; return its size in bytes. The folder is the caller's to fsync.

        Raises IndexUnwritable.
        """
        header, starts = header_of({name: (s.kind, s.size) for name, s in self._arrays.items()}, meta)
        sums: list[int] = []
        with replacing(self.path) as stream:
            stream.seek(PRELUDE.size)
            stream.write(header)
            for spool, start in zip(self._arrays.values(), starts, strict=False):
                stream.write(b"\0" * (start - stream.tell()))
                for data in spool.blocks():
                    stream.write(data)
                    sums.extend(zlib.crc32(data[at : at + BLOCK]) for at in range(0, len(data), BLOCK))
                spool.close()
            stream.write(b"\0" * (starts[-1] - stream.tell()))
            tail = np.array(sums, "<u4").tobytes()
            stream.write(tail)
            size = stream.tell()
            stream.seek(0)
            stream.write(
                PRELUDE.pack(MAGIC, VERSION, len(header), zlib.crc32(header), zlib.crc32(tail), size)
            )
        return size

    def discard(self) -> None:
        """Forget what was added."""
        for spool in self._arrays.values():
            spool.close()
        self._arrays = {}

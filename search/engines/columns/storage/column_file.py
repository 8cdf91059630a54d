"""The arrays of a mapped file as NumPy's.

Reading is as in ``mapped_file``, block by block as it is asked for. Does not depend on documents.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from coopsearch.search.engines.columns.arrays import Ints, distinct
from coopsearch.search.engines.columns.storage.mapped_file import (
    BLOCK,
    MAGIC,
    PRELUDE,
    VERSION,
    ArrayFile,
    MappedColumn,
)
from coopsearch.search.indexdir.opening import damaged

__all__ = ["BLOCK", "MAGIC", "PRELUDE", "VERSION", "Column", "ColumnFile", "header_of"]

_ALIGN: Final = 64


class Column(MappedColumn):
    """One array of a file, for NumPy."""

    __slots__ = ("data",)

    def __init__(self, path: Path, name: str, kind: str, raw: memoryview, sums: memoryview) -> None:
        """See the class that this one is made of."""
        super().__init__(path, name, kind, raw, sums)
        self.data: Ints = np.frombuffer(raw, kind)

    def slice(self, start: int, end: int) -> Ints:
        """Return the values from ``start`` to ``end`` as a view of the file."""
        if self._left and end > start:
            self._check(start * self._width, end * self._width)
        return self.data[start:end]

    def take(self, indexes: Ints) -> Ints:
        """Return the values at some places."""
        try:
            if self._left and len(indexes):
                blocks = np.asarray(indexes, np.int64) * self._width // BLOCK
                unchecked = blocks[np.frombuffer(self._checked, np.uint8)[blocks] == 0]
                for block in distinct(unchecked).tolist():
                    self._check(block * BLOCK, block * BLOCK + 1)
            return np.take(self.data, indexes)
        except IndexError:
            raise damaged(self._path, f"has not all values that are asked of its array {self.name}") from None

    def all(self) -> Ints:
        """Return the whole array."""
        return self.slice(0, len(self.data))

    def not_above(self, value: int) -> int:
        """Count the values of a sorted array that are not above one."""
        values = self.all()
        # A number of another type would make NumPy convert the whole array.
        return int(values.searchsorted(values.dtype.type(value), "right"))


class ColumnFile(ArrayFile[Column]):
    """A mapped file of columns. Safe for many threads: it is only read, and checks may be repeated."""

    column = Column


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

"""Writing stored documents, which ``doc_store`` reads. Here a document is bytes."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np

from coopsearch.search.engines.columns.arrays import starts_of
from coopsearch.search.engines.columns.storage.column_writer import ColumnWriter
from coopsearch.search.engines.columns.storage.doc_store import BLOCK, PIECES, SAMPLE, Store
from coopsearch.search.engines.columns.storage.string_table import decode

#: Bytes of the dictionary: deflate's window.
_DICTIONARY: Final = 1 << 15
#: Measured on running text: level 1 of zlib gives 0.39 of it, 2 gives 0.375 at nearly the same speed, 3 gives
#: 0.35 at two thirds of it; level 2 of isal gives 0.378 at 1.7 times the speed of zlib's.
_LEVEL: Final = 2


class StoreWriter:
    """Appends documents to the arrays ``store.*`` of a file."""

    def __init__(self, out: ColumnWriter) -> None:
        """Start with no document."""
        self._out = out
        self._waiting: list[bytes] | None = []
        self._held: list[bytes] = []
        self._holds = 0
        """Bytes of all that is held."""
        self._dictionary = b""
        self._packer: Callable[[], Any] = _packer(b"")
        self._size = self._packed = self._chars = 0
        self._starts: list[int] = [0]
        self._raw: list[int] = [0]
        self._at: list[int] = [0]
        self._char: list[int] = [0]
        self._groups: list[tuple[int, bytes]] = []
        out.add_bytes("store.data", b"")

    def add(self, record: bytes) -> None:
        """Append a document."""
        self._size += len(record)
        self._starts.append(self._size)
        if self._waiting is None:
            self._put(record)
        else:
            self._waiting.append(record)
            if self._size >= SAMPLE:
                self._prime()

    def copy(self, store: Store) -> None:
        """Append all documents of another store as they are, without unpacking them."""
        self._end_group()
        self._groups += [(len(self._raw) - 1 + block, data) for block, data in store.groups()]
        self._waiting = []
        for data in store.packed():
            self._out.add_bytes("store.data", data)
        tables = store.tables()
        for mine, more in zip((self._starts, self._raw, self._at, self._char), tables, strict=True):
            base = mine[-1]
            mine.extend([end + base for end in more[1:]])
        self._size, self._packed, self._chars = self._starts[-1], self._at[-1], self._char[-1]

    def finish(self) -> None:
        """Write the last block and the tables."""
        self._end_group()
        out = self._out
        out.add_bytes("store.dictionary", b"".join(data for _, data in self._groups))
        out.add("store.dictionary_at", starts_of(np.array([len(data) for _, data in self._groups], np.int64)))
        out.add("store.dictionary_block", np.array([block for block, _ in self._groups], np.int64))
        for name, values in (
            ("doc", self._starts),
            ("raw", self._raw),
            ("at", self._at),
            ("char", self._char),
        ):
            kind = np.uint32 if values[-1] < 1 << 32 else np.uint64
            out.add(f"store.{name}", np.array(values, kind))

    def _end_group(self) -> None:
        """Write what is held; the next blocks have another dictionary."""
        if self._waiting:
            self._prime()
        if self._held:
            self._flush()

    def _prime(self) -> None:
        waiting, self._waiting = self._waiting or [], None
        sample = b"".join(waiting)
        self._dictionary = b""
        if len(sample) >= SAMPLE:
            # Pieces from all over the sample; the nearest to the data is the cheapest to refer to.
            step = len(sample) // PIECES
            size = _DICTIONARY // PIECES
            self._dictionary = b"".join(sample[at : at + size] for at in range(0, PIECES * step, step))
        self._packer = _packer(self._dictionary)
        self._groups.append((len(self._raw) - 1, self._dictionary))
        for record in waiting:
            self._put(record)

    def _put(self, record: bytes) -> None:
        # A document that fits into one block is not put into two.
        if self._held and self._holds + len(record) > BLOCK:
            self._flush()
        at = 0
        while len(record) - at >= 2 * BLOCK:
            end = at + BLOCK
            while record[end] & 0xC0 == 0x80:
                end -= 1
            self._pack(record[at:end])
            at = end
        self._held.append(record[at:] if at else record)
        self._holds += len(record) - at

    def _flush(self) -> None:
        held, self._held, self._holds = self._held, [], 0
        self._pack(b"".join(held))

    def _pack(self, data: bytes) -> None:
        """Write a block."""
        packer = self._packer()
        packed = packer.compress(data) + packer.flush()
        self._out.add_bytes("store.data", packed)
        self._packed += len(packed)
        # Bytes that continue a character are 10xxxxxx.
        self._chars += len(data) if data.isascii() else len(decode(data))
        self._raw.append(self._raw[-1] + len(data))
        self._at.append(self._packed)
        self._char.append(self._chars)


def _packer(dictionary: bytes) -> Callable[[], Any]:
    """Return what makes a compressor for one block."""
    if not dictionary:
        return zlib.compressobj(6, zlib.DEFLATED, -15).copy
    try:
        # Imported where there is much to compress: it takes longer than a small index.
        from isal import isal_zlib
    except ImportError:
        # No wheel for this machine. A copy keeps what the dictionary taught, which takes zlib long.
        return zlib.compressobj(_LEVEL, zlib.DEFLATED, -15, 8, zlib.Z_DEFAULT_STRATEGY, dictionary).copy
    return partial(
        isal_zlib.compressobj,
        _LEVEL,
        isal_zlib.DEFLATED,
        -15,
        isal_zlib.DEF_MEM_LEVEL,
        isal_zlib.Z_DEFAULT_STRATEGY,
        dictionary,
    )

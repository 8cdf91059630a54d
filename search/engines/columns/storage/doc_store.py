"""Stored documents: small compressed blocks behind one dictionary, read a passage at a time.

A stored document is a line of JSON (all but the text) and the text, in UTF-8. Documents stand one after the
other in a stream cut into blocks of a few kilobytes, each deflated on its own with a dictionary taken from
the beginning of the stream: a hit costs the block that it stands in, and small blocks compress like large
ones. Here a document is bytes, which ``stored_document`` reads.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import numpy as np

from coopsearch.search.engines.columns.arrays import Ints, starts_of
from coopsearch.search.engines.columns.storage.column_file import ColumnFile
from coopsearch.search.engines.columns.storage.column_writer import ColumnWriter
from coopsearch.search.engines.columns.storage.string_table import decode

#: Bytes of a block before compression, more or less.
_BLOCK: Final = 4096
#: Bytes of the stream from which the dictionary is taken, and those of the dictionary (deflate's window).
_SAMPLE: Final = 1 << 17
_DICTIONARY: Final = 1 << 15
#: Places of the sample that it is taken from.
_PIECES: Final = 8
#: Measured on running text: level 1 of zlib gives 0.39 of it, 2 gives 0.375 at nearly the same speed, 3 gives
#: 0.35 at two thirds of it; level 2 of isal gives 0.378 at 1.7 times the speed of zlib's.
_LEVEL: Final = 2
#: Blocks that a reader keeps decompressed: 4 MB.
_KEPT: Final = 1024


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
            if self._size >= _SAMPLE:
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
            mine.extend((more[1:].astype(np.int64) + base).tolist())
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
        if len(sample) >= _SAMPLE:
            # Pieces from all over the sample; the nearest to the data is the cheapest to refer to.
            step = len(sample) // _PIECES
            size = _DICTIONARY // _PIECES
            self._dictionary = b"".join(sample[at : at + size] for at in range(0, _PIECES * step, step))
        self._packer = _packer(self._dictionary)
        self._groups.append((len(self._raw) - 1, self._dictionary))
        for record in waiting:
            self._put(record)

    def _put(self, record: bytes) -> None:
        # A document that fits into one block is not put into two.
        if self._held and self._holds + len(record) > _BLOCK:
            self._flush()
        at = 0
        while len(record) - at >= 2 * _BLOCK:
            end = at + _BLOCK
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


class Store:
    """Reads documents from the arrays ``store.*``. Safe for many threads."""

    def __init__(self, file: ColumnFile) -> None:
        """Look at the arrays; nothing is read."""
        self._file = file
        self._data, self._doc, self._raw = file["store.data"], file["store.doc"], file["store.raw"]
        self._at, self._char = file["store.at"], file["store.char"]
        self._primed: dict[int, Any] = {}
        self._kept: dict[int, bytes] = {}
        self._lock = threading.Lock()

    def record(self, document: int) -> bytes:
        """Return a whole stored document."""
        return self._read(self._doc.at(document), self._doc.at(document + 1))

    def is_short(self, document: int) -> bool:
        """Say whether reading all of a document costs no more than reading a part of it."""
        return self._doc.at(document + 1) - self._doc.at(document) < 2 * _BLOCK

    def head(self, document: int) -> bytes:
        """Return the JSON of a stored document without reading all of a long text."""
        start, end = self._doc.at(document), self._doc.at(document + 1)
        reach = start + _BLOCK
        while reach < end:
            data = self._read(start, reach)
            if (line := data.find(b"\n")) >= 0:
                return data[:line]
            reach += reach - start
        data = self._read(start, end)
        return data[: data.index(b"\n")]

    def text(self, document: int, start: int, end: int) -> str:
        """Return characters ``start`` to ``end`` of a document's text: one passage, say."""
        byte, head = self._doc.at(document), self.head(document)
        if self._doc.at(document + 1) - byte <= len(head) + 1:
            # An index that was packed without its texts: where they stood, other documents stand.
            return ""
        block = self._block_of(self._raw.all(), byte)
        before = decode(self._block(block)[: byte - self._raw.at(block)])
        first = self._char.at(block) + len(before) + len(decode(head)) + 1
        low = self._block_of(self._char.all(), first + start)
        high = self._block_of(self._char.all(), max(first + start, first + end - 1))
        text = decode(b"".join(map(self._block, range(low, high + 1))))
        skip = self._char.at(low)
        return text[first + start - skip : first + end - skip]

    @staticmethod
    def _block_of(starts: Ints, place: int) -> int:
        # A number of another type would make NumPy convert the whole array.
        return min(int(starts.searchsorted(starts.dtype.type(place), "right")) - 1, len(starts) - 2)

    def _read(self, start: int, end: int) -> bytes:
        block = self._block_of(self._raw.all(), start)
        skip = start - self._raw.at(block)
        data = self._kept.get(block) or self._block(block)
        while skip + end - start > len(data):
            block += 1
            data += self._block(block)
        return data[skip : skip + end - start]

    def _block(self, block: int) -> bytes:
        data = self._kept.get(block)
        if data is None:
            packed = self._data.bytes(self._at.at(block), self._at.at(block + 1))
            size = self._raw.at(block + 1) - self._raw.at(block)
            try:
                # One more than there should be, so that no block can swell beyond what the table says.
                data = self._unpacker(block).decompress(packed, size + 1)
            except (zlib.error, OverflowError, ValueError):
                raise self._file.damaged("holds a block that cannot be decompressed") from None
            if len(data) != size:
                raise self._file.damaged("holds a block of another length than was written")
            with self._lock:
                if len(self._kept) >= _KEPT:
                    self._kept.pop(next(iter(self._kept)), None)
                self._kept[block] = data
        return data

    def groups(self) -> list[tuple[int, bytes]]:
        """Return the dictionaries, each with the first block that it serves."""
        column, ends = self._file["store.dictionary"], self._file["store.dictionary_at"].all().tolist()
        firsts = self._file["store.dictionary_block"].all().tolist()
        return [(first, column.bytes(*ends[place : place + 2])) for place, first in enumerate(firsts)]

    def packed(self) -> Iterator[bytes]:
        """Return all compressed bytes in pieces."""
        for start in range(0, len(self._data), 1 << 20):
            yield self._data.bytes(start, min(start + (1 << 20), len(self._data)))

    def records(self) -> Iterator[bytes]:
        """Return every stored document."""
        return map(self.record, range(len(self._doc) - 1))

    def strange(self) -> Iterator[str]:
        """Return what the dictionaries hold that stands in no document of theirs: nothing, if all is well."""
        groups = self.groups()
        ends = [first for first, _ in groups[1:]] + [len(self._raw) - 1]
        for (first, dictionary), end in zip(groups, ends, strict=True):
            size = max(1, len(dictionary) // _PIECES)
            # The pieces were taken from the first bytes that the dictionary serves.
            reach = min(self._raw.at(first) + 2 * _SAMPLE, self._raw.at(end) - 1)
            last = self._block_of(self._raw.all(), reach)
            served = b"".join(map(self._block, range(first, min(last + 1, end))))
            for at in range(0, len(dictionary), size):
                if (piece := dictionary[at : at + size]) not in served:
                    yield piece.decode("utf-8", "replace")

    def tables(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Return the ends of documents, of blocks, of compressed blocks and of blocks in characters."""
        return self._doc.all(), self._raw.all(), self._at.all(), self._char.all()

    @property
    def size(self) -> int:
        """Bytes of all documents before compression."""
        return self._raw.at(len(self._raw) - 1)

    def _unpacker(self, block: int) -> Any:
        """Return a decompressor that knows the block's dictionary."""
        firsts = self._file["store.dictionary_block"].all()
        group = int(np.searchsorted(firsts, block, "right")) - 1
        with self._lock:
            primed = self._primed.get(group)
            if primed is None:
                at = self._file["store.dictionary_at"]
                dictionary = self._file["store.dictionary"].bytes(at.at(group), at.at(group + 1))
                primed = zlib.decompressobj(-15, dictionary) if dictionary else zlib.decompressobj(-15)
                self._primed[group] = primed
            return primed.copy()

"""Stored documents: small compressed blocks behind one dictionary, read a passage at a time.

A stored document is a line of JSON (all but the text) and the text, in UTF-8. Documents stand one after the
other in a stream cut into blocks of a few kilobytes, each deflated on its own with a dictionary taken from
the beginning of the stream: a hit costs the block that it stands in, and small blocks compress like large
ones. Here a document is bytes, which ``stored_document`` reads; ``doc_store_writer`` writes them.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator
from typing import Any, Final

from coopsearch.search.engines.columns.storage.mapped_file import ArrayFile, MappedColumn
from coopsearch.search.engines.columns.storage.string_table import decode

#: Bytes of a block before compression, more or less.
BLOCK: Final = 4096
#: Bytes of the stream from which the dictionary is taken.
SAMPLE: Final = 1 << 17
#: Places of the sample that it is taken from.
PIECES: Final = 8
#: Blocks that a reader keeps decompressed: 4 MB.
_KEPT: Final = 1024


class Store:
    """Reads documents from the arrays ``store.*``. Safe for many threads."""

    def __init__(self, file: ArrayFile[MappedColumn]) -> None:
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
        return self._doc.at(document + 1) - self._doc.at(document) < 2 * BLOCK

    def head(self, document: int) -> bytes:
        """Return the JSON of a stored document without reading all of a long text."""
        start, end = self._doc.at(document), self._doc.at(document + 1)
        reach = start + BLOCK
        while reach < end:
            data = self._read(start, reach)
            if (line := data.find(b"\n")) >= 0:
                return data[:line]
            reach += reach - start
        data = self._read(start, end)
        return data[: data.index(b"\n")]

    def beginning(self, document: int) -> bytes:
        """Return the JSON of a stored document, of a short one with its text: whichever is read sooner."""
        start, end = self._doc.at(document), self._doc.at(document + 1)
        return self._read(start, end) if end - start < 2 * BLOCK else self.head(document)

    def text(self, document: int, start: int, end: int) -> str:
        """Return characters ``start`` to ``end`` of a document's text: one passage, say."""
        byte, head = self._doc.at(document), self.head(document)
        if self._doc.at(document + 1) - byte <= len(head) + 1:
            # An index that was packed without its texts: where they stood, other documents stand.
            return ""
        block = self._block_of(self._raw, byte)
        before = decode(self._block(block)[: byte - self._raw.at(block)])
        first = self._char.at(block) + len(before) + len(decode(head)) + 1
        low = self._block_of(self._char, first + start)
        high = self._block_of(self._char, max(first + start, first + end - 1))
        text = decode(b"".join(map(self._block, range(low, high + 1))))
        skip = self._char.at(low)
        return text[first + start - skip : first + end - skip]

    @staticmethod
    def _block_of(starts: MappedColumn, place: int) -> int:
        return min(starts.not_above(place) - 1, len(starts) - 2)

    def _read(self, start: int, end: int) -> bytes:
        block = self._block_of(self._raw, start)
        skip = start - self._raw.at(block)
        data = self._kept.get(block) or self._block(block)
        wanted = skip + end - start
        if wanted > len(data):
            # Joined once: a long text has thousands of blocks.
            parts, size = [data], len(data)
            while wanted > size:
                block += 1
                parts.append(self._block(block))
                size += len(parts[-1])
            data = b"".join(parts)
        return data[skip:wanted]

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
        column, ends = self._file["store.dictionary"], _all(self._file["store.dictionary_at"])
        firsts = _all(self._file["store.dictionary_block"])
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
            size = max(1, len(dictionary) // PIECES)
            # The pieces were taken from the first bytes that the dictionary serves.
            reach = min(self._raw.at(first) + 2 * SAMPLE, self._raw.at(end) - 1)
            last = self._block_of(self._raw, reach)
            served = b"".join(map(self._block, range(first, min(last + 1, end))))
            for at in range(0, len(dictionary), size):
                if (piece := dictionary[at : at + size]) not in served:
                    yield piece.decode("utf-8", "replace")

    def tables(self) -> tuple[list[int], list[int], list[int], list[int]]:
        """Return the ends of documents, of blocks, of compressed blocks and of blocks in characters."""
        return _all(self._doc), _all(self._raw), _all(self._at), _all(self._char)

    @property
    def size(self) -> int:
        """Bytes of all documents before compression."""
        return self._raw.at(len(self._raw) - 1)

    def _unpacker(self, block: int) -> Any:
        """Return a decompressor that knows the block's dictionary."""
        group = self._file["store.dictionary_block"].not_above(block) - 1
        with self._lock:
            primed = self._primed.get(group)
            if primed is None:
                at = self._file["store.dictionary_at"]
                dictionary = self._file["store.dictionary"].bytes(at.at(group), at.at(group + 1))
                primed = zlib.decompressobj(-15, dictionary) if dictionary else zlib.decompressobj(-15)
                self._primed[group] = primed
            return primed.copy()


def _all(column: MappedColumn) -> list[int]:
    return column.list(0, len(column))

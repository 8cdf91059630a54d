"""The records of binary workbooks since 2007, and the strings in them. [MS-XLSB], BIFF12.

Read as a stream; what nobody asks for is passed over unread.
"""

from __future__ import annotations

import struct
from collections.abc import Container, Iterator
from typing import Final

from coopsearch.indexer.extract.office.xml_reader import Readable
from coopsearch.search.errors import ExtractionError

_PIECE: Final = 1 << 16
#: No record that is read is larger in an honest file: a cell holds 32,767 letters.
_LARGEST: Final = 1 << 20
_NO_STRING: Final = 0xFFFF_FFFF


def records(stream: Readable, wanted: Container[int]) -> Iterator[tuple[int, bytes]]:
    """Yield the kind and the data of the records of some kinds.

    Raises ExtractionError for records that are cut off or larger than they can be.
    """
    reading = _Reading(stream)
    while reading.is_more():
        kind = reading.number(2)
        size = reading.number(4)
        if kind not in wanted:
            reading.skip(size)
            continue
        if size > _LARGEST:
            raise ExtractionError("damaged: a record is larger than any can be")
        yield kind, reading.take(size)


def string(data: bytes, at: int) -> tuple[str, int]:
    """Return a string with its length before it, and where it ends. Raises struct.error if it is cut off."""
    (count,) = struct.unpack_from("<I", data, at)
    if count == _NO_STRING:
        return "", at + 4
    end = at + 4 + 2 * count
    if end > len(data):
        raise struct.error("cut off")
    return data[at + 4 : end].decode("utf-16-le", "replace"), end


class _Reading:
    """A stream, piece by piece."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._piece = b""
        self._at = 0

    def is_more(self) -> bool:
        if self._at >= len(self._piece):
            self._piece = self._stream.read(_PIECE)
            self._at = 0
        return self._at < len(self._piece)

    def number(self, most: int) -> int:
        """Return a number of 7 bits a byte, the lowest first, of so many bytes at most."""
        value = 0
        for index in range(most):
            if not self.is_more():
                raise ExtractionError("damaged: its records are cut off")
            byte = self._piece[self._at]
            self._at += 1
            value |= (byte & 0x7F) << 7 * index
            if byte < 0x80:  # noqa: PLR2004 - the bit that says that more follow
                break
        return value

    def take(self, size: int) -> bytes:
        found = []
        while size:
            if not self.is_more():
                raise ExtractionError("damaged: its records are cut off")
            piece = self._piece[self._at : self._at + size]
            self._at += len(piece)
            size -= len(piece)
            found.append(piece)
        return b"".join(found)

    def skip(self, size: int) -> None:
        while size:
            if not self.is_more():
                raise ExtractionError("damaged: its records are cut off")
            here = min(size, len(self._piece) - self._at)
            self._at += here
            size -= here

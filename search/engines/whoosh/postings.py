"""Postings in blocks of plain numbers, where Whoosh's own codec pickles them.

A block says how long it is, how many documents it holds, the last of them, what bounds its scores, and
then, maybe deflated, the documents as differences, their weights and their values. A value is the positions
of a term as differences. All of it is checked as it is read, for anybody may have written it. Does not
depend on files.
"""

from __future__ import annotations

import struct
import sys
import zlib
from array import array
from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise
from math import isfinite
from operator import lt
from typing import Any, Final

from whoosh.codec.whoosh3 import W3LeafMatcher, W3PostingsWriter
from whoosh.formats import Positions
from whoosh.util.numeric import byte_to_length, length_to_byte

MAGIC: Final = b"CPB1"
#: Bytes that follow, bytes when inflated, documents, the last one, highest weight, lengths, flags.
_HEAD: Final = struct.Struct("<IIIIfBBB")
_LAST, _DEFLATED, _VALUES = 1, 2, 4
_ONES, _SAME, _EACH = 0, 1, 2
_FLOAT: Final = struct.Struct("<f")
#: Less is not worth deflating.
_SMALL: Final = 48
#: Bytes of the largest block there can be: 128 documents of some hundred thousand positions each.
_MOST: Final = 1 << 28
#: The narrowest type in which numbers have room, by its place: "B", "H" or "I".
_TYPES: Final = "BHI"


def _packed(numbers: array[Any]) -> bytes:
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()


def _unpacked(kind: str, data: bytes) -> array[Any]:
    numbers = array(kind)
    numbers.frombytes(data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def pack_positions(positions: Iterable[int]) -> bytes:
    """Return rising positions as a byte for their type and the differences."""
    differences = []
    before = 0
    for position in positions:
        differences.append(position - before)
        before = position
    highest = max(differences, default=0)
    kind = 0 if highest < 1 << 8 else 1 if highest < 1 << 16 else 2
    return bytes([kind]) + _packed(array(_TYPES[kind], differences))


def unpack_positions(data: bytes) -> list[int]:
    """Return the positions. Raises an error for other bytes."""
    return list(accumulate(_unpacked(_TYPES[data[0]], data[1:])))


class PlainPositions(Positions):  # type: ignore[misc]
    """The positions of a term in a document, as plain numbers."""

    def encode(self, poslist: Iterable[int]) -> bytes:
        """Return the positions as bytes."""
        return pack_positions(poslist)

    def decode_positions(self, valuestring: bytes) -> list[int]:
        """Return the positions."""
        return unpack_positions(valuestring)

    def decode_frequency(self, valuestring: bytes) -> int:
        """Count the positions."""
        return len(unpack_positions(valuestring))


class PlainPostingsWriter(W3PostingsWriter):  # type: ignore[misc]
    """Writes blocks; all else is Whoosh's."""

    def _write_block(self, last: bool = False) -> None:  # noqa: FBT001, FBT002 - Whoosh's own
        post = self._postfile
        if not self._blockcount:
            post.write(MAGIC)
        self._terminfo.add_block(self)
        ids, values = self._ids, self._values
        flags = (_LAST if last else 0) | (_VALUES if values else 0)
        data = b"".join(self._parts())
        raw = len(data)
        if raw > _SMALL and len(smaller := zlib.compress(data, 3)) < raw:
            data = smaller
            flags |= _DEFLATED
        least, most = length_to_byte(self._minlength), length_to_byte(self._maxlength)
        post.write(_HEAD.pack(len(data), raw, len(ids), ids[-1], self._maxweight, least, most, flags))
        post.write(data)
        self._blockcount += 1
        self._new_block()

    def _parts(self) -> Iterator[bytes]:
        ids, weights, values = self._ids, self._weights, self._values
        yield _packed(array("I", [ids[0], *(after - one for one, after in pairwise(ids))]))
        if all(weight == weights[0] for weight in weights):
            yield bytes([_ONES]) if weights[0] == 1.0 else bytes([_SAME]) + _FLOAT.pack(weights[0])
        else:
            yield bytes([_EACH]) + _packed(weights)
        if values:
            if len(values) != len(ids):
                raise ValueError("a document of a term has no positions while others have")
            yield _packed(array("I", map(len, values)))
            yield from values


class PlainMatcher(W3LeafMatcher):  # type: ignore[misc]
    """Reads blocks; how it moves over them is Whoosh's."""

    _data: Any
    _ids: Any
    _weights: Any
    _values: Any
    _maxid: Any

    def __init__(self, *place: Any, documents: int, **settings: Any) -> None:
        """Take what Whoosh's takes, and how many documents the segment has."""
        self._documents = documents
        self._before = -1
        super().__init__(*place, **settings)

    def _read_header(self) -> None:
        if self._postfile.get(self._startoffset, len(MAGIC)) != MAGIC:
            raise ValueError("no postings begin here")
        self._baseoffset = self._startoffset + len(MAGIC)

    def reset(self) -> None:
        """Go back to the first block."""
        self._before = -1
        self._maxid = None
        super().reset()

    def _goto(self, position: int) -> None:
        self._data = self._ids = self._weights = self._values = None
        self._i = 0
        head = self._postfile.get(position, _HEAD.size)
        size, self._raw, count, last, self._maxweight, least, most, flags = _HEAD.unpack(head)
        if self._maxid is not None:
            self._before = self._maxid
        if not (0 < count <= last - self._before and last < self._documents):
            raise ValueError("a block of postings holds other documents than there are")
        self._blocklength, self._maxid, self._flags = count, last, flags
        self._lastblock = bool(flags & _LAST)
        self._dataoffset = position + _HEAD.size
        self._nextoffset = self._dataoffset + size
        self._minlength, self._maxlength = byte_to_length(least), byte_to_length(most)

    def _read_data(self) -> None:
        data = self._postfile.get(self._dataoffset, self._nextoffset - self._dataoffset)
        count = self._blocklength
        if self._flags & _DEFLATED:
            if self._raw > _MOST:
                raise ValueError("a block of postings is larger than such a block ever is")
            data = zlib.decompressobj().decompress(data, self._raw + 1)
        if len(data) != self._raw:
            raise ValueError("a block of postings has another length than it says")
        ids = array("I", accumulate(_unpacked("I", data[: 4 * count])))
        if ids[0] <= self._before or ids[-1] != self._maxid or not all(map(lt, ids, ids[1:])):
            raise ValueError("the documents of a block of postings do not rise")
        at = 4 * count + 1
        kind = data[at - 1]
        if kind == _EACH:
            weights = _unpacked("f", data[at : at + 4 * count])
            at += 4 * count
        elif kind == _SAME:
            weights = array("f", _FLOAT.unpack_from(data, at) * count)
            at += 4
        else:
            weights = array("f", (1.0,)) * count
        if len(weights) != count or not all(map(isfinite, weights)):
            raise ValueError("the weights of a block of postings are not numbers")
        values: tuple[bytes, ...] = (b"",) * count
        if self._flags & _VALUES:
            ends = list(accumulate(_unpacked("I", data[at : at + 4 * count]), initial=at + 4 * count))
            if len(ends) != count + 1 or ends[-1] != len(data):
                raise ValueError("the values of a block of postings have other lengths")
            values = tuple(map(data.__getitem__, map(slice, ends, ends[1:])))
        self._ids, self._weights, self._values = ids, weights, values

    def _read_ids(self) -> None:
        self._read_data()

    _read_weights = _read_values = _read_ids

    def supports(self, astype: str) -> bool:
        """Say whether a posting can be read as something, by what is stored and not by the schema."""
        return astype in {"frequency", "weight"} or (astype == "positions" and bool(self._flags & _VALUES))

    def value_as(self, astype: str) -> Any:
        """Return what a posting says, by what is stored: a format of Whoosh's would unpickle it."""
        if astype == "weight":
            return self.weight()
        value = self.value()
        if astype == "positions" and value:
            return unpack_positions(value)
        if astype == "frequency":
            return len(unpack_positions(value)) if value else 1
        raise ValueError(f"there are no {astype} here")

    def items_as(self, astype: str) -> Iterator[tuple[int, Any]]:
        """Yield documents and what their postings say."""
        while self.is_active():
            yield self.id(), self.value_as(astype)
            self.next()

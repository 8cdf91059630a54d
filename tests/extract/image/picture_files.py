"""Pictures made for tests by hand: squares of one shade each, in every way that a format has to keep them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence
from typing import Final

#: Dots on a side of a square.
SQUARE: Final = 16

Dots = Sequence[Sequence[int]]


def dots(shades: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the dots of squares of these shades, 0 (black) to 255."""
    return [[shade for shade in row for _ in range(SQUARE)] for row in shades for _ in range(SQUARE)]


def _packed(values: Sequence[int], bits: int) -> bytes:
    """Return values of so many bits each as bytes; a row ends with a byte."""
    if bits == 16:
        return struct.pack(f">{len(values)}H", *(value * 257 for value in values))
    text = "".join(f"{value >> (8 - bits):0{bits}b}" for value in values)
    return int(text.ljust(-(-len(text) // 8) * 8, "0"), 2).to_bytes(-(-len(text) // 8), "big")


def png(
    picture: Dots, colour: int = 0, bits: int = 8, opaque: int = 255, *, interlaced: bool = False
) -> bytes:
    """Return a PNG. Every way to filter a row is used in turn. What is not opaque is drawn black below."""
    palette = b"".join(bytes([shade] * 3) for shade in range(0, 256, 255 // ((1 << min(bits, 8)) - 1)))
    kinds: dict[int, Callable[[int], list[int]]] = {
        0: lambda shade: [shade],
        2: lambda shade: [shade] * 3,
        3: lambda shade: [shade],
        4: lambda shade: [shade, opaque],
        6: lambda shade: [shade] * 3 + [opaque],
    }
    made = kinds[colour]
    step = max(1, len(made(0)) * bits // 8)
    before = bytes(len(_packed([value for shade in picture[0] for value in made(shade)], bits)))
    rows = []
    for number, row in enumerate(picture):
        raw = _packed([value for shade in row for value in made(shade)], bits)
        rows.append(bytes([number % 5]) + _filtered(raw, before, step, number % 5))
        before = raw
    head = struct.pack(">IIBBBBB", len(picture[0]), len(picture), bits, colour, 0, 0, interlaced)
    packed = zlib.compress(b"".join(rows))
    middle = len(packed) // 2
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part)) + kind + part + struct.pack(">I", zlib.crc32(kind + part))
        for kind, part in [
            (b"IHDR", head), *([(b"PLTE", palette)] if colour == 3 else []),
            *([(b"tRNS", bytes([opaque] * (len(palette) // 3)))] if colour == 3 else []),
            (b"IDAT", packed[:middle]), (b"IDAT", packed[middle:]), (b"IEND", b""),
        ]
    )  # fmt: skip


def _filtered(raw: bytes, above: bytes, step: int, kind: int) -> bytes:
    found = bytearray()
    for at, value in enumerate(raw):
        left = raw[at - step] if at >= step else 0
        corner = above[at - step] if at >= step else 0
        up = above[at]
        guess = left + up - corner
        nearest = min((left, up, corner), key=lambda one: abs(guess - one))
        found.append((value - (0, left, up, (left + up) // 2, nearest)[kind]) % 256)
    return bytes(found)


def _runs(data: bytes) -> bytes:
    """Return bytes packed by PackBits, without any run."""
    return b"".join(
        bytes([len(data[at : at + 100]) - 1]) + data[at : at + 100] for at in range(0, len(data), 100)
    )


def tiff(
    *pictures: Dots,
    order: str = "<",
    bits: int = 8,
    meaning: int = 1,
    packing: int = 1,
    rows: int = 10**6,
    tile: int = 0,
    more: Sequence[tuple[int, int]] = (),
) -> bytes:
    """Return a TIFF of pages, in strips of so many rows or in square tiles; ``more`` are fields of each."""
    values = {2: 3, 5: 4}.get(meaning, 1)
    pack: dict[int, Callable[[bytes], bytes]] = {1: bytes, 8: zlib.compress, 32773: _runs}
    kept: dict[int, Callable[[int], list[int]]] = {
        0: lambda shade: [255 - shade],
        5: lambda shade: [0, 0, 0, 255 - shade],
    }
    usual: Callable[[int], list[int]] = lambda shade: [shade] * values  # noqa: E731 - as those above
    make = kept.get(meaning, usual)
    data = bytearray(b"II*\0\0\0\0\0" if order == "<" else b"MM\0*\0\0\0\0")
    link = 4
    for picture in pictures:
        width, height = len(picture[0]), len(picture)
        boxes = [(0, top, width, min(rows, height - top)) for top in range(0, height, rows)]
        if tile:
            boxes = [
                (left, top, tile, tile) for top in range(0, height, tile) for left in range(0, width, tile)
            ]
        parts = []
        for left, top, wide, high in boxes:
            raw = b""
            for row in [*picture[top : top + high], *[[255] * width] * high][:high]:
                shades = [*row[left : left + wide], *[255] * wide][:wide]
                shown = [value for shade in shades for value in make(shade)]
                raw += _packed(shown, bits)
            parts.append(pack[packing](raw))
        offsets = []
        for part in parts:
            offsets.append(len(data))
            data += part
        fields = {
            256: (3, [width]), 257: (3, [height]), 258: (3, [bits] * values), 259: (3, [packing]),
            262: (3, [meaning]), 277: (3, [values]),
            **({322: (3, [tile]), 323: (3, [tile]), 324: (4, offsets), 325: (4, [*map(len, parts)])} if tile
               else {273: (4, offsets), 278: (4, [min(rows, height)]), 279: (4, [*map(len, parts)])}),
            **{tag: (3, [value]) for tag, value in more},
        }  # fmt: skip
        if meaning == 3:
            scale = 65535 // ((1 << bits) - 1)
            fields[320] = (3, [number * scale for number in range(1 << bits)] * 3)
        where = len(data) + len(data) % 2
        data += bytes(len(data) % 2)
        data[link : link + 4] = struct.pack(f"{order}I", where)
        rest = where + 2 + 12 * len(fields) + 4
        table, behind = struct.pack(f"{order}H", len(fields)), b""
        for tag, (kind, held) in sorted(fields.items()):
            raw = struct.pack(f"{order}{len(held)}{'H' if kind == 3 else 'I'}", *held)
            if len(raw) > 4:
                place = struct.pack(f"{order}I", rest + len(behind))
                behind += raw
            else:
                place = raw.ljust(4, b"\0")
            table += struct.pack(f"{order}HHI", tag, kind, len(held)) + place
        link = where + len(table)
        data += table + bytes(4) + behind
    return bytes(data)


def gif(picture: Dots, *, interlaced: bool = False, clear: int | None = None) -> bytes:
    """Return a GIF of 256 greys, without any run; ``clear`` is the shade that is not drawn."""
    width, height = len(picture[0]), len(picture)
    colours = b"".join(bytes([shade] * 3) for shade in range(256))
    order = range(height)
    if interlaced:
        steps = ((0, 8), (4, 8), (2, 4), (1, 2))
        order = [row for first, step in steps for row in range(first, height, step)]  # type: ignore[assignment]
    values = [shade for row in order for shade in picture[row]]
    codes = [code for at in range(0, len(values), 200) for code in (256, *values[at : at + 200])]
    bits = sum(code << 9 * number for number, code in enumerate([*codes, 257]))
    packed = bits.to_bytes(-(-9 * (len(codes) + 1) // 8), "little")
    blocks = b"".join(
        bytes([len(packed[at : at + 255])]) + packed[at : at + 255] for at in range(0, len(packed), 255)
    )
    control = b"" if clear is None else b"!\xf9\4\1\0\0" + bytes([clear]) + b"\0"
    size = struct.pack("<HH", width, height)
    return b"".join([
        b"GIF89a", size, b"\xf7\0\0", colours, b"!\xfe\3abc\0", control,
        b",", bytes(4), size, bytes([0x40 * interlaced, 8]), blocks, b"\0;",
    ])  # fmt: skip


def bmp(picture: Dots, bits: int = 24, *, upright: bool = False) -> bytes:
    """Return a BMP, from the bottom up unless it is ``upright``."""
    width, height = len(picture[0]), len(picture)
    count = 1 << bits if bits < 24 else 0
    colours = b"".join(bytes([number * 255 // (count - 1)] * 3 + [0]) for number in range(count))
    lines = []
    for row in picture if upright else picture[::-1]:
        raw = _packed(row, bits) if count else b"".join(bytes([shade] * (bits // 8)) for shade in row)
        lines.append(raw + bytes(-len(raw) % 4))
    start = 54 + len(colours)
    high = -height if upright else height
    head = struct.pack("<IiiHHIIiiII", 40, width, high, 1, bits, 0, 0, 0, 0, count, 0)
    return b"BM" + struct.pack("<IHHI", 0, 0, 0, start) + head + colours + b"".join(lines)

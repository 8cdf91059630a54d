"""Lines of a file that may be packed with xz or gzip, one at a time and none longer than a limit.

Unpacks piece by piece, so that neither a large file nor a small one that unpacks to a large one fills
memory.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from coopsearch.indexer.extract.base import Source
from coopsearch.search.errors import ExtractionError, FileState

_READ: Final = 1 << 16
_PIECE: Final = 1 << 20
#: xz can ask for gigabytes to unpack; its own strongest preset takes 65 MiB.
_XZ_MEMORY: Final = 256 * 1024 * 1024
_GZIP: Final = 31  # zlib's way to say: with gzip's header
_KINDS: Final = ((b"\x1f\x8b", "gzip"), (b"\xfd7zXZ\0", "xz"), (b"BZh", "bzip2"))
#: Bytes of the longest of these marks.
_MARKED: Final = 6
#: Bytes behind the end of packed data that nobody misses.
_BEHIND: Final = 512
_MARK: Final = b"\xef\xbb\xbf"


class Damage(Exception):
    """A packed file cannot be unpacked further; the message is the reason."""


def lines_of(source: Source) -> Iterator[bytes]:
    """Yield the lines of a file without their ends, and without a mark at the start.

    Raises ExtractionError for a line over the source's limit, Damage for packed data that is cut or broken.
    """
    name = source.path.name.lower()
    with source.open() as stream:
        kind = "xz" if name.endswith(".xz") else "gzip" if name.endswith(".gz") else ""
        pieces = unpacked(stream, kind) if kind else iter(lambda: stream.read(_PIECE), b"")
        yield from _lines(pieces, source.limit)


def kind_of(start: bytes) -> str:
    """Return how a file is packed that begins so: gzip, xz or bzip2; "" for none of them."""
    return next((kind for mark, kind in _KINDS if start.startswith(mark)), "")


def unpacked(stream: BinaryIO, kind: str) -> Iterator[bytes]:
    """Yield what a stream of a kind unpacks to, in bounded pieces. Raises Damage."""
    return {"gzip": _gzip, "xz": _xz, "bzip2": _bzip2}[kind](stream)


def _lines(pieces: Iterator[bytes], limit: int) -> Iterator[bytes]:
    rest: list[bytes] = []
    held = number = 0
    first = True
    for piece in pieces:
        if first and (start := piece[: len(_MARK)]):
            first = False
            if start.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise ExtractionError("is UTF-16; JSON Lines is UTF-8: convert the file")
            piece = piece.removeprefix(_MARK)  # noqa: PLW2901
        *whole, last = piece.split(b"\n")
        for line in whole:
            number += 1
            if held + len(line) > limit:
                break
            if rest:
                yield b"".join((*rest, line))
                rest.clear()
                held = 0
            else:
                yield line
        else:
            rest.append(last)
            held += len(last)
            if held <= limit:
                continue
            number += 1
        raise ExtractionError(
            f"line {number} is too large: over {limit / 1024**2:.3g} MiB for one document",
            FileState.TOO_LARGE,
        )
    if held:
        yield b"".join(rest)


def _xz(stream: BinaryIO) -> Iterator[bytes]:
    """Yield what an xz file (one stream or several) unpacks to."""
    data = stream.read(_READ)
    while data:
        unpacker = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)
        while not unpacker.eof:
            try:
                piece = unpacker.decompress(data, _PIECE)
            except lzma.LZMAError as error:
                raise Damage(f"the packed data (xz) is damaged: {str(error).lower()}") from None
            if piece:
                yield piece
            data = b""
            if unpacker.needs_input:
                data = stream.read(_READ)
                if not data:
                    raise Damage("the packed data (xz) is cut off")
        data = _behind(unpacker.unused_data, stream, "xz")


def _gzip(stream: BinaryIO) -> Iterator[bytes]:
    """Yield what a gzip file (one member or several) unpacks to."""
    data = stream.read(_READ)
    while data:
        unpacker = zlib.decompressobj(_GZIP)
        while not unpacker.eof:
            try:
                piece = unpacker.decompress(data, _PIECE)
            except zlib.error:
                raise Damage("the packed data (gzip) is damaged") from None
            if piece:
                yield piece
            data = unpacker.unconsumed_tail
            if not data and not unpacker.eof:
                data = stream.read(_READ)
                if not data:
                    raise Damage("the packed data (gzip) is cut off")
        data = _behind(unpacker.unused_data, stream, "gzip")


def _bzip2(stream: BinaryIO) -> Iterator[bytes]:
    """Yield what a bzip2 file (one stream or several) unpacks to."""
    data = stream.read(_READ)
    while data:
        unpacker = bz2.BZ2Decompressor()
        while not unpacker.eof:
            try:
                piece = unpacker.decompress(data, _PIECE)
            except OSError:
                raise Damage("the packed data (bzip2) is damaged") from None
            if piece:
                yield piece
            data = b""
            if unpacker.needs_input and not unpacker.eof:
                data = stream.read(_READ)
                if not data:
                    raise Damage("the packed data (bzip2) is cut off")
        data = _behind(unpacker.unused_data, stream, "bzip2")


def _behind(data: bytes, stream: BinaryIO, kind: str) -> bytes:
    """Return where the next part of a packed file begins, b"" if there is none.

    Zeros pad, and a little that is something else is not part of it, as gzip itself has it. Raises Damage for
    more, which may have been a part.
    """
    data = data.lstrip(b"\0")
    while len(data) < _MARKED and (more := stream.read(_READ)):
        data = (data + more).lstrip(b"\0")
    if kind_of(data) == kind:
        return data
    if len(data) > _BEHIND:
        raise Damage(f"the packed data ({kind}) is damaged behind its first part")
    return b""

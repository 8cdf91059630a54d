"""Pickles that do something when they are read, and ways to lay them into the files of Whoosh.

They touch a file of a short name in the working directory: whoever finds it knows that code ran.
"""

from __future__ import annotations

import pickletools
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from whoosh.util.varints import varint

#: What a payload leaves.
MARK: Final = "M"
#: Short, so that it can take the place of most pickles without moving what comes after.
RUNS: Final = b"cos\nsystem\n(S'>M'\ntR."


def _call(module: str, name: str, *arguments: bytes) -> bytes:
    return f"c{module}\n{name}\n(".encode() + b"".join(arguments) + b"tR."


def _text(value: str) -> bytes:
    data = value.encode()
    return b"X" + struct.pack("<I", len(data)) + data


def _stacked(module: str, name: str) -> bytes:
    """A global whose name is looked up part by part, as protocol 4 does."""
    return b"\x80\x04" + _text(module) + _text(name) + b"\x93"


_SYSTEM: Final = b"cos\nsystem\n"
_RUN: Final = _text(f">{MARK}")
#: Payloads that run something, or build something hostile, by name.
SECOND: Final[dict[str, bytes]] = {
    "posix": b"cposix\nsystem\n(" + _RUN + b"tR.",
    "eval": _call("builtins", "eval", _text(f"open('{MARK}','w')")),
    "exec": _call("builtins", "exec", _text(f"open('{MARK}','w')")),
    "open": _call("io", "open", _text(MARK), _text("w")),
    "getattr": b"cbuiltins\ngetattr\n(cos\n__dict__\n" + _text("get") + b"tR.",
    "import": _call("builtins", "__import__", _text("os")),
    "subprocess": _call("subprocess", "getoutput", _RUN),
    "partial": b"cfunctools\npartial\n(" + _SYSTEM + _RUN + b"tR)R.",
    "reconstructor": b"ccopyreg\n_reconstructor\n(cwhoosh.fields\nSchema\ncbuiltins\nobject\nNtR.",
    "whoosh storage": b"cwhoosh.filedb.filestore\nFileStorage\n(" + _text(MARK) + b"tRcbuiltins\ngetattr\n.",
    "whoosh create": _call("whoosh.index", "create_in", _text("."), b"cwhoosh.fields\nSchema\n(tR"),
    "whoosh find_object": _call("whoosh.util.loading", "find_object", _text("os.system")),
    "whoosh.index pickle.loads": (
        _stacked("whoosh.index", "pickle.loads") + b"(B" + struct.pack("<I", len(RUNS)) + RUNS + b"tR."
    ),
    "whoosh os.system": _stacked("whoosh.index", "os.system") + b"(" + _RUN + b"tR.",
    "whoosh os.path": _stacked("whoosh.filedb.filestore", "os.system") + b"(" + _RUN + b"tR.",
    "schema builtins": _stacked("whoosh.fields", "__builtins__.get") + b"(" + _text("eval") + b"tR.",
    "dotted": _stacked("whoosh.fields", "Schema.__init__.__globals__.get") + b"(" + _text("sys") + b"tR.",
    "codec of ours": _stacked("coopsearch.search.engines.columns.codec.codec", "index.pickle.loads") + b"(B"
    + struct.pack("<I", len(RUNS)) + RUNS + b"tR.",
    "setstate": b"cwhoosh.fields\nSchema\n)\x81}" + _text("_fields") + _RUN + b"sb.",
    "schema of nothing": b"cwhoosh.fields\nSchema\n)\x81.",
    "segment of nothing": b"(lcwhoosh.codec.whoosh3\nW3Segment\n)\x81a.",
    "segment outside": b"(lcwhoosh.codec.whoosh3\nW3Segment\n)\x81}(" + _text("indexname") + _text("../../M")
    + _text("segid") + _text("../x") + _text("_doccount") + b"K\x05" + _text("compound") + b"\x88uba.",
    "plain text codec": b"(lcwhoosh.codec.plaintext\nPlainSegment\n)\x81}(" + _text("indexname") + _text("M")
    + _text("segid") + _text("x") + _text("_doccount") + b"K\x05uba.",
    "number": b"I7\n.",
    "none": b"N.",
    "text": _text("schema") + b".",
    "empty": b"",
    "cut": b"\x80\x02",
    "no such opcode": b"\xff\xff.",
    "memo": b"h\x07.",
    "persistent": b"Pname\n.",
    "extension": b"\x82\x01.",
    "deep lists": b"]" * 200_000 + b"a" * 199_999 + b".",
    "deep tuples": b")" + b"\x85" * 200_000 + b".",
    "laughs": b"K\x01" + b"2\x86" * 60 + b".",
    "hashed laughs": b"}" + b"K\x01" + b"2\x86" * 60 + b"Ns.",
    "huge bytes": b"\x8e" + struct.pack("<Q", 1 << 62) + b".",
    "huge text": b"\x8d" + struct.pack("<Q", 1 << 40) + b".",
    "huge number": b"\x8b" + struct.pack("<i", 1 << 30) + b".",
    "huge frame": b"\x80\x04\x95" + struct.pack("<Q", 1 << 62) + b"N.",
    "huge memo": b"Nr" + struct.pack("<I", (1 << 32) - 1) + b".",
    "bytearray": _call("builtins", "bytearray", b"\x8a\x06" + (1 << 40).to_bytes(6, "little")),
    "range": b"cbuiltins\nlist\n(cbuiltins\nrange\n(\x8a\x06" + (1 << 40).to_bytes(6, "little") + b"tRtR.",
    "regex": b"cre\n_compile\n(" + _text("(((((a*)*)*)*)*)*$" * 20) + b"K\x00tR.",
    "bit set": _call("whoosh.idsets", "BitSet", b"\x8a\x06" + (1 << 40).to_bytes(6, "little")),
    "numpy": b"cnumpy\nzeros\n(\x8a\x06" + (1 << 40).to_bytes(6, "little") + b"tR.",
    "lone surrogate": b"X\x03\x00\x00\x00\xed\xa0\x80.",
}  # fmt: skip


def sprayed(data: bytes, most: int) -> Iterator[tuple[int, bytes]]:
    """Yield a file with payloads from some place on, and one in the manner of Whoosh's compound files."""
    for number in range(most):
        at = len(data) * number // most
        room = len(data) - at
        yield at, data[:at] + (RUNS * (room // len(RUNS) + 1))[:room]
    yield -1, struct.pack("!qi", 12, len(RUNS)) + RUNS + RUNS


def laid(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield a file with a payload in place of each pickle that stands in it, packed ones too."""
    at = 0
    while (at := _next(data, at)) >= 0:
        for length, payload in ((_pickle(data, at), RUNS), (_packed(data, at), zlib.compress(RUNS, 9))):
            if length >= len(payload):
                yield at, data[:at] + payload.ljust(length, b".") + data[at + length :]
        at += 1


def _next(data: bytes, at: int) -> int:
    places = [place for start in (b"\x80\x02", b"\x80\x04", b"\x80\x05", b"x\x9c", b"x\x01", b"x\xda", b"x^")
              if (place := data.find(start, at)) >= 0]  # fmt: skip
    return min(places, default=-1)


def _pickle(data: bytes, at: int) -> int:
    """Return the length of the pickle at a place, 0 if there is none."""
    if data[at : at + 1] != b"\x80":
        return 0
    try:
        for opcode, _, place in pickletools.genops(data[at : at + 100_000]):
            if opcode.name == "STOP":
                return int(place or 0) + 1
    except (ValueError, IndexError, UnicodeDecodeError):
        pass
    return 0


def _packed(data: bytes, at: int) -> int:
    """Return the length of a deflated pickle at a place, 0 if there is none."""
    if data[at : at + 1] != b"x":
        return 0
    unpacker = zlib.decompressobj()
    try:
        found = unpacker.decompress(data[at:], 100_000)
    except zlib.error:
        return 0
    return len(data) - at - len(unpacker.unused_data) if _pickle(found, 0) else 0


def in_table(path: Path, place: str, payload: bytes) -> None:
    """Put a payload into Whoosh's table of contents: as its "schema", or as its list of "segments"."""
    data = path.read_bytes()
    start = next(at for at in range(10, 60) if _pickle(data, at))
    length = _pickle(data, start)
    head = start - len(varint(length))
    tail = start + length
    if place == "schema":
        path.write_bytes(data[:head] + varint(len(payload)) + payload + data[tail:])
    else:
        path.write_bytes(data[: tail + 8] + payload)

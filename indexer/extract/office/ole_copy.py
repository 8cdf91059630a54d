"""A folder of a compound file, written as a compound file of its own: so a document in another is one file.

Documents of Word and Excel before 2007 keep the streams of what is embedded in them in folders. Version 4 of
[MS-CFB], with no stream too small for sectors of its own; ``ole`` reads it.
"""

from __future__ import annotations

import struct
from typing import Final

from coopsearch.indexer.extract.office.ole import MAGIC, Compound
from coopsearch.search.errors import ExtractionError

_SHIFT: Final = 12
_SECTOR: Final = 1 << _SHIFT
_END, _FREE, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFF
#: The first sectors of the table are named in the head.
_IN_HEAD: Final = 109
_FOLDER, _STREAM, _ROOT = 1, 2, 5
#: Folders in each other, and all that is in them.
_DEEPEST: Final = 6
_MOST: Final = 4_096


class _Entry:
    """A line of the directory: its kind, where what it holds begins, and the lines beside and below it."""

    def __init__(self, name: str, kind: int) -> None:
        self.name = name
        self.kind = kind
        self.start, self.size = _END, 0
        self.right = self.child = _NONE


def copied(folder: Compound, most: int) -> bytes:
    """Return a compound file of what is in a folder, ``most`` bytes of it.

    Raises ExtractionError where its streams have more, as honest ones cannot.
    """
    entries = [_Entry("Root Entry", _ROOT)]
    sectors: list[bytes] = []
    table: list[int] = []

    def hold(data: bytes) -> int:
        start = len(sectors)
        sectors.extend(data[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(data), _SECTOR))
        table.extend([*range(start + 1, len(sectors)), _END] if len(sectors) > start else [])
        return start if data else _END

    def fill(parent: _Entry, inside: Compound, depth: int) -> None:
        nonlocal most
        last: _Entry | None = None
        for name in (*inside.streams(), *(inside.folders() if depth < _DEEPEST else ())):
            if len(entries) >= _MOST:
                return
            entry = _Entry(name, _FOLDER if name in inside.folders() else _STREAM)
            if last is None:
                parent.child = len(entries)
            else:
                last.right = len(entries)
            entries.append(entry)
            last = entry
            if entry.kind == _FOLDER:
                fill(entry, inside.folder(name), depth + 1)
                continue
            data = inside.read(name)
            most -= len(data)
            if most < 0:
                raise ExtractionError("damaged: parts of this embedded file lie over each other")
            entry.start, entry.size = hold(data), len(data)

    fill(entries[0], folder, 0)
    directory = hold(b"".join(map(_written, entries)))
    own = 1
    while own * _SECTOR // 4 < len(table) + own:
        own += 1
    if own > _IN_HEAD:
        raise ExtractionError("too large: this embedded file has over 400 MiB")
    first = len(sectors)
    table += [0xFFFFFFFD] * own
    table += [_FREE] * (own * _SECTOR // 4 - len(table))
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII", MAGIC, 0x3E, 4, 0xFFFE, _SHIFT, 6, 0, own, directory, 0, 0, _END, 0, _END, 0
    )
    head += struct.pack(f"<{own}I", *range(first, first + own))
    listed = struct.pack(f"<{len(table)}I", *table)
    return b"".join((head.ljust(_SECTOR, b"\xff"), *sectors, listed))


def _written(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le")[:62]
    return (
        name.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(name) + 2, entry.kind, 1, _NONE, entry.right, entry.child)
        + struct.pack("<36xIQ", entry.start, entry.size)
    )

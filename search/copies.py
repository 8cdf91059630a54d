"""Where else the content of a file lies: the small table that a run leaves beside the index.

A line for each copy, sorted: the file that was indexed and the other one, as JSON texts with a tab between;
at the end a checksum of these lines.
A name is found by halving, so a search that shows ten hits reads a few lines of it. Knows that table alone.
"""

from __future__ import annotations

import json
import os
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from coopsearch.search.errors import IndexDamaged
from coopsearch.search.model import Document

NAME: Final = "copies.tsv"


def write_copies(data: Path, pairs: Iterable[tuple[str, str]]) -> None:
    """Replace the table of a data folder: (file that was indexed, copy of it). Without any, there is none."""
    lines = sorted(f"{json.dumps(held)}\t{json.dumps(copy)}\n".encode() for held, copy in pairs)
    path = data / NAME
    if not lines:
        path.unlink(missing_ok=True)
        return
    table = b"".join(lines)
    table += b"%08x\n" % zlib.crc32(table)
    if path.exists() and path.read_bytes() == table:
        return
    part = data / f"{NAME}.part"
    part.write_bytes(table)
    part.replace(path)


def read_copies(data: Path) -> Copies | None:
    """Open the table of a data folder, None if there is none. It is read when it is asked."""
    path = os.path.join(data, NAME)  # noqa: PTH118 - every search asks
    try:
        status = os.stat(path)  # noqa: PTH116 - the same
    except OSError:
        return None
    return Copies(Path(path), (status.st_ino, status.st_size, status.st_mtime_ns))


def checked_lines(path: Path) -> list[bytes]:
    """Return the lines of a table. Raises IndexDamaged if they are not what was written."""
    data = path.read_bytes()
    *lines, last = data.splitlines() or [b""]
    if last != b"%08x" % zlib.crc32(data[: -len(last) - 1]):
        raise IndexDamaged(
            f"the index is damaged: {path} differs from what was written; run `coopsearch index`"
        )
    return lines


class Copies:
    """The table, as it was when it was first asked."""

    def __init__(self, path: Path, stamp: tuple[int, int, int]) -> None:
        """Take its place, and what tells it from the table of another run."""
        self._path = path
        self.stamp = stamp
        self._lines: list[bytes] | None = None

    def of(self, file: str) -> tuple[str, ...]:
        """Return the other files that hold what a file holds, sorted."""
        return tuple(self._found(json.dumps(file).encode() + b"\t"))

    def places(self, document: Document) -> list[str]:
        """Return the addresses at which a document lies beside its own."""
        member = document.path[len(document.file) :]
        return [f"{copy}{member}" for copy in self.of(document.file)]

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield the file that was indexed and the other one, for each copy."""
        for line in self._read():
            held, _, copy = line.partition(b"\t")
            try:
                yield str(json.loads(held)), str(json.loads(copy))
            except ValueError:
                continue

    def _read(self) -> list[bytes]:
        if self._lines is None:
            try:
                self._lines = checked_lines(self._path)
            except OSError:
                self._lines = []
        return self._lines

    def _found(self, start: bytes) -> Iterator[str]:
        lines = self._read()
        at = bisect_left(lines, start)
        while at < len(lines) and lines[at].startswith(start):
            yield str(json.loads(lines[at][len(start) :]))
            at += 1

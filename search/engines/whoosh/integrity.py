"""Telling a damaged index from a whole one before it can give a wrong answer.

After each commit the size and checksum of every file is written down; opening compares. Knows files
and nothing of what is in them.
"""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path
from typing import Final

from coopsearch.search.engines.base import Verified
from coopsearch.search.errors import IndexDamaged
from coopsearch.search.sealed import is_sealed, sealed, unsealed

SEAL: Final = "seal.json"
#: Larger files are compared by size alone, so that opening does not read the whole index.
_WHOLE: Final = 1024 * 1024
_OWN: Final = {
    SEAL,
    "pending.json",
    "copies.tsv",
    "coverage.json",
    "coverage.json.part",
    "listing.json",
    "listing.json.part",
    "manifest.sqlite",
    "manifest.sqlite-journal",
    "manifest.sqlite-wal",
    "manifest.sqlite-shm",
}


def seal(folder: Path) -> None:
    """Write down the files of a committed index, durably and in one step."""
    files = {}
    for entry in os.scandir(folder):
        if entry.name not in _OWN and not entry.name.endswith((".part", "WRITELOCK")):
            data = Path(entry.path).read_bytes()
            files[entry.name] = [len(data), zlib.crc32(data)]
    part = folder / f"{SEAL}.part"
    with part.open("wb") as stream:
        stream.write(sealed(json.dumps(files)))
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(folder / SEAL)


def check(folder: Path, names: list[str]) -> None:
    """Compare files with what was written down. Raises IndexDamaged naming the first that differs.

    A file that the seal does not know is newer than the seal: a commit was cut between the two.
    """
    try:
        files = _sizes(folder)
        for name in names:
            if name in files:
                size, checksum = files[name]
                _compare(folder / name, size, checksum)
    except FileNotFoundError:
        return
    except (ValueError, TypeError):
        raise damaged(folder / SEAL, "cannot be read") from None


def verify(folder: Path) -> Verified:
    """Compare every file, whole, with what was written down."""
    try:
        files = _sizes(folder)
        rows = [(folder / name, int(size), int(checksum)) for name, (size, checksum) in files.items()]
    except (OSError, ValueError, TypeError):
        return Verified(0, 0, (str(damaged(folder / SEAL, "cannot be read")),))
    damages: list[str] = []
    for path, size, checksum in rows:
        try:
            _compare(path, size, checksum, whole=True)
        except IndexDamaged as damage:
            damages.append(str(damage))
    return Verified(len(rows), sum(size for _, size, _ in rows), tuple(damages))


def _sizes(folder: Path) -> dict[str, tuple[int, int]]:
    """Return size and checksum of each file. Raises ValueError if that is not what was written."""
    data = (folder / SEAL).read_bytes()
    # Indexes of before have none of it.
    found: dict[str, tuple[int, int]] = unsealed(data) if is_sealed(data) else json.loads(data)
    return found


def damaged(path: Path, what: str) -> IndexDamaged:
    """Return the error for a damaged file, with the next step."""
    return IndexDamaged(f"the index is damaged: {path} {what}; run `coopsearch index --rebuild`")


def _compare(path: Path, size: int, checksum: int, *, whole: bool = False) -> None:
    try:
        actual = path.stat().st_size
        if actual != size:
            raise damaged(path, f"has {actual:,} bytes instead of {size:,}")
        if (whole or size <= _WHOLE) and zlib.crc32(path.read_bytes()) != checksum:
            raise damaged(path, "has other content than was written")
    except FileNotFoundError:
        raise damaged(path, "is missing") from None

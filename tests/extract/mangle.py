"""Copies of documents with changed and missing bytes, made from a seed: the same in every run."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from coopsearch.indexer.extract import format_of, format_of_name

#: Larger files take long and break no more.
MOST: Final = 120_000


def samples(folder: Path, count: int, chance: random.Random) -> Iterator[Path]:
    """Yield so many documents of every ending that there is below a folder, small ones."""
    by_ending: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.stat().st_size > MOST or isinstance(format_of_name(path.name), str):
            continue  # Of an ending that nobody knows, a changed copy may be nothing that is read.
        if format_of(path) is not None:
            by_ending.setdefault(path.suffix, []).append(path)
    for _, paths in sorted(by_ending.items()):
        yield from chance.sample(paths, min(count, len(paths)))


def mangled(data: bytes, chance: random.Random) -> bytes:
    """Return a changed copy: of a package, in half of the cases, with one of its parts changed."""
    if data.startswith(b"PK") and chance.random() < 0.5:
        try:
            return _with_mangled_part(data, chance)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
            pass
    return _changed(data, chance)


def _with_mangled_part(data: bytes, chance: random.Random) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        names = [info.filename for info in old.infolist() if not info.is_dir()]
        wanted = chance.choice([name for name in names if not name.endswith((".png", ".jpeg"))] or names)
        for name in dict.fromkeys(names):
            part = old.read(name)
            new.writestr(name, _changed(part, chance) if name == wanted else part)
    return stream.getvalue()


def _changed(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    kind = chance.randrange(7)
    if not changed:
        return b""
    if kind == 0:
        del changed[chance.randrange(len(changed)) :]
    elif kind == 1:
        at = chance.randrange(len(changed))
        del changed[at : at + chance.randint(1, 200)]
    elif kind == 2:
        # Numbers at their limits are what readers believe most easily.
        at = chance.randrange(len(changed))
        changed[at : at + 4] = chance.choice(
            (b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\0", b"\0\0\0\x80")
        )
    elif kind == 3:
        start, at = chance.randrange(len(changed)), chance.randrange(len(changed))
        changed[at:at] = changed[start : start + chance.randint(1, 500)]
    else:
        # The beginning says how the rest is read.
        most = len(changed) if kind > 4 else min(len(changed), 2048)
        for _ in range(chance.choice((1, 3, 10, 100))):
            changed[chance.randrange(most)] ^= 1 << chance.randrange(8)
    return bytes(changed)

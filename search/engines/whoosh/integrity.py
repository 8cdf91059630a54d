"""Telling a damaged index from a whole one before it can give a wrong answer.

The table says of every file how long it is and which checksum it has; opening compares, and so does a check
of all. The content of the files is not interpreted.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from coopsearch.search.engines.base import Verified
from coopsearch.search.engines.whoosh.table import NAME, Table, read_table
from coopsearch.search.errors import CoopsearchError, IndexDamaged
from coopsearch.search.indexdir.opening import damaged, map_file
from coopsearch.search.indexdir.pages import Page

#: Larger segments are compared by size alone, so that opening does not read the whole index: their blocks
#: have checksums of their own, which are compared when a block is read.
_WHOLE: Final = 1024 * 1024


def check(folder: Path, state: Table) -> None:
    """Compare files with what was written down. Raises IndexDamaged naming the first that differs."""
    for page in state.files.values():
        _compare(folder, page, whole=page.size <= _WHOLE)
    _compare(folder, state.toc, whole=True)
    if state.forms is not None:
        _compare(folder, state.forms, whole=True)


def verify(folder: Path) -> Verified:
    """Compare every file, whole, with what was written down."""
    try:
        state, data = read_table(folder)
    except IndexDamaged as damage:
        return Verified.of(1, 0, [damage])
    damages: list[CoopsearchError] = []
    for page in state.every():
        try:
            _compare(folder, page, whole=True)
        except CoopsearchError as damage:
            damages.append(damage)
    size = len(data) + sum(page.size for page in state.every())
    return Verified.of(1 + len(state.every()), size, damages)


@contextmanager
def mapped(folder: Path) -> Iterator[None]:
    """Turn what Whoosh raises over broken files into one error; what the system refuses passes."""
    try:
        yield
    except (CoopsearchError, MemoryError):
        raise
    except FileNotFoundError as error:
        raise damaged(Path(error.filename or folder / NAME), "is missing") from None
    except OSError:
        raise
    except Exception as error:
        # Whoosh has no common error: a cut file shows as struct.error, IndexError, ValueError, EOFError ...
        raise damaged(folder, f"cannot be read ({type(error).__name__})") from error


def _compare(folder: Path, page: Page, *, whole: bool) -> None:
    path = folder / page.name
    try:
        data = map_file(path)
    except FileNotFoundError:
        raise damaged(path, "is missing") from None
    try:
        if len(data) != page.size:
            raise damaged(path, f"has {len(data):,} bytes instead of {page.size:,}")
        if whole and zlib.crc32(data) != page.crc32:
            raise damaged(path, "has other content than was written")
    finally:
        if not isinstance(data, bytes):
            data.close()

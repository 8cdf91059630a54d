"""Which documents have a tag: what ``tag:`` in a query means, and the options that narrow by tags.

The desk is read when the first query asks for a tag, and again only after it changed. Does not depend on
engines or query syntax.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.desk.store import desk_path, reading

if TYPE_CHECKING:
    from coopsearch.search.added import Days, Found


class Tagged(NamedTuple):
    """The documents of a tag, in one state of the desk."""

    key: tuple[object, ...]
    """The state of the desk and what was asked for: equal where the documents are."""
    paths: tuple[str, ...]
    """Sorted addresses, as the index has them."""
    known: tuple[str, ...]
    """All tags of the desk, sorted."""


class TagReader(Protocol):
    """Says which documents are meant by what no posting tells: their marks, and when they were added."""

    def __call__(self, tag: str) -> Tagged:
        """Return the documents of a tag, or of all tags that fit a pattern with * or ?."""

    def added(self, days: Days | None) -> Found:
        """Return the files of a span of days, or those since somebody last looked: see ``search.added``."""


class Tags:
    """The tags of one index's desk. Safe for many threads."""

    def __init__(self, index: Path) -> None:
        """Take the folder of the index. Nothing is read."""
        self._index = index
        self._read: tuple[tuple[object, ...], Mapping[str, frozenset[str]]] | None = None

    def __call__(self, tag: str) -> Tagged:
        """Return the documents of a tag. Raises what ``store.reading`` raises."""
        stamp = self._stamp()
        read = self._read
        if read is None or read[0] != stamp:
            read = self._read = stamp, self._load()
        wanted = normalize(tag)
        found: set[str] = set()
        for name, paths in read[1].items():
            if fnmatchcase(normalize(name), wanted.replace("[", "[[]")):
                found |= paths
        return Tagged((*stamp, wanted), tuple(sorted(found)), tuple(sorted(read[1])))

    def _stamp(self) -> tuple[object, ...]:
        try:
            status = os.lstat(desk_path(self._index))
        except OSError:
            return (0,)
        return status.st_ino, status.st_size, status.st_mtime_ns

    def _load(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        with reading(self._index) as desk:
            for path, tag in desk.execute("SELECT path, tag FROM marks"):
                found.setdefault(str(tag), set()).add(str(path))
        return {tag: frozenset(paths) for tag, paths in found.items()}

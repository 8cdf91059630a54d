"""What a file may unpack to: members, depth and bytes, counted over all that is nested in it.

One budget goes with a file through all its levels, so that no way of nesting multiplies what it may take.
Does not depend on file formats.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from coopsearch.search.errors import ExtractionError, FileState

_MIB: Final = 1024**2
#: A file may unpack to so much whatever its size; only beyond that the ratio counts.
_FREE: Final = 64 * _MIB


class Bounds(NamedTuple):
    """The limits of containers; each has its name in ``--limit``."""

    members: int = 1_000_000
    depth: int = 8
    """Containers within each other."""
    member: int = 256 * _MIB
    """Bytes of one member, which is held in memory."""
    unpacked: int = 4096 * _MIB
    """Bytes of all that is unpacked from one file."""
    ratio: int = 100
    """Times its own size that a file may unpack to."""


class Overrun(ExtractionError):
    """A file unpacks to more than it may: none of what is left in it is read."""

    def __init__(self, reason: str) -> None:
        """Take the reason, which names the limit."""
        super().__init__(f"too large: {reason}", FileState.TOO_LARGE)


class Budget:
    """What one file has used."""

    def __init__(self, bounds: Bounds, size: int) -> None:
        """Take the limits, and the bytes that the file has on disk."""
        self.bounds = bounds
        self._most = min(bounds.unpacked, max(_FREE, bounds.ratio * size))
        self._unpacked = self._members = 0

    def unpack(self, count: int) -> None:
        """Count bytes that were unpacked. Raises Overrun when they are too many."""
        self._unpacked += count
        if self._unpacked > self._most:
            by_size = self._most == self.bounds.unpacked
            name = "unpacked=MIB" if by_size else "ratio=TIMES"
            raise Overrun(f"it unpacks to over {self._most // _MIB:,} MiB; raise that with --limit {name}")

    def enter(self) -> int:
        """Count a member and return its number, from 1. Raises Overrun when they are too many."""
        self._members += 1
        if self._members > self.bounds.members:
            raise Overrun(f"it holds over {self.bounds.members:,} members; raise that with --limit members=N")
        return self._members

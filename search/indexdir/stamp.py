"""By what it is told that a file did not change: its size, the time of its last change, and its inode.

Also the time of now, by a clock that may be wrong. File systems keep times of thousands of years and inodes
of 64 bits; the pages of an index hold 63 bits and a sign. What does not fit is brought into that range,
here alone, so that it is equal whenever it was equal. Opens nothing.
"""

from __future__ import annotations

import os
import time

from coopsearch.search.indexdir.pages import LARGEST


def mtime_of(status: os.stat_result) -> int:
    """Return the time of a file's last change, in nanoseconds since 1970; in the year 2262 at most."""
    return max(-LARGEST, min(status.st_mtime_ns, LARGEST))


def inode_of(status: os.stat_result) -> int:
    """Return the number of a file in its file system, without the highest of 64 bits."""
    return status.st_ino & LARGEST


def now_ns() -> int:
    """Return the time, in nanoseconds since 1970, between then and the year 2262 whatever the clock says."""
    return max(0, min(time.time_ns(), LARGEST))


def distinct() -> int:
    """Return a number of 63 bits for names: it differs from moment to moment, whatever the clock says."""
    return abs(time.time_ns()) & LARGEST

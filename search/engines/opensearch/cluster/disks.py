"""Which disk of a cluster is full, where it takes nothing more.

Does not depend on the client of a cluster.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from coopsearch.search.engines.opensearch.cluster.failures import Refused

#: What a cluster says of an index that it takes nothing into any more, as a disk is too full.
_FULL: Final = "flood-stage"
#: Asked for the disks of all nodes.
STATISTICS: Final = "/_nodes/stats/fs"


class Disk(NamedTuple):
    """The disk of a node."""

    node: str
    free: int
    """Bytes that the node may still write."""
    size: int

    @property
    def shown(self) -> str:
        """Say how full it is."""
        return f"the disk of {self.node} has {_gigabytes(self.free)} of {_gigabytes(self.size)} GB free"


def is_full(refused: Refused) -> bool:
    """Say whether a cluster refuses something for want of room on a disk: waiting alone helps nothing."""
    return "cluster_block_exception" in refused.kinds and _FULL in refused.reason


def fullest(statistics: Any) -> Disk | None:
    """Return the disk with the least room, in proportion; None where nothing is said of disks."""
    nodes = statistics.get("nodes") if isinstance(statistics, Mapping) else None
    found = [disk for node in nodes.values() if (disk := _disk(node))] if isinstance(nodes, Mapping) else []
    return min(found, key=lambda disk: disk.free / disk.size, default=None)


def _disk(node: Any) -> Disk | None:
    try:
        total = node["fs"]["total"]
        disk = Disk(str(node["name"]), int(total["available_in_bytes"]), int(total["total_in_bytes"]))
    except (TypeError, KeyError, ValueError):
        return None
    return disk if disk.size > 0 else None


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:,.1f}"

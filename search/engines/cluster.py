"""Which cluster is to keep an index: plain values, as a person gives them.

Does not depend on the rest of coopsearch.
"""

from __future__ import annotations

from typing import Final, NamedTuple

#: The file by which an index is known that is kept elsewhere.
PLACE: Final = "opensearch.json"


class Cluster(NamedTuple):
    """Which cluster is to keep a new index, and how."""

    urls: tuple[str, ...]
    """Addresses of its nodes, as ``https://search.example.org:9200``."""
    ca: str = ""
    """A file of certificates that are trusted; "" for those that the system trusts."""
    shards: int = 1
    replicas: int = 0
    """Copies of each shard beside the first."""
    seconds: float = 60.0
    """What one request may take."""

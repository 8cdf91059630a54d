"""Which clusters a user gave an index to: an index that names another one is not asked.

An index may come from anybody, in an archive or on a stick, and the file that says which cluster keeps it is
part of it. Asking that cluster would send it each question, and a password. So the addresses that a user
named are noted in the user's own settings. Does not depend on the client of a cluster.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from coopsearch.search.engines.cluster import Cluster
from coopsearch.search.engines.opensearch.cluster.place import Place, read_place
from coopsearch.search.errors import IndexUntrusted
from coopsearch.search.indexdir.noted import note, noted
from coopsearch.search.indexdir.owner import VARIABLE, is_trusted

#: The file of the user's settings that lists such addresses.
FILE: Final = "clusters"


def know(index: Path, cluster: Cluster) -> None:
    """Note the addresses of a cluster that the user has named. Raises SettingsError if that fails."""
    new = _unknown(cluster)
    if new and not is_trusted(index):
        note(FILE, new, f"name the index in {VARIABLE} instead")


def known_place(folder: Path) -> Place:
    """Read where a folder's index is kept. Raises IndexUntrusted for a cluster that the user never named.

    Raises also what ``read_place`` raises.
    """
    place = read_place(folder)
    index, unknown = folder.parent, _unknown(place.cluster)
    if unknown and not is_trusted(index):
        raise IndexUntrusted(
            f"the index at {index} is kept by the cluster at {' and '.join(unknown)}, which you never named: "
            "each question would be sent there; if you trust it, run "
            f"`coopsearch verify --trust --index {index}` or name the index in {VARIABLE}"
        )
    return place


def _unknown(cluster: Cluster) -> list[str]:
    known = frozenset(noted(FILE))
    return [url for url in cluster.urls if url not in known]

"""Which clusters a user gave an index to: an index that names another one is not asked.

An index may come from anybody, in an archive or on a stick, and the file that says which cluster keeps it is
part of it. Asking that cluster would send it each question, and a password. So the addresses that a user
named are noted in the user's own settings, each with the file of certificates that was named for it: another
one would let somebody on the way answer in the place of that cluster. Does not depend on the client of a
cluster.
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
#: Between an address, which has none, and the file of certificates.
_BETWEEN: Final = "\t"


def know(index: Path, cluster: Cluster) -> None:
    """Note the addresses of a cluster that the user has named. Raises SettingsError if that fails."""
    new = _unnoted(cluster)
    if new and not is_trusted(index):
        note(FILE, new, f"name the index in {VARIABLE} instead")


def known_place(folder: Path) -> Place:
    """Read where a folder's index is kept. Raises IndexUntrusted for a cluster that the user never named.

    Raises also what ``read_place`` raises.
    """
    place = read_place(folder)
    index, unknown = folder.parent, [line.split(_BETWEEN) for line in _unnoted(place.cluster)]
    if unknown and not is_trusted(index):
        urls = " and ".join(url for url, *_ in unknown)
        by = f" with the certificates of {place.cluster.ca}" if place.cluster.ca else ""
        raise IndexUntrusted(
            f"the index at {index} is kept by the cluster at {urls}{by}, which you never named: "
            "each question would be sent there; if you trust it, run "
            f"`coopsearch verify --trust --index {index}` or name the index in {VARIABLE}"
        )
    return place


def _unnoted(cluster: Cluster) -> list[str]:
    """Return the lines of the file that are not there yet, one for each address."""
    known = frozenset(noted(FILE))
    lines = [f"{url}{_BETWEEN}{cluster.ca}" if cluster.ca else url for url in cluster.urls]
    return [line for line in lines if line not in known]

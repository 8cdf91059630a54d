"""Where the jars and the nodes are kept, and whether the user who runs a node can get there.

OpenSearch refuses to run as root. Root's nodes run as `nobody`, who must be able to read the jars and to
enter the folder of the node; so root keeps both in the cache folder of the system and not in its own home.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final, NamedTuple

import dev

#: Who runs the nodes of root.
OTHER: Final = "nobody"


class Owner(NamedTuple):
    """Whom a node runs as."""

    uid: int
    gid: int


def other_owner() -> Owner | None:
    """Return whom root's nodes run as; nothing for a user whose nodes run as that user."""
    if os.geteuid() != 0:
        return None
    import pwd

    try:
        found = pwd.getpwnam(OTHER)
    except KeyError:
        raise dev.Failure(f"root cannot run OpenSearch, and there is no user {OTHER} to run it") from None
    return Owner(found.pw_uid, found.pw_gid)


def cache() -> Path:
    """Return the folder for jars and, unless another is named, for the nodes."""
    if named := os.environ.get("XDG_CACHE_HOME"):
        base = Path(named)
    else:
        base = Path("/var/cache") if os.geteuid() == 0 else Path.home() / ".cache"
    return base.absolute() / "coopsearch-dev" / "opensearch"


def make_cache(folder: Path) -> None:
    """Make the cache folder; root's can be entered by others, whatever the umask."""
    for place in (folder.parent, folder):
        if not place.is_dir():
            place.mkdir(parents=True, exist_ok=True)
            if other_owner():
                place.chmod(0o755)


def check_reachable(folder: Path, hint: str) -> None:
    """Fail where the user who runs root's nodes cannot get to a folder that exists."""
    if other_owner() is None:
        return
    for place in (folder, *folder.parents):
        if not place.stat().st_mode & stat.S_IXOTH:
            raise dev.Failure(
                f"{place} cannot be entered by the user {OTHER}, who runs OpenSearch for root; {hint}"
            )

"""The engines that can keep an index, by name. Each is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coopsearch.search.engines.cluster import PLACE, Cluster
from coopsearch.search.errors import IndexOutdated, SettingsError

if TYPE_CHECKING:
    from coopsearch.search.engines.base import Engine

__all__ = [
    "CLUSTERED",
    "DEFAULT",
    "EVERY",
    "NAMES",
    "Cluster",
    "cluster_of",
    "engine",
    "engine_of",
    "generation_of",
    "kept_elsewhere",
    "readdress",
]

DEFAULT: Final = "columns"


#: The engines that keep an index in its folder.
NAMES: Final = ("whoosh", "columns")
#: The engine that has a cluster keep it.
CLUSTERED: Final = "opensearch"
#: Every engine there is.
EVERY: Final = (*NAMES, CLUSTERED)


def engine(name: str = DEFAULT, cluster: Cluster | None = None) -> Engine:
    """Return an engine by name. Raises SettingsError, which lists those there are.

    ``cluster`` is where a new index goes, for the engine that has a cluster keep it.
    """
    if name == "whoosh":
        from coopsearch.search.engines.whoosh.engine import WhooshEngine

        return WhooshEngine()
    if name == "columns":
        from coopsearch.search.engines.columns.engine import ColumnsEngine

        return ColumnsEngine()
    if name == CLUSTERED:
        from coopsearch.search.engines.opensearch.engine import OpenSearchEngine

        return OpenSearchEngine(cluster)
    raise SettingsError(f"there is no engine {name!r}; there are: {', '.join(EVERY)}")


def kept_elsewhere(names: Collection[str]) -> str | None:
    """Return which engine keeps elsewhere what a folder of these files stands for, None for none."""
    return CLUSTERED if PLACE in names else None


def cluster_of(name: str, folder: Path) -> Cluster | None:
    """Return which cluster keeps an index, None for an engine without. Raises what ``open`` raises."""
    if name != CLUSTERED:
        return None
    from coopsearch.search.engines.opensearch.cluster.known import known_place

    return known_place(folder).cluster


def readdress(name: str, folder: Path, cluster: Cluster) -> None:
    """Note a new address of the cluster that keeps an index. Raises SettingsError if none does."""
    if name != CLUSTERED:
        raise SettingsError(
            f"the index is kept with {name} and not by a cluster; to change that, add --rebuild"
        )
    from coopsearch.search.engines.opensearch.cluster.known import know
    from coopsearch.search.engines.opensearch.cluster.place import read_place
    from coopsearch.search.engines.opensearch.cluster.place import readdress as readdressed

    readdressed(folder, cluster)
    know(folder.parent, read_place(folder).cluster)


def generation_of(name: str, folder: Path) -> int:
    """Return the number of the newest state in a folder, from its table alone: no engine is loaded.

    Raises FileNotFoundError or what ``Engine.open`` raises.
    """
    if name == "columns":
        from coopsearch.search.engines.columns.storage.toc import read_toc

        return read_toc(folder).generation
    if name == "whoosh":
        from coopsearch.search.engines.whoosh.table import read_table

        return read_table(folder).table.generation
    if name == CLUSTERED:
        from coopsearch.search.engines.opensearch.engine import generation_of as asked

        return asked(folder)
    raise FileNotFoundError(folder)


def engine_of(name: str, index: Path) -> Engine:
    """Return the engine that an index says it is kept with. Raises IndexOutdated if there is none such."""
    if name not in EVERY:
        raise IndexOutdated(
            f"the index at {index} is kept with {name!r}, which this coopsearch does not know; "
            "run `coopsearch index --rebuild`"
        )
    return engine(name)

"""The engine that has a cluster of OpenSearch keep an index; in its folder lies where that is.

Does not depend directly on documents or queries.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coopsearch.search.engines.base import Capabilities, Engine, PartWriter, Reader, Verified, Writer
from coopsearch.search.engines.cluster import Cluster
from coopsearch.search.engines.opensearch.cluster.known import know, known_place
from coopsearch.search.engines.opensearch.cluster.place import place_for, write_place
from coopsearch.search.errors import SettingsError
from coopsearch.search.indexdir import durable
from coopsearch.search.ranking import DEFAULT, Parameters

if TYPE_CHECKING:
    from coopsearch.search.analysis.langid.earlier import Earlier
    from coopsearch.search.analysis.stems import StemTable
    from coopsearch.search.engines.opensearch.cluster.connection import Connection
    from coopsearch.search.engines.opensearch.cluster.place import Place

#: How often a reader sends a request for which the cluster has no time.
_ATTEMPTS: Final = 6


class OpenSearchEngine(Engine):
    """Documents and words in a cluster, pages in the folder."""

    capabilities = Capabilities("opensearch", parts=True)

    def __init__(self, cluster: Cluster | None = None) -> None:
        """``cluster`` is where a new index goes; one that is there says it itself."""
        self._cluster = cluster

    def create(self, folder: Path) -> None:
        """Make an empty index in the cluster, then the file that names it. Raises SettingsError."""
        if self._cluster is None:
            raise SettingsError(
                "the engine opensearch needs the address of a cluster; give it with --url, as in "
                "`coopsearch index FOLDER --engine opensearch --url https://localhost:9200`"
            )
        place = place_for(folder, self._cluster)
        with contextlib.closing(_connection(place, writes=True)) as connection:
            from coopsearch.search.engines.opensearch.storage.opening import make_indexes

            connection.check()
            if not folder.is_dir():
                folder.parent.mkdir(parents=True, exist_ok=True)
                durable.make_folder(folder)
            # Before the index itself: one that nobody knows of would stay in the cluster for ever.
            know(folder.parent, place.cluster)
            write_place(folder, place)
            make_indexes(connection)

    def open(self, folder: Path, parameters: Parameters = DEFAULT) -> Reader:
        """Open the newest state for reading."""
        place = known_place(folder)
        connection = _connection(place)
        from coopsearch.search.engines.opensearch.reader import OpenSearchReader
        from coopsearch.search.engines.opensearch.storage.opening import check_index

        with contextlib.ExitStack() as opened:
            opened.callback(connection.close)
            connection.check()
            check_index(connection)
            reader = OpenSearchReader(connection, parameters)
            opened.pop_all()
            return reader

    def writer(self, folder: Path) -> Writer:
        """Open for writing."""
        _client()
        from coopsearch.search.engines.opensearch.writer import OpenSearchWriter

        return OpenSearchWriter(folder)

    def parts(
        self,
        folder: Path,
        prefix: str,  # noqa: ARG002 - has names of its own
        stems: StemTable,
        earlier: Earlier | None = None,
    ) -> PartWriter:
        """Prepare documents for the writer of a folder."""
        from coopsearch.search.engines.opensearch.parts import BodyParts

        return BodyParts(folder, stems, earlier)

    def verify(self, folder: Path) -> Verified:
        """Read all that is stored, and compare it with what the state says."""
        from coopsearch.search.engines.opensearch.storage.verifying import verify

        return verify(folder, self.open)

    def drop(self, folder: Path) -> bool:
        """Remove from the cluster what it keeps of a folder, unless it is read; say whether it went."""
        from coopsearch.search.engines.opensearch.storage.opening import drop_indexes

        with contextlib.closing(_connection(known_place(folder), writes=True)) as connection:
            return drop_indexes(connection, folder)


def generation_of(folder: Path) -> int:
    """Return the number of the newest state of a folder's index."""
    from coopsearch.search.engines.opensearch.storage.states import read_state

    with contextlib.closing(_connection(known_place(folder))) as connection:
        return read_state(connection).state.generation


def _connection(place: Place, *, writes: bool = False) -> Connection:
    _client()
    from coopsearch.search.engines.opensearch.cluster.connection import Connection

    return Connection(place, writes=writes, attempts=_ATTEMPTS)


def _client() -> None:
    """Load the client of a cluster. Raises SettingsError where it is not installed."""
    try:
        import opensearchpy  # noqa: F401
    except ImportError:
        raise SettingsError(
            "an index in a cluster needs the package opensearch-py, which is not installed; "
            "run `pip install 'coopsearch[opensearch]'`"
        ) from None

"""The embedded engine: Whoosh's files in a folder, opened and made.

A state whose files are removed while it is opened is given up for the newer one. Does not depend directly
on documents or queries.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from coopsearch.search.engines.base import Capabilities, Engine, PartWriter, Reader, Verified, Writer
from coopsearch.search.engines.whoosh.integrity import verify
from coopsearch.search.engines.whoosh.reader import WhooshReader
from coopsearch.search.engines.whoosh.table import is_newest, read_table
from coopsearch.search.errors import IndexDamaged
from coopsearch.search.indexdir import durable
from coopsearch.search.ranking import DEFAULT, Parameters

if TYPE_CHECKING:
    from coopsearch.search.analysis.langid.earlier import Earlier
    from coopsearch.search.analysis.stems import StemTable

#: A commit may remove files between looking and opening; the next look finds the new ones.
_ATTEMPTS: Final = 100


class WhooshEngine(Engine):
    """Whoosh with its own codec, less what is pickled in it."""

    capabilities = Capabilities("whoosh", parts=True)

    def create(self, folder: Path) -> None:
        """Make an empty index."""
        # Late: who only searches writes nothing.
        from coopsearch.search.engines.whoosh.writer import create

        if not folder.is_dir():
            folder.parent.mkdir(parents=True, exist_ok=True)
            durable.make_folder(folder)
        create(folder)

    def open(self, folder: Path, parameters: Parameters = DEFAULT) -> Reader:
        """Open the newest state for reading."""
        for attempt in range(_ATTEMPTS):
            found = read_table(folder)
            try:
                return WhooshReader(folder, found, parameters)
            except IndexDamaged:
                # What is missing may have been replaced since the table was read.
                if attempt == _ATTEMPTS - 1 or is_newest(folder, found.data):
                    raise
        raise AssertionError

    def writer(self, folder: Path) -> Writer:
        """Open for writing."""
        from coopsearch.search.engines.whoosh.writer import WhooshWriter

        return WhooshWriter(folder)

    def parts(
        self,
        folder: Path,
        prefix: str,  # noqa: ARG002 - has names of its own
        stems: StemTable,
        earlier: Earlier | None = None,
    ) -> PartWriter:
        """Prepare documents for the writer of a folder."""
        from coopsearch.search.engines.whoosh.parts import SpoolParts

        return SpoolParts(folder, stems, earlier)

    def verify(self, folder: Path) -> Verified:
        """Compare every file with its checksum of when it was written."""
        return verify(folder)

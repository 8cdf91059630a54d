"""The embedded engine: an index as columns in a folder.

Does not depend directly on documents or queries.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from coopsearch.search.engines.base import Capabilities, Engine, PartWriter, Reader, Verified, Writer
from coopsearch.search.engines.columns.light_reader import open_light
from coopsearch.search.engines.columns.storage import toc
from coopsearch.search.errors import IndexUnreadable
from coopsearch.search.indexdir.durable import make_folder
from coopsearch.search.ranking import DEFAULT, Parameters

if TYPE_CHECKING:
    from coopsearch.search.analysis.langid.earlier import Earlier
    from coopsearch.search.analysis.stems import StemTable


class ColumnsEngine(Engine):
    """See the port for what its methods promise."""

    capabilities = Capabilities("columns", parts=True)

    def create(self, folder: Path) -> None:
        """Make an empty index."""
        if not folder.is_dir():
            make_folder(folder)
        # Whoosh is loaded where an index is made and by those who ask for it; a query needs none of it.
        from coopsearch.search.engines.columns.codec.codec import write_whoosh_toc

        toc.write_toc(folder, toc.Toc(whoosh=write_whoosh_toc(folder)))

    def open(self, folder: Path, parameters: Parameters = DEFAULT) -> Reader:
        """Open the newest state for reading: without NumPy where that is not loaded yet."""
        if "numpy" not in sys.modules:
            return open_light(folder, parameters)
        from coopsearch.search.engines.columns.reader import open_reader

        return open_reader(folder, parameters)

    def writer(self, folder: Path) -> Writer:
        """Open for writing."""
        # Imported here: a query does without.
        from coopsearch.search.engines.columns.light_writer import LightWriter

        return LightWriter(folder)

    def parts(
        self, folder: Path, prefix: str, stems: StemTable, earlier: Earlier | None = None
    ) -> PartWriter:
        """Prepare segments for the writer of a folder."""
        from coopsearch.search.engines.columns.build.part_writer import SegmentParts

        return SegmentParts(folder, prefix, stems, earlier=earlier)

    def verify(self, folder: Path) -> Verified:
        """Check every block of every file."""
        from coopsearch.search.engines.columns.reader import open_reader

        try:
            reader = open_reader(folder)
        except IndexUnreadable as error:
            return Verified.of(0, 0, [error])
        with reader:
            return reader.verify()

"""The embedded engine: Whoosh's files in a folder, opened and made.

Knows what Whoosh raises when it opens an index. Knows no document and no query.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from whoosh import index as whoosh_index

from coopsearch.search.engines.base import Capabilities, Engine, Reader, Verified, Writer
from coopsearch.search.engines.whoosh.fields import whoosh_schema
from coopsearch.search.engines.whoosh.integrity import check, damaged, seal, verify
from coopsearch.search.engines.whoosh.reader import WhooshReader
from coopsearch.search.engines.whoosh.writer import FORMS, WhooshWriter
from coopsearch.search.errors import IndexMissing

#: A commit may replace the files between looking and opening; the next look finds the new ones.
_ATTEMPTS: Final = 5


class WhooshEngine(Engine):
    """Whoosh with its own codec."""

    capabilities = Capabilities("whoosh")

    def create(self, folder: Path) -> None:
        """Make an empty index."""
        folder.mkdir(parents=True, exist_ok=True)
        whoosh_index.create_in(str(folder), whoosh_schema()).close()
        seal(folder)

    def open(self, folder: Path) -> Reader:
        """Open the newest state for reading."""
        attempt = 0
        while True:
            try:
                return WhooshReader(self._index(folder), folder)
            except IndexMissing:
                raise
            except Exception:
                attempt += 1
                if attempt == _ATTEMPTS:
                    raise
                time.sleep(0.02 * attempt)

    def writer(self, folder: Path) -> Writer:
        """Open for writing."""
        return WhooshWriter(self._index(folder), folder)

    def verify(self, folder: Path) -> Verified:
        """Compare every file with its checksum of when it was written."""
        return verify(folder)

    def _index(self, folder: Path) -> whoosh_index.FileIndex:
        names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
        tables = [name for name in names if name.endswith(".toc")]
        if not tables:
            raise IndexMissing(f"{folder} holds no index; run `coopsearch index --rebuild`")
        segments = [name for name in names if name.endswith((".seg", ".toc")) or name == FORMS]
        check(folder, segments)
        try:
            return whoosh_index.open_dir(str(folder))
        except Exception as error:
            raise damaged(folder / tables[-1], "cannot be read") from error

"""Writing without NumPy as long as no document changes.

Most runs find nothing new, and note only that they looked. Importing NumPy takes longer than such a run, so
an index is opened for writing as columns when the first document comes or goes; until then the same files are
checked number by number, and a commit replaces pages alone. Does not depend directly on queries.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from coopsearch.search.engines.base import Writer
from coopsearch.search.engines.columns.build.merge_plan import MOST_TOKENS, SPARE, plan
from coopsearch.search.engines.columns.opened_files import check_small, cleared, opening, whole_for_whoosh
from coopsearch.search.engines.columns.scalar.segment import Segment
from coopsearch.search.engines.columns.storage.segment_files import StateFiles
from coopsearch.search.engines.columns.storage.toc import write_toc
from coopsearch.search.errors import CoopsearchError
from coopsearch.search.indexdir.durable import remove
from coopsearch.search.indexdir.pages import Page
from coopsearch.search.indexdir.reading import reading

if TYPE_CHECKING:
    from coopsearch.search.analysis.model import AnalysedDocument
    from coopsearch.search.engines.columns.writer import ColumnsWriter


class LightWriter(Writer):
    """The one writer of a folder; see the port for what its methods promise."""

    def __init__(self, folder: Path) -> None:
        """Open for writing."""
        self._folder = folder
        self._toc = cleared(folder)
        with opening(folder):
            self._files = StateFiles(Segment, folder, self._toc)
            check_small(self._files.files())
        self._for_whoosh, self.healed = whole_for_whoosh(folder, self._toc)
        self._columns: ColumnsWriter | None = None

    def columns(self) -> ColumnsWriter:
        """Return the writer of documents, opened now if it was not yet."""
        if self._columns is None:
            # Imported here: that is what this class is for.
            from coopsearch.search.engines.columns.writer import ColumnsWriter

            opened = {file.path.name: file for file in self._files.files()}
            self._columns = ColumnsWriter(self._folder, opened=opened)
            self._files.close()
        return self._columns

    @property
    def pages(self) -> Mapping[str, Page]:
        """Return the pages of the last state."""
        return self._toc.pages if self._columns is None else self._columns.pages

    def stems(self, word: str) -> Mapping[str, str]:
        """Return a word's known stems, learned ones included."""
        if self._columns is not None:
            return self._columns.stems(word)
        found: dict[str, str] = {}
        with reading(self._folder, others=OSError):
            for file in self._files.stem_files:
                found.update(file.get(word))
        return found

    def learn(self, stems: Mapping[tuple[str, str], str]) -> None:
        """Keep stems until the next commit writes them."""
        if stems:
            self.columns().learn(stems)

    def add(self, document: AnalysedDocument) -> None:
        """Add a document to the segment that is being built."""
        self.columns().add(document)

    def adopt(self, parts: Iterable[str], without: Collection[str] = ()) -> None:
        """Take segment files that ``SegmentParts`` made in this folder, but for some files' documents."""
        if several := tuple(parts):
            self.columns().adopt(several, without)

    def delete_file(self, file: str) -> None:
        """Delete a file's documents, those added since the last commit included."""
        self.columns().delete_file(file)

    def scrub(self) -> None:
        """Have the next commit write segments with deletions anew, and the stems of words that are left."""
        self.columns().scrub()

    def commit(self, *, more: bool = False, pages: Mapping[str, Page] | None = None) -> None:
        """Replace the table of contents, with the pages; where segments wait to be merged, merge them."""
        before = self._toc
        fresh = before if pages is None else before._replace(pages=dict(pages))
        fresh = fresh._replace(whoosh=self._for_whoosh)
        if self._columns is None and fresh == before:
            return
        if self._columns is not None or self._waits():
            self.columns().commit(more=more, pages=pages)
            return
        fresh = fresh._replace(generation=before.generation + 1)
        write_toc(self._folder, fresh)
        self._toc = fresh
        remove(self._folder, before.every() - fresh.every())

    def _waits(self) -> bool:
        """Say whether a commit would merge segments."""
        entries = self._toc.segments
        dead = [entry.deleted / entry.documents for entry in entries]
        return bool(plan([entry.tokens for entry in entries], dead, most=MOST_TOKENS, budget=SPARE))

    def close(self) -> None:
        """Drop what was not committed."""
        if self._columns is not None:
            self._columns.close()
            return
        self._files.close()
        # As of a writer of documents: what the table does not name was not committed.
        with contextlib.suppress(CoopsearchError, OSError):
            cleared(self._folder)

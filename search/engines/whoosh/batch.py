"""What is written between two commits: Whoosh's own writer, kept from committing anything by itself.

It starts from segments as a list, and ends with another list and new files that no table names yet.
Whoosh's lock, its temporary folder, its table and its clearing up are left out. Does not depend on
documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from whoosh.filedb.filestore import RamStorage
from whoosh.index import TOC
from whoosh.writing import SegmentWriter

from coopsearch.search.engines.whoosh.codec import NAME, PlainCodec, PlainSegment
from coopsearch.search.engines.whoosh.compound import write_compound
from coopsearch.search.engines.whoosh.fields import whoosh_schema
from coopsearch.search.engines.whoosh.scratch import Pool, Scratch
from coopsearch.search.indexdir.pages import Page

#: MiB of postings that Whoosh holds before it sorts them to disk.
_POOL: Final = 256


class _Index:
    """What Whoosh's writer asks of an index."""

    indexname = NAME

    def __init__(self, folder: Path, segments: Sequence[PlainSegment]) -> None:
        self.storage = Scratch(folder)
        self._segments = segments

    def _read_toc(self) -> TOC:
        return TOC(whoosh_schema(), list(self._segments), 0)


class Batch(SegmentWriter):  # type: ignore[misc]
    """Adds to segments and deletes from them; the segments it was given are changed by that."""

    def __init__(self, folder: Path, segments: Sequence[PlainSegment]) -> None:
        """Take the folder of the index and its segments."""
        index = _Index(folder, segments)
        try:
            super().__init__(index, _lk=False, codec=PlainCodec())
        except BaseException:
            index.storage.destroy()
            raise
        self._folder = folder
        self.pool = Pool(self._tempstorage, self.newsegment, limitmb=_POOL)
        self.final: list[PlainSegment] = []
        self.made: dict[str, Page] = {}

    def _assemble_segment(self) -> None:
        segment = self.get_segment()
        if segment.doc_count_all():
            names = segment.list_files(self.storage)
            size, crc32 = write_compound(self._folder / segment.file, self.storage, names)
            self.made[segment.file] = Page(segment.file, size, crc32)
        segment.compound = True

    def _commit_toc(self, segments: list[PlainSegment]) -> None:
        self.final = [segment for segment in segments if segment.doc_count_all()]

    def drop(self) -> None:
        """Forget what was not committed, in whatever state an error left it."""
        self._searcher = None
        self.is_closed = True
        self.storage.destroy()

    def _finish(self) -> None:
        super()._finish()
        self.storage.destroy()


def table_for_whoosh(segments: Sequence[PlainSegment], generation: int) -> tuple[str, bytes]:
    """Return the name and content of the table that ``whoosh.index.open_dir`` reads."""
    memory = RamStorage()
    # A rename within memory: nothing of Whoosh's own writing touches the disk.
    TOC(whoosh_schema(), list(segments), generation).write(memory, NAME)
    ((name, data),) = memory.files.items()
    return str(name), bytes(data)

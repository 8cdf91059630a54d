"""Whoosh's third codec with plain numbers and JSON where it pickles, and one file for a segment.

What is kept, and how it is found, is Whoosh's. Whoosh itself can read it (``whoosh.index.open_dir``), for
its table of contents names these classes; nothing here reads that table. Does not depend on queries.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any, Final

from whoosh.codec.whoosh3 import W3Codec, W3PerDocReader, W3PerDocWriter, W3Segment
from whoosh.columns import VarBytesColumn
from whoosh.index import FileIndex

from coopsearch.search.engines.whoosh.compound import Compound, Folder
from coopsearch.search.engines.whoosh.fields import PAYLOAD, whoosh_schema
from coopsearch.search.engines.whoosh.postings import PlainMatcher, PlainPostingsWriter
from coopsearch.search.engines.whoosh.terms import PlainFieldWriter, PlainTermsReader
from coopsearch.search.indexdir.stamp import distinct

#: The only name of an index in its folder.
NAME: Final = "MAIN"
#: The column of stored documents: bytes as they are.
_STORED: Final = "_stored"
_COLUMN: Final = VarBytesColumn()
_numbers: Final = count()


class PlainCodec(W3Codec):  # type: ignore[misc]
    """See the module."""

    matcher = PlainMatcher

    def per_document_writer(self, storage: Any, segment: Any) -> PlainDocumentWriter:
        """Return what writes by document."""
        return PlainDocumentWriter(self, storage, segment)

    def per_document_reader(self, storage: Any, segment: Any) -> PlainDocuments:
        """Return what reads by document."""
        return PlainDocuments(storage, segment)

    def field_writer(self, storage: Any, segment: Any) -> PlainFieldWriter:
        """Return what writes by term."""
        return PlainFieldWriter(self, storage, segment)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> PlainPostingsWriter:  # noqa: ARG002, FBT001, FBT002
        """Return what writes postings; there are no vectors, whose postings have words for documents."""
        return PlainPostingsWriter(dbfile, self._blocklimit, inlinelimit=0)

    def postings_reader(self, *_: Any, **__: Any) -> Any:
        """Refuse: the reader of terms makes its own."""
        raise NotImplementedError

    def terms_reader(self, storage: Any, segment: Any) -> PlainTermsReader:
        """Return what reads by term."""
        name = segment.make_filename(self.TERMS_EXT)
        posts = segment.open_file(storage, self.POSTS_EXT)
        documents = segment.doc_count_all()
        return PlainTermsReader(self, storage.open_file(name), storage.file_length(name), posts, documents)

    def new_segment(self, storage: Any, indexname: str) -> PlainSegment:  # noqa: ARG002 - as Whoosh calls it
        """Return a segment of a name that was never used."""
        return PlainSegment(self, indexname)


class PlainSegment(W3Segment):  # type: ignore[misc]
    """What is known of a segment beside its file."""

    _fieldlengths: dict[str, int]

    @classmethod
    def _random_id(cls, size: int = 16) -> str:  # noqa: ARG003 - Whoosh's is of random letters
        return f"{distinct():x}{os.getpid():x}z{next(_numbers):x}"

    @property
    def file(self) -> str:
        """The name of its file."""
        return str(self.make_filename(self.COMPOUND_EXT))

    @property
    def lengths(self) -> dict[str, int]:
        """The sum of each field's lengths."""
        return dict(self._fieldlengths)

    @property
    def deleted(self) -> list[int]:
        """The documents that are deleted, in order."""
        return sorted(self.deleted_docs())

    def open_compound_file(self, storage: Any) -> Compound:
        """Open its file, in the folder of a storage."""
        return Compound(Path(storage.folder, self.file))


def segment_of(name: str, documents: int, deleted: tuple[int, ...], lengths: dict[str, int]) -> PlainSegment:
    """Return a finished segment by what a table says of it."""
    segment = PlainSegment(PlainCodec(), NAME, documents, name, set(deleted) or None)
    segment._fieldlengths = lengths  # noqa: SLF001 - Whoosh sets it from outside as well
    segment.compound = True
    return segment


def reader_of(folder: Path, segments: Sequence[PlainSegment], generation: int) -> Any:
    """Return Whoosh's reader of segments."""
    return FileIndex._reader(Folder(folder), whoosh_schema(), list(segments), generation)  # noqa: SLF001


class PlainDocumentWriter(W3PerDocWriter):  # type: ignore[misc]
    """Writes lengths, columns, and the stored document as the bytes that it is."""

    def _create_column(self, fieldname: str, column: Any) -> None:
        super()._create_column(fieldname, _COLUMN if fieldname == _STORED else column)

    def finish_doc(self) -> None:
        """Write the stored document."""
        if stored := self._storedfields:
            self.add_column_value(_STORED, _COLUMN, stored.pop(PAYLOAD))
            stored.clear()
        self._indoc = False


class PlainDocuments(W3PerDocReader):  # type: ignore[misc]
    """Reads them."""

    def stored_fields(self, docnum: int) -> dict[str, bytes]:
        """Return the stored document as it is."""
        found = self._cached_reader(_STORED, _COLUMN)[docnum]
        return {PAYLOAD: found} if found else {}

"""The columns as a Whoosh codec: ``whoosh.index.open_dir(folder)`` reads what the engine wrote.

All segments together are one segment of Whoosh's, so that its ranking has global statistics. The table of
contents that Whoosh pickles is written once, when an index is made, and says no more than "look at the
columns": it is for Whoosh alone, and nothing here ever unpickles it. ``open_index`` does without it. The
columns are written by the engine's writer; Whoosh's own is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import columns, fields, index
from whoosh.analysis import Analyzer, Token
from whoosh.codec.base import Codec, PerDocumentReader, Segment
from whoosh.filedb.filestore import FileStorage

from coopsearch.search import schema
from coopsearch.search.analysis.tokenizer import tokens
from coopsearch.search.engines.columns import toc
from coopsearch.search.engines.columns.codec_terms import ColumnTerms
from coopsearch.search.engines.columns.engine import ColumnsEngine
from coopsearch.search.engines.columns.fields import PLACES, SCORED
from coopsearch.search.engines.columns.reader import ColumnsReader
from coopsearch.search.errors import CoopsearchError

_NAME = index._DEF_INDEX_NAME  # noqa: SLF001 - the name that open_dir looks for has no public one
#: What Whoosh shows as a field's stored value, by our field.
_STORED = {schema.WORDS: "text", schema.TITLE_WORDS: "title", schema.PATH: "path", schema.FILE: "file",
           schema.TYPE: "type", schema.DATE: "date"}  # fmt: skip
_COLUMNS = {schema.PATH: "path", schema.FILE: "file", schema.TYPE: "type", schema.DATE: "date"}


class WordAnalyzer(Analyzer):  # type: ignore[misc]
    """The project's words, for Whoosh's query parser and highlighter. Stems are not made here."""

    def __call__(self, value: str, **settings: Any) -> Iterator[Token]:
        """Yield the words of a text."""
        token = Token(positions=True, chars=True)
        for word, start, end, position in tokens(value):
            token.text, token.original, token.boost, token.stopped = word, value[start:end], 1.0, False
            token.pos = position + settings.get("start_pos", 0)
            token.startchar = start + settings.get("start_char", 0)
            token.endchar = end + settings.get("start_char", 0)
            yield token


def whoosh_schema() -> fields.Schema:
    """Return the fields as Whoosh sees them; ``words`` and ``title_words`` show the stored text."""
    found = fields.Schema()
    for field in schema.FIELDS:
        if field.kind == "text":
            found.add(
                field.name, fields.TEXT(analyzer=WordAnalyzer(), phrase=True, stored=field.name in _STORED)
            )
        else:
            found.add(field.name, fields.ID(stored=field.name in _STORED, sortable=field.name in _COLUMNS))
    found.add("fields", fields.STORED())
    return found


class ColumnCodec(Codec):  # type: ignore[misc]
    """Reads; see the module."""

    def per_document_reader(self, storage: Any, segment: ColumnSegment) -> ColumnDocuments:
        """Return what is kept by document."""
        return ColumnDocuments(segment.reader(storage))

    def terms_reader(self, storage: Any, segment: ColumnSegment) -> ColumnTerms:
        """Return terms and postings."""
        return ColumnTerms(segment.reader(storage))

    def new_segment(self, storage: Any, indexname: str) -> Segment:
        """Refuse: raises CoopsearchError, as all of Whoosh's ways to write do."""
        raise CoopsearchError("Whoosh can only read this index; write with the engine's writer")

    per_document_writer = field_writer = postings_writer = postings_reader = new_segment


class ColumnSegment(Segment):  # type: ignore[misc]
    """All that the columns hold at the moment at which it is read."""

    def __init__(self, indexname: str = _NAME) -> None:
        """Stand for the index of whatever folder it is read from."""
        super().__init__(indexname)
        self._reader: ColumnsReader | None = None

    def __getstate__(self) -> dict[str, str]:
        """Keep nothing but the name."""
        return {"indexname": self.indexname}

    def __setstate__(self, state: dict[str, str]) -> None:
        """Get an identity of its own, so that Whoosh takes no older reader for this one."""
        self.__init__(state["indexname"])  # type: ignore[misc]

    def codec(self) -> ColumnCodec:
        """Return the codec."""
        return ColumnCodec()

    def reader(self, storage: Any) -> ColumnsReader:
        """Open the columns, once."""
        if self._reader is None:
            reader = ColumnsEngine().open(Path(storage.folder))
            assert isinstance(reader, ColumnsReader)
            self._reader = reader
        return self._reader

    def doc_count_all(self) -> int:
        """Count the documents, deleted ones included; 0 before it was read."""
        return self._reader.snapshot.space if self._reader else 0

    def deleted_count(self) -> int:
        """Count the deleted documents."""
        return self._reader.snapshot.space - self._reader.documents if self._reader else 0


class ColumnDocuments(PerDocumentReader):  # type: ignore[misc]
    """Lengths, deletions, stored values and columns."""

    def __init__(self, reader: ColumnsReader) -> None:
        """Take the state."""
        self._reader, self._snapshot = reader, reader.snapshot
        self._deleted = np.ones(self._snapshot.space, np.bool_)
        self._deleted[self._snapshot.everything] = False

    def doc_count(self) -> int:
        """Count the documents."""
        return self._reader.documents

    def doc_count_all(self) -> int:
        """Count the documents, deleted ones included."""
        return self._snapshot.space

    def has_deletions(self) -> bool:
        """Say whether any document is deleted."""
        return bool(self._deleted.any())

    def is_deleted(self, docnum: int) -> bool:
        """Say whether a document is deleted."""
        return bool(self._deleted[docnum])

    def deleted_docs(self) -> list[int]:
        """Return the deleted documents."""
        numbers: list[int] = np.flatnonzero(self._deleted).tolist()
        return numbers

    def supports_columns(self) -> bool:
        """There are columns."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Say whether a field can be sorted by."""
        return fieldname in _COLUMNS

    def list_columns(self) -> list[str]:
        """Return the fields that can be sorted by."""
        return sorted(_COLUMNS)

    def column_reader(self, fieldname: str, column: Any) -> _ValueReader:
        """Return a field's value for each document."""
        return _ValueReader(self._reader, fieldname)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Return the length of a field of a document; exact, where Whoosh's own codec rounds."""
        place = PLACES.get(fieldname)
        return (
            int(self._reader.lengths(place.family)[docnum]) if place and place.family in SCORED else default
        )

    def field_length(self, fieldname: str) -> int:
        """Return the summed lengths of a field, those of deleted documents left out."""
        place = PLACES.get(fieldname)
        if place is None or place.family not in SCORED:
            return 0
        return sum(segment.total_length(place.family) for segment in self._snapshot.segments)

    def min_field_length(self, fieldname: str) -> int:
        """Return the shortest length of a field."""
        place = PLACES.get(fieldname)
        return (
            int(self._reader.lengths(place.family).min(initial=1 << 31))
            if place and place.family in SCORED
            else 0
        )

    def max_field_length(self, fieldname: str) -> int:
        """Return the greatest length of a field."""
        place = PLACES.get(fieldname)
        return (
            int(self._reader.lengths(place.family).max(initial=0)) if place and place.family in SCORED else 0
        )

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """Return the stored values of a document."""
        document = self._reader.load(docnum)
        return {name: getattr(document, own) for name, own in _STORED.items()} | {
            "fields": dict(document.fields)
        }


class _ValueReader(columns.ColumnReader):  # type: ignore[misc]
    """The value of a field for each document, as bytes."""

    def __init__(self, reader: ColumnsReader, fieldname: str) -> None:
        self._columns, self._own = reader, _COLUMNS[fieldname]
        self._doccount = reader.snapshot.space

    def __getitem__(self, docnum: int) -> bytes:
        value: str = getattr(self._columns.load(docnum), self._own)
        return (
            value.replace("-", "").encode() if self._own == "date" else value.encode("utf-8", "surrogatepass")
        )

    def set_reverse(self) -> None:
        """Whoosh sorts what it is given; the order is turned by the caller."""


class ColumnIndex(index.FileIndex):  # type: ignore[misc]
    """A Whoosh index that reads the columns' own table of contents, and no pickle."""

    def __init__(self, folder: Path) -> None:
        """Open a folder. Raises what ``ColumnsEngine.open`` raises."""
        self.storage = FileStorage(str(folder))
        self._schema = whoosh_schema()
        self.indexname = _NAME
        self._folder = folder
        toc.read_toc(folder)

    def latest_generation(self) -> int:
        """Return the number of the newest commit."""
        return toc.read_toc(self._folder).generation

    def _read_toc(self) -> index.TOC:
        return index.TOC(self._schema, [ColumnSegment()], self.latest_generation())

    def writer(self, *_: Any, **__: Any) -> Any:
        """Refuse: raises CoopsearchError."""
        raise CoopsearchError("Whoosh can only read this index; write with the engine's writer")


def open_index(folder: Path) -> ColumnIndex:
    """Open an index for Whoosh's Searcher without unpickling anything."""
    return ColumnIndex(folder)


def write_whoosh_toc(folder: Path) -> None:
    """Write the table that ``whoosh.index.open_dir`` asks for."""
    index.TOC(whoosh_schema(), [ColumnSegment()], 1).write(FileStorage(str(folder)), _NAME)

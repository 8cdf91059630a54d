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
from whoosh import fields, index
from whoosh.analysis import Analyzer, Token
from whoosh.codec.base import Codec, PerDocumentReader, Segment
from whoosh.filedb.filestore import FileStorage, RamStorage

from coopsearch.search import schema
from coopsearch.search.analysis.tokenizer import tokens
from coopsearch.search.engines.columns.codec.column_reader import COLUMNS, ValueReader
from coopsearch.search.engines.columns.codec.dates import DAY, day_field
from coopsearch.search.engines.columns.codec.doc_numbers import Numbers
from coopsearch.search.engines.columns.codec.terms_reader import ColumnTerms
from coopsearch.search.engines.columns.reader import ColumnsReader, open_reader
from coopsearch.search.engines.columns.storage import toc
from coopsearch.search.errors import CoopsearchError
from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.pages import Page, page_of

#: Where Whoosh finds the classes that its table of contents names: see the package.
_PACKAGE = __name__.rpartition(".")[0]
_READ_ONLY = "Whoosh can only read this index; write with `coopsearch index` or coopsearch.indexer.sync"
_NAME = index._DEF_INDEX_NAME  # noqa: SLF001 - the name that open_dir looks for has no public one
#: What Whoosh shows as a field's stored value, by our field.
_STORED = {schema.WORDS: "text", schema.TITLE_WORDS: "title", schema.PATH: "path", schema.FILE: "file",
           schema.TYPE: "type", schema.DATE: "date"}  # fmt: skip


class WordAnalyzer(Analyzer):  # type: ignore[misc]
    """The project's words, for Whoosh's query parser and highlighter. Stems are not made here."""

    __module__ = _PACKAGE

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
            found.add(field.name, fields.ID(stored=field.name in _STORED, sortable=field.name in COLUMNS))
    found.add(DAY, day_field())
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
        raise CoopsearchError(_READ_ONLY)

    per_document_writer = field_writer = postings_writer = postings_reader = new_segment


class ColumnSegment(Segment):  # type: ignore[misc]
    """All that the columns hold at the moment at which it is read."""

    __module__ = _PACKAGE

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
            self._reader = open_reader(Path(storage.folder))
        return self._reader

    def doc_count_all(self) -> int:
        """Count the documents. Raises CoopsearchError before it was read."""
        if self._reader is None:
            # Who only reads opens a segment first: this is how one of Whoosh's writers begins.
            raise CoopsearchError(_READ_ONLY)
        return self._reader.documents

    def deleted_count(self) -> int:
        """Deleted documents are not here: see ``doc_numbers``."""
        return 0


class ColumnDocuments(PerDocumentReader):  # type: ignore[misc]
    """Lengths, stored values and columns."""

    def __init__(self, reader: ColumnsReader) -> None:
        """Take the state."""
        self._reader, self._numbers = reader, Numbers(reader)
        self._columns: dict[str, ValueReader] = {}

    def doc_count(self) -> int:
        """Count the documents."""
        return len(self._numbers)

    def doc_count_all(self) -> int:
        """Count the documents: none of them is deleted."""
        return len(self._numbers)

    def has_deletions(self) -> bool:
        """Say that no document is deleted."""
        return False

    def is_deleted(self, docnum: int) -> bool:
        """Say that a document is not deleted."""
        return False

    def deleted_docs(self) -> tuple[int, ...]:
        """Return no document."""
        return ()

    def supports_columns(self) -> bool:
        """There are columns."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Say whether a field can be sorted by."""
        return fieldname in COLUMNS

    def list_columns(self) -> list[str]:
        """Return the fields that can be sorted by."""
        return [*COLUMNS]

    def column_reader(self, fieldname: str, column: Any) -> ValueReader:
        """Return a field's value for each document."""
        if fieldname not in self._columns:
            self._columns[fieldname] = ValueReader(self._numbers, fieldname)
        return self._columns[fieldname]

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Return the length of a field of a document; exact, where Whoosh's own codec rounds."""
        lengths = self._numbers.lengths(fieldname)
        return default if lengths is None else int(lengths[docnum])

    def field_length(self, fieldname: str) -> int:
        """Return the summed lengths of a field."""
        lengths = self._numbers.lengths(fieldname)
        return 0 if lengths is None else int(lengths.sum(dtype=np.int64))

    def min_field_length(self, fieldname: str) -> int:
        """Return the shortest length of a field."""
        lengths = self._numbers.lengths(fieldname)
        return 0 if lengths is None or not len(lengths) else int(lengths.min())

    def max_field_length(self, fieldname: str) -> int:
        """Return the greatest length of a field."""
        lengths = self._numbers.lengths(fieldname)
        return 0 if lengths is None or not len(lengths) else int(lengths.max())

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """Return the stored values of a document."""
        document = self._reader.document(int(self._numbers.own[docnum]))
        return {name: getattr(document, own) for name, own in _STORED.items()} | {
            "fields": dict(document.fields)
        }


class ColumnIndex(index.FileIndex):  # type: ignore[misc]
    """A Whoosh index that reads the columns' own table of contents, and no pickle."""

    def __init__(self, folder: Path) -> None:
        """Open a folder. Raises what ``open_reader`` raises."""
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

    def reader(self, reuse: Any = None) -> Any:
        """Open the newest state. Whoosh would put segments of an older reader beside those of now."""
        return super().reader()

    def searcher(self, **settings: Any) -> Any:
        """Open a ``ColumnSearcher`` over the newest state; it takes what Whoosh's searcher does."""
        # Late: who makes an index does not search it with Whoosh.
        from coopsearch.search.engines.columns.codec.searcher import ColumnSearcher

        return ColumnSearcher(self.reader(), fromindex=self, **settings)

    def writer(self, *_: Any, **__: Any) -> Any:
        """Refuse: raises CoopsearchError."""
        raise CoopsearchError(_READ_ONLY)


def open_index(folder: Path) -> ColumnIndex:
    """Open an index for Whoosh's Searcher without unpickling anything."""
    return ColumnIndex(folder)


def write_whoosh_toc(folder: Path) -> Page:
    """Write the table that ``whoosh.index.open_dir`` asks for; return what our own says of it."""
    storage = RamStorage()
    index.TOC(whoosh_schema(), [ColumnSegment()], 1).write(storage, _NAME)
    data = bytes(storage.files[toc.WHOOSH])
    durable.replace(folder / toc.WHOOSH, data)
    return page_of(toc.WHOOSH, data)

"""Writing documents without files into an index, and bringing them over when it is rebuilt.

An index has the only copy of them: a rebuild takes them from the old state, and is refused where that cannot
be read. Does not depend on the walk or file formats.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from coopsearch.indexer.batch import Batch, Target
from coopsearch.indexer.manifest.entry import ADDED, Entry
from coopsearch.indexer.manifest.manifest import Manifest
from coopsearch.indexer.manifest.pages import Books
from coopsearch.indexer.workers.processes import prefix
from coopsearch.indexer.workers.task import Flushed
from coopsearch.search.analysis import ANALYSIS_VERSION
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines import NAMES, engine_of
from coopsearch.search.engines.base import Reader
from coopsearch.search.errors import CoopsearchError, IndexUnreadable
from coopsearch.search.indexdir.addresses import is_added
from coopsearch.search.indexdir.coverage import language_counts
from coopsearch.search.indexdir.meta import IndexMeta
from coopsearch.search.indexdir.names import is_data
from coopsearch.search.indexdir.opening import names_in
from coopsearch.search.indexdir.owner import check_owner
from coopsearch.search.indexdir.reading import reading
from coopsearch.search.model import Document
from coopsearch.search.schema import LANGUAGE, SCHEMA_VERSION

#: Characters that are carried over between two commits of a rebuild.
_CHARACTERS: Final = 32_000_000


def write(index: Path, meta: IndexMeta, changes: Mapping[str, Document | None]) -> None:
    """Put documents in the place of those of their addresses, None for none, in one commit.

    The caller holds the lock. Raises IndexUnwritable; the index is as it was then.
    """
    _write(index, meta, changes, {}, last=True)


def _write(
    index: Path,
    meta: IndexMeta,
    changes: Mapping[str, Document | None],
    rows: Mapping[str, Entry],
    *,
    last: bool,
) -> None:
    """Write documents; those that are in ``rows`` were added and changed when these say."""
    data = index / meta.data
    engine = engine_of(meta.engine, index)
    with engine.writer(data) as writer, engine.open(data) as reader:
        manifest = Manifest(data, reader.pages)
        books = Books(data, manifest, reader.pages, meta.sources)
        target = Target(engine, data, writer, reader, manifest, books)
        batch = Batch(target)
        deleted = any(manifest.get(address) is not None for address in changes)
        _take_in(target, batch, changes, rows)
        if new := batch.new_languages:
            batch.complete(new)
        if last and manifest.ages(deleted=deleted):
            writer.scrub()
        batch.commit(more=not last)
        if last:
            with engine.open(data) as after:
                counts = after.documents, language_counts(after)
            writer.commit(pages=books.added(*counts))


def _take_in(
    target: Target, batch: Batch, changes: Mapping[str, Document | None], rows: Mapping[str, Entry]
) -> None:
    """Make a part of the documents, as of those of files: adding each by itself takes twice the time."""
    table = StemTable(target.writer.stems)
    parts = target.engine.parts(target.data, prefix(), table)
    parts.hear(dict(target.reader.terms(LANGUAGE)))
    for address, document in changes.items():
        if document is None:
            batch.delete(address)
            target.manifest.forget(address)
        else:
            batch.replace(address)
            parts.add(document)
            target.manifest.put(_row(document, rows.get(address)))
    batch.languages.update(parts.settle())
    languages = frozenset(batch.languages)
    batch.take_in([Flushed(parts.finish(languages), table.drain())], languages)


def _row(document: Document, before: Entry | None) -> Entry:
    now = time.time_ns()
    return Entry(
        document.file,
        size=len(document.text.encode()),
        mtime_ns=now,
        inode=0,
        digest="",
        format=ADDED,
        version=0,
        documents=1,
        complete=True,
        seen_ns=now,
        added_ms=before.added_ms if before is not None else 0,
        changed_ms=before.changed_ms if before is not None else 0,
    )


def stored(reader: Reader, address: str) -> Document | None:
    """Return a document as a state of an index holds it, with no language decided; None if it has none."""
    document = reader.document_at(address)
    if document is None:
        return None
    undecided = tuple(passage._replace(language="") for passage in document.passages)
    return document._replace(passages=undecided)


def refuse_loss(index: Path, before: IndexMeta) -> None:
    """Raise IndexUnreadable where documents of scripts cannot be read, which a rebuild would then lose."""
    try:
        with _kept(index, before) as (reader, rows):
            for row in rows:
                _taken(index, reader, row)
    except IndexUnreadable as error:
        fault = getattr(error, "fault", None) or str(error)
        raise IndexUnreadable(
            f"documents that scripts added to the index at {index} cannot be read, and a rebuild would lose "
            f"them ({fault}); restore a backup of the index, or move its folder away to begin without them"
        ) from error


def carry(index: Path, before: IndexMeta, fresh: IndexMeta) -> None:
    """Bring the documents of scripts from one data folder into another that a rebuild fills."""
    engine = engine_of(fresh.engine, index)
    with engine.open(index / fresh.data) as reader:
        # A rebuild that was interrupted may have brought some already.
        there = {row.file for row in Manifest(index / fresh.data, reader.pages) if is_added(row.file)}
    with _kept(index, before) as (reader, rows):
        of = {row.file: row for row in rows}
        pending: dict[str, Document | None] = {}
        size = 0
        for row in rows:
            if row.file not in there:
                document = pending[row.file] = _taken(index, reader, row)
                size += len(document.text)
            if size > _CHARACTERS:
                _write(index, fresh, pending, of, last=False)
                pending, size = {}, 0
        if pending:
            _write(index, fresh, pending, of, last=False)


@contextmanager
def _kept(index: Path, meta: IndexMeta) -> Iterator[tuple[Reader, list[Entry]]]:
    """Open a state, and give the rows of documents that scripts added."""
    data = index / meta.data
    with reading(index, others=OSError), engine_of(meta.engine, index).open(data) as reader:
        yield reader, [row for row in Manifest(data, reader.pages) if is_added(row.file)]


def _taken(index: Path, reader: Reader, row: Entry) -> Document:
    with reading(index):
        document = stored(reader, row.file)
    if document is None:
        raise IndexUnreadable(f"the index at {index} does not hold {row.file}, which its manifest knows")
    return document


def found_without_page(index: Path) -> IndexMeta | None:
    """Return what the first page would say of a data folder that holds documents of scripts.

    For an index whose first page is lost. None if there is no such folder.
    """
    top = index.resolve()
    for name in filter(is_data, names_in(top) if os.path.isdir(top) else ()):  # noqa: PTH112
        for engine in NAMES:
            meta = IndexMeta(SCHEMA_VERSION, ANALYSIS_VERSION, engine, name, added=True)
            try:
                check_owner(index, index / name)
                with _kept(index, meta) as (_, rows):
                    if rows:
                        return meta
            except (CoopsearchError, OSError):
                continue
    return None

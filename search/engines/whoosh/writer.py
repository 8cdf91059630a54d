"""Writing documents into a Whoosh index, in commits that are one step each.

New files become the index's by one table that names them all: cut off anywhere, the files of the last table
are all there. Does not depend directly on a particular language or queries.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from coopsearch.search import schema
from coopsearch.search.analysis.model import AnalysedDocument
from coopsearch.search.engines.base import Writer
from coopsearch.search.engines.whoosh.batch import Batch, table_for_whoosh
from coopsearch.search.engines.whoosh.codec import PlainSegment, reader_of, segment_of
from coopsearch.search.engines.whoosh.documents import values
from coopsearch.search.engines.whoosh.forms import FormTable, write_forms
from coopsearch.search.engines.whoosh.integrity import check, mapped
from coopsearch.search.engines.whoosh.parts import held
from coopsearch.search.engines.whoosh.table import Table, read_table, segment_entry, strays, write_table
from coopsearch.search.errors import CoopsearchError
from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.pages import Page, page_of

#: The share of deleted documents at which all segments are written anew.
_SPARSE: Final = 0.2


class WhooshWriter(Writer):
    """The one writer; see the port for what its methods promise."""

    def __init__(self, folder: Path) -> None:
        """Open for writing, and remove what a killed writer left."""
        self._folder = folder
        self._state: Table = read_table(folder).table
        check(folder, self._state)
        durable.remove(folder, strays(folder, self._state))
        self._forms = FormTable(folder, self._state.forms)
        self._learned: dict[str, dict[str, str]] = {}
        self._batch: Batch | None = None
        self._segments: list[PlainSegment] | None = None
        """What the next commit will name, where that is other than what the last one did."""
        self._made: dict[str, Page] = {}
        """Files of segments that no table names yet."""
        self._added: set[str] = set()
        """Files with documents in the batch."""
        self._scrubbing = False

    @property
    def pages(self) -> Mapping[str, Page]:
        """Return the pages that the table names."""
        return self._state.pages

    def stems(self, word: str) -> Mapping[str, str]:
        """Return a word's known stems, learned ones included."""
        known = self._forms.get(word)
        learned = self._learned.get(word)
        return {**known, **learned} if learned else known

    def learn(self, stems: Mapping[tuple[str, str], str]) -> None:
        """Keep stems until the next commit writes them."""
        for (language, word), stem in stems.items():
            self._learned.setdefault(word, {})[language] = stem

    def add(self, document: AnalysedDocument) -> None:
        """Add a document to the batch."""
        # Whoosh keeps half of a document over which it stumbles: what can go wrong goes wrong before.
        self._add(document.document.file, values(document))

    def adopt(self, parts: Iterable[str], without: Collection[str] = ()) -> None:
        """Add the documents of parts, and remove these."""
        for name in parts:
            with durable.telling(self._folder):
                for file, fields in held(self._folder, name):
                    if file not in without:
                        self._add(file, fields)
            durable.remove(self._folder, [name])

    def delete_file(self, file: str) -> None:
        """Delete a file's documents, those of the batch included."""
        with durable.telling(self._folder), mapped(self._folder):
            if file in self._added:
                # Whoosh deletes only what is in a finished segment.
                self._finish()
            self._open().delete_by_term(schema.FILE, file)

    def scrub(self) -> None:
        """Have the next commit write all segments anew, and the stems of words that are left."""
        self._scrubbing = True

    def commit(self, *, more: bool = False, pages: Mapping[str, Page] | None = None) -> None:  # noqa: ARG002 - merges at once
        """Write the new files, then the table that names them, then remove what it does not name."""
        with durable.telling(self._folder), mapped(self._folder):
            before = self._state
            if self._scrubbing:
                self._open()
            self._finish(last=True)
            state = self._next(before.pages if pages is None else dict(pages))
            self._scrubbing = False
            if state == before:
                return
            state = state._replace(generation=before.generation + 1)
            durable.sync_folder(self._folder)
            write_table(self._folder, state)
            self._state, self._segments, self._learned = state, None, {}
            if state.forms != before.forms:
                self._forms.close()
                self._forms = FormTable(self._folder, state.forms)
            durable.remove(self._folder, (before.names() | self._made.keys()) - state.names())
            self._made = {}

    def close(self) -> None:
        """Drop the batch and close."""
        batch, self._batch = self._batch, None
        self._forms.close()
        if batch is not None:
            batch.drop()
            self._made |= batch.made
        if self._made:
            # A commit may have failed in its very last step: the table on the disk says what belongs. Where
            # it cannot be read, nothing goes.
            with contextlib.suppress(CoopsearchError):
                durable.remove(self._folder, self._made.keys() - read_table(self._folder).table.names())

    def _add(self, file: str, fields: Mapping[str, object]) -> None:
        with durable.telling(self._folder):
            self._open().add_document(**fields)
        self._added.add(file)

    def _open(self) -> Batch:
        if self._batch is None:
            if self._segments is None:
                self._segments = [
                    segment_of(entry.name, entry.documents, entry.deleted, entry.lengths)
                    for entry in self._state.segments
                ]
            self._batch = Batch(self._folder, self._segments)
        return self._batch

    def _finish(self, *, last: bool = False) -> None:
        """End the batch: its documents are in a segment then, which no table names yet."""
        batch, self._batch = self._batch, None
        if batch is not None:
            try:
                batch.commit(optimize=last and (self._scrubbing or _is_sparse(batch.segments)))
            except BaseException:
                batch.drop()
                raise
            finally:
                self._made |= batch.made
                self._added = set()
            self._segments = batch.final

    def _next(self, pages: dict[str, Page]) -> Table:
        """Write what the next state needs beside segments; return it, still with the old number."""
        state = self._state._replace(pages=pages)
        if self._learned or self._scrubbing:
            merged = {word: dict(stems) for word, stems in self._forms.items()}
            for word, stems in self._learned.items():
                merged.setdefault(word, {}).update(stems)
            if self._scrubbing:
                used = self._used()
                merged = {word: stems for word, stems in merged.items() if word in used}
            forms = write_forms(self._folder, merged.items())
            self._made[forms.name] = forms
            state = state._replace(forms=forms)
        if self._segments is None:
            return state
        entries = tuple(
            segment_entry(segment.segid, segment.doc_count_all(), segment.deleted, segment.lengths)
            for segment in self._segments
        )
        if entries == state.segments:
            return state
        name, data = table_for_whoosh(self._segments, state.generation + 1)
        with durable.replacing(self._folder / name) as stream:
            stream.write(data)
        toc = page_of(name, data)
        self._made[name] = toc
        known = {**state.files, **self._made}
        files = {entry.file: known[entry.file] for entry in entries}
        return state._replace(segments=entries, files=files, toc=toc)

    def _used(self) -> set[str]:
        """Return the words that the segments hold."""
        reader = reader_of(self._folder, self._segments or [], self._state.generation)
        with contextlib.closing(reader):
            return {term.decode() for field, term in reader.all_terms() if field == schema.WORDS}


def create(folder: Path) -> None:
    """Make an empty index in a folder, durably. Raises IndexUnwritable."""
    name, data = table_for_whoosh([], 0)
    durable.create(folder / name, data)
    durable.sync_folder(folder)
    write_table(folder, Table(0, (), page_of(name, data), None, {}, {}))


def _is_sparse(segments: Iterable[Any]) -> bool:
    """Say whether so much was deleted that it distorts lengths and scores, and is worth writing anew."""
    held = [(int(segment.doc_count_all()), int(segment.deleted_count())) for segment in segments]
    return sum(deleted for _, deleted in held) > _SPARSE * sum(count for count, _ in held)

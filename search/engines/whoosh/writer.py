"""Writing documents into a Whoosh index, in commits that are one step each.

Turns runs of tokens into postings weighted by role, and makes new files the index's by one table that names
them all: cut off anywhere, the files of the last table are all there. Knows no language and no query.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from coopsearch.search import schema
from coopsearch.search.analysis.model import AnalysedDocument, Run
from coopsearch.search.analysis.numbers import number_terms
from coopsearch.search.analysis.tokenizer import words
from coopsearch.search.engines.base import Writer
from coopsearch.search.engines.whoosh.batch import Batch, table_for_whoosh
from coopsearch.search.engines.whoosh.codec import PlainSegment, segment_of
from coopsearch.search.engines.whoosh.fields import PAYLOAD, Postings
from coopsearch.search.engines.whoosh.forms import FormTable, write_forms
from coopsearch.search.engines.whoosh.integrity import check, mapped
from coopsearch.search.engines.whoosh.payload import pack
from coopsearch.search.engines.whoosh.table import Table, read_table, segment_entry, strays, write_table
from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.pages import Page, page_of
from coopsearch.search.ranking import ROLE_WEIGHTS

#: The share of deleted documents from which on all segments are written anew.
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
        values = _values(document)
        with durable.telling(self._folder):
            self._open().add_document(**values)
        self._added.add(document.document.file)

    def delete_file(self, file: str) -> None:
        """Delete a file's documents, those of the batch included."""
        with durable.telling(self._folder), mapped(self._folder):
            if file in self._added:
                # Whoosh deletes only what is in a finished segment.
                self._finish()
            self._open().delete_by_term(schema.FILE, file)

    def commit(self, *, more: bool = False, pages: Mapping[str, Page] | None = None) -> None:  # noqa: ARG002 - merges at once
        """Write the new files, then the table that names them, then remove what it does not name."""
        with durable.telling(self._folder), mapped(self._folder):
            before = self._state
            self._finish(last=True)
            state = self._next(before.pages if pages is None else dict(pages))
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
            # A commit may have failed in its very last step: the table on the disk says what belongs.
            durable.remove(self._folder, self._made.keys() - read_table(self._folder).table.names())

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
                batch.commit(optimize=last and _is_sparse(batch.segments))
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
        if self._learned:
            merged = {word: dict(stems) for word, stems in self._forms.items()}
            for word, stems in self._learned.items():
                merged.setdefault(word, {}).update(stems)
            forms = write_forms(self._folder, merged.items())
            self._made[forms.name] = forms
            state = state._replace(forms=forms)
        if self._segments is not None:
            name, data = table_for_whoosh(self._segments, state.generation + 1)
            with durable.replacing(self._folder / name) as stream:
                stream.write(data)
            toc = page_of(name, data)
            self._made[name] = toc
            known = {**state.files, **self._made}
            entries = [
                segment_entry(segment.segid, segment.doc_count_all(), segment.deleted, segment.lengths)
                for segment in self._segments
            ]
            files = {entry.file: known[entry.file] for entry in entries}
            state = state._replace(segments=tuple(entries), files=files, toc=toc)
        return state


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


def _values(analysed: AnalysedDocument) -> dict[str, object]:
    """Return the value of each field of a document."""
    document = analysed.document
    titles = [run for run in analysed.runs if run.role == "title"]
    headings = [run for run in analysed.runs if run.role == "heading"]
    return {
        schema.WORDS: _postings(analysed.runs, stems=False),
        schema.STEMS: _postings(analysed.runs, stems=True),
        schema.TITLE_WORDS: _postings(titles, stems=False),
        schema.TITLE_STEMS: _postings(titles, stems=True),
        schema.HEADING_WORDS: _postings(headings, stems=False),
        schema.HEADING_STEMS: _postings(headings, stems=True),
        schema.PATH: [document.path],
        f"_stored_{schema.PATH}": document.path,
        schema.PATH_WORDS: _plain(words(document.path)[0]),
        schema.FILE: [document.file],
        schema.LANGUAGE: analysed.languages,
        schema.TYPE: [document.type],
        schema.DATE: [document.date.replace("-", "")] if document.date else [],
        schema.META: _plain(
            f"{name}={word}"
            for name, value in document.fields.items()
            for word in (*words(value)[0], *number_terms(value))
        ),
        schema.META_NAMES: list(document.fields),
        PAYLOAD: pack(document),
    }


def _postings(runs: Iterable[Run], *, stems: bool) -> Postings:
    frequencies: dict[str, int] = {}
    positions: dict[str, list[int]] = {}
    for run in runs:
        weight = ROLE_WEIGHTS[run.role]
        terms = run.stems if stems else run.words
        steps = range(len(terms)) if run.steps is None else run.steps
        for term, step in zip(terms, steps, strict=True):
            if term in frequencies:
                frequencies[term] += weight
                positions[term].append(run.position + step)
            else:
                frequencies[term] = weight
                positions[term] = [run.position + step]
    # Two tokens at one position may share a stem: a position is kept once.
    return {
        term: (frequency, sorted(dict.fromkeys(positions[term]))) for term, frequency in frequencies.items()
    }


def _plain(terms: Iterable[str]) -> Postings:
    postings: dict[str, tuple[int, list[int]]] = {}
    for position, term in enumerate(terms):
        frequency, positions = postings.get(term, (0, []))
        postings[term] = (frequency + 1, [*positions, position])
    return postings

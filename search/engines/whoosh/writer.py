"""Writing documents into a Whoosh index, in commits that can be repeated.

Turns runs of tokens into postings weighted by role. Knows neither files nor languages, and no query.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from whoosh.index import FileIndex

from coopsearch.search import schema
from coopsearch.search.analysis.model import AnalysedDocument, Run
from coopsearch.search.analysis.numbers import number_terms
from coopsearch.search.analysis.tokenizer import words
from coopsearch.search.engines.base import Writer
from coopsearch.search.engines.whoosh.fields import PAYLOAD, Postings
from coopsearch.search.engines.whoosh.forms import FormTable, write_forms
from coopsearch.search.engines.whoosh.integrity import seal
from coopsearch.search.engines.whoosh.payload import pack
from coopsearch.search.ranking import ROLE_WEIGHTS

FORMS: Final = "forms.tsv"
#: MiB of postings that Whoosh holds before it sorts them to disk.
_POOL: Final = 256
#: The share of deleted documents from which on all segments are written anew.
_SPARSE: Final = 0.2


class WhooshWriter(Writer):
    """The one writer; see the port for what its methods promise."""

    def __init__(self, index: FileIndex, folder: Path) -> None:
        """Open for writing. Whoosh's own writer is made with the first change of a batch."""
        self._index = index
        self._folder = folder
        self._forms = FormTable(folder / FORMS)
        self._learned: dict[str, dict[str, str]] = {}
        self._batch: Any = None

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
        self._open().add_document(**_values(document))

    def delete_file(self, file: str) -> None:
        """Delete a file's committed documents."""
        self._open().delete_by_term(schema.FILE, file)

    def commit(self, *, more: bool = False) -> None:  # noqa: ARG002 - Whoosh merges at once
        """Write the stems, then the batch: stems without documents do no harm, the reverse would."""
        if self._learned:
            merged = {word: dict(stems) for word, stems in self._forms.items()}
            for word, stems in self._learned.items():
                merged.setdefault(word, {}).update(stems)
            self._forms.close()
            write_forms(self._folder / FORMS, merged.items())
            self._forms = FormTable(self._folder / FORMS)
            self._learned = {}
        if self._batch is not None:
            batch, self._batch = self._batch, None
            batch.commit(optimize=_is_sparse(batch.segments))
        seal(self._folder)

    def close(self) -> None:
        """Drop the batch and close."""
        if self._batch is not None:
            self._batch.cancel()
            self._batch = None
        self._forms.close()
        self._index.close()

    def _open(self) -> Any:
        if self._batch is None:
            self._batch = self._index.writer(limitmb=_POOL)
        return self._batch


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

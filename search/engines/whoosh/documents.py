"""What the index holds of a document: a value for each field, by which alone Whoosh's writer adds it.

Turns runs of tokens into postings weighted by role. Does not depend directly on files, a particular
language or queries.
"""

from __future__ import annotations

from collections.abc import Iterable

from coopsearch.search import schema
from coopsearch.search.analysis.field_rows import field_rows
from coopsearch.search.analysis.model import AnalysedDocument, Run
from coopsearch.search.analysis.tokenizer import rows
from coopsearch.search.engines.whoosh.fields import NAMES, PAYLOAD, Postings
from coopsearch.search.engines.whoosh.payload import pack
from coopsearch.search.names.keys import keys
from coopsearch.search.page_labels import own_fields
from coopsearch.search.ranking import ROLE_WEIGHTS


def values(analysed: AnalysedDocument) -> dict[str, object]:
    """Return the value of each field of a document."""
    document = analysed.document
    fields = own_fields(document.type, document.fields)
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
        schema.PATH_WORDS: _plain(rows(document.path)),
        schema.FILE: [document.file],
        schema.LANGUAGE: analysed.languages,
        schema.TYPE: [document.type],
        schema.DATE: [document.date.replace("-", "")] if document.date else [],
        schema.META: _plain(field_rows(fields)),
        schema.META_NAMES: list(fields),
        NAMES: [f"{key} {word}" for word in sorted(analysed.names) for key in sorted(keys(word))],
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


def _plain(given: Iterable[tuple[str, int]]) -> Postings:
    postings: dict[str, tuple[int, list[int]]] = {}
    for term, position in given:
        frequency, positions = postings.get(term, (0, []))
        postings[term] = (frequency + 1, [*positions, position])
    return postings

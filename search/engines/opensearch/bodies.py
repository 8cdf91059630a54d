"""What a cluster gets of a document: the fields of its body, but for those that say of which commit it is.

Does not depend on queries or the client of a cluster.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Final

from coopsearch.search import schema
from coopsearch.search.analysis.field_rows import field_rows
from coopsearch.search.analysis.model import AnalysedDocument, Run
from coopsearch.search.analysis.tokenizer import read, rows
from coopsearch.search.engines.folders import folder_of
from coopsearch.search.engines.opensearch import closeness, mapping, tokens
from coopsearch.search.engines.opensearch.terms import (
    frequencies_text,
    positions_texts,
    shortened,
    written,
)
from coopsearch.search.engines.whoosh.payload import pack
from coopsearch.search.page_labels import own_fields
from coopsearch.search.ranking import ROLE_WEIGHTS

#: Between the name of a field and its value.
BETWEEN: Final = "\ue000"


def body_of(analysed: AnalysedDocument) -> dict[str, object]:
    """Return the fields of a document's body."""
    document = analysed.document
    fields = own_fields(document.type, document.fields)
    others = {schema.PATH_WORDS: rows(document.path), schema.META: list(field_rows(fields))}
    day = document.date.replace("-", "")
    keywords: dict[str, Sequence[str]] = {
        schema.PATH: [document.path],
        schema.FILE: [document.file],
        schema.LANGUAGE: analysed.languages,
        schema.TYPE: [document.type],
        schema.META_NAMES: list(fields),
        schema.DATE: [day] if day else [],
    }
    body: dict[str, object] = {
        field: [shortened(term) for term in terms] for field, terms in keywords.items() if terms
    }
    titles = [run for run in analysed.runs if run.role == "title"]
    headings = [run for run in analysed.runs if run.role == "heading"]
    for some, words, stems in (
        (analysed.runs, schema.WORDS, schema.STEMS),
        (titles, schema.TITLE_WORDS, schema.TITLE_STEMS),
        (headings, schema.HEADING_WORDS, schema.HEADING_STEMS),
    ):
        _put_runs(body, words, some, stems=False)
        _put_runs(body, stems, some, stems=True)
    for field, plain in others.items():
        _put(body, field, [(written(term), position, 1) for term, position in plain])
    if day:
        body[schema.DATE] = int(day)
    title = title_key(read(document.title).slots)
    body |= {
        mapping.YEAR: document.date[:4],
        mapping.FOLDER: folder_of(document.file, "folder"),
        mapping.TITLE_ORDER: shortened(document.title.casefold()),
        mapping.TITLE_KEY: title,
        mapping.VALUES: [value_of(name, value) for name, value in document.fields.items()],
        mapping.TOKENS: tokens.pack(analysed.runs, others, keywords, title),
        mapping.STORED: base64.b64encode(pack(document)).decode(),
    }
    close = closeness.pack(analysed.runs)
    if close is not None:
        body[mapping.CLOSE] = close
    return body


def title_key(words: Sequence[str]) -> str:
    """Return the digest of the words of a title."""
    return blake2b("\n".join(words).encode(), digest_size=16).hexdigest()


def value_of(name: str, value: str) -> str:
    """Return what stands for the value of a field that a document has of its own."""
    return shortened(f"{name}{BETWEEN}{value}")


def _put_runs(body: dict[str, object], field: str, runs: Iterable[Run], *, stems: bool) -> None:
    found: list[tuple[str, int, int]] = []
    for run in runs:
        weight = ROLE_WEIGHTS[run.role]
        terms = run.stems if stems else run.words
        steps = range(len(terms)) if run.steps is None else run.steps
        found += [
            (written(term), run.position + step, weight) for term, step in zip(terms, steps, strict=True)
        ]
    _put(body, field, found)


def _put(body: dict[str, object], field: str, found: Sequence[tuple[str, int, int]]) -> None:
    """Put (term, position, weight) rows into a body."""
    if not found:
        return
    counts: dict[str, int] = {}
    for term, _, weight in found:
        counts[term] = counts.get(term, 0) + weight
    body[mapping.frequencies(field)] = frequencies_text(counts)
    body[mapping.positions(field)] = positions_texts((term, position) for term, position, _ in found)
    body[mapping.length(field)] = sum(weight for _, _, weight in found)

"""What a cluster gets of a document: the fields of its body, but for those that say of which commit it is.

Does not depend on queries or the client of a cluster.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Final, NamedTuple, Self

from coopsearch.search import schema
from coopsearch.search.analysis.field_rows import field_rows
from coopsearch.search.analysis.model import AnalysedDocument, Role, Run
from coopsearch.search.analysis.tokenizer import read, rows
from coopsearch.search.engines.folders import folder_of
from coopsearch.search.engines.opensearch import closeness, mapping, tokens
from coopsearch.search.engines.opensearch.compression import compressed
from coopsearch.search.engines.opensearch.terms import joined, shortened
from coopsearch.search.engines.opensearch.texts import Row, values_of
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
    runs = [_Texts.of(run) for run in analysed.runs if run.words]
    titles = [one for one in runs if one.role == "title"]
    headings = [one for one in runs if one.role == "heading"]
    for some, words, stems in (
        (runs, schema.WORDS, schema.STEMS),
        (titles, schema.TITLE_WORDS, schema.TITLE_STEMS),
        (headings, schema.HEADING_WORDS, schema.HEADING_STEMS),
    ):
        if some:
            body[words] = values_of([one.row(one.words) for one in some])
            body[stems] = values_of([one.row(one.stems) for one in some])
            body[mapping.length(words)] = body[mapping.length(stems)] = sum(
                one.size * ROLE_WEIGHTS[one.role] for one in some
            )
    packed: dict[str, tuple[str, list[int]]] = {}
    for field, plain in others.items():
        if plain:
            text, places = joined([term for term, _ in plain]), [position for _, position in plain]
            body[field] = values_of([Row(0, 1, text, places)])
            body[mapping.length(field)] = len(plain)
            packed[field] = text, places
    if day:
        body[schema.DATE] = int(day)
    title = _title_key_of(document.title)
    body |= {
        mapping.YEAR: document.date[:4],
        mapping.FOLDER: folder_of(document.file, "folder"),
        mapping.TITLE_ORDER: shortened(document.title.casefold()),
        mapping.TITLE_KEY: title,
        mapping.VALUES: [value_of(name, value) for name, value in document.fields.items()],
        mapping.TOKENS: tokens.pack(
            [(one.role, one.position, one.words, one.stems, one.steps) for one in runs],
            packed,
            keywords,
            title,
        ),
        mapping.STORED: base64.b64encode(pack(document, compressed)).decode(),
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


#: Records of one file often share their title.
_title_key_of: Final = lru_cache(1024)(lambda title: title_key(read(title).slots))


class _Texts(NamedTuple):
    """A run, with its terms as they are written."""

    role: Role
    position: int
    words: str
    stems: str
    steps: Sequence[int] | None
    size: int
    """Its tokens."""

    @classmethod
    def of(cls, run: Run) -> Self:
        """Write the terms of a run."""
        words = joined(run.words)
        stems = words if run.stems == run.words else joined(run.stems)
        return cls(run.role, run.position, words, stems, run.steps, len(run.words))

    def row(self, text: str) -> Row:
        """Return its words or stems as they stand in a field."""
        return Row(self.position, ROLE_WEIGHTS[self.role], text, self.steps)

"""What a document says beside its text: terms of its address and its fields, its title as a whole.

All of it can be told from the document itself, when it goes to a cluster as when it comes back. Does not
depend on the client of a cluster.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from coopsearch.search import schema
from coopsearch.search.analysis.field_rows import field_rows
from coopsearch.search.analysis.tokenizer import read, rows
from coopsearch.search.model import Document
from coopsearch.search.page_labels import own_fields

#: By field, terms with their positions.
Others = Mapping[str, Sequence[tuple[str, int]]]
#: Fields of text that have no stems.
OTHERS: Final = frozenset({schema.PATH_WORDS, schema.META})


def others_of(document: Document) -> Others:
    """Return the terms of each of ``OTHERS``, with their positions."""
    return {
        schema.PATH_WORDS: rows(document.path),
        schema.META: list(field_rows(own_fields(document.type, document.fields))),
    }


def keywords_of(document: Document, languages: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """Return the terms of each field that has terms alone."""
    names = own_fields(document.type, document.fields)
    others = keywords_beside(document.file, languages, document.type, list(names), document.date)
    return {schema.PATH: [document.path], **others}


def keywords_beside(
    file: str, languages: Sequence[str], kind: str, names: Sequence[str], date: str
) -> dict[str, Sequence[str]]:
    """Return the terms of all these fields but the path; ``names`` are those of the document's own fields."""
    day = date.replace("-", "")
    return {
        schema.FILE: [file],
        schema.LANGUAGE: languages,
        schema.TYPE: [kind],
        schema.META_NAMES: names,
        schema.DATE: [day] if day else [],
    }


def title_key(words: Sequence[str]) -> str:
    """Return the digest of the words of a title."""
    return blake2b("\n".join(words).encode(), digest_size=16).hexdigest()


@lru_cache(1024)  # records of one file often share their title
def title_key_of(title: str) -> str:
    """Return the same of a title."""
    return title_key(read(title).slots)

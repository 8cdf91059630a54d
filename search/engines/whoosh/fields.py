"""The Whoosh schema of an index, and the field type that takes tokens as they are.

Whoosh's own analysis is not used: words and stems are made elsewhere, once. Does not depend on queries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from whoosh import columns, fields, formats

from coopsearch.search.engines.whoosh.postings import PlainPositions
from coopsearch.search.schema import FIELDS, PATH

#: term -> (frequency weighted by role, sorted positions)
Postings = Mapping[str, tuple[int, Sequence[int]]]

#: The stored document: compressed JSON, see ``payload``.
PAYLOAD = "payload"


#: Words that can be names, each with one of its keys before it.
NAMES = "names"


class TokenField(fields.FieldType):  # type: ignore[misc]
    """Text that comes as postings: Whoosh only stores them."""

    def __init__(self) -> None:
        """Keep positions and the length of the field."""
        self.format = PlainPositions()
        self.scorable = True
        self.analyzer = None
        self.stored = self.unique = False
        self.vector = self.column_type = None

    def index(self, value: Postings, **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield (term, frequency, weight, encoded positions) for each term."""
        encode = self.format.encode
        for term, (frequency, positions) in value.items():
            yield term.encode(), frequency, float(frequency), encode(positions)


class TermField(fields.FieldType):  # type: ignore[misc]
    """Terms alone, as they are: paths, languages, days."""

    def __init__(self, *, sortable: bool = False) -> None:
        """Keep no positions and no length; a sortable field keeps its value by document too."""
        self.format = formats.Existence()
        self.scorable = False
        self.analyzer = None
        self.stored = self.unique = False
        self.vector = None
        self.column_type = columns.VarBytesColumn() if sortable else None

    def index(self, value: Sequence[str], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield each term once."""
        for term in dict.fromkeys(value):
            yield term.encode(), 1, 1.0, b""


def whoosh_schema() -> fields.Schema:
    """Return the schema: one field for each of ``schema.FIELDS``, and the stored document."""
    schema = fields.Schema()
    for field in FIELDS:
        schema.add(
            field.name, TokenField() if field.kind == "text" else TermField(sortable=field.name == PATH)
        )
    schema.add(NAMES, TermField())
    schema.add(PAYLOAD, fields.STORED())
    return schema

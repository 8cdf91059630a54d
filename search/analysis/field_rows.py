"""The words of what a document says of itself (author, case, url), and where each of them stands.

A term is ``name=word``, so no phrase reaches from one field into the next. Does not depend on engines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from coopsearch.search.analysis.numbers import number_terms
from coopsearch.search.analysis.tokenizer import rows


def field_rows(fields: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Yield the terms of a document's fields and the position of each; positions never fall.

    The whole of a compound or an address stands where the first of its parts does, as in a text.
    """
    position = 0
    for name, text in fields.items():
        found = rows(text)
        for word, step in found:
            yield f"{name}={word}", position + step
        position += found[-1][1] + 1 if found else 0
        for term in number_terms(text):
            yield f"{name}={term}", position
            position += 1

"""Ranges: the numbers that documents say of themselves, and words from one to another.

``year:[2018 TO 2020]``, ``year:2018..2020``, ``author:[amal TO omar]``. Dates are compared by ``fields``.
Does not depend directly on ranking formulas.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final

from coopsearch.search import schema
from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.analysis.numbers import SIGN, number
from coopsearch.search.engines.base import Pattern, Reader
from coopsearch.search.errors import QueryError
from coopsearch.search.query.fields import FieldTarget, place_of
from coopsearch.search.query.syntax import Leaf, Span, Word

_NUMBER: Final = r"[-+−]?\d(?:[\d,.]*\d)?"
_dotted: Final = re.compile(rf"({_NUMBER})?\.\.({_NUMBER})?").fullmatch


def dotted(leaf: Leaf) -> Span | None:
    """Return the range of numbers that a word with two dots is; None for any other leaf."""
    if isinstance(leaf, Word) and not leaf.exact and (found := _dotted(leaf.text)):
        low, high = found.groups()
        return Span(low, high, leaf.position, leaf.field) if low or high else None
    return None


def numbers(span: Span, reader: Reader) -> list[str] | None:
    """Return the terms of a range of numbers, None for one of words. Raises QueryError if it is neither."""
    place = place_of(span, reader) if span.field else None
    bounds = [
        None if text in (None, "*") else number(normalize(text or "")) for text in (span.low, span.high)
    ]
    given = [text for text in (span.low, span.high) if text not in (None, "*")]
    counted = sum(value is not None for value in bounds)
    if place is None and (counted or not given):
        raise QueryError(
            f"a range at character {span.position} needs a field of dates or numbers, as in "
            "date:[2019 TO 2021]",
            span.position,
        )
    if place is None or place.words != schema.META or counted < len(given) or not given:
        if 0 < counted < len(given):
            raise QueryError(
                f"{span.field}: at character {span.position} of the query: a range goes from a number to a "
                "number, or from a word to a word",
                span.position,
            )
        return None
    low, high = bounds
    start = place.prefix + SIGN
    terms = []
    for term in reader.expand(schema.META, Pattern("wildcard", "*", prefix=start)):
        value = number(term[len(start) :])
        if value is None:
            continue
        above = low is None or value > low or (span.include_low and value == low)
        below = high is None or value < high or (span.include_high and value == high)
        if above and below:
            terms.append(term)
    return terms


def words(span: Span, place: FieldTarget, reader: Reader) -> list[str]:
    """Return the terms of a field from one word to another, in the order of their characters."""
    low, high = (None if text in (None, "*") else normalize(text or "") for text in (span.low, span.high))
    start = ""
    if low and high:  # what both begin with, all between them begins with
        at = next((at for at, (one, other) in enumerate(zip(low, high, strict=False)) if one != other), None)
        start = low[:at] if at is not None else min(low, high)
    terms = reader.expand(place.words, Pattern("wildcard", "*", prefix=place.prefix + start))
    # Nothing stands between a word and the same with a NUL behind it.
    first = 0 if low is None else bisect_left(terms, place.prefix + low + ("" if span.include_low else "\0"))
    last = len(terms)
    if high is not None:
        last = bisect_left(terms, place.prefix + high + ("\0" if span.include_high else ""))
    found = terms[first:last]
    if not place.prefix:
        return found
    # Numbers lie beside the words of a document's own fields.
    numbers = place.prefix + SIGN
    return [term for term in found if not term.startswith(numbers)]

"""Ranges: the numbers that documents say of themselves, and words from one to another.

``year:[2018 TO 2020]``, ``year:2018..2020``, ``author:[amal TO omar]``, and days in a field of a document's
own, ``opened:2024-01..2024-06``. The days of documents themselves, ``date:``, are compared by ``fields``.
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
from coopsearch.search.query.dates import day
from coopsearch.search.query.fields import FieldTarget, place_of
from coopsearch.search.query.syntax import Leaf, Span, Word

_NUMBER: Final = r"[-+−]?\d(?:[\d,.]*\d)?"
#: A day, or a month, of which the year alone would be a number.
_DAY: Final = r"\d{4}-\d\d?(?:-\d\d?)?"
_BOUND: Final = rf"{_DAY}|{_NUMBER}"
_dotted: Final = re.compile(rf"({_BOUND})?\.\.({_BOUND})?").fullmatch
_is_day: Final = re.compile(_DAY).fullmatch
_is_year: Final = re.compile(r"[12]\d{3}").fullmatch


def dotted(leaf: Leaf) -> Span | None:
    """Return the range of numbers that a word with two dots is; None for any other leaf."""
    if isinstance(leaf, Word) and not leaf.exact and (found := _dotted(leaf.text)):
        low, high = found.groups()
        return Span(low, high, leaf.position, leaf.field) if low or high else None
    return None


def numbers(span: Span, reader: Reader) -> list[str] | None:
    """Return the terms of a range of numbers, None for one of words. Raises QueryError if it is neither."""
    place = place_of(span, reader) if span.field else None
    if place is not None and (terms := _days(span, place, reader)) is not None:
        return terms
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
    # Of a field of days the years are no numbers.
    if not terms and all(map(_is_year, given)):
        terms = _between(span, place, reader)
    return terms


def _days(span: Span, place: FieldTarget, reader: Reader) -> list[str] | None:
    """Return the terms of a range of days in a field of the documents' own, None for any other range."""
    given = [text for text in (span.low, span.high) if text not in (None, "*")]
    if place.words != schema.META or not any(map(_is_day, given)):
        return None
    return _between(span, place, reader) if all(_is_day(text) or _is_year(text) for text in given) else None


def _between(span: Span, place: FieldTarget, reader: Reader) -> list[str]:
    """Return the days in a field that lie in a range. Raises QueryError for a bound that is not a day.

    A day is indexed as a whole, 20240531, as all that is written with hyphens is.
    """
    try:
        # Left out, a month is left out as a whole.
        low = str(day(span.low)[not span.include_low]) if span.low and span.low != "*" else ""
        high = str(day(span.high)[span.include_high]) if span.high and span.high != "*" else "99999999"
    except ValueError as error:
        raise QueryError(
            f"{span.field}: at character {span.position} of the query: {error}", span.position
        ) from None
    return [
        term
        for term in reader.expand(place.words, Pattern("wildcard", "?" * 8, prefix=place.prefix))
        if (value := term[len(place.prefix) :]).isdecimal()
        and (low < value or (span.include_low and low == value))
        and (value < high or (span.include_high and value == high))
    ]


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

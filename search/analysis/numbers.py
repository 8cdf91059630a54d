"""Numbers that a document says of itself: the terms under which a field like year or price is compared.

A value that is a number, or a list of them, gives a term for each: ``=1990``, ``=-4.5``. No word begins
with that sign. Does not depend on the schema or engines.
"""

from __future__ import annotations

from typing import Final

from coopsearch.search.lazy import expression

SIGN: Final = "="
_NUMBER: Final = expression(
    r"([-+−]?)(\d{1,18}(?:\.\d{1,18})?(?:[eE][-+]?\d{1,3})?|\d{1,3}(?:,\d{3}){1,5}(?:\.\d{1,18})?)"
)
#: Longer values are texts.
_LONGEST: Final = 400


def number(text: str) -> float | None:
    """Return the number that a whole text is, None for any other text."""
    match = _NUMBER().fullmatch(text.strip())
    if match is None:
        return None
    value = float(match[2].replace(",", ""))
    return -value if match[1] in ("-", "−") else value


def term(value: float) -> str:
    """Return the term of a number."""
    return f"{SIGN}{int(value) if value == int(value) and abs(value) < 1e18 else value!r}"


def number_terms(text: str) -> list[str]:
    """Return the terms of the numbers that a value consists of; empty for any other value."""
    if not text or len(text) > _LONGEST or not (text[0].isdecimal() or text[0] in "-+− "):
        return []
    values = [number(part) for part in text.split(", ")]
    return [] if None in values else [term(value) for value in values if value is not None]

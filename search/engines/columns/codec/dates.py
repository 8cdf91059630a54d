"""The days of documents as Whoosh's date queries ask for them: a field that no file holds.

``date`` has each day as a keyword; ``day`` has the same as Whoosh encodes dates, so that its date ranges
and its date parser find them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from whoosh import fields

from coopsearch.search.engines.columns.storage.string_table import decode
from coopsearch.search.schema import DATE

DAY: Final = "day"


def day_field() -> fields.DATETIME:
    """Return the field: one term for each day, none for wider spans of time."""
    field = fields.DATETIME()
    field.shift_step = 0
    return field


_FIELD: Final = day_field()


def term_of(date: str) -> bytes | None:
    """Return Whoosh's term for a day as YYYYMMDD, None for one that the calendar does not have."""
    try:
        day = datetime(int(date[:4]), int(date[4:6]), int(date[6:]))  # noqa: DTZ001 - Whoosh's have no zone
    except ValueError:
        return None
    term: bytes = _FIELD.to_bytes(day)
    return term


def date_of(term: bytes) -> str:
    """Return the day of a term as YYYYMMDD, "" for a term that is not a day."""
    try:
        moment: datetime = _FIELD.from_bytes(term)
    except (ValueError, OverflowError, TypeError, IndexError):
        return ""
    date = f"{moment:%Y%m%d}".rjust(8, "0")
    return date if term_of(date) == term else ""


def own_term(fieldname: str, text: bytes) -> tuple[str, str]:
    """Return the field and the term that the columns have for Whoosh's."""
    return (DATE, date_of(text)) if fieldname == DAY else (fieldname, decode(text))

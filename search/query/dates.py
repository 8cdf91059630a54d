"""Days in the forms that people type, as ranges of numbers.

2019, 2019-05, 2019-05-01, 2019..2021 and open ends (2019.. and ..2021) become the first and last day as
YYYYMMDD, which is how an index keeps them. Knows neither a query nor an index.
"""

from __future__ import annotations

import re
from calendar import monthrange
from typing import Final

_DAY: Final = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
#: Arabic-Indic and Persian digits count as digits; int() reads them as they are.
_FIRST, _LAST = 0, 99_999_999


def days(text: str) -> tuple[int, int]:
    """Return the first and last day of a date or of a range. Raises ValueError with the reason."""
    low, dots, high = text.partition("..")
    if not dots:
        return day(text)
    first = day(low)[0] if low else _FIRST
    last = day(high)[1] if high else _LAST
    if first > last:
        raise ValueError(f"{low} is after {high}")
    return first, last


def day(text: str) -> tuple[int, int]:
    """Return the first and last day that a year, a month or a day means. Raises ValueError."""
    match = _DAY.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no date; write 2019, 2019-05, 2019-05-01 or 2019..2021")
    year, month, number = (int(part) if part else None for part in match.groups())
    assert year is not None
    if month is None:
        return year * 10_000 + 101, year * 10_000 + 1231
    if not 1 <= month <= 12:  # noqa: PLR2004
        raise ValueError(f"{text!r} has no month {month}; months are 01 to 12")
    last = monthrange(max(year, 1), month)[1]
    if number is None:
        return year * 10_000 + month * 100 + 1, year * 10_000 + month * 100 + last
    if not 1 <= number <= last:
        raise ValueError(f"{text!r} has no day {number}; that month has {last} days")
    return (year * 10_000 + month * 100 + number,) * 2

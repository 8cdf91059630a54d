"""Days in the forms that people type, as ranges of numbers.

2019, 2019-05, 2019-05-01, 2019..2021 and open ends (2019.. and ..2021) become the first and last day as
YYYYMMDD, which is how an index keeps them; ``natural_dates`` reads what is said in words. Does not depend
on query syntax or an index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coopsearch.search.lazy import expression

if TYPE_CHECKING:
    from datetime import date

_DAY: Final = expression(r"(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?)?(?:T\S*)?")
_COMPACT: Final = expression(r"([12]\d{3})([01]\d)([0-3]\d)")
#: 01/05/2019: the day first, as most of the world has it, unless only the month can be first.
_DAY_FIRST: Final = expression(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_DECADE: Final = expression(r"(\d{3})0s")
#: Arabic-Indic and Persian digits count as digits; int() reads them as they are.
_FIRST, _LAST = 0, 99_999_999
FORMS: Final = '2019, 2019-05, 2019-05-01, 2019..2021, "May 2019" or "last year"'


def days(text: str, today: date | None = None) -> tuple[int, int]:
    """Return the first and last day of a date or of a range. Raises ValueError with the reason.

    ``today`` is what "this month" is relative to; the clock's day if it is not given.
    """
    low, dots, high = text.partition("..")
    if not dots:
        return day(text, today)
    first = day(low, today)[0] if low.strip() else _FIRST
    last = day(high, today)[1] if high.strip() else _LAST
    if first > last:
        raise ValueError(f"{low} is after {high}")
    return first, last


def day(text: str, today: date | None = None) -> tuple[int, int]:
    """Return the first and last day that a year, a month, a day or a phrase means. Raises ValueError."""
    text = text.strip()
    if match := _DAY().fullmatch(text):
        return _calendar(text, match[1], match[3], match[4])
    if match := _COMPACT().fullmatch(text):
        return _calendar(text, *match.groups())
    if match := _DAY_FIRST().fullmatch(text):
        first, second = (match[1], match[3]) if int(match[3]) <= 12 else (match[3], match[1])  # noqa: PLR2004
        return _calendar(text, match[4], second, first)
    if match := _DECADE().fullmatch(text):
        return int(match[1]) * 100_000 + 101, int(match[1]) * 100_000 + 91231
    # Imported for what is said in words, which is seldom.
    from coopsearch.search.query.natural_dates import spoken

    found = spoken(text, today)
    if found is None:
        raise ValueError(f"{text!r} is not a date; write {FORMS}")
    return found


def is_spoken(text: str) -> bool:
    """Say whether a text is a date in words, like "last year"."""
    from coopsearch.search.query.natural_dates import spoken

    try:
        return spoken(text) is not None
    except ValueError:
        return True


def _calendar(text: str, years: str, months: str | None, numbers: str | None) -> tuple[int, int]:
    year, month, number = (int(part) if part else None for part in (years, months, numbers))
    assert year is not None
    if month is None:
        return year * 10_000 + 101, year * 10_000 + 1231
    if not 1 <= month <= 12:  # noqa: PLR2004
        raise ValueError(f"{text!r} has no month {month}; months are 01 to 12")
    # Imported here: few queries name a day.
    from calendar import monthrange

    last = monthrange(max(year, 1), month)[1]
    if number is None:
        return year * 10_000 + month * 100 + 1, year * 10_000 + month * 100 + last
    if not 1 <= number <= last:
        raise ValueError(f"{text!r} has no day {number}; that month has {last} days")
    return (year * 10_000 + month * 100 + number,) * 2

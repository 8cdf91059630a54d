"""Days as they are said: today, last year, les 30 derniers jours, الشهر الماضي, 12 May 2019.

Each language declares its words. A week begins on Monday; the last 30 days are today and the 30 before it,
last month is the whole one before this. Loaded when a query says such a thing. Does not depend on query
syntax or an index.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import cache
from typing import Final, get_args

from coopsearch.search.analysis.date_words import Said, Unit
from coopsearch.search.analysis.written_dates import date_languages, filling_words, folded

Day = tuple[int, int]

#: Digits of the longest number in a date.
_DIGITS: Final = 8


def spoken(text: str, today: date | None = None) -> Day | None:
    """Return the first and last day that words mean, as YYYYMMDD; None if they mean no date.

    Raises ValueError for a day that its month has not.
    """
    words = _words(text)
    # No year and no day has so many digits, and Python refuses to read some thousand.
    if any(word.isdecimal() and len(word) > _DIGITS for word in words):
        return None
    return _named(words) or _relative(words, today or date.today()) if words else None  # noqa: DTZ011 - the user's own day


@cache
def _word() -> re.Pattern[str]:
    articles = "|".join(re.escape(one.article) for one in date_languages() if one.article)
    # 30d is 30 d; signs between words are none.
    return re.compile(rf"\d+|[^\W\d]+(?:-(?:{articles})[^\W\d]+)?")


def _words(text: str) -> list[str]:
    words = _word().findall(folded(text))
    return words if 0 < len(words) <= 8 else []  # noqa: PLR2004


@cache
def _units() -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for one in date_languages():
        for unit, names in one.units.items():
            for name in names.split():
                found.setdefault(name, unit)
                if one.article:
                    found.setdefault(one.article + name, unit)
    return found


@cache
def _kinds() -> dict[Said, frozenset[str]]:
    return {
        kind: frozenset(word for one in date_languages() for word in one.said.get(kind, "").split())
        for kind in get_args(Said)
    }


@cache
def _months() -> dict[str, int]:
    """Return the names of months with their numbers, and their beginnings; 0 for what can mean two months."""
    names = [
        (name, number)
        for one in date_languages()
        for number, listed in enumerate(one.months, 1)
        for name in listed.split()
    ]
    found: dict[str, int] = {}
    for name, number in names:
        for length in range(3, len(name)) if name.isascii() else ():
            short = name[:length]
            found[short] = number if found.get(short, number) == number else 0
    whole: dict[str, int] = {}
    for name, number in names:
        whole[name] = number if whole.get(name, number) == number else 0
    return found | whole


def _named(words: list[str]) -> Day | None:
    """Read a month by its name, with a year and perhaps a day."""
    rest = [word for word in words if word not in filling_words()]
    months = [number for word in rest if (number := _months().get(word))]
    numbers = [int(word) for word in rest if word.isdecimal()]
    years = [number for number in numbers if number > 31]  # noqa: PLR2004
    others = [number for number in numbers if number <= 31]  # noqa: PLR2004
    if len(months) != 1 or len(years) != 1 or len(others) > 1 or len(rest) != 2 + len(others):
        return None
    year, month = years[0], months[0]
    if not 1 <= year <= 9999:  # noqa: PLR2004
        return None
    last = monthrange(year, month)[1]
    if not others:
        return year * 10_000 + month * 100 + 1, year * 10_000 + month * 100 + last
    if not 1 <= others[0] <= last:
        raise ValueError(f"{' '.join(words)!r} has no day {others[0]}; that month has {last} days")
    return (year * 10_000 + month * 100 + others[0],) * 2


def _relative(words: list[str], today: date) -> Day | None:
    kinds = _kinds()
    if len(words) == 1:
        days: tuple[tuple[Said, int], ...] = (("today", 0), ("yesterday", -1), ("tomorrow", 1))
        for kind, shift in days:
            if words[0] in kinds[kind]:
                return _span(today + timedelta(shift), today + timedelta(shift))
    numbers = [int(word) for word in words if word.isdecimal()]
    units = [unit for word in words if (unit := _units().get(word)) is not None]
    others = [word for word in words if not word.isdecimal() and word not in _units()]
    if len(units) != 1 or len(numbers) > 1:
        return None
    unit = units[0]
    said = [word for word in others if word not in filling_words()]
    if numbers:
        count = min(numbers[0], 100_000)
        if said and all(word in kinds["ago"] for word in said):
            return _span(*[_back(today, unit, count)] * 2)
        if all(word in kinds["many"] for word in said):
            return _span(_back(today, unit, count), today)
        return None
    if len(said) != 1 and not (len(said) == 2 and said[0] in kinds["this"] and said[1] in kinds["this"]):  # noqa: PLR2004
        return None
    wholes: tuple[tuple[Said, int], ...] = (("this", 0), ("last", -1), ("next", 1))
    for kind, shift in wholes:
        if said[0] in kinds[kind]:
            return _span(*_whole(today, unit, shift))
    return None


def _whole(today: date, unit: Unit, shift: int) -> tuple[date, date]:
    """Return the first and last day of this unit, or of the one before (-1) or after (1)."""
    if unit == "day":
        return (today + timedelta(shift),) * 2
    if unit == "week":
        monday = today - timedelta(today.weekday()) + timedelta(7 * shift)
        return monday, monday + timedelta(6)
    months = {"month": 1, "quarter": 3, "year": 12, "decade": 120}[unit]
    index = today.year * 12 + today.month - 1
    first = (index // months + shift) * months
    return _month(first), _month(first + months) - timedelta(1)


def _back(today: date, unit: Unit, count: int) -> date:
    """Return the day so many units before; the last of its month, if that is shorter."""
    if unit in ("day", "week"):
        return date.fromordinal(max(1, today.toordinal() - count * (7 if unit == "week" else 1)))
    months = {"month": 1, "quarter": 3, "year": 12, "decade": 120}[unit]
    index = today.year * 12 + today.month - 1 - count * months
    if index < 12:  # noqa: PLR2004 - before the year 1
        return date.min
    return date(index // 12, index % 12 + 1, min(today.day, monthrange(index // 12, index % 12 + 1)[1]))


def _month(index: int) -> date:
    return date(index // 12, index % 12 + 1, 1)


def _span(first: date, last: date) -> Day:
    return _number(first), _number(last)


def _number(one: date) -> int:
    return one.year * 10_000 + one.month * 100 + one.day

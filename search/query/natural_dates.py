"""Days as they are said: today, last year, les 30 derniers jours, الشهر الماضي, 12 May 2019.

In English, French and Arabic. A week begins on Monday; the last 30 days are today and the 30 before it, last
month is the whole one before this. Loaded when a query says such a thing. Knows neither a query nor an index.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import cache
from typing import Final, Literal

from coopsearch.search.analysis.fold import fold

Unit = Literal["day", "week", "month", "quarter", "year", "decade"]
Day = tuple[int, int]

_UNITS: Final[dict[Unit, str]] = {
    "day": "d day days jour jours j يوم يوما ايام",
    "week": "w week weeks semaine semaines sem اسبوع اسبوعا اسابيع",
    "month": "m month months mois شهر شهرا اشهر شهور",
    "quarter": "quarter quarters trimestre trimestres",
    "year": "y year years an ans annee annees سنه سنوات سنين عام عاما اعوام",
    "decade": "decade decades decennie decennies عقد عقدا عقود",
}
_WORDS: Final = {
    "this": "this current cet cette ce هذا هذه الحالي الحاليه الجاري الجاريه",
    "last": "last past previous dernier derniere derniers dernieres passe passee passes passees precedent "
    "precedente الماضي الماضيه المنصرم المنصرمه السابق السابقه الاخير الاخيره",
    "next": "next prochain prochaine القادم القادمه المقبل المقبله",
    "today": "today now aujourdhui اليوم الان",
    "yesterday": "yesterday hier امس البارحه",
    "tomorrow": "tomorrow demain غدا",
    "ago": "ago قبل منذ",
    "many": "last past previous dernier derniere derniers dernieres passe passes اخر خلال الاخيره الماضيه",
}
#: Months by their number, in the names that the three languages have for them; a name's beginning of three
#: letters or more, with or without a dot, does in Latin script where it can mean but one.
_MONTHS: Final = (
    "january janvier janv يناير جانفي كانون-الثاني",
    "february fevrier fevr فبراير فيفري شباط", "march mars مارس اذار",
    "april avril ابريل افريل نيسان", "may mai مايو ماي ايار", "june juin يونيو جوان حزيران",
    "july juillet juil يوليو جويليه تموز", "august aout اغسطس اوت اب",
    "september septembre sept سبتمبر ايلول",
    "october octobre اكتوبر تشرين-الاول", "november novembre نوفمبر تشرين-الثاني",
    "december decembre ديسمبر كانون-الاول",
)  # fmt: skip
#: What may stand around and says nothing: the last 30 days, au cours de l'annee, في الشهر الماضي.
_FILLING: Final = frozenset("the of in during a le la les l d de du des au cours en في من خلال ci".split())
_ARTICLE: Final = "ال"


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


def _words(text: str) -> list[str]:
    folded = fold(
        text.replace("’", "'").replace("aujourd'hui", "aujourdhui").replace("Aujourd'hui", "aujourdhui")
    )
    folded = re.sub(r"(\d)(?:st|nd|rd|th|er|e)\b", r"\1", folded)
    folded = re.sub(r"\bil y a\b", "ago", folded)
    folded = re.sub(r"\b(كانون|تشرين) (?=ال)", r"\1-", folded)
    # 30d is 30 d; signs between words are none.
    words = re.findall(r"\d+|[^\W\d]+(?:-ال[^\W\d]+)?", folded)
    return words if 0 < len(words) <= 8 else []  # noqa: PLR2004


@cache
def _units() -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for unit, names in _UNITS.items():
        for name in names.split():
            found[name] = unit
            if not name.isascii():
                found[_ARTICLE + name] = unit
    return found


@cache
def _kinds() -> dict[str, frozenset[str]]:
    return {kind: frozenset(names.split()) for kind, names in _WORDS.items()}


@cache
def _months() -> dict[str, int]:
    found: dict[str, int] = {}
    for number, names in enumerate(_MONTHS, 1):
        for name in names.split():
            shorter = range(3, len(name)) if name.isascii() else ()
            for short in (*(name[:length] for length in shorter), name):
                found[short] = number if found.get(short, number) == number else 0
    return found


def _named(words: list[str]) -> Day | None:
    """Read a month by its name, with a year and perhaps a day."""
    rest = [word for word in words if word not in _FILLING]
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
        for kind, shift in (("today", 0), ("yesterday", -1), ("tomorrow", 1)):
            if words[0] in kinds[kind]:
                return _span(today + timedelta(shift), today + timedelta(shift))
    numbers = [int(word) for word in words if word.isdecimal()]
    units = [unit for word in words if (unit := _units().get(word)) is not None]
    others = [word for word in words if not word.isdecimal() and word not in _units()]
    if len(units) != 1 or len(numbers) > 1:
        return None
    unit = units[0]
    said = [word for word in others if word not in _FILLING]
    if numbers:
        count = min(numbers[0], 100_000)
        if said and all(word in kinds["ago"] for word in said):
            return _span(*[_back(today, unit, count)] * 2)
        if all(word in kinds["many"] for word in said):
            return _span(_back(today, unit, count), today)
        return None
    if len(said) != 1 and not (len(said) == 2 and said[0] in kinds["this"] and said[1] in kinds["this"]):  # noqa: PLR2004
        return None
    for kind, shift in (("this", 0), ("last", -1), ("next", 1)):
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

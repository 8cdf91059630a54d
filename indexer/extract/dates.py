"""The day a document says it is from, where it says so in a form that can only mean one day.

Of numbers those in ISO order count, and others where one order alone makes a day of them: 03/04/2020 may be
either of two days, so it is not taken for one. Moments that come from the template that a program began with
are none of a document's.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final

_ISO: Final = re.compile(
    r"\s*([12]\d{3})"
    r"(?:-(\d{1,2})(?:-(\d{1,2}))?|/(\d{1,2})/(\d{1,2})|(\d\d)(\d\d))?"
    r"(?:[T\s].*|Z?\s*|[+-]\d\d:?\d\d)",
    re.DOTALL,
)


def iso_day(text: str) -> str:
    """Return the day in a date or time written the ISO way, "" if there is none.

    A year or a month alone stands for its first day: nearer to the truth than no date, or another's.
    """
    match = _ISO.fullmatch(text[:64])
    if match is None:
        return ""
    year, *parts = match.groups()
    numbers = [int(part) for part in parts if part]
    month, day, *_ = *numbers, 1, 1
    return _valid(int(year), month, day)


_IN_TEXT: Final = re.compile(r"(?<!\d)[12]\d{3}-\d{1,2}-\d{1,2}(?!\d)")
_NUMBERS: Final = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2([12]\d{3})(?!\d)")
_WORD: Final = re.compile(r"\d+|[^\W\d]+(?:-[^\W\d]+)?")
#: Of what is written as a date, so much is looked at.
_WRITTEN: Final = 200
_MONTHS: Final = 12
_DAYS: Final = 31


def written_day(text: str, *, day_first: bool = False) -> str:
    """Return the day that words name as people write it, "" if none: March 12, 2021; 1er avril 2021.

    A month stands for its first day. Numbers count where they can mean but one day, or with ``day_first``.
    """
    text = text[:_WRITTEN]
    if match := _IN_TEXT.search(text):
        return iso_day(match[0])
    if match := _NUMBERS.search(text):
        first, second = int(match[1]), int(match[3])
        if first > _MONTHS or first == second or match[2] == "." or (day_first and second <= _MONTHS):
            return _valid(int(match[4]), second, first)
        return _valid(int(match[4]), first, second) if second > _MONTHS else ""
    # Imported here: most formats give numbers.
    from coopsearch.search.analysis.written_dates import filling_words, folded

    words = [word for word in _WORD.findall(folded(text)) if word not in filling_words()]
    for at, word in enumerate(words):
        month = _months().get(word)
        after = words[at + 1 : at + 3]
        if not month or not after:
            continue
        if _is_year(after[0]):
            before = words[at - 1] if at else ""
            return _valid(int(after[0]), month, int(before) if _is_day(before) else 1)
        if _is_day(after[0]) and _is_year(after[-1]):
            return _valid(int(after[-1]), month, int(after[0]))
    return ""


def stated_day(text: str) -> str:
    """Return the day in what is given as the date of a document, in ISO order or as people write it."""
    return iso_day(text) or written_day(text)


@cache
def _months() -> dict[str, int]:
    """Return months by their names in all languages and their usual beginnings; 0 for what can mean two."""
    from coopsearch.search.analysis.written_dates import date_languages

    months: dict[str, int] = {}
    for one in date_languages():
        for number, names in enumerate(one.months, 1):
            for name in names.split():
                shorter = [name[:3], name[:4]] if name.isascii() else []
                for called in (name, *shorter):
                    months[called] = number if months.get(called, number) == number else 0
    return months


def _is_year(word: str) -> bool:
    return word.isdecimal() and len(word) == len("2000")


def _is_day(word: str) -> bool:
    return word.isdecimal() and len(word) <= len("31") and 1 <= int(word) <= _DAYS


def _valid(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


#: When templates were made that programs and libraries begin new files with. The time of their last change
#: follows within minutes, and comes into new files as well.
_TEMPLATES: Final = (
    # Excel 97 to 2003, in the languages in which it was sold.
    "1996-10-14T23:33:28", "1996-10-08T23:32:33", "1996-10-17T05:27:31", "1996-10-21T11:03:58",
    "1996-11-05T10:16:36", "1996-11-27T10:00:04", "1996-12-17T01:32:42", "1997-01-08T22:48:59",
    # Excel 2007 and later, and libraries that begin with its files.
    "2006-09-13T11:21:51", "2006-09-16T00:00:00", "2015-06-05T18:17:20", "2015-06-05T18:19:34",
    # PowerPoint from 2007 on, and its themes.
    "2006-08-16T00:00:00", "2012-07-27T01:16:44", "2012-07-30T22:48:03", "2013-07-15T20:26:09",
    "2013-07-15T20:26:40", "2014-09-12T02:08:24", "2014-09-12T17:24:29",
    # python-docx and python-pptx.
    "2013-12-23T23:15:00", "2013-01-27T09:14:16",
    # The slides of OpenOffice and LibreOffice.
    "2009-04-16T11:32:48", "2009-04-16T11:36:04",
    # PDFs that ReportLab makes the same each time.
    "2000-01-01T00:00:00",
)  # fmt: skip
_STAMPS: Final = tuple(datetime.fromisoformat(one).replace(tzinfo=UTC) for one in _TEMPLATES)
_FOLLOWS: Final = timedelta(minutes=5)
#: A document that was changed so much later is another: a form that was filled in, last year's report.
_LATER: Final = timedelta(days=180)


def is_stamp(text: str) -> bool:
    """Say whether an ISO time is that of a template, and not of the document that was made from it."""
    text = text.strip()
    try:
        # Half the stamps are at midnight, which a day alone would seem to be.
        moment = datetime.fromisoformat(text) if len(text) > len("2006-09-16") else None
    except ValueError:
        return False
    if moment is None:
        return False
    moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return any(timedelta() <= moment - stamp <= _FOLLOWS for stamp in _STAMPS)


def document_day(created: str, modified: str) -> str:
    """Return the day that a document is of, from the ISO days of its creation and its last change.

    That is the creation, unless the last change came more than half a year later.
    """
    if not created or not modified:
        return created or modified
    return modified if date.fromisoformat(modified) - date.fromisoformat(created) > _LATER else created

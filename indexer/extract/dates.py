"""The day a document says it is from, where it says so in a form that can only mean one day.

Only numbers in ISO order count: 03/04/2020 may be either of two days, so it is not taken for one.
"""

from __future__ import annotations

import re
from datetime import date
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
    try:
        return date(int(year), month, day).isoformat()
    except ValueError:
        return ""

"""Cells of spreadsheets as text: numbers as they read, days and times in ISO form.

For workbooks old and new.
"""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta
from typing import Final

#: Formats of numbers that need no description in a file, which are days or times.
TIMES: Final = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_DEFAULT_NAME: Final = re.compile(
    r"(?:sheet|feuil(?:le)?|tabelle|hoja|foglio|blad|planilha|chart|graph|graphique|ورقة|worksheet)[ _]?\d*",
    re.IGNORECASE,
)
#: What of a format is not a code of it: quoted text, escaped signs, colours and conditions.
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_TIME: Final = re.compile(r"[ymdhs]", re.IGNORECASE)
#: &L, &C, &R, &P, &"font", &12, &K colour: how the text of a header is laid out.
_LAYOUT: Final = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|\d+|.)', re.DOTALL)
_DAYS: Final = 2_958_466
"""The first day after the year 9999."""
_LEAP: Final = 60
_EXACT: Final = 1e15


def edge_text(code: str) -> str:
    """Return what a header or footer says, "" for the number of the page alone."""
    text = " ".join(_LAYOUT.sub(" ", code).split())
    return "" if text.lower() in {"page", "/", "of"} else text


def is_default_name(name: str) -> bool:
    """Say whether a program gave a sheet its name."""
    return _DEFAULT_NAME.fullmatch(name.strip()) is not None


def is_time_format(code: str) -> bool:
    """Say whether a format of numbers shows days or times."""
    first = _LITERAL.sub("", code).partition(";")[0]
    return "general" not in first.lower() and _TIME.search(first) is not None


def number(value: str) -> str:
    """Return a number as it reads: without the noise of binary fractions, whole ones without a point."""
    try:
        exact = float(value)
    except ValueError:
        return value
    if not math.isfinite(exact):
        return ""
    if exact.is_integer() and abs(exact) < _EXACT:
        return str(int(exact))
    return value if value.lstrip("-").isdecimal() else f"{exact:.15g}"


def written_time(value: str, *, since_1904: bool) -> str:
    """Return the day, the time or both that a serial number stands for; else the number.

    Serial 1 is 1 January 1900, and 60 a 29 February that there was not, as in Lotus 1-2-3.
    """
    try:
        serial = float(value)
    except ValueError:
        return value
    if not 0 <= serial < _DAYS:
        return number(value)
    start = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 31 if serial < _LEAP else 30)  # noqa: DTZ001
    try:
        moment = start + timedelta(seconds=round(serial * 86400))
    except OverflowError:
        return number(value)
    if serial < 1:
        return f"{moment:%H:%M}"
    return f"{moment:%Y-%m-%d}" if moment.time() == moment.min.time() else f"{moment:%Y-%m-%d %H:%M}"

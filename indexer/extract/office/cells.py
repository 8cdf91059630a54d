"""Cells of spreadsheets as text: numbers as they read, days and times in ISO form, elapsed times as shown.

For workbooks old and new.
"""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

#: What a number with a format of times stands for: a day, perhaps with a time.
DAY: Final = "date"
#: Formats of numbers that need no description in a file, and which times they show.
BUILT_IN: Final = {
    **dict.fromkeys((*range(14, 18), 22, *range(27, 37), *range(50, 59)), DAY),
    18: "h:m",
    19: "h:m:s",
    20: "h:m",
    21: "h:m:s",
    45: "m:s",
    46: "[h]:m:s",
    47: "m:s",
}
_DEFAULT_NAME: Final = re.compile(
    r"(?:sheet|feuil(?:le)?|tabelle|hoja|foglio|blad|planilha|chart|graph|graphique|ورقة|worksheet)[ _]?\d*",
    re.IGNORECASE,
)
#: What of a format is not a code of it: quoted text, escaped signs, colours and conditions.
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_TIME: Final = re.compile(r"[ymdhs]")
_ELAPSED: Final = re.compile(r"\[([hms])[hms]*\]")
#: The seconds that each unit of an elapsed time counts, and how many of it make the next larger one.
_UNITS: Final = {"h": (3600, 24), "m": (60, 60), "s": (1, 60)}
_HALVES: Final = re.compile(r"am/pm|a/p")
#: &L, &C, &R, &P, &"font", &12, &K colour: how the text of a header is laid out.
_LAYOUT: Final = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|\d+|.)', re.DOTALL)
_DAYS: Final = 2_958_466
"""The first day after the year 9999."""
_LEAP: Final = 60
_EXACT: Final = 1e15
#: Numbers between these are written without an exponent.
_LEAST, _MOST = 1e-9, 1e21


def edge_text(code: str) -> str:
    """Return what a header or footer says, "" for the number of the page alone."""
    text = " ".join(_LAYOUT.sub(" ", code).split())
    return "" if text.lower() in {"page", "/", "of"} else text


def is_default_name(name: str) -> bool:
    """Say whether a program gave a sheet its name."""
    return _DEFAULT_NAME.fullmatch(name.strip()) is not None


def time_format(code: str) -> str:
    """Return which times a format of numbers shows: a day, the units of a clock, or "" for none.

    The first unit of an elapsed time stands in brackets, as in the format itself: "[h]:m" goes beyond a day.
    """
    first = _HALVES.sub("", _LITERAL.sub("", code).partition(";")[0].lower())
    if "general" in first or not _TIME.search(first):
        return ""
    if elapsed := _ELAPSED.search(first):
        rest = first[elapsed.end() :]
        units = "hms"["hms".index(elapsed[1]) + 1 :]
        return ":".join([f"[{elapsed[1]}]", *(unit for unit in units if unit in rest)])
    if "y" in first or "d" in first or not ("h" in first or "s" in first):
        return DAY
    return ":".join(unit for unit in "hms" if unit in first)


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
    if value.lstrip("-").isdecimal():
        return value
    shown = f"{exact:.15g}"
    # The sixteenth digit is noise. A number is written out where somebody may look for it as such.
    return f"{Decimal(shown):f}" if _LEAST < abs(exact) < _MOST else shown


def written_time(value: str, form: str = DAY, *, since_1904: bool) -> str:
    """Return what a serial number stands for under a format (``time_format``); else the number.

    Serial 1 is 1 January 1900, and 60 a 29 February that there was not, as in Lotus 1-2-3. Elapsed times,
    and those of a clock, belong to no day.
    """
    try:
        serial = float(value)
    except ValueError:
        return value
    if form.startswith("["):
        return _clock(serial, form) if abs(serial) < _DAYS else number(value)
    if not 0 <= serial < _DAYS:
        return number(value)
    if form != DAY:
        return _clock(serial, form)
    start = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 31 if serial < _LEAP else 30)  # noqa: DTZ001
    try:
        moment = start + timedelta(seconds=round(serial * 86400))
    except OverflowError:
        return number(value)
    if serial < 1:
        return f"{moment:%H:%M}"
    return f"{moment:%Y-%m-%d}" if moment.time() == moment.min.time() else f"{moment:%Y-%m-%d %H:%M}"


def _clock(serial: float, form: str) -> str:
    """Return a part of days in units of the clock; the first one goes on without end if it is in brackets."""
    seconds = round(abs(serial) * 86400)
    shown = []
    for unit in form.split(":"):
        size, most = _UNITS[unit.strip("[]")]
        count = seconds // size
        shown.append(str(count) if unit.startswith("[") else f"{count % most:02d}")
    return ("-" if serial < 0 and seconds else "") + ":".join(shown)

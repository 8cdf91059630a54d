"""Numbers and switches that a caller gives, checked before anything is done with them.

What is of another type raises TypeError, as Python's own functions do; what is of the right type and makes
no sense raises SettingsError. NaN is the reason for a place of its own: it is neither below nor above any
bound, so a comparison alone lets it pass, and then it never ends a wait. Does not depend on command-line
options.
"""

from __future__ import annotations

import math
import operator

from coopsearch.search.errors import SettingsError
from coopsearch.search.model import Document


def whole_number(name: str, value: object, least: int, most: int) -> int:
    """Return a whole number between two bounds. Raises TypeError for what is none, else SettingsError."""
    try:
        # True is 1 to Python, and hardly to whoever wrote it.
        number = None if isinstance(value, bool) else operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = None
    if number is None:
        # That it is not whole is wrong with 2.5, NaN and infinity, and not that it is no number.
        if isinstance(value, float):
            raise SettingsError(f"{name} is {value}; it must be a whole number from {least:,} to {most:,}")
        raise TypeError(f"{name} is a whole number, not {type(value).__name__}: {value!r:.60}")
    if not least <= number <= most:
        shown = f"{number}" if abs(number) < 1 << 64 else "far too large"
        raise SettingsError(f"{name} is {shown}; it must be from {least:,} to {most:,}")
    return number


def duration(name: str, value: object, least: float = 0.0, most: float = math.inf) -> float:
    """Return a length of time between two bounds. Raises TypeError for what is none, else SettingsError.

    Infinity is one where no bound forbids it: the caller waits as long as it takes.
    """
    try:
        # Text has no __float__, though float() would read it.
        number = float(value) if hasattr(value, "__float__") and not isinstance(value, bool) else None
    except TypeError:
        number = None
    except OverflowError:
        # A whole number that no float can hold.
        number = math.copysign(math.inf, 1 if value > 0 else -1)  # type: ignore[operator]
    if number is None:
        raise TypeError(f"{name} is a number of seconds, not {type(value).__name__}: {value!r:.60}")
    if not least <= number <= most:
        bounds = f"{least:g} or more" if most == math.inf else f"from {least:g} to {most:,.0f}"
        raise SettingsError(f"{name} is {number:g}; it must be a number of seconds, {bounds}")
    return number


def switch(name: str, value: object) -> None:
    """Raise TypeError for what is neither True nor False: any text would count as True."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} is True or False, not {type(value).__name__}: {value!r:.60}")


def checked_document(document: Document) -> None:
    """Raise TypeError for a document whose text is none: what an index holds is not to blame for it."""
    for name, value in (("path", document.path), ("title", document.title), ("text", document.text)):
        if not isinstance(value, str):
            raise TypeError(f"the {name} of a Document is a str, not {type(value).__name__}")

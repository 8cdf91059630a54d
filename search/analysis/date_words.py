"""What a language declares of the words in which dates are said.

Does not depend on a particular language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

Unit = Literal["day", "week", "month", "quarter", "year", "decade"]
Said = Literal["this", "last", "next", "today", "yesterday", "tomorrow", "ago", "many"]


class DateWords(NamedTuple):
    """The words of one language, as ``normalize`` writes them, apart by spaces."""

    units: Mapping[Unit, str]
    """Names of units of time, in all their forms."""
    said: Mapping[Said, str]
    """What stands with one unit (``this``, ``last``, ``next``), with a number of them (``ago``, and ``many``
    for the last so many), or alone (``today``, ``yesterday``, ``tomorrow``)."""
    months: tuple[str, ...]
    """The names of each of the twelve. A beginning of three letters or more, with or without a dot, does in
    Latin script where it can mean but one. The words of a name are joined by hyphens, see ``rewritten``."""
    filling: str = ""
    """What may stand around and says nothing: of, the, during."""
    ordinals: str = ""
    """What hangs on the number of a day: st, nd."""
    article: str = ""
    """What may be written in one with the name of a unit, before it."""
    rewritten: tuple[tuple[str, str], ...] = ()
    """Regular expressions and what stands for their matches, before a text is cut into words."""

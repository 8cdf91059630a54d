"""What a document says of itself: its title, its author and its day, unless a program put them there.

Does not depend on file formats.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from coopsearch.indexer.extract.dates import iso_day
from coopsearch.indexer.extract.titles import TITLE_LIMIT

#: What no text should show: letters that a font does not name come out so.
UNKNOWN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff]")
_PROGRAM: Final = re.compile(r"^microsoft (?:office )?(?:word|powerpoint|excel)\b\s*-\s*", re.IGNORECASE)
_NAMELESS: Final = re.compile(
    r"(?:untitled|sans titre|document|title|titre|slide|presentation|powerpoint presentation"
    r"|présentation powerpoint|book|classeur|feuil|sheet|none|null|unknown|author|user|admin|administrator"
    r"|owner"
    r"|بدون عنوان|عرض تقديمي في powerpoint)[\W\d]*"
    r"|.*\.(?:docx?|pdf|indd|qxd|pptx?|xlsx?|rtf|odt|tex|dvi|p65|pmd|txt|html?)|[\W\d_]*",
    re.IGNORECASE,
)
_FIRST_YEAR: Final = 1985


class About(NamedTuple):
    """What a document says of itself, "" where it says nothing that can be meant."""

    title: str = ""
    author: str = ""
    day: str = ""


def about(title: str, author: str, *days: str) -> About:
    """Return what is meant of a title, an author, and the first likely one of some ISO days or times."""
    return About(told(title), told(author), next((day for one in days if (day := likely_day(one))), ""))


def told(value: str) -> str:
    """Return a title or an author, "" for what a program put there."""
    value = _PROGRAM.sub("", " ".join(UNKNOWN.sub(" ", value.replace("\xad", "")).split()))
    return "" if _NAMELESS.fullmatch(value) else value[:TITLE_LIMIT]


def likely_day(value: str) -> str:
    """Return the day in an ISO date or time, "" for none and for a year that cannot be."""
    day = iso_day(value)
    today = datetime.now(UTC).date()
    return day if day and date(_FIRST_YEAR, 1, 1) <= date.fromisoformat(day) <= today else ""

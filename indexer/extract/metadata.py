"""What a document says of itself: its title, its author and its day, unless a program put them there.

Does not depend on file formats.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from coopsearch.indexer.extract.dates import document_day, is_stamp, iso_day
from coopsearch.indexer.extract.titles import TITLE_LIMIT, meant

#: What no text should show: letters that a font does not name come out so.
UNKNOWN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff]")
#: Who made templates that libraries begin with: python-pptx.
_TEMPLATE_AUTHORS: Final = frozenset(("Steve Canny",))
#: What programs and libraries write where nobody told them: ReportLab, calibre, Office, python-docx.
_NOBODY: Final = frozenset(
    (
        "anonymous", "unknown", "unspecified", "microsoft office user", "utilisateur microsoft office",
        "windows user", "utilisateur windows", "python-docx", "openpyxl", "apache poi",
    )
)  # fmt: skip
_FIRST_YEAR: Final = 1985
_CLOCKS: Final = frozenset(
    ("1601-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1904-01-01", "1970-01-01")
)


class About(NamedTuple):
    """What a document says of itself, "" where it says nothing that can be meant."""

    title: str = ""
    author: str = ""
    day: str = ""
    """The day that the document is of."""
    created: str = ""
    modified: str = ""
    """The days of its creation and of its last change, where its format tells them apart."""

    @property
    def fields(self) -> dict[str, str]:
        """What of it is kept as fields of the document."""
        known = {"author": self.author, "created": self.created, "modified": self.modified}
        return {name: value for name, value in known.items() if value}


def about(title: str, author: str, day: str = "", *, created: str = "", modified: str = "") -> About:
    """Return what is meant of a title, an author, and ISO times: the one of a document, or its two."""
    title, author = told(title), writer(author)
    if day:
        return About(title, author, likely_day(day))
    if is_stamp(created) and author in _TEMPLATE_AUTHORS:
        author = ""
    created, modified = likely_day(created), likely_day(modified)
    return About(title, author, document_day(created, modified), created, modified)


def edited_day(value: str) -> str:
    """Return the day in an ISO date that people gave a text, which may be of any century; "" for none.

    The days at which the clocks of programs begin are none.
    """
    day = iso_day(value)
    return day if day and day not in _CLOCKS and day <= datetime.now(UTC).date().isoformat() else ""


def told(value: str) -> str:
    """Return a title or an author, "" for what a program put there."""
    return meant(UNKNOWN.sub(" ", value.replace("\xad", "")))[:TITLE_LIMIT]


def writer(value: str) -> str:
    """Return an author, "" for what a program put there."""
    name = told(value)
    return "" if name.casefold().strip("()[]. ") in _NOBODY else name


def likely_day(value: str) -> str:
    """Return the day in an ISO date or time, "" for none, a year that cannot be, and a template's time."""
    day = "" if is_stamp(value) else iso_day(value)
    today = datetime.now(UTC).date()
    return day if day and date(_FIRST_YEAR, 1, 1) <= date.fromisoformat(day) <= today else ""

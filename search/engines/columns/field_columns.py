"""Which columns answer which field of the schema.

Fields that hold the same tokens share one family of columns: the postings are those of the stems, and a
word is the stem's occurrences in one of its forms.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from coopsearch.search import schema

#: Free positions between two runs that are kept; what a gap has more is noted in the table of runs. A
#: phrase with less slop than this needs no look there, and positions of a short document fit a byte.
GAP_KEPT: Final = 8
#: Families of runs of tokens, with words and stems.
BODY: Final = "body"
TITLE: Final = "title"
HEADING: Final = "heading"
RUNS: Final = (BODY, TITLE, HEADING)
#: Families of text without stems.
PLAIN: Final = (schema.PATH_WORDS, schema.META)
#: Families of terms alone.
KEYWORDS: Final = (schema.FILE, schema.LANGUAGE, schema.TYPE, schema.META_NAMES)
#: Those with lengths, positions and scores.
SCORED: Final = (*RUNS, *PLAIN)


class ColumnRef(NamedTuple):
    """Where a field's terms stand."""

    family: str
    words: bool
    """Whether the terms are forms of the family's stems."""


#: Without path, file and date, which are kept in ways of their own.
PLACES: Final = {
    schema.STEMS: ColumnRef(BODY, words=False),
    schema.WORDS: ColumnRef(BODY, words=True),
    schema.TITLE_STEMS: ColumnRef(TITLE, words=False),
    schema.TITLE_WORDS: ColumnRef(TITLE, words=True),
    schema.HEADING_STEMS: ColumnRef(HEADING, words=False),
    schema.HEADING_WORDS: ColumnRef(HEADING, words=True),
    **{name: ColumnRef(name, words=False) for name in (*PLAIN, *KEYWORDS) if name != schema.FILE},
}


def date_number(date: str) -> int:
    """Return a day as the number YYYYMMDD, 0 for none."""
    return int(date.replace("-", "")) if date else 0

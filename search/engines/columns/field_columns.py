"""Which columns answer which field of the schema.

A field of the schema is answered by an *indexed field*, which has an inverted index of its own in a segment
and names its arrays. Two fields that hold the same tokens, as stems and as words, share one: its postings are
those of the stems, and a word is the stem's occurrences in one of its forms.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from coopsearch.search import schema

#: Free positions between two runs that are kept; what a gap has more is noted in the table of runs. A
#: phrase with less slop than this needs no look there, and positions of a short document fit a byte.
GAP_KEPT: Final = 8
#: Indexed fields of runs of tokens, with words and stems.
BODY: Final = "body"
TITLE: Final = "title"
HEADING: Final = "heading"
RUNS: Final = (BODY, TITLE, HEADING)
#: Indexed fields of text without stems.
PLAIN: Final = (schema.PATH_WORDS, schema.META)
#: Indexed fields of terms alone.
KEYWORDS: Final = (schema.FILE, schema.LANGUAGE, schema.TYPE, schema.META_NAMES)
#: Those with lengths, positions and scores.
SCORED: Final = (*RUNS, *PLAIN)


class ColumnRef(NamedTuple):
    """Where a field's terms stand."""

    field: str
    """The indexed field that holds them."""
    words: bool
    """Whether the terms are forms of its stems."""


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


def scored_as(field: str) -> str:
    """Return a field of the schema that an indexed field answers; all of them have its lengths."""
    return {BODY: schema.STEMS, TITLE: schema.TITLE_STEMS, HEADING: schema.HEADING_STEMS}.get(field, field)


def date_number(date: str) -> int:
    """Return a day as the number YYYYMMDD, 0 for none."""
    return int(date.replace("-", "")) if date else 0

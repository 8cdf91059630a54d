"""How dates are said in English, as ``normalize`` writes the words. Data only."""

from __future__ import annotations

from typing import Final

from coopsearch.search.analysis.date_words import DateWords

DATES: Final = DateWords(
    units={
        "day": "d day days",
        "week": "w week weeks",
        "month": "m month months",
        "quarter": "quarter quarters",
        "year": "y year years",
        "decade": "decade decades",
    },
    said={
        "this": "this current",
        "last": "last past previous",
        "next": "next",
        "today": "today now",
        "yesterday": "yesterday",
        "tomorrow": "tomorrow",
        "ago": "ago",
        "many": "last past previous",
    },
    months=(
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ),
    filling="during in of the",
    ordinals="st nd rd th",
)

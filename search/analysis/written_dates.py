"""What all languages declare together of the words in which dates are said, and a text made ready for them.

Does not depend on a particular language, query syntax or file formats.
"""

from __future__ import annotations

import re
from functools import cache

from coopsearch.search.analysis.date_words import DateWords
from coopsearch.search.analysis.language import packaged
from coopsearch.search.analysis.normalize import normalize


@cache
def date_languages() -> tuple[DateWords, ...]:
    """Return what the languages declare that have words for dates."""
    return tuple(one.dates() for one in packaged().values() if one.dates is not None)


@cache
def filling_words() -> frozenset[str]:
    """Return what may stand around and says nothing, in any language."""
    return frozenset(word for one in date_languages() for word in one.filling.split())


@cache
def _numbered() -> re.Pattern[str]:
    """Return what finds a number with what hangs on it."""
    hanging = "|".join(re.escape(ordinal) for one in date_languages() for ordinal in one.ordinals.split())
    return re.compile(rf"(\d)(?:{hanging})\b")


def folded(text: str) -> str:
    """Return a text that may say a date, folded, its numbers bare and its names of months in one word."""
    text = _numbered().sub(r"\1", normalize(text.replace("’", "'")))
    for one in date_languages():
        for pattern, instead in one.rewritten:
            text = re.sub(pattern, instead, text)
    return text

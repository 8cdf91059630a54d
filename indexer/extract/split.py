"""Cutting long text where a reader would pause: at sentence ends, else at lines, spaces, or anywhere.

Works on ranges of a text. Does not depend on file formats.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from coopsearch.search.analysis.model import SHORTEST_PIECE

#: A passage is shown and cited as one, so it should be no longer than a long paragraph of print.
LONGEST: Final = 1200

#: Where a text is cut, the best places first: after a sentence (Latin and Arabic marks need a space behind
#: them, East Asian ones do not), after a line, after a word. Behind a hyphen a word may go on.
_PAUSES: Final = tuple(
    map(
        re.compile,
        (
            r"""[.!?…؟۔؛।]["'»”’)\]]{0,3}(?=\s)|[。！？]["'»”’）」』]{0,3}""",
            r"(?<![-\u2010\u00ad])[\n\r\u2028]",
            r"(?<![-\u2010\u00ad\s])\s",
        ),
    )
)


def pieces(text: str, start: int, end: int, longest: int = LONGEST) -> Iterator[tuple[int, int]]:
    """Yield ranges that cover ``text[start:end]`` but for white space at their ends, none too long.

    They are of about equal length, so that no last word is left alone.
    """
    start, end = trimmed(text, start, end)
    while end - start > longest:
        left = end - start
        aim = start + left // -(-left // longest)
        cut = next(filter(None, (_nearest(one, text, start, aim, longest) for one in _PAUSES)), 0)
        if not cut:
            cut = start + longest
            # A mark above a letter stays with its letter; a text of nothing but marks is cut all the same.
            while cut > start + longest - 32 and unicodedata.combining(text[cut]):
                cut -= 1
        head, tail = trimmed(text, start, cut)
        yield head, tail
        start, end = trimmed(text, cut, end)
    if start < end:
        yield start, end


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range without white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _nearest(pattern: re.Pattern[str], text: str, start: int, aim: int, longest: int) -> int:
    """Return the end of the match nearest to ``aim`` in what one piece may hold, 0 if there is none."""
    best = 0
    for match in pattern.finditer(text, start + SHORTEST_PIECE, start + longest):
        if abs(match.end() - aim) < abs(best - aim) or not best:
            best = match.end()
        elif best >= aim:
            break
    return best

"""Pages that are forms: the same questions and labels on each, with other answers.

What repeats at the edge of such a page is its title, its first question or the line that is signed, and no
running head. Does not depend on PDFium.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from coopsearch.indexer.extract.pdf.line import Line
from coopsearch.indexer.extract.pdf.page import Page

#: Pages that have the same of a form.
_LEAST: Final = 3
#: Share of a page's lines, but for the outermost, that other pages have too; and how many they are.
_SHARE: Final = 0.25
_SEVERAL: Final = 2
#: Letters of a line that is the same at the same height on other pages; cells of tables have fewer.
_LONG: Final = 8
#: A question, or what stands before a value.
_LABEL: Final = re.compile(r"\W*(\w[^:?؟…_]{1,80}?)\s*(?:[:?؟]|[._…]{3})")
_LETTER: Final = re.compile(r"[^\W\d_]")

#: A line with its height, or a label.
_Key = tuple[str, int]
_ANYWHERE: Final = -1


def forms(pages: Sequence[Page]) -> frozenset[int]:
    """Return which pages, from 0, are forms."""
    said = [[list(_keys(line)) for line in _within(page)] for page in pages]
    counts: Counter[_Key] = Counter()
    for lines in said:
        counts.update({key for keys in lines for key in keys})
    found: set[int] = set()
    for number, lines in enumerate(said):
        same = [keys[0] for keys in lines if any(counts[key] >= _LEAST for key in keys)]
        if len(set(same)) >= _SEVERAL and len(same) >= _SHARE * len(lines):
            found.add(number)
    return frozenset(found)


def _within(page: Page) -> list[Line]:
    """Return the lines of a page but for the highest and the lowest, and what stands beside those."""
    if not page.lines:
        return []
    highest = max(line.bottom for line in page.lines)
    lowest = min(line.top for line in page.lines)
    return [line for line in page.lines if line.top < highest and line.bottom > lowest]


def _keys(line: Line) -> Iterator[_Key]:
    """Yield what may be the same of a line on other pages; nothing of a number."""
    text = line.text.casefold()
    letters = len(_LETTER.findall(text))
    if letters >= _LONG:
        yield text, round(line.bottom / 6)
    if (label := _LABEL.match(text)) and len(_LETTER.findall(label[1])) >= _SEVERAL:
        yield label[1], _ANYWHERE

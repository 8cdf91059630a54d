"""The sentences around a snippet. Does not depend on query syntax or the terminal."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Final

from coopsearch.search.lazy import expression
from coopsearch.search.model import Passage
from coopsearch.search.results.snippets import SENTENCE_END, WIDTH

_BLANK: Final = expression(r"\s+")
_CUT: Final = "…"


def surroundings(
    read: Callable[[int, int], str], passages: Sequence[Passage], window: tuple[int, int], count: int
) -> tuple[str, str]:
    """Return up to ``count`` sentences before a part of a text, and as many after it.

    ``read`` gives a range of the text. A passage ends a sentence, too, so the cells of a table and the lines
    of a log count as one each; each passage stands on a line of its own. Headings are passed over, as a hit
    names those above it. What is not a whole passage has an ellipsis where it is cut.
    """
    start, end = window
    at = bisect_right([passage.start for passage in passages], start) - 1
    before = (
        (passage.start, min(passage.end, start))
        for passage in reversed(passages[: at + 1])
        if passage.start < start and not passage.level
    )
    after = (
        (max(passage.start, end), passage.end)
        for passage in passages[max(at, 0) :]
        if passage.end > end and not passage.level
    )
    lines = list(_lines(read, before, count, backwards=True))
    return "\n".join(reversed(lines)), "\n".join(_lines(read, after, count, backwards=False))


def _lines(
    read: Callable[[int, int], str], ranges: Iterable[tuple[int, int]], count: int, *, backwards: bool
) -> Iterable[str]:
    for start, end in ranges:
        sentences = _sentences(read(start, end))
        chosen = sentences[-count:] if backwards else sentences[:count]
        if not chosen:
            continue
        cut = len(chosen) < len(sentences)
        yield " ".join(
            ([_CUT] if cut and backwards else []) + chosen + ([_CUT] if cut and not backwards else [])
        )
        count -= len(chosen)
        if not count:
            return


def _sentences(text: str) -> list[str]:
    cuts = [0, *(match.end() for match in SENTENCE_END().finditer(text)), len(text)]
    found = (_BLANK().sub(" ", text[low:high]).strip() for low, high in pairwise(cuts))
    return [one if len(one) <= WIDTH else f"{one[: WIDTH - 1]}{_CUT}" for one in found if one]

"""The passage of a document that says most of what a query wants.

A long document has hundreds of passages, and few of them hold what is wanted. So the text is cut at its
white space once, each piece that holds a wanted word is sought with the speed of a text search, and only
passages that could be the best by what was found are taken apart.
"""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from coopsearch.search.analysis.tokenizer import words
from coopsearch.search.analysis.word_delimiter import SPACES
from coopsearch.search.engines.as_written import stands_in
from coopsearch.search.engines.base import Located
from coopsearch.search.model import Document, Passage
from coopsearch.search.results.highlighter import Held, Highlighter

Filled = dict[tuple[int, int], list[int]]
"""Positions in a passage by what is wanted and its slot; sorted, none twice."""

#: What a word that is cut at the end of a line ends with there.
_HYPHENS: Final = ("-", "\u2010", "\u00ad")
#: A heading tells less than the text below it.
_HEADING: Final = 0.5
#: Words that stand next to each other in the passage as in the query.
_ADJACENT: Final = 0.75
#: Several occurrences count a little, so that they decide between passages that are equal.
_AGAIN: Final = 0.1
_MOST_AGAIN: Final = 5
#: With fewer passages each of them is taken apart.
_FEW: Final = 4


def best_passage(document: Document, marking: Highlighter) -> Passage | None:
    """Return the passage that holds most of what is wanted, the first of equals; None without passages."""
    text, passages = document.text, document.passages
    if len(passages) <= 1:
        return passages[0] if passages else None
    best, highest = 0, 0.0
    for bound, number in _candidates(document, marking):
        if bound < highest:
            break
        if bound == highest and number > best:
            continue
        passage = passages[number]
        value = value_of(text[passage.start : passage.end], passage, marking)
        if value > highest or (value == highest and number < best):
            best, highest = number, value
    return passages[best] if highest else _over_a_cut(document, marking) or passages[best]


def best_passages(document: Document, marking: Highlighter, most: int) -> list[Passage]:
    """Return the passages that hold most of what is wanted, the first of equals, in the document's order."""
    text, passages = document.text, document.passages
    # The least valuable first; of equal ones the last.
    kept: list[tuple[float, int]] = []
    for bound, number in _candidates(document, marking):
        if len(kept) == most and bound < kept[0][0]:
            break
        passage = passages[number]
        if value := value_of(text[passage.start : passage.end], passage, marking):
            heapq.heappush(kept, (value, -number))
            if len(kept) > most:
                heapq.heappop(kept)
    if not kept and (joined := _over_a_cut(document, marking)) is not None:
        return [joined]
    return [passages[number] for number in sorted(-place for _, place in kept)]


def _over_a_cut(document: Document, marking: Highlighter) -> Passage | None:
    """Return two passages of one paragraph as one, if what stands over the cut between them is wanted."""
    passages = document.passages
    if not any(len(one.words) > 1 for one in marking.wanted):
        return None
    # Imported here: few hits are found by a phrase over a cut.
    from coopsearch.search.analysis.analyzer import continued

    goes_on = continued(document)[1 if document.title else 0 :]
    for before, passage, more in zip(passages, passages[1:], goes_on[1:], strict=False):
        if more and value_of(document.text[before.start : passage.end], before, marking):
            return before._replace(end=passage.end)
    return None


def _candidates(document: Document, marking: Highlighter) -> Iterator[tuple[float, int]]:
    """Yield (the most that it can be worth, number) of passages, the most promising first.

    A passage that is left out is worth nothing.
    """
    text, passages = document.text, document.passages
    if len(passages) < _FEW or not _stand_apart(text, passages):
        yield from ((math.inf, number) for number in range(len(passages)))
        return
    found = marking.pieces_in(text, {passage.language for passage in passages})
    masks = _masks(text, [passage.start for passage in passages], found)
    bounds = _Bounds(marking, found.values())
    rough = sorted((-bounds.of_mask(mask, passages[number].level), number) for number, mask in masks.items())
    # Occurrences are counted only where presence leaves a doubt. Negated, as a heap gives the least first.
    waiting: list[tuple[float, int]] = []
    for bound, number in rough:
        while waiting and waiting[0][0] <= bound:
            least, chosen = heapq.heappop(waiting)
            yield -least, chosen
        passage, mask = passages[number], masks[number]
        counts = [
            (held.mask, held.times * text.count(piece, passage.start, passage.end))
            for piece, held in found.items()
            if held.mask & mask
        ]
        heapq.heappush(waiting, (-bounds.of_counts(counts, passage.level), number))
    while waiting:
        least, chosen = heapq.heappop(waiting)
        yield -least, chosen


def holding(document: Document, marking: Highlighter) -> list[int]:
    """Return the numbers of the passages that may hold something that is wanted, in order."""
    return sorted(number for _, number in _candidates(document, marking))


def _stand_apart(text: str, passages: Sequence[Passage]) -> bool:
    """Say whether white space stands between passages, so that no piece of the text reaches over two."""
    before = 0
    for passage in passages:
        start, end = passage.start, passage.end
        if not before <= start <= end <= len(text):
            return False
        around = text[max(0, start - 1) : start] + text[end : end + 1]
        if around and (not around.isspace() or any(one in SPACES for one in around)):
            return False
        if text.endswith(_HYPHENS, start, end):
            # The word may go on in the next line, which is another passage.
            return False
        before = end
    return True


def _masks(text: str, starts: Sequence[int], found: Mapping[str, Held]) -> dict[int, int]:
    """Return for passages by number what they may hold: never too little, as pieces are sought as text."""
    masks: dict[int, int] = {}
    for piece, held in found.items():
        at = text.find(piece)
        while at >= 0:
            number = bisect_right(starts, at) - 1
            masks[number] = masks.get(number, 0) | held.mask
            if number + 1 == len(starts):
                break
            at = text.find(piece, starts[number + 1])
    masks.pop(-1, None)
    return masks


class _Bounds:
    """The most that a passage can be worth by what was found in it: never less than ``value_of``."""

    def __init__(self, marking: Highlighter, found: Iterable[Held]) -> None:
        """Take what is wanted, and what of it the document holds."""
        everything = 0
        for held in found:
            everything |= held.mask
        #: Number, bits of all slots, and weight of what can be complete in this document.
        self._wanted = [
            (number, bits, one.weight)
            for number, (one, bits) in enumerate(zip(marking.wanted, marking.bits, strict=True))
            if everything & bits == bits
        ]
        self._of_mask: dict[int, float] = {}

    def of_mask(self, mask: int, level: int) -> float:
        """Bound a passage that holds some slots, by their bits, any number of times."""
        bound = self._of_mask.get(mask)
        if bound is None:
            bound = self._of_mask[mask] = self._sum(
                {number: _MOST_AGAIN for number, bits, _ in self._wanted if mask & bits == bits}
            )
        return bound * (_HEADING if level else 1.0)

    def of_counts(self, counts: Sequence[tuple[int, int]], level: int) -> float:
        """Bound a passage by how often what it holds stands there: (bits of slots, times) of each piece."""
        times: dict[int, int] = {}
        for number, bits, _ in self._wanted:
            least, left = _MOST_AGAIN, bits
            while left and least:
                bit = left & -left
                left -= bit
                least = min(least, sum(count for mask, count in counts if mask & bit))
            if least:
                times[number] = least
        return self._sum(times) * (_HEADING if level else 1.0)

    def _sum(self, times: Mapping[int, int]) -> float:
        bound = 0.0
        for number, _, weight in self._wanted:
            if number in times:
                bound += weight * (1.0 + _AGAIN * times[number])
                if number - 1 in times:
                    bound += _ADJACENT * weight
        # Sums in another order may differ in their last digit.
        return bound * (1 + 1e-9)


def value_of(text: str, passage: Passage, marking: Highlighter) -> float:
    """Say how much of what is wanted a passage holds, and how close together it stands."""
    found, steps = words(text)
    filled: Filled = {}
    marked = marking.of(found, passage.language)
    if not marked:
        return 0.0
    for at, word in enumerate(found):
        if word in marked:
            position = at if steps is None else steps[at]
            for slot in marked[word]:
                positions = filled.setdefault(slot, [])
                # A compound and its first part share a position.
                if not positions or positions[-1] != position:
                    positions.append(position)
    for number in marking.written.intersection([number for number, _ in filled]):
        if not stands_in(text, marking.wanted[number].written):
            filled = {slot: positions for slot, positions in filled.items() if slot[0] != number}
    return _worth(filled, passage.level, marking)


def best_located(located: Located, document: Document, marking: Highlighter) -> Passage | None:
    """Return the passage that holds most of what is wanted by the positions of all that is wanted.

    None where the positions do not say which passage a token is of: where one, or the title, holds no word.
    """
    passages, runs = document.passages, located.runs
    first = 1 if document.title else 0
    people = len(document.people)
    if len(runs) != first + len(passages) + people:
        return None
    held: dict[int, Filled] = {}
    slots = iter(located.slots)
    for number, one in enumerate(marking.wanted):
        for slot in range(len(one.words)):
            _share_out(next(slots), runs, first, (number, slot), held)
    best, highest = 0, 0.0
    # The people of a mail stand behind its passages.
    for at in sorted(number for number in held if number < len(passages)):
        value = _worth(held[at], passages[at].level, marking)
        if value > highest:
            best, highest = at, value
    if not highest:
        # A phrase may stand over the cut between two passages of one paragraph.
        at = 0
        for one in marking.wanted:
            here = located.slots[at : at + len(one.words)]
            at += len(one.words)
            if len(here) > 1 and (starts := starts_of(list(here))):
                run = bisect_right(runs, starts[0]) - 1 - first
                last = bisect_right(runs, starts[0] + len(here) - 1) - 1 - first
                if 0 <= run < last < len(passages):
                    return passages[run]._replace(end=passages[last].end)
    return passages[best]


def _share_out(
    positions: list[int], runs: list[int], first: int, slot: tuple[int, int], held: dict[int, Filled]
) -> None:
    """Give each passage its positions of a slot; ``first`` is the run of the first passage."""
    if not positions:
        return
    low = bisect_left(positions, runs[first])
    while low < len(positions):
        run = bisect_right(runs, positions[low]) - 1
        high = bisect_left(positions, runs[run + 1], low) if run + 1 < len(runs) else len(positions)
        held.setdefault(run - first, {})[slot] = positions[low:high]
        low = max(high, low + 1)


def _worth(filled: Filled, level: int, marking: Highlighter) -> float:
    """Return the value of a passage by where what is wanted stands in it."""
    value = 0.0
    before: list[int] = []
    last = -1
    # Of many words that are wanted a passage holds few.
    for number in sorted({number for number, _ in filled}):
        one = marking.wanted[number]
        if number != last + 1:
            before = []
        last = number
        size = len(one.words)
        starts = (
            filled[number, 0]
            if size == 1
            else starts_of([filled.get((number, at), []) for at in range(size)])
        )
        if starts:
            value += one.weight * (1.0 + _AGAIN * min(len(starts), _MOST_AGAIN))
            if before and not {start - 1 for start in starts}.isdisjoint(before):
                value += _ADJACENT * one.weight
        before = starts if size == 1 else [start + size - 1 for start in starts]
    return value * (_HEADING if level else 1.0)


def starts_of(slots: list[list[int]]) -> list[int]:
    """Return the positions from which all slots follow each other."""
    if len(slots) == 1:
        return slots[0]
    others = [set(slot) for slot in slots[1:]]
    return [start for start in slots[0] if all(start + at in other for at, other in enumerate(others, 1))]

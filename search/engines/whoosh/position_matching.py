"""Counting the places of a document at which a phrase stands.

Pure arithmetic over sorted positions; knows neither Whoosh nor a query.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence


def count_ordered(slots: Sequence[Sequence[int]], slop: int) -> int:
    """Count the positions of the first slot from which the others follow in order.

    ``slots`` holds the sorted positions of each slot. Between them, at most ``slop`` positions in all may
    lie. Taking the next position of each slot is enough: it ends earliest.
    """
    found = 0
    for first in slots[0]:
        last = first
        for positions in slots[1:]:
            at = bisect_right(positions, last)
            if at == len(positions):
                return found
            last = positions[at]
        if last - first - (len(slots) - 1) <= slop:
            found += 1
    return found


def count_unordered(slots: Sequence[Sequence[int]], slop: int) -> int:
    """Count the positions at which a window begins that holds every slot, in any order.

    The window has at most ``len(slots) + slop`` positions, and every slot takes one of its own.
    """
    width = len(slots) + slop
    found = 0
    for start in sorted({position for positions in slots for position in positions}):
        inside = [
            positions[bisect_left(positions, start) : bisect_left(positions, start + width)]
            for positions in slots
        ]
        found += any(
            options[:1] == [start] and _distinct([*inside[:slot], *inside[slot + 1 :]], start)
            for slot, options in enumerate(map(list, inside))
        )
    return found


def _distinct(slots: Sequence[Sequence[int]], taken: int) -> bool:
    """Say whether each slot can have a position that no other has, nor is ``taken``."""
    owner: dict[int, int] = {}

    def place(slot: int, seen: set[int]) -> bool:
        # Kuhn's augmenting path: move the owner of a wanted position elsewhere if it can go.
        for position in slots[slot]:
            if position != taken and position not in seen:
                seen.add(position)
                if position not in owner or place(owner[position], seen):
                    owner[position] = slot
                    return True
        return False

    return all(place(slot, set()) for slot in range(len(slots)))

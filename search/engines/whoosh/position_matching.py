"""Counting the places of a document at which a phrase stands.

Pure arithmetic over sorted positions. Does not depend on Whoosh or the rest of coopsearch.
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
        inside: list[Sequence[int]] = []
        for positions in slots:
            low = bisect_left(positions, start)
            high = bisect_left(positions, start + width, low)
            if low == high:
                break
            inside.append(positions[low:high])
        else:
            found += _begins(inside, start)
    return found


def _begins(inside: Sequence[Sequence[int]], start: int) -> bool:
    """Say whether a slot can have the first position of a window, and each other slot another one."""
    tried: list[Sequence[int]] = []
    for slot, positions in enumerate(inside):
        # Slots of the same word have the same positions, and the same outcome.
        if positions[0] != start or positions in tried:
            continue
        if _distinct([*inside[:slot], *inside[slot + 1 :]], start):
            return True
        tried.append(positions)
    return False


def _distinct(slots: Sequence[Sequence[int]], taken: int) -> bool:
    """Say whether each slot can have a position that no other has, nor is ``taken``."""
    left = sorted(len(positions) - (positions[0] == taken) for positions in slots)
    if all(count > before for before, count in enumerate(left)):
        # Whoever has the fewest chooses first: there is always one more than were taken.
        return True
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

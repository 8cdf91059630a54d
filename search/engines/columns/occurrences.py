"""Where phrases stand: arithmetic over sorted keys of document and position.

A key is the document in the upper 32 bits and the position in the lower. Knows numbers alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from coopsearch.search.engines.columns.arrays import I64, Bools

#: Two lists of keys this long are merged; of shorter ones, the short is searched for in the long.
_LONG: Final = 1 << 14


def adjacent(slots: Sequence[I64]) -> I64:
    """Return the keys of the first slot that the others follow at one position each.

    Each slot holds sorted keys, none twice.
    """
    order = sorted(range(len(slots)), key=lambda slot: len(slots[slot]))
    starts = slots[order[0]] - order[0]
    for slot in order[1:]:
        if not len(starts):
            break
        starts = starts[_in(starts + slot, slots[slot])]
    return starts


def _in(keys: I64, others: I64) -> Bools:
    """Say which keys are among others; both sorted, none twice in either."""
    if len(keys) > _LONG and len(others) < 16 * len(keys):
        # Both have two runs at most, which the stable sort merges in one pass.
        merged = np.concatenate((keys, others))
        merged.sort(kind="stable")
        both = merged[:-1][merged[1:] == merged[:-1]]
        mark = np.zeros(len(keys), np.bool_)
        mark[np.searchsorted(keys, both)] = True
        return mark
    if not len(others):
        return np.zeros(len(keys), np.bool_)
    at = np.searchsorted(others, keys)
    np.minimum(at, len(others) - 1, out=at)
    found: Bools = others[at] == keys
    return found


def ordered(slots: Sequence[I64], slop: int) -> I64:
    """Return the keys of the first slot from which the others follow in order.

    Between them lie at most ``slop`` positions in all. Taking the next key of each slot is enough: it ends
    earliest. Another document is farther away than any slop.
    """
    starts = last = slots[0]
    for keys in slots[1:]:
        at = np.searchsorted(keys, last, "right")
        inside = at < len(keys)
        starts, last = starts[inside], keys[at[inside]]
        near = last - starts <= slop + len(slots) - 1
        starts, last = starts[near], last[near]
    return starts


def unordered(slots: Sequence[I64], slop: int) -> I64:
    """Return the keys at which a window begins that holds every slot, in any order, each at a key of its own.

    The window has ``len(slots) + slop`` positions.
    """
    width = len(slots) + slop
    starts: I64 = np.unique(np.concatenate(slots))
    apart = len(starts) == sum(map(len, slots))
    for keys in slots:
        at = np.searchsorted(keys, starts)
        inside = at < len(keys)
        starts = starts[inside]
        starts = starts[keys[at[inside]] - starts < width]
    if apart:
        return starts
    # Slots share keys: whether each can have one of its own is a matching, and rare.
    kept = [start for start in starts.tolist() if _fits(slots, start, width)]
    return np.array(kept, np.int64)


def _fits(slots: Sequence[I64], start: int, width: int) -> bool:
    windows = [
        keys[np.searchsorted(keys, start) : np.searchsorted(keys, start + width)].tolist() for keys in slots
    ]
    return any(
        start in window and _assign([other for place, other in enumerate(windows) if place != slot], {start})
        for slot, window in enumerate(windows)
    )


def _assign(windows: list[list[int]], taken: set[int]) -> bool:
    """Say whether each window can be given a key of its own that is not taken."""
    holder: dict[int, int] = {}

    def give(slot: int, tried: set[int]) -> bool:
        for key in windows[slot]:
            if key not in taken and key not in tried:
                tried.add(key)
                if key not in holder or give(holder[key], tried):
                    holder[key] = slot
                    return True
        return False

    return all(give(slot, set()) for slot in range(len(windows)))

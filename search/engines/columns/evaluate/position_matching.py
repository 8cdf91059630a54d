"""Where phrases stand: arithmetic over sorted keys of document and position.

A key is the document in the upper 32 bits and the position in the lower.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from coopsearch.search.engines.columns.arrays import I64, Bools, merged
from coopsearch.search.errors import QueryError

#: Two lists of keys this long are merged; of shorter ones, the short is searched for in the long.
_LONG: Final = 1 << 14
#: Kinds of slots that share keys, of which every set is looked at.
_MOST_KINDS: Final = 4
#: Of more kinds, the places that are looked at one by one, and the slots that are filled at each.
_MOST_MATCHED: Final = 500
_MOST_SLOTS: Final = 50


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
    # Equal slots are one that is wanted so often.
    kinds: list[I64] = []
    wanted: list[int] = []
    for keys in slots:
        same = next((number for number, other in enumerate(kinds) if other is keys), None)
        if same is None:
            kinds.append(keys)
            wanted.append(1)
        else:
            wanted[same] += 1
    starts: I64 = merged(kinds)
    apart = len(starts) == sum(map(len, kinds))
    for keys, times in zip(kinds, wanted, strict=True):
        at = np.searchsorted(keys, starts)
        at += times - 1
        inside = at < len(keys)
        starts = starts[inside]
        starts = starts[keys[at[inside]] - starts < width]
    if apart or not len(starts):
        return starts
    return _matched(kinds, wanted, starts, width)


def _matched(kinds: Sequence[I64], wanted: Sequence[int], starts: I64, width: int) -> I64:
    """Return the starts whose window gives each kind as many keys of its own as are wanted, the first too.

    By Hall's theorem it does if any of the kinds together find as many keys as they want together; and the
    key at the start is one of those given where they do without it, and one kind less is wanted that it has.
    """
    groups = _sharing(kinds)
    if max(map(len, groups)) > _MOST_KINDS:
        if len(starts) > _MOST_MATCHED or sum(wanted) > _MOST_SLOTS:
            raise QueryError(
                f"a NEAR of more than {_MOST_KINDS} words and patterns that share words stands in too many "
                "places; leave some of them out"
            )
        kept = [start for start in starts.tolist() if _fits(kinds, wanted, start, width)]
        return np.array(kept, np.int64)
    # For each set of kinds that share keys, how many keys lie behind the start.
    behind: list[tuple[frozenset[int], I64]] = []
    for group in groups:
        for chosen in range(1, 1 << len(group)):
            members = [kind for place, kind in enumerate(group) if chosen >> place & 1]
            keys = kinds[members[0]]
            if len(members) > 1:
                keys = merged([kinds[kind] for kind in members])
            count = np.searchsorted(keys, starts + width) - np.searchsorted(keys, starts, "right")
            behind.append((frozenset(members), count))
    held = np.zeros(len(starts), np.bool_)
    for first, keys in enumerate(kinds):
        at = np.minimum(np.searchsorted(keys, starts), len(keys) - 1)
        fits = keys[at] == starts
        for some, count in behind:
            fits &= count >= sum(wanted[kind] for kind in some) - (first in some)
        held |= fits
    return starts[held]


def _sharing(kinds: Sequence[I64]) -> list[list[int]]:
    """Return the kinds in groups, of which none shares a key with another."""
    keys = np.concatenate(kinds)
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    owner = np.repeat(np.arange(len(kinds)), [len(one) for one in kinds])[order]
    same = np.flatnonzero(keys[1:] == keys[:-1])
    pairs = np.unique(owner[same] * len(kinds) + owner[same + 1]).tolist()
    group = {kind: [kind] for kind in range(len(kinds))}
    for pair in pairs:
        one, other = (group[kind] for kind in divmod(pair, len(kinds)))
        if one is not other:
            one += other
            group.update(dict.fromkeys(other, one))
    return list({id(one): one for one in group.values()}.values())


def _fits(kinds: Sequence[I64], wanted: Sequence[int], start: int, width: int) -> bool:
    windows = [
        window
        for keys, times in zip(kinds, wanted, strict=True)
        for window in [keys[np.searchsorted(keys, start) : np.searchsorted(keys, start + width)].tolist()]
        * times
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

"""Which segments are worth merging with each other, by their tokens and what is deleted of them.

Reads and writes nothing. Does not depend on NumPy or on queries.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

#: Tokens that a segment is built of: some 370 MB for the process while they are sorted.
SEGMENT_TOKENS: Final = 3_400_000
#: Segments of about one size that are merged into one, for small ones and for those as large as are built.
_SMALL_FACTOR: Final = 6
_LARGE_FACTOR: Final = 16
#: No merged segment has more tokens; offsets of 32 bits would allow 2**31.
MOST_TOKENS: Final = 1 << 26
#: Tokens that any commit may merge, some third of a second of work; one that adds more merges more.
SPARE: Final = 1_000_000
#: The deleted share at which a segment is rewritten.
_DEAD: Final = 0.4


def choose(
    sizes: Sequence[int],
    dead: Sequence[float],
    large: int = SEGMENT_TOKENS // 2,
    most: int = MOST_TOKENS,
    budget: int = MOST_TOKENS,
) -> list[list[int]]:
    """Return which segments to merge with each other, by their places.

    ``sizes`` are their tokens, ``dead`` the deleted share of their documents. Segments merge with those of
    their own tier alone, so that a document is rewritten once for each tier and not once for each commit;
    a segment that is mostly deleted is rewritten by itself. No more than ``budget`` tokens are merged in
    all, so that a small commit stays one: what is left over waits for one that is larger. A segment of which
    next to nothing is left is rewritten beyond it: that is little, after all that was deleted.
    """
    tiers: dict[int, list[int]] = {}
    for place, size in enumerate(sizes):
        tier = 1000 if size >= large else int(math.log(max(size, 1000) / 1000, _SMALL_FACTOR))
        tiers.setdefault(tier, []).append(place)
    chosen: list[list[int]] = []
    for tier, places in sorted(tiers.items()):
        factor = _LARGE_FACTOR if tier == 1000 else _SMALL_FACTOR
        if len(places) >= factor:
            group: list[int] = []
            for place in sorted(places, key=lambda place: sizes[place]):
                held = sum(sizes[other] for other in group) + sizes[place]
                if len(group) < factor and held <= min(most, budget):
                    group.append(place)
            if len(group) > 1:
                chosen.append(sorted(group))
                budget -= sum(sizes[place] for place in group)
    taken = {place for group in chosen for place in group}
    for place, share in enumerate(dead):
        if share > _DEAD and place not in taken:
            left = int(sizes[place] * (1 - share))
            if left <= max(budget, (sizes[place] - left) // 4):
                chosen.append([place])
                budget -= left
    return chosen


def plan(sizes: Sequence[int], dead: Sequence[float], most: int, budget: int) -> list[list[int]]:
    """Return which segments to merge with each other until ``choose`` has no more to say.

    What would be merged twice is merged once, with all that it would come to be merged with.
    """
    # The segments of each merge, its tokens, and whether it is one.
    nodes = [([place], size, False) for place, size in enumerate(sizes)]
    shares = list(dead)
    while groups := choose([size for _, size, _ in nodes], shares, most=most, budget=budget):
        taken = {node for group in groups for node in group}
        budget -= sum(nodes[node][1] for node in taken)
        kept = [node for node in range(len(nodes)) if node not in taken]
        made = [
            (
                sorted(place for node in group for place in nodes[node][0]),
                sum(nodes[node][1] for node in group),
                True,
            )
            for group in groups
        ]
        nodes, shares = (
            [nodes[node] for node in kept] + made,
            [shares[node] for node in kept] + [0.0] * len(made),
        )
    return [places for places, _, changed in nodes if changed]

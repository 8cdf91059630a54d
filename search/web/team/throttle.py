"""How often somebody may guess a password: counted by name, by address, and by both together.

A few wrong passwords cost nothing, as everybody mistypes; each further one has to wait twice as long as the
one before. That a name waits because of others' guesses would shut its owner out, so whoever signed in from
an address before is held up there by guesses at this name from this address alone. Memory is bounded.

Does not depend on the web's libraries.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Final, NamedTuple

from coopsearch.search.web.guard.places import place_of

#: Names, addresses and pairs of both that are remembered, of each so many.
MOST: Final = 4096
#: Seconds without a wrong password after which those before are forgotten.
_FORGOTTEN: Final = 3600.0


class _Rule(NamedTuple):
    free: int
    """Wrong passwords that cost nothing."""
    longest: float
    """Seconds that one waits at most."""


_RULES: Final = {"pair": _Rule(5, 900.0), "address": _Rule(30, 900.0), "name": _Rule(50, 30.0)}


class _Count(NamedTuple):
    wrong: int
    until: float
    forgotten: float


class Throttle:
    """Wrong passwords, and who has to wait. For the thread of one event loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with none; ``clock`` counts seconds."""
        self._clock = clock
        self._counts: dict[str, dict[str, _Count]] = {kind: {} for kind in _RULES}
        self._known: dict[str, None] = {}

    def wait(self, name: str, address: str) -> int:
        """Return the seconds that somebody has to wait before the next try, 0 for none."""
        now = self._clock()
        pair = _pair(name, address)
        keys = self._keys(name, address)
        kinds = ("pair",) if pair in self._known else tuple(_RULES)
        found = (self._counts[kind].get(keys[kind]) for kind in kinds)
        return max(0, *(math.ceil(one.until - now) for one in found if one is not None), 0)

    def failed(self, name: str, address: str) -> None:
        """Count a wrong password."""
        now = self._clock()
        for kind, key in self._keys(name, address).items():
            counts, rule = self._counts[kind], _RULES[kind]
            before = counts.pop(key, None)
            wrong = 1 if before is None or before.forgotten <= now else before.wrong + 1
            if len(counts) >= MOST:
                _make_room(counts, now)
            # 2 ** 20 s is more than any rule has.
            delay = 0.0 if wrong < rule.free else min(rule.longest, 2.0 ** min(wrong - rule.free, 20))
            counts[key] = _Count(wrong, now + delay, now + delay + _FORGOTTEN)

    def passed(self, name: str, address: str) -> None:
        """Note that somebody gave the right password. Guesses at other names from there stay counted."""
        pair = _pair(name, address)
        self._counts["pair"].pop(pair, None)
        self._known.pop(pair, None)
        while len(self._known) >= MOST:
            del self._known[next(iter(self._known))]
        self._known[pair] = None

    @property
    def remembered(self) -> int:
        """How much is remembered."""
        return len(self._known) + sum(map(len, self._counts.values()))

    def _keys(self, name: str, address: str) -> dict[str, str]:
        return {"pair": _pair(name, address), "address": place_of(address), "name": name}


def _pair(name: str, address: str) -> str:
    return f"{name}\0{place_of(address)}"


def _make_room(counts: dict[str, _Count], now: float) -> None:
    """Forget what is over; where nothing is, whoever would wait the shortest."""
    for key in [key for key, one in counts.items() if one.forgotten <= now]:
        del counts[key]
    if len(counts) >= MOST:
        del counts[min(counts, key=lambda key: counts[key].until)]

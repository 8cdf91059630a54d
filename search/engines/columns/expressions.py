"""An expression held against very many words at once, a character of all of them at a time.

Characters that no part of the expression tells apart are one class, so a state has few ways on; those that
are not known yet are derived by ``regular`` and from then on are looks into a table. Does not depend on the
syntax of expressions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from coopsearch.search.engines.regular import Expression, TooComplex

#: Words that are looked at together.
_TOGETHER: Final = 1 << 16
#: Numbers that the table of ways may hold: 16 MB.
_MOST_WAYS: Final = 1 << 22


def fitting(expression: Expression, terms: Sequence[str], skip: int) -> list[str]:
    """Return the terms, of one prefix of ``skip`` characters, whose rest fits, in their order.

    Raises TooComplex for an expression of too many states.
    """
    ways = _Ways(expression)
    found: list[str] = []
    for start in range(0, len(terms), _TOGETHER):
        some = terms[start : start + _TOGETHER]
        found += [some[place] for place in ways.fitting(some, skip).tolist()]
    return found


class _Ways:
    """The states of one expression that words have led to, and where each class of characters leads."""

    def __init__(self, expression: Expression) -> None:
        self.automaton, start = expression
        self.bounds = np.array(self.automaton.bounds(), np.uint32)
        # Two states come first: nothing can follow, and anything may.
        self.parts = [self.automaton.nothing, self.automaton.everything]
        self.number = {part: number for number, part in enumerate(self.parts)}
        # Nearly all characters are of the first plane: a look into a table for each of it.
        self.plane = self.bounds.searchsorted(np.arange(1 << 16, dtype=np.uint32), "right").astype(np.uint16)
        self.table = np.full((64, len(self.bounds) + 1), -1, np.int32)
        self.table[0], self.table[1] = 0, 1
        self.start = self._state(start)

    def fitting(self, terms: Sequence[str], skip: int) -> NDArray[np.int64]:
        """Return the places of the terms that fit."""
        lengths = np.fromiter(map(len, terms), np.int64, len(terms))
        ends = np.cumsum(lengths)
        text = np.frombuffer("".join(terms).encode("utf-32-le", "surrogatepass"), "<u4")
        flat = int(text.max(initial=0)) < len(self.plane)
        classes: NDArray[Any] = self.plane.take(text) if flat else self.bounds.searchsorted(text, "right")
        states = np.full(len(terms), self.start, np.int32)
        at = ends - lengths + skip
        going = np.arange(len(terms))
        while True:
            going = going[(at[going] < ends[going]) & (states[going] > 1)]
            if not len(going):
                break
            now, kinds = states[going], classes[at[going]]
            after = self.table[now, kinds]
            if (unknown := np.flatnonzero(after < 0)).size:
                self._derive(now[unknown], kinds[unknown])
                after = self.table[now, kinds]
            states[going] = after
            at[going] += 1
        ended = np.array([self.automaton.is_end(part) for part in self.parts], np.bool_)
        return np.flatnonzero(ended[states])

    def _derive(self, states: NDArray[np.int32], kinds: NDArray[Any]) -> None:
        width = self.table.shape[1]
        for pair in np.unique(states.astype(np.int64) * width + kinds).tolist():
            state, kind = divmod(pair, width)
            # The first character of a class stands for all of it.
            character = chr(int(self.bounds[kind - 1])) if kind else "\0"
            after = self._state(self.automaton.step(self.parts[state], character))
            self.table[state, kind] = after

    def _state(self, part: int) -> int:
        known = self.number.get(part)
        if known is None:
            known = self.number[part] = len(self.parts)
            self.parts.append(part)
            if known >= len(self.table):
                if 2 * self.table.size > _MOST_WAYS:
                    raise TooComplex("it leads to too many states")
                more = np.full_like(self.table, -1)
                self.table = np.concatenate((self.table, more))
        return known

"""Regular expressions over sorted words, in time that no expression can blow up.

An expression becomes an automaton a state at a time, as the words ask for it: a state is what remains to be
matched after some characters, its derivative by them (Brzozowski, "Derivatives of regular expressions",
JACM 1964), so that complement and intersection cost no more than the rest. There is no going back in a
word: each character is one look into a table, words that begin alike share their beginning, and where
nothing can follow, all words that begin so are skipped. Does not depend on the syntax of expressions.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from coopsearch.search.errors import QueryError

#: Different remains of one expression that are kept; more says that it is of no use to a person.
MOST_STATES: Final = 20_000
#: Parts that may be looked at to derive them all: what a tenth of a second or two suffices for.
MOST_STEPS: Final = 50_000

Kind = Literal["nothing", "end", "set", "then", "any", "all", "not", "times"]


class TooComplex(QueryError):
    """An expression needs more states, or steps to find them, than it is given; the message says which."""


class Part(NamedTuple):
    """One part of an expression; its own parts are numbers in the table that holds it."""

    kind: Kind
    parts: tuple[int, ...] = ()
    ranges: tuple[tuple[str, str], ...] = ()
    """set: the first and last characters of its ranges."""
    inverted: bool = False
    """set: whether it is all other characters."""
    low: int = 0
    high: int | None = None
    """times: how often its part stands; None is without end."""


#: Any one character.
_ANY: Final = Part("set", inverted=True)


class Automaton:
    """The parts of one expression, and the ways between them. Not safe for several threads."""

    def __init__(self) -> None:
        """Begin with the two parts that need no others."""
        self._table: list[Part] = []
        self._number: dict[Part, int] = {}
        self._nullable: list[bool] = []
        self._ways: list[dict[str, int]] = []
        self._steps = 0
        self.nothing = self._add(Part("nothing"))
        self.end = self._add(Part("end"))
        self.everything = self._add(Part("not", (self.nothing,)))

    def one_of(self, ranges: Iterable[tuple[str, str]], *, inverted: bool = False) -> int:
        """Return the part that is one character of a set, or of all others."""
        found = tuple(sorted(set(ranges)))
        return self._add(Part("set", (), found, inverted)) if found or inverted else self.nothing

    def then(self, first: int, second: int) -> int:
        """Return the part that is one after the other."""
        if self.nothing in (first, second):
            return self.nothing
        if first == self.end:
            return second
        if second == self.end or first == second == self.everything:
            return first
        part = self._table[first]
        if part.kind == "then":  # leaning to the right, so that equal ones are one
            return self.then(part.parts[0], self.then(part.parts[1], second))
        return self._add(Part("then", (first, second)))

    def any(self, choices: Iterable[int]) -> int:
        """Return the part that is any of the choices."""
        found = self._flat("any", choices) - {self.nothing}
        if self.everything in found:
            return self.everything
        return self._joined("any", found, self.nothing)

    def all(self, demands: Iterable[int]) -> int:
        """Return the part that is what all the demands are."""
        found = self._flat("all", demands) - {self.everything}
        if self.nothing in found:
            return self.nothing
        return self._joined("all", found, self.everything)

    def inverse(self, part: int) -> int:
        """Return the part that is whatever the other is not."""
        inner = self._table[part]
        return inner.parts[0] if inner.kind == "not" else self._add(Part("not", (part,)))

    def times(self, part: int, low: int, high: int | None) -> int:
        """Return the part repeated ``low`` to ``high`` times; None is without end."""
        if high == 0 or part == self.end:
            return self.end
        if part == self.nothing:
            return self.nothing if low else self.end
        if (low, high) == (1, 1):
            return part
        if part == self.everything or (not low and high is None and self._table[part] == _ANY):
            return self.everything
        return self._add(Part("times", (part,), low=low, high=high))

    def word(self, text: str) -> int:
        """Return the part that is a text."""
        part = self.end
        for character in reversed(text):
            part = self.then(self.one_of([(character, character)]), part)
        return part

    def is_end(self, part: int) -> bool:
        """Say whether nothing more need follow."""
        return self._nullable[part]

    def step(self, part: int, character: str) -> int:
        """Return what remains of a part after a character."""
        ways = self._ways[part]
        found = ways.get(character)
        if found is None:
            found = ways[character] = self._derive(part, character)
        return found

    def bounds(self) -> list[int]:
        """Return where the characters that its sets tell apart begin, but for the first of all; sorted."""
        found: set[int] = set()
        for part in self._table:
            for low, high in part.ranges:
                found.update((ord(low), ord(high) + 1))
        return sorted(found - {0})

    def literal(self, part: int) -> str:
        """Return the text that everything a part matches begins with."""
        found = ""
        while True:
            one = self._table[part]
            first = self._table[one.parts[0]] if one.kind == "then" else one
            if first.kind != "set" or first.inverted or len(first.ranges) != 1:
                return found
            ((low, high),) = first.ranges
            if low != high:
                return found
            found += low
            part = one.parts[1] if one.kind == "then" else self.end

    def _derive(self, part: int, character: str) -> int:
        kind, parts, ranges, inverted, low, high = self._table[part]
        self._steps += 1 + len(parts)
        if self._steps > MOST_STEPS:
            raise TooComplex(f"it needs more than {MOST_STEPS:,} steps")
        match kind:
            case "set":
                inside = any(first <= character <= last for first, last in ranges)
                return self.end if inside != inverted else self.nothing
            case "then":
                first, second = parts
                after = self.then(self.step(first, character), second)
                if not self._nullable[first]:
                    return after
                return self.any((after, self.step(second, character)))
            case "any":
                return self.any([self.step(one, character) for one in parts])
            case "all":
                return self.all([self.step(one, character) for one in parts])
            case "not":
                return self.inverse(self.step(parts[0], character))
            case "times":
                rest = self.times(parts[0], max(low - 1, 0), None if high is None else high - 1)
                return self.then(self.step(parts[0], character), rest)
            case _:
                return self.nothing

    def _flat(self, kind: Kind, parts: Iterable[int]) -> set[int]:
        found: set[int] = set()
        for part in parts:
            inner = self._table[part]
            found.update(inner.parts if inner.kind == kind else (part,))
        return found

    def _joined(self, kind: Kind, parts: set[int], empty: int) -> int:
        if len(parts) < 2:  # noqa: PLR2004
            return parts.pop() if parts else empty
        return self._add(Part(kind, tuple(sorted(parts))))

    def _add(self, part: Part) -> int:
        number = self._number.get(part)
        if number is not None:
            return number
        if len(self._table) >= MOST_STATES:
            raise TooComplex(f"it needs more than {MOST_STATES:,} states")
        number = self._number[part] = len(self._table)
        self._table.append(part)
        self._ways.append({})
        inner = [self._nullable[one] for one in part.parts]
        match part.kind:
            case "end":
                nullable = True
            case "then" | "all":
                nullable = all(inner)
            case "any":
                nullable = any(inner)
            case "not":
                nullable = not inner[0]
            case "times":
                nullable = not part.low or inner[0]
            case _:
                nullable = False
        self._nullable.append(nullable)
        return number


class Expression(NamedTuple):
    """A whole expression, ready to be held against words."""

    automaton: Automaton
    start: int

    @property
    def literal(self) -> str:
        """What every word that fits begins with."""
        return self.automaton.literal(self.start)


def fitting(expression: Expression, terms: Sequence[str], skip: int = 0) -> list[str]:
    """Return the terms, sorted and of one prefix of ``skip`` characters, whose rest fits.

    Raises TooComplex for an expression that would take too long, whatever the words.
    """
    automaton, start = expression
    step, nothing, everything = automaton.step, automaton.nothing, automaton.everything
    found: list[str] = []
    states = [start]  # after each character of the word before
    before, at = "", 0
    while at < len(terms):
        term = terms[at]
        depth, most = skip, min(len(term), skip + len(states) - 1)
        while depth < most and term[depth] == before[depth]:
            depth += 1
        del states[depth - skip + 1 :]
        state = states[-1]
        while depth < len(term) and state not in {nothing, everything}:
            state = step(state, term[depth])
            states.append(state)
            depth += 1
        if state in (nothing, everything):
            # Whatever else begins so fares alike. No character sorts behind the last of Unicode.
            end = bisect_left(terms, term[:depth] + "\U0010ffff", at + 1)
            if state == everything:
                found += terms[at:end]
            at = end
        else:
            if automaton.is_end(state):
                found.append(term)
            at += 1
        before = term
    return found

r"""How a regular expression is written: that of Lucene, with what people are used to besides.

    . any character      [a-z] [^a-z] sets     \\d a digit     \\w a letter or digit
    | or                 & and                 ~ not          ( ) groups
    ? * + {n} {n,} {n,m} how often             @ any run      # nothing
    <7-120> a number     "..." as it stands    \\ before a sign: the sign itself

An expression is for a whole word, so ^ and $ at its ends say nothing new. Letters are folded as words are.
"""

from __future__ import annotations

from typing import Final

from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.engines.regular import Automaton, Expression

#: A longer expression is not a question that a person asks.
MOST_CHARACTERS: Final = 500
#: Groups within groups.
MOST_LEVELS: Final = 50
#: The highest count of a repetition.
MOST_TIMES: Final = 1_000

_CLASSES: Final = {
    "d": ([("0", "9")], False),
    "D": ([("0", "9")], True),
    "w": ([("!", "/"), (":", "@"), ("[", "`"), ("{", "~")], True),
    "W": ([("!", "/"), (":", "@"), ("[", "`"), ("{", "~")], False),
    "s": ([(" ", " ")], False),
    "S": ([(" ", " ")], True),
}


class BadExpression(ValueError):
    """An expression that cannot be read; ``place`` is the 0-based character."""

    def __init__(self, reason: str, place: int) -> None:
        """Keep the place beside the reason."""
        super().__init__(reason)
        self.place = place


def read(text: str) -> Expression:
    """Read an expression. Raises BadExpression, or TooComplex for one that is too large."""
    if len(text) > MOST_CHARACTERS:
        raise BadExpression(f"it has {len(text):,} characters, at most {MOST_CHARACTERS} are read", 0)
    return _Reader(text).expression()


class _Reader:
    """Reads from left to right by descent: or, and, one after the other, repeated, single."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._level = 0
        self._made = Automaton()

    def expression(self) -> Expression:
        text = self._text
        if text.startswith("^"):
            self._at = 1
        if text.endswith("$") and not text.endswith("\\$"):
            self._text = text[:-1]
        part = self._choice()
        if self._at < len(self._text):
            raise BadExpression("the ) closes nothing", self._at)
        return Expression(self._made, part)

    def _choice(self) -> int:
        parts = [self._demand()]
        while self._takes("|"):
            parts.append(self._demand())
        return self._made.any(parts)

    def _demand(self) -> int:
        parts = [self._row()]
        while self._takes("&"):
            parts.append(self._row())
        return self._made.all(parts) if len(parts) > 1 else parts[0]

    def _row(self) -> int:
        parts: list[int] = []
        while self._at < len(self._text) and self._text[self._at] not in "|&)":
            parts.append(self._repeated())
        found = self._made.end
        for part in reversed(parts):
            found = self._made.then(part, found)
        return found

    def _repeated(self) -> int:
        inverted = False
        while self._takes("~"):
            inverted = not inverted
        part = self._single()
        while self._at < len(self._text):
            if self._takes("?"):
                part = self._made.times(part, 0, 1)
            elif self._takes("*"):
                part = self._made.times(part, 0, None)
            elif self._takes("+"):
                part = self._made.times(part, 1, None)
            elif self._text[self._at] == "{":
                part = self._made.times(part, *self._counts())
            else:
                break
        return self._made.inverse(part) if inverted else part

    def _single(self) -> int:
        place = self._at
        if place >= len(self._text):
            raise BadExpression("something is missing at its end", place)
        character = self._text[place]
        self._at += 1
        match character:
            case "(":
                return self._group(place)
            case "[":
                return self._set(place)
            case ".":
                return self._made.one_of((), inverted=True)
            case "@":
                return self._made.everything
            case "#":
                return self._made.nothing
            case "<":
                return self._interval(place)
            case '"':
                return self._made.word(normalize(self._until('"', place)))
            case "\\":
                return self._escaped()
            case "?" | "*" | "+" | "{":
                raise BadExpression(f"the {character} repeats nothing", place)
            case "]" | "}" | ">":
                raise BadExpression(f"the {character} closes nothing", place)
            case _:
                return self._made.word(normalize(character))

    def _group(self, place: int) -> int:
        if self._text.startswith("?:", self._at):
            self._at += 2
        elif self._text.startswith("?", self._at):
            raise BadExpression("groups that look around or have names are not known", place)
        self._level += 1
        if self._level > MOST_LEVELS:
            raise BadExpression(f"it is nested deeper than {MOST_LEVELS} levels", place)
        part = self._choice()
        self._level -= 1
        if not self._takes(")"):
            raise BadExpression("the ( is never closed", place)
        return part

    def _set(self, place: int) -> int:
        inverted = self._takes("^")
        ranges: list[tuple[str, str]] = []
        first = True
        while first or not self._text.startswith("]", self._at):
            first = False
            if self._at >= len(self._text):
                raise BadExpression("the [ is never closed", place)
            start = self._at
            low = self._member(place)
            if isinstance(low, list):
                ranges += low
            elif self._text.startswith("-", self._at) and not self._text.startswith("-]", self._at):
                self._at += 1
                high = self._member(place)
                if isinstance(high, list) or high < low:
                    raise BadExpression(f"the range {self._text[start : self._at]} is empty", start)
                ranges.append((low, high))
                # Words are folded: of a range of capitals the small letters count.
                ranges += [(a, b)] if (a := normalize(low)) != low and (b := normalize(high)) >= a else []
            else:
                ranges += [(one, one) for one in {low, *normalize(low)}]
        self._at += 1
        return self._made.one_of(ranges, inverted=inverted)

    def _member(self, place: int) -> str | list[tuple[str, str]]:
        if self._at >= len(self._text):
            raise BadExpression("the [ is never closed", place)
        character = self._text[self._at]
        self._at += 1
        if character != "\\":
            return character
        if self._at >= len(self._text):
            raise BadExpression("the \\ stands before nothing", self._at - 1)
        character = self._text[self._at]
        self._at += 1
        if character in "dws":
            return (
                list(_CLASSES[character][0])
                if character != "w"
                else [("0", "9"), ("a", "z"), ("\xb5", "\U0010ffff")]
            )
        if character.isascii() and character.isalnum():
            raise BadExpression(f"\\{character} is not known in a set", self._at - 2)
        return character

    def _escaped(self) -> int:
        place = self._at - 1
        if self._at >= len(self._text):
            raise BadExpression("the \\ stands before nothing", place)
        character = self._text[self._at]
        self._at += 1
        if character in _CLASSES:
            ranges, inverted = _CLASSES[character]
            return self._made.one_of(ranges, inverted=inverted)
        if character.isascii() and character.isalnum():
            raise BadExpression(f"\\{character} is not known", place)
        return self._made.word(normalize(character))

    def _counts(self) -> tuple[int, int | None]:
        place = self._at
        self._at += 1
        low, comma, high = self._until("}", place).partition(",")
        try:
            least = int(low)
            most = (int(high) if high.strip() else None) if comma else least
        except ValueError:
            raise BadExpression("the { } does not hold {n}, {n,} or {n,m}", place) from None
        if max(least, most or 0) > MOST_TIMES or (most is not None and most < least):
            raise BadExpression(f"a repetition is from 0 to {MOST_TIMES:,} times, the lower first", place)
        return least, most

    def _interval(self, place: int) -> int:
        low, dash, high = self._until(">", place).partition("-")
        if not (dash and low.isdecimal() and high.isdecimal() and len(low) < 20 and len(high) < 20):  # noqa: PLR2004
            raise BadExpression("the < > does not hold two numbers, as in <7-120>", place)
        first, last = sorted((int(low), int(high)))
        found = []
        for length in range(len(str(first)), len(str(last)) + 1):
            bottom = max(first, 10 ** (length - 1) if length > 1 else 0)
            found.append(self._digits(str(bottom), str(min(last, 10**length - 1))))
        return self._made.any(found)

    def _digits(self, low: str, high: str) -> int:
        """Return the part that is a number between two of the same length."""
        made = self._made
        if not low:
            return made.end
        digit = made.one_of([("0", "9")])
        if not low.strip("0") and not high.strip("9"):
            # Any digits: to take the first and the last apart would take the rest apart twice.
            return made.times(digit, len(low), len(low))
        any_rest = made.times(digit, len(low) - 1, len(low) - 1)
        if low[0] == high[0]:
            return made.then(made.word(low[0]), self._digits(low[1:], high[1:]))
        choices = [
            made.then(made.word(low[0]), self._digits(low[1:], "9" * (len(low) - 1))),
            made.then(made.word(high[0]), self._digits("0" * (len(low) - 1), high[1:])),
        ]
        if int(high[0]) - int(low[0]) > 1:
            between = made.one_of([(str(int(low[0]) + 1), str(int(high[0]) - 1))])
            choices.append(made.then(between, any_rest))
        return made.any(choices)

    def _until(self, sign: str, place: int) -> str:
        end = self._text.find(sign, self._at)
        if end < 0:
            raise BadExpression(f"the {self._text[place]} is never closed", place)
        found, self._at = self._text[self._at : end], end + 1
        return found

    def _takes(self, sign: str) -> bool:
        if self._text.startswith(sign, self._at):
            self._at += 1
            return True
        return False

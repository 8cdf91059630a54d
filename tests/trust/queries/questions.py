"""Queries that nobody would ask, made by chance over the whole grammar.

The same seed gives the same queries. Does not depend on coopsearch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, Final, NamedTuple


class Question(NamedTuple):
    """What is asked, and how."""

    query: str
    how: str = "search"
    """search, diagnose or why_not."""
    options: Mapping[str, Any] = {}
    """Of ``Index.search``."""


_GARBAGE: Final = (
    "\0",
    "\ud800",
    "\udfff",
    "\u202e",
    "\u200f",
    "\u200b",
    "\ufeff",
    "\u0301" * 40,
    "\x1b[31m",
    "\t",
    "\r\n",
    "\\",
    "\\\\",
    '"',
    "“",
    "»",
    "(",
    ")",
    "((",
    "[",
    "]",
    "{",
    "}",
    "/",
    "//",
    "~",
    "^",
    "^^2",
    "~~",
    "*",
    "?",
    "**",
    "+",
    "-",
    "!",
    "&&",
    "||",
    "AND",
    "OR",
    "NOT",
    "NEAR",
    "NEAR/3",
    "ONEAR/2",
    ":",
    "::",
    "..",
    "=",
    "<",
    ">=",
    "^1e9",
    "^0",
    "~99",
    "~0.5",
    "\U0010ffff",
    "👨‍👩‍👧",
    "ﷺ",
    "İ",
    "ß",
    "ǆ",
    "１２",
    "٣",
)
_FIELDS: Final = (
    "title",
    "heading",
    "text",
    "path",
    "author",
    "pages",
    "date",
    "lang",
    "type",
    "nofield",
    "TITLE",
)
_DATES: Final = tuple(
    "2019|2019-05|2019-05-01|2019..2021|..2001|last year|le mois dernier|>2019-05|[2001 TO 2003}|[* TO *]"
    "|2019-13|0000|99999999|*|201*".split("|")
)
_EXPRESSIONS: Final = (
    "@",
    ".*",
    ".+",
    "[a-z]*e.*",
    "(a|e|i)+.*",
    "~(.*e.*)",
    ".*(ab|ba).*",
    "(.*a){3}",
    "<1-99>",
    "<0-9999999999999999>",
    "[^a-z]+",
    ".{3,5}",
    "(ab|cd){2,4}.*",
    "s@&@e",
    "(((a*)*)*)*b",
    "a{1000}",
    "(a{1,30}){1,30}",
    "#",
    "\\d+",
    "[ا-ي]+",
    ".*و.*",
    "(a?){30}a{30}",
    ".*(a|e).{9}",
    "(",
    "[z-a]",
    "a{2",
    "\\p",
    "*a",
)


class Asker:
    """Makes queries of the words of an index."""

    def __init__(self, words: Mapping[str, Sequence[str]], seed: int) -> None:
        """Take the words of each script, the most frequent first."""
        self._words, self._scripts = words, list(words)
        self._chance = Random(seed)

    def questions(self, count: int) -> Iterator[Question]:
        """Yield so many questions."""
        chance = self._chance
        for _ in range(count):
            options: dict[str, Any] = {"limit": chance.choice((0, 1, 10, 10, 10, 20))}
            if not chance.randrange(4):
                options["sort"] = chance.choice(("newest", "oldest", "path", "title"))
            if not chance.randrange(4):
                options["facets"] = chance.sample(("lang", "type", "year", "folder"), 2)
            for name in ("explain", "require_all", "plain", "fold"):
                if not chance.randrange(8):
                    options[name] = True
            how = chance.choices(("search", "diagnose", "why_not"), (20, 2, 1))[0]
            yield Question(self.query(), how, options if how == "search" else {})

    def query(self) -> str:
        """Return a query of up to some dozen parts."""
        chance = self._chance
        parts = [self._clause(3) for _ in range(chance.choice((1, 1, 2, 2, 3, 4, 6, 12)))]
        if not chance.randrange(6):
            parts.insert(chance.randrange(len(parts) + 1), chance.choice(_GARBAGE))
        text = " ".join(parts)
        if text and not chance.randrange(12):
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice((*_GARBAGE, "")) + text[at + chance.randrange(3) :]
        return text

    def _clause(self, depth: int) -> str:
        chance = self._chance
        kind = chance.randrange(12)
        if kind == 0 and depth:
            between = chance.choice(("AND", "OR", "NOT", ""))
            return f"({self._clause(depth - 1)} {between} {self._clause(depth - 1)})"
        if kind == 1 and depth:
            between = chance.choice(("AND", "OR", "&&", "||", "NOT"))
            return f"{self._clause(depth - 1)} {between} {self._clause(0)}"
        if kind == 2:
            near = chance.choice(("NEAR", "NEAR/2", "ONEAR/3", "NEAR/10000000", "NEAR/0"))
            return f" {near} ".join(self._leaf(near=True) for _ in range(chance.choice((2, 2, 3, 5))))
        leaf = self._leaf()
        if kind == 3:
            return chance.choice("+-!") + leaf
        if kind == 4:
            return f"{leaf}^{chance.choice(('2', '0', '0.5', '1000000', 'x', '-1'))}"
        if kind == 5:
            return f"{chance.choice(_FIELDS)}:{leaf}"
        return leaf

    def _leaf(self, *, near: bool = False) -> str:
        makers: tuple[Callable[[], str], ...] = (
            self._word,
            self._word,
            self._word,
            self._pattern,
            self._pattern,
            self._fuzzy,
            self._expression,
        )
        if not near:
            makers = (
                *makers,
                self._phrase,
                self._phrase,
                self._range,
                self._exact,
                self._dated,
                self._joined,
            )
        return self._chance.choice(makers)()

    def _word(self) -> str:
        words = self._words[self._chance.choice(self._scripts)]
        # Half of them are among the most frequent.
        return words[int(len(words) ** self._chance.random()) - 1]

    def _pattern(self) -> str:
        chance, word = self._chance, self._word()
        at = chance.randrange(len(word) + 1)
        return chance.choice(
            (
                f"{word[:at]}*",
                f"*{word[at:]}",
                f"{word[:at]}*{word[at:]}",
                f"{word[:at]}?{word[at + 1 :]}",
                f"*{word[:1]}*",
                f"{word[:1]}*",
                "?*",
                "*?*?*",
                "?" * chance.randrange(1, 9),
                f"*{'*'.join(word)}*",
                f"{word[:2]}**?",
            )
        )

    def _fuzzy(self) -> str:
        return f"{self._word()}~{self._chance.choice(('', '1', '2', '0', '3', '0.7'))}"

    def _expression(self) -> str:
        return f"/{self._chance.choice(_EXPRESSIONS)}/"

    def _phrase(self) -> str:
        words = [self._word() for _ in range(self._chance.choice((1, 2, 2, 3, 6)))]
        opening, closing = self._chance.choice(('""', "“”", "«»"))
        return f"{opening}{' '.join(words)}{closing}{self._chance.choice(('', '', '~2', '~10000', '~'))}"

    def _range(self) -> str:
        low, high = (self._chance.choice((self._word(), "*", "5", "")) for _ in range(2))
        opening, closing = self._chance.choice("[{"), self._chance.choice("]}")
        return f"{self._chance.choice(_FIELDS)}:{opening}{low} TO {high}{closing}"

    def _exact(self) -> str:
        return f"={self._word()}"

    def _dated(self) -> str:
        return f"date:{self._chance.choice(_DATES)}"

    def _joined(self) -> str:
        return self._chance.choice(("-", "'", ".", "@", "/", "_", "\u200c", "\\-")).join(
            self._word() for _ in range(self._chance.choice((2, 2, 3, 9)))
        )

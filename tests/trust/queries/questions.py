"""Queries that nobody would ask, and hard ones that somebody might: made by chance over the whole grammar.

The same seed gives the same queries. Does not depend on coopsearch.
"""

from __future__ import annotations

import itertools
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


def hard(words: Mapping[str, Sequence[str]]) -> Iterator[Question]:
    """Yield what is large, deep, wide or many."""
    latin, arabic = words["latin"], words["arabic"]
    often = [word for word in latin[:60] if len(word) > 1]
    texts = [
        "a" * 1_000_000,
        "word " * 200_000,
        "(" * 100_000,
        ")" * 100_000,
        "(" * 99 + "e*" + ")" * 99,
        "((" * 5_000,
        '"' * 100_000,
        "-" * 9_999,
        "NOT " * 2_000 + "a",
        "+" * 9_000 + "a",
        "\\" * 9_999,
        "*" * 9_999,
        "?" * 9_999,
        "a" * 9_999,
        "a" * 9_000 + "*",
        "*" + "a" * 9_000 + "*",
        "a" * 9_000 + "~2",
        "/" + "a" * 490 + "/",
        "\ud800",
        "a\0b",
        "e\u0301" * 4_000,
        "\u0301" * 9_000,
        "\u202e\u200f" * 4_000 + "الأمن",
        "\u200b" * 9_999,
        "a-" * 4_999,
        "a.b@" * 2_000,
        "x'" * 4_000,
        "٣" * 9_000,
        "日本" * 4_000,
        "ﷺ" * 9_000,
        "1," * 4_999,
        " ".join(latin[:1_500]),
        " OR ".join(latin[:1_000]),
        " OR ".join(latin[-1_000:]),
        " AND ".join(latin[:900]),
        " ".join(arabic[:990]),
        " ".join(f"-{word}" for word in latin[:900]),
        " ".join(f"+{word}" for word in latin[:900]),
        " ".join(f"={word}" for word in latin[:900]),
        " ".join(f"{word}~2" for word in latin[100:116]),
        " ".join(f"{word}~1" for word in latin[100:300]),
        " ".join(f"{word[:3]}*" for word in latin[100:1_000]),
        " ".join({f"{word[:2]}*": 1 for word in latin}),
        " ".join({f"{word[:3]}*": 1 for word in latin[100:900]}),
        " ".join({f"*{word[-2:]}": 1 for word in latin[40:400]}),
        " ".join({f"*{word[-1]}": 1 for word in latin}),
        " ".join(f"*{letter}*" for letter in "aeioutrs"),
        " ".join(f"*{letter}*" for letter in "aeioutrsnlpdcmb"),
        " AND ".join(f"*{letter}*" for letter in "aeioutrs"),
        " ".join(f"-*{letter}*" for letter in "aeioutrs"),
        " ".join(f"/.*{letter}.*/" for letter in "aeioutrs"),
        " ".join(f"/.*{letter}{{2}}.*/" for letter in "aeioutrsnl"),
        " ".join(f"{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz"),
        " ".join("*" for _ in range(990)),
        " ".join(f"a*{one}*{other}*e*i*o*" for one in "abcdefghij" for other in "abcdefghij"),
        " ".join(f"a*a*a*a*a*a*a*{one}*{other}*z" for one in "abcdefghij" for other in "abcdefghij"),
        " ".join(f"{one}*{other}" for one in "abcdefghij" for other in "abcdefghij"),
        " ".join("a" + "?*" * count + "b" for count in range(1, 60)),
        " ".join(f"{word}~2" for word in often[:10]),
        f"({' OR '.join(latin[:300])}) NEAR/50 ({' OR '.join(latin[300:600])})",
        f"({' OR '.join(latin[:30])}) NEAR/50 ({' OR '.join(latin[30:60])})",
        f"{latin[0]} NEAR/50 ({' OR '.join(latin[:300])})",
        " OR ".join(f'"{one} {other}"~50' for one, other in itertools.pairwise(latin[:60])),
        "(" * 13 + "the" + ")^999" * 13,
        "(" * 60 + "the" + ")^0.001" * 60 + " of",
        " NEAR ".join(often),
        " NEAR/10000000 ".join(["the"] * 990),
        " NEAR/1000 ".join(often[:1] * 500),
        " ".join(f"({one} NEAR/50 {other})" for one in often[:20] for other in often[20:35]),
        " ".join(f'"{one} {other}"' for one in often[:20] for other in often[20:40]),
        " AND ".join(f'"{one} {other}"~50' for one in often[:20] for other in often[20:40]),
        "a* NEAR b*",
        "the NEAR a*",
        "e* NEAR/9 e* NEAR/9 e*",
        "*e* NEAR *a*",
        "tr* NEAR/50 tra* NEAR/50 tri*",
        "(ab* OR ad* OR the) NEAR/1000 (an* OR the OR of) ONEAR/5 (of OR in)",
        "ONEAR/99 ".join(f"{word} " for word in often),
        " ONEAR/5 ".join("the of in to a is".split()),
        " NEAR/100 ".join(f"{letter}a*" for letter in "bcdfglmnprstv"),
        "to* NEAR/100 to NEAR/100 tou* NEAR/100 tot* NEAR/100 tor* NEAR/100 ton* NEAR/100 the NEAR/100 th*",
        '"' + "the " * 2_400 + '"',
        '"' + "the " * 2_400 + '"~10000',
        '"' + "the of " * 1_400 + '"~10000',
        '"' + " ".join(latin[:1_000]) + '"~10000',
        '"' + " ".join(often) + '"~10000',
        '"the of"~10000',
        '"the the"',
        "title:*",
        "title:?*",
        "heading:*",
        "path:*",
        "path:?*",
        "path:*e*",
        "path:/.*p.*/",
        "path:p*",
        "path:*1*2*3*",
        "author:*",
        "author:?*",
        "author:[* TO *]",
        "author:{a TO z}",
        "title:[* TO *]",
        "title:{a TO z}",
        "text:[* TO *]",
        "text:[a TO я]",
        "heading:[a TO *]",
        "pages:[* TO *]",
        "pages:>0",
        "pages:*",
        "date:[* TO *]",
        "lang:*",
        "type:*",
        " ".join(f"text:[{letter} TO *]" for letter in "abcdefghijkl"),
        " ".join("title:[a TO *]" for _ in range(500)),
        " ".join(f"pages:>{number}" for number in range(500)),
        " ".join(f"-pages:>{number}" for number in range(300)),
        " ".join(f"path:*{number}*" for number in range(10, 26)),
        " ".join(f"path:p{number}*" for number in range(99)),
        " ".join(f"author:*{letter}*" for letter in "aeioumnlsp"),
        "e*^1000 *e*^0 -*a* title:*e* +*o*",
        "/(a{1,1000}){1,1000}/",
        "/((a{1000}){1000}){1000}/",
        "/(.*a){1000}/",
        "/(a|b|c)*d(a|b|c){30}/",
        "/.*a.{400}/",
        "/(.*(a|e).{12}.*)&(.*(i|o).{13}.*)/",
        "/~(~(~(.*a.{9})))&.*b.{8}/",
        "/" + "(" * 49 + "a*" + ")*" * 49 + "/",
        "/" + "(" * 200 + "a" + ")" * 200 + "/",
        "/" + "a?" * 240 + "/",
        "/" + "(a|b)" * 95 + "/",
        "/" + "~" * 490 + "a/",
        "/<1-9999999999999999999>/",
        "/(<1-999999999>|<5-99999999999999>){1,9}/",
        "/([aeiou]*[^aeiou]*){1000}/",
        "/" + "|".join("abcdefghijklmnopqrstuvwxyz" * 9) + "/",
        "/[" + "aeiou" * 95 + "]*/",
        "/.{1000}/",
        "/(.?){1000}/",
        " ".join(f"/{'[aeiou].' * 4}{letter}.*/" for letter in "abcdefgh"),
        "*a*a*a*a*a*a*a*a*b",
        "*" + "?*" * 300,
        "a?" * 400,
        "*".join("aeiou" * 100),
        "?" * 40 + "*",
        " ".join("?" * count for count in range(1, 18)),
    ]
    for text in texts:
        yield Question(text)
    every = (
        "*",
        "/@/",
        "?*",
        "*e*",
        "a*",
        "/.*/",
        "e* AND *a*",
        "-*e*",
        "the *",
        "title:*",
        "path:*e*",
        "the of in to",
    )
    for text in every:
        for options in (
            {"limit": 0},
            {"limit": 10, "snippets": False},
            {"limit": 100},
            {"sort": "newest"},
            {"sort": "path"},
            {"sort": "title"},
            {"facets": ("lang", "type", "year", "folder"), "limit": 0},
            {"explain": True},
            {"fold": True},
            {"require_all": True, "sort": "oldest"},
        ):
            yield Question(text, options=options)
        yield Question(text, "diagnose")
        yield Question(text, "why_not")
    for text in texts:
        if len(text) <= 10_000:
            yield Question(text, options={"explain": True, "facets": ("lang", "folder"), "sort": "newest"})
            yield Question(text, "diagnose")
            yield Question(text, "why_not")

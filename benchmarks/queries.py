"""The queries that are asked, by class, and what they say in words that any engine can be told.

The syntax of a query is that of the search benchmark game: words side by side (any of them), ``+word``
(demanded), ``-word`` (excluded), ``"a phrase"``. Most engines' own parsers read it as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

#: Classes in the order of the report. A query belongs to the first of them that is among its tags.
CLASSES: Final = ("union", "intersection", "phrase", "intersection_union", "negated")

#: What each class asks for.
MEANINGS: Final = {
    "union": "any of the words",
    "intersection": "all of the words",
    "phrase": "the words in this order",
    "intersection_union": "one word demanded, others better",
    "negated": "one word without others",
}

#: Queries of everyday work, which the game has not: names in every document, rare pairs, a whole topic.
EVERYDAY: Final = (
    "smuggling routes",
    "illegal migration",
    "human trafficking networks",
    "mauritania tunisia cooperation",
    "regional and international partners",
    "information exchange between countries",
    "peace",
    "the united nations",
    "combat terrorism and organized crime in the sahel",
    '"human trafficking"',
    '"united nations"',
)

_PART: Final = re.compile(r'([+-]?)("[^"]*"|\S+)')
_WORDS: Final = re.compile(r"\w+")


class Query(NamedTuple):
    """A query as text, and as words for engines that have no such syntax."""

    text: str
    kind: str

    @property
    def words(self) -> list[str]:
        """All its words, lower-case, wherever they stand."""
        return _WORDS.findall(self.text.lower())

    @property
    def parts(self) -> list[tuple[str, list[str]]]:
        """Its parts: the sign ("+", "-" or "") and the words, more than one if they are a phrase."""
        return [(sign, _WORDS.findall(part.lower())) for sign, part in _PART.findall(self.text)]


def read_queries(path: Path | None) -> dict[str, list[Query]]:
    """Return the queries of a file and those of everyday work, by class; classes without any are left out.

    The file holds JSON Lines with ``text`` and ``tags``; a query without a known tag is left out.
    """
    found: dict[str, list[Query]] = {kind: [] for kind in CLASSES}
    for text in EVERYDAY:
        kind = "phrase" if text.startswith('"') else "union"
        found[kind].append(Query(text, kind))
    lines: Iterable[str] = path.read_text(encoding="utf-8").splitlines() if path else ()
    for line in lines:
        entry = json.loads(line)
        kind = next((kind for kind in CLASSES if kind in entry.get("tags", ())), "")
        query = Query(entry["text"], kind)
        if kind and query not in found[kind]:
            found[kind].append(query)
    return {kind: queries for kind, queries in found.items() if queries}

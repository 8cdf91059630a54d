"""Words that are cut at a line's end: which hyphens belong to them.

A document's own words decide: what stands elsewhere in one piece, or with its hyphen within a line, is
written so here too. Does not depend on PDFium.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_CUT: Final = re.compile(r"([^\W\d_]{2,}(?:[-\u2010][^\W\d_]{2,})*)[-\u2010]$")
_ENDS: Final = re.compile(r"\S[-\u2010]$")
_SOFT: Final = "\u00ad"
_FIRST: Final = re.compile(r"[^\W\d_]+(?:[-\u2010'’][^\W\d_]+)*")
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
#: Words that stand before a hyphen, or behind it, in compounds, and seldom begin or end a longer word.
_BEFORE: Final = frozenset(
    """self well cross non half high low long short full part semi vice quasi so much
    c'est demi mi sous vis celui celle ceux celles lui elle eux nous vous peut grand petit moyen là
    politico socio north south east west nord sud est ouest anglo franco two three four five six ten
    deux trois quatre cinq six dix""".split()
)
#: Words within compounds of three.
_BETWEEN: Final = frozenset("by to of in on and the at for up de en à la le les du au".split())
_BEHIND: Final = frozenset(
    """based related wide term level scale friendly border called
    ci là même mêmes il elle on ils elles je tu nous vous être dire vis delà dessus dessous""".split()
)


class Hyphens:
    """The words of one document."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Take its lines."""
        self._lines = lines
        self._words: frozenset[str] | None = None

    def joined(self, text: str, line: str) -> str | None:
        """Return a text with the line that follows, where a word is cut between them; else None."""
        if text.endswith(_SOFT):
            return text[:-1] + line
        if not _ENDS.search(text) or not line[:1].isalnum():
            return None
        cut, rest = _CUT.search(text), _FIRST.match(line)
        if cut is None or rest is None or not line[0].islower():
            return text + line  # "2014-15", "Franco-Tunisian"
        return text + line if self._is_compound(cut[1].lower(), rest[0].lower()) else text[:-1] + line

    def _is_compound(self, first: str, second: str) -> bool:
        if self._words is None:
            # Made when the first word is cut: most short documents have none.
            self._words = frozenset(word.lower() for line in self._lines for word in _WORD.findall(line))
        whole = first.replace("-", "") + second in self._words
        hyphened = f"{first}-{second}" in self._words
        if whole != hyphened:
            return hyphened
        *before, last = first.split("-")
        return last in _BEFORE or second in _BEHIND or (bool(before) and last in _BETWEEN)

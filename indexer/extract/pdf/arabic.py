"""Arabic that a PDF gives as it looks: letters in their joined shapes, or lines from left to right.

Works on lines of text. Does not depend on PDFium. Whether a document is stored in visual order is decided
for all of it, since one line says too little.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_ARABIC: Final = re.compile(r"[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufefc]")
_SHAPES: Final = re.compile(r"[\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufefc]+")
_UNJOINED: Final = frozenset("اأإآٱدذرزوؤى")
_LATIN_LETTER: Final = re.compile(r"[A-Za-z\u00c0-\u024f]")
#: From the first Arabic letter to the last without a Latin one between.
_RUN: Final = re.compile(
    r"[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufefc](?:[^A-Za-z\u00c0-\u024f]*[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufefc])?"
)
_TOKEN: Final = re.compile(r"[\u0621-\u063a\u0641-\u064a]{3,}")
#: What keeps its order when a line is turned: numbers with their marks, and words in Latin letters.
_LATIN: Final = r"[A-Za-z\u00c0-\u024f][0-9A-Za-z\u00c0-\u024f.'’@_-]*"
_KEPT: Final = re.compile(
    r"[0-9\u0660-\u0669]+(?:[.,:/\u066b\u066c-][0-9\u0660-\u0669]+)*" + rf"|{_LATIN}(?: +{_LATIN})*"
)
_BRACKET: Final = re.compile(r"[()]")
#: Share of a line's letters that settles from which side it is read.
_CLEAR: Final = 0.75
_MIRRORED: Final = str.maketrans("()[]{}<>«»", ")(][}{><»«")
#: Words with an article, or with an ending that no word begins with, that settle the matter.
_ENOUGH: Final = 3


def has_arabic(text: str) -> bool:
    """Say whether any letter of a text is Arabic."""
    return not text.isascii() and _ARABIC.search(text) is not None


def is_arabic(text: str) -> bool:
    """Say whether most letters of a text are Arabic."""
    if text.isascii():
        return False
    arabic = len(_ARABIC.findall(text))
    return arabic > 0 and arabic * 2 > sum(map(str.isalpha, text))


def is_reversed(sign: str) -> bool:
    """Say whether the letters of one sign (lam and alef, mostly) are back to front.

    No such sign begins with a letter that does not join the next one, or with a mark, nor ends with lam.
    """
    first, last = sign[0], sign[-1]
    if unicodedata.combining(first):
        return not unicodedata.combining(last)
    return first in _UNJOINED or (last == "ل" != first) or sign == "يف"


def is_mixed(text: str) -> bool:
    """Say whether a line holds words in Arabic letters and in Latin ones."""
    return _ARABIC.search(text) is not None and _LATIN_LETTER.search(text) is not None


def mixed(line: str, *, arabic: bool) -> str:
    """Return a mixed line, given from left to right, in the order it is read.

    Most of its letters say from which side that is, in doubt its page: ``arabic``. Words of the other kind
    are turned where they stand.
    """
    share = len(_ARABIC.findall(line)) / max(1, sum(map(str.isalpha, line)))
    if share > _CLEAR or (arabic and share > 1 - _CLEAR):
        line = turned(line)
    else:
        line = _RUN.sub(lambda match: turned(match[0]), line)
    # Which way a bracket looks is told by its place: some readers mirror what was mirrored before.
    brackets = _BRACKET.findall(line)
    signs = iter("()" * (len(brackets) // 2))
    return line if len(brackets) % 2 else _BRACKET.sub(lambda match: next(signs), line)


def unshaped(text: str) -> str:
    """Return the text with Latin ligatures and Arabic joined shapes as plain letters."""
    return _SHAPES.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)


def is_visual(lines: Iterable[str]) -> bool:
    """Say whether lines, unshaped already, hold their Arabic words back to front.

    The article begins every third word or so, so its mirror image ends them; the same is so, the other way
    round, of the ending that only ends a word.
    """
    right = wrong = 0
    for line in lines:
        for token in _TOKEN.findall(line):
            right += token.startswith("ال") + token.endswith("ة")
            wrong += token.endswith("لا") + token.startswith("ة")
    return wrong >= _ENOUGH and wrong > 2 * right


def turned(line: str) -> str:
    """Return a line of visual order in the order it is read; lines without Arabic stay as they are."""
    if not _ARABIC.search(line):
        return line
    parts: list[str] = []
    at = 0
    for match in _KEPT.finditer(line):
        parts.extend((_reversed(line[at : match.start()]), match[0]))
        at = match.end()
    parts.append(_reversed(line[at:]))
    return "".join(reversed(parts))


def _reversed(text: str) -> str:
    """Turn a run round; marks above a letter stay behind it."""
    clusters: list[str] = []
    for char in text:
        # In visual order a mark stands before its letter or behind it; behind is what PDFium gives.
        if clusters and unicodedata.combining(char):
            clusters[-1] += char
        else:
            clusters.append(char)
    return "".join(reversed(clusters)).translate(_MIRRORED)

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
#: Letters with their marks, and the punctuation of Arabic.
_PARTS: Final = re.compile(r"([\u0600-\u065f\u066a-\u06ef\u06fa-\u06ff\ufb50-\ufdff\ufe70-\ufefc]+)")
#: Ligatures and joined shapes; and the letters of mathematics, which are italics and the like of plain ones.
_SHAPES: Final = re.compile(
    "[\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufefc\u2102\u210a-\u2113\u2115\u2119-\u211d\u2124\u2128"
    "\u212c\u212d\u212f-\u2131\u2133\u2134\U0001d400-\U0001d7ff\U0001ee00-\U0001eeff]+"
)
_UNJOINED: Final = frozenset("اأإآٱدذرزوؤى")
_LATIN_LETTER: Final = re.compile(r"[A-Za-z\u00c0-\u024f]")
#: From the first Arabic letter to the last without a Latin one between.
_RUN: Final = re.compile(
    r"[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufefc](?:[^A-Za-z\u00c0-\u024f]*[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufefc])?"
)
_TOKEN: Final = re.compile(r"[\u0621-\u063a\u0641-\u064a]{3,}")
#: What keeps its order when a line is turned: numbers with their marks, and all from one Latin letter to the
#: last letter or digit in front of the next Arabic one, as printers set it: an address, a phrase, a list.
_KEPT: Final = re.compile(
    r"[0-9\u0660-\u0669]+(?:[.,:/\u066b\u066c-][0-9\u0660-\u0669]+)*|[\u00b9\u00b2\u00b3\u2070-\u2079]+"
    r"|[A-Za-z\u00c0-\u024f](?:[^\u0620-\u065f\u0660-\u0669\u066e-\u06ff\ufb50-\ufdff\ufe70-\ufefc]*"
    r"[0-9A-Za-z\u00c0-\u024f\u00b9\u00b2\u00b3\u2070-\u2079])?"
)
#: Where a Latin word meets the Arabic one behind it. Its blank was drawn on the Latin word's other side.
_GLUED: Final = re.compile(r"(?<=[A-Za-z\u00c0-\u024f])(?=[\u0621-\u064a]{2})")
_BRACKET: Final = re.compile(r"[()]")
#: Share of a line's letters that settles from which side it is read.
_CLEAR: Final = 0.75
_MIRRORED: Final = str.maketrans("()[]{}<>«»", ")(][}{><»«")
#: Words with an article, or with an ending that no word begins with, that settle the matter.
_ENOUGH: Final = 3


def has_arabic(text: str) -> bool:
    """Say whether any letter of a text is Arabic."""
    return not text.isascii() and _ARABIC.search(text) is not None


def scripts(text: str) -> list[str]:
    """Return a word as its parts in Arabic letters and in none."""
    return [part for part in _PARTS.split(text) if part]


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
        line = _GLUED.sub(" ", turned(line))
    else:
        line = _RUN.sub(lambda match: turned(match[0]), line)
    # Which way a bracket looks is told by its place: some readers mirror what was mirrored before.
    brackets = _BRACKET.findall(line)
    signs = iter("()" * (len(brackets) // 2))
    return line if len(brackets) % 2 else _BRACKET.sub(lambda match: next(signs), line)


def unshaped(text: str) -> str:
    """Return the text with ligatures, Arabic joined shapes and letters of mathematics as plain letters."""
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

"""Which characters of foreign text are shown, and what stands in place of the others.

One rule by properties of Unicode, for all that is printed, whether a document, a file's name, a query or an
error said it. Does not depend on the terminal.

- What acts (controls, overrides and isolates of the direction, annotations), what shows nothing definite
  (private use: one of those characters stands for a picture in some terminals) and what is not text at all
  (surrogates, noncharacters, blanks that count as letters) becomes U+FFFD, so that it is seen.
- Of a tab or a break of line, paragraph or page a blank remains.
- What is never visible goes: soft hyphen, zero-width blanks, tags, selectors of variants, direction marks.
- Zero-width joiner and non-joiner stay, one at a time, between letters of scripts that join: Persian needs
  them. Marks above and below stay, but no more of them on one letter than any script has.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

INSTEAD: Final = "\ufffd"
#: Marks that one letter may carry: Hebrew with cantillation has five, vocalised Arabic three.
MARKS: Final = 6

#: A stretch of what may need a look: neither ASCII that prints nor a letter or digit, as all marks are, and
#: the four blanks that count as letters.
_DOUBTFUL: Final = re.compile("(?:[\x00-\x1f\x7f\u115f\u1160\u3164\uffa0]|[^\\w\x00-\x7f])++")
_FILLERS: Final = "\u115f\u1160\u3164\uffa0"
#: Of general category Cf, and yet visible: signs that stand before or around a number, as in Arabic.
_VISIBLE: Final = frozenset(
    [*map(chr, range(0x600, 0x606)), *"\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"]
)
#: Embeddings, overrides and isolates; controls of hieroglyphs, which not every Python knows as controls yet.
_ACTING: Final = frozenset(
    map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0x13430, 0x13440)])
)
_NO_CHARACTERS: Final = frozenset(
    map(chr, [*range(0xFDD0, 0xFDF0), *range(0xFFFE, 0x110000, 0x10000), *range(0xFFFF, 0x110000, 0x10000)])
)
#: Default_Ignorable_Code_Point, as far as the general category does not say it: first and last.
_INVISIBLE: Final = (
    (0xAD, 0xAD),
    (0x34F, 0x34F),
    (0x61C, 0x61C),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x2060, 0x206F),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
#: What stands unseen between letters that join.
JOINERS: Final = "\u200c\u200d"
#: The blocks of scripts whose letters join, or make one sign: first and last.
_JOINING: Final = (
    (0x600, 0x8FF),
    (0x900, 0xDFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x1800, 0x18AF),
    (0xA840, 0xA87F),
    (0xFB50, 0xFDCF),
    (0xFDF0, 0xFDFF),
    (0xFE70, 0xFEFC),
    (0x10AC0, 0x10AFF),
    (0x10D00, 0x10D3F),
    (0x10F30, 0x10FDF),
    (0x1E900, 0x1E95F),
)


class _Verdict(NamedTuple):
    shown: str
    is_mark: bool = False
    joins: bool = False
    """Whether it is a letter, or a mark on one, of a script that joins."""


class _Verdicts(dict[str, _Verdict]):
    """What becomes of each character: asked of Unicode's tables once, and remembered."""

    def __missing__(self, sign: str) -> _Verdict:
        verdict = self[sign] = _judged(sign)
        if verdict.shown == sign and sign not in JOINERS:
            _HARMLESS.add(sign)
        return verdict


def safe(text: str, most: int | None = None) -> str:
    """Return text as one line in which nothing acts on a terminal or hides.

    Of more than ``most`` characters the beginning and an ellipsis are left.
    """
    if most is not None and len(text) > most:
        text = f"{text[: most - 1]}…"
    # Most text is done with here.
    if text.isascii() and text.isprintable():
        return text
    return _DOUBTFUL.sub(_replaced, text)


def safe_pieces(text: str, cuts: Sequence[int]) -> list[str]:
    """Return what is shown of a text, cut at places of the text: a piece more than there are cuts."""
    signs: Sequence[str] = text
    if not (text.isascii() and text.isprintable()):
        signs = list(text)
        for run in _DOUBTFUL.finditer(text):
            if _is_harmless(run[0]):
                continue
            signs[run.start() : run.end()] = _shown(text, *run.span())
    return ["".join(signs[start:end]) for start, end in pairwise([0, *cuts, len(text)])]


def _replaced(run: re.Match[str]) -> str:
    stretch = run[0]
    return stretch if _is_harmless(stretch) else "".join(_shown(run.string, *run.span()))


def _is_harmless(stretch: str) -> bool:
    return len(stretch) <= MARKS and _HARMLESS.issuperset(stretch)


def _shown(text: str, start: int, end: int) -> list[str]:
    """Return for each character of a stretch what is shown of it."""
    found: list[str] = []
    marks = 0
    for at in range(start, end):
        sign = text[at]
        verdict = _VERDICTS[sign]
        shown = verdict.shown
        if verdict.is_mark:
            marks += 1
            shown = shown if marks <= MARKS else ""
        elif sign in JOINERS:
            shown = sign if _joins(text, at) else ""
        if shown and not verdict.is_mark:
            marks = 0
        found.append(shown)
    return found


def _joins(text: str, at: int) -> bool:
    """Say whether a joiner stands between letters that join. Of several in a row the first does."""
    after = at + 1
    while after < len(text) and text[after] in JOINERS:
        after += 1
    if not 0 < at < after < len(text):
        return False
    return _VERDICTS[text[at - 1]].joins and _VERDICTS[text[after]].joins and text[after].isalpha()


def _within(sign: str, ranges: Sequence[tuple[int, int]]) -> bool:
    return any(first <= ord(sign) <= last for first, last in ranges)


def _judged(sign: str) -> _Verdict:
    # Imported here: what is printed is mostly ASCII, which needs no table.
    import unicodedata

    category = unicodedata.category(sign)
    if sign in "\t\n\v\f\r\x1c\x1d\x1e\x85" or category in {"Zl", "Zp"}:
        return _Verdict(" ")
    if sign in _ACTING or sign in _FILLERS or sign in _NO_CHARACTERS:
        return _Verdict(INSTEAD)
    if _within(sign, _INVISIBLE):
        return _Verdict("")
    if category in {"Cc", "Cs", "Co"} or (category == "Cf" and sign not in _VISIBLE):
        return _Verdict(INSTEAD)
    return _Verdict(sign, category in {"Mn", "Me"}, category[0] in "LM" and _within(sign, _JOINING))


_VERDICTS: Final = _Verdicts()
#: Characters met so far that are shown as they are wherever they stand.
_HARMLESS: Final[set[str]] = set()

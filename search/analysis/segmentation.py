"""Runs of letters without connectors: what is one word, what is cut, what has no spaces at all.

Most runs are one word. Scripts that are written without spaces give each character and each pair of
neighbours, so that a query of one or of many characters is found. A run has no apostrophes, hyphens or
numbers.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from enum import IntEnum
from typing import Final, NamedTuple

from coopsearch.search.analysis.normalize import normalize

#: Letters (with their marks) that one word may have; a longer run is cut, in documents and queries alike.
LONGEST: Final = 128

#: Marks that one letter may bring along. Zalgo text has hundreds, and sorting them is quadratic.
_MARKS_KEPT: Final = 32

#: Characters that fold to nothing: soft hyphen, joiners, marks of direction.
INVISIBLE: Final = "".join(
    map(
        chr,
        (
            0xAD,
            0x61C,
            0x180E,
            0xFEFF,
            *range(0x200B, 0x2010),
            *range(0x202A, 0x202F),
            *range(0x2060, 0x2065),
            *range(0x2066, 0x2070),
        ),
    )
)

#: Vowels and final consonants of decomposed Hangul: parts of a syllable, as marks are of a letter.
_JAMO: Final = ("\u1160", "\u11ff")

#: Scripts that are written without spaces. Thai is the first of them in Unicode.
_FIRST_UNSPACED: Final = "\u0e00"
_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\ua9e0-\ua9ff\uaa60-\uaa7f"  # Thai, Lao, Khmer
    "\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303b\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f"  # kana
    "\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U0001aff0-\U0001b16f\U00020000-\U0003ffff"  # Han
)
#: The commonest of these letters: each stands for itself and folding leaves it as it is.
_COMMON_UNSPACED: Final = "[\u3041-\u3096\u30a1-\u30fa\u30fc\u4e00-\u9fff]+"


@functools.cache
def _pattern(expression: str) -> re.Pattern[str]:
    """Compile when first needed: these classes take 10 ms, and most indexes never meet such a letter."""
    return re.compile(expression)


def unspaced(run: str) -> bool:
    """Say whether a run has a letter of a script without spaces."""
    return max(run) >= _FIRST_UNSPACED and _pattern(f"[{_UNSPACED}]").search(run) is not None


class Kind(IntEnum):
    """How a part stands to its neighbours."""

    WORD = 0
    WHOLE = 1
    """Stands for several parts together; at the position of the first of them."""
    SINGLE = 2
    """One character of a script without spaces."""
    PAIR = 3
    """Two neighbouring characters of a script without spaces, at the position of the first."""


class Part(NamedTuple):
    """A word of a chunk. Offsets and steps count from the chunk's beginning."""

    word: str
    start: int
    end: int
    step: int
    kind: Kind


def is_short(chunk: str) -> bool:
    """Say whether one word may be made of a text; accents do not count, so NFC and NFD agree."""
    return len(chunk) <= LONGEST or (
        len(chunk) <= 4 * LONGEST and sum(not _is_mark(character) for character in chunk) <= LONGEST
    )


def is_word(run: str) -> bool:
    """Say whether a run is letters, digits and their marks only; the same in NFC and in NFD."""
    return run.isalnum() or all(character.isalnum() or _is_mark(character) for character in run)


def is_letter(run: str) -> bool:
    """Say whether a run is one letter with its marks, if any."""
    return run[:1].isalpha() and len(run) <= _MARKS_KEPT and all(map(_is_mark, run[1:]))


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" or character in "ﾞﾟ" or _JAMO[0] <= character <= _JAMO[1]


def plain(run: str, start: int, step: int) -> list[Part]:
    """Take apart a run without connectors: at script borders, at signs, at the longest length."""
    if run.isalnum() and not unspaced(run) and (len(run) <= LONGEST or max(run) < _JAMO[0]):
        pieces = range(0, len(run), LONGEST)
        return [
            Part(word, start + at, start + min(at + LONGEST, len(run)), step + at // LONGEST, Kind.WORD)
            for at in pieces
            if (word := normalize(run[at : at + LONGEST]))
        ]
    if run[0] >= _FIRST_UNSPACED and _pattern(_COMMON_UNSPACED).fullmatch(run):
        return _pairs(run, normalize(run), start, step)
    found: list[Part] = []
    letters: list[str] = []
    begin = end = 0

    def flush() -> None:
        nonlocal step
        if letters and (word := normalize("".join(letters))):
            found.append(Part(word, start + begin, start + end, step, Kind.WORD))
            step += 1
        letters.clear()

    beside = False
    """Whether the unit before was a single character with nothing in between."""
    for text, at, stop, alone in _units(run):
        if alone:
            flush()
            word = normalize(text)
            if beside:
                before = found[-1]
                found.append(Part(before.word + word, before.start, start + stop, step - 1, Kind.PAIR))
            found.append(Part(word, start + at, start + stop, step, Kind.SINGLE))
            step += 1
        elif not text or len(letters) >= LONGEST:
            flush()
        if text and not alone:
            if not letters:
                begin = at
            letters.append(text)
            end = stop
        beside = alone
    flush()
    return found


def _pairs(run: str, folded: str, start: int, step: int) -> list[Part]:
    """Give each character and each pair of neighbours, for runs where folding keeps the length."""
    found: list[Part] = []
    for at, single in enumerate(folded):
        found.append(Part(single, start + at, start + at + 1, step + at, Kind.SINGLE))
        if at + 1 < len(run):
            found.append(Part(folded[at : at + 2], start + at, start + at + 2, step + at, Kind.PAIR))
    return found


def _units(run: str) -> list[tuple[str, int, int, bool]]:
    """Cut a run into letters with their marks: (text, start, end, is of a script without spaces).

    A sign (emoji, say) gives an empty text. Invisible characters that follow no letter are left out.
    """
    units: list[tuple[str, int, int, bool]] = []
    text, begin, end, marks, alone, opened = "", 0, 0, 0, False, False
    for at, character in enumerate(run):
        category = unicodedata.category(character)
        is_mark = _is_mark(character)
        if opened and (is_mark or category == "Cf"):
            marks += 1
            if marks <= _MARKS_KEPT:
                text += character
            if is_mark:
                end = at + 1
            continue
        if opened:
            units.append((text, begin, end, alone))
            opened = False
        if not character.isalnum() and not is_mark:
            if category != "Cf":
                units.append(("", at, at + 1, False))
        else:
            text, begin, end, marks, opened = character, at, at + 1, 0, True
            alone = unspaced(character) and not character.isdecimal()
    if opened:
        units.append((text, begin, end, alone))
    return units
